//! A comparison for a person: what differs in the making of two runs first, then one table a target.

use crate::cli::out;
use crate::cli::run_table::number;
use crate::measure::{Difference, Population};
use crate::store::{Against, Compared, Comparison, TargetDifference};

/// The whole comparison as text.
pub fn table(comparison: &Comparison) -> String {
    let others: Vec<String> = comparison.others.iter().map(|o| against(&comparison.a, o)).collect();
    others.join("\n\n")
}

const HEADER: [&str; 11] =
    ["measure", "n", "median A", "median B", "B − A", "", "95 %", "p", "Cliff's δ", "noise floor", "call"];

fn against(a: &Compared, o: &Against) -> String {
    let mut text = format!("\n{}\n{}\n{}", run("A", a), run("B", &o.b), differs(o));
    if let Some(why) = &o.withheld {
        let force = if a.runs.len() == 1 { " (--force shows them)" } else { "" };
        return text + &format!("\nno figures of B: {}{force}", out::tame(why));
    }
    text += &format!("\n{}", noise(o));
    if o.targets.is_empty() {
        text += "\nno target was measured in both";
    }
    for t in &o.targets {
        let population = if t.population == Population::Alone { ", alone" } else { "" };
        text += &format!("\n\n{}{population}\n{}", t.target, out::table(&HEADER, rows(t)));
    }
    text
}

fn run(side: &str, r: &Compared) -> String {
    let h = &r.header;
    let verdict = r.verdict.as_ref().map_or("no verdict", |v| v.word());
    let word = h.simulated_word();
    let simulated = if word.is_empty() { word } else { format!("  {word}") };
    let more = match r.runs.len() {
        0 | 1 => String::new(),
        n => format!("  and {} blocks more", n - 1),
    };
    let text = format!(
        "{side}  {}  {} {}  {}  {}, {verdict}{simulated}{more}",
        h.run,
        h.scenario.name,
        h.scenario.version,
        h.started_at,
        r.state.word()
    );
    out::tame(&text)
}

fn differs(o: &Against) -> String {
    if o.differs.is_empty() {
        return "the two differ in nothing that is known but their seed".to_owned();
    }
    let word = |v: &Option<String>| v.clone().unwrap_or_else(|| "not known".to_owned());
    let rows = o.differs.iter().map(|d| vec![d.field.clone(), word(&d.a), word(&d.b)]).collect();
    format!("BEFORE ANY FIGURE: the two differ in their making\n{}", out::table(&["", "A", "B"], rows))
}

fn noise(o: &Against) -> String {
    match o.noise_runs.len() {
        0 | 1 => "no noise floor: run A again to know it".to_owned(),
        n => format!("noise floor: the widest gap between the medians of {n} runs like A"),
    }
}

fn rows(t: &TargetDifference) -> Vec<Vec<String>> {
    t.measures.iter().map(|(word, d)| row(word, d)).collect()
}

fn row(word: &str, d: &Difference) -> Vec<String> {
    let percent = |share: f64| format!("{:+.2} %", share * 100.0);
    let dash = || "–".to_owned();
    vec![
        word.to_owned(),
        format!("{} / {}", d.n_a, d.n_b),
        number(d.median_a),
        number(d.median_b),
        number(d.difference),
        d.relative.map_or_else(dash, percent),
        d.interval.map_or_else(dash, |(low, high)| format!("{} to {}", number(low), number(high))),
        d.p_value.map_or_else(dash, |p| if p < 0.001 { "<0.001".to_owned() } else { format!("{p:.3}") }),
        format!("{:+.2}", d.cliffs_delta),
        d.noise_floor.map_or_else(dash, |f| format!("{:.2} %", f * 100.0)),
        d.call.word().to_owned(),
    ]
}

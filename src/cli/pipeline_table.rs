//! Where the time of the pipeline's answers goes, for a person.

use crate::cli::out;
use crate::measure::{Distribution, PipelineSummary, StageSummary};

/// Rows of the what-if table: the largest savings.
const WHAT_IF: usize = 6;

/// The stages, the bottleneck and what a faster stage would save.
pub fn table(s: &PipelineSummary) -> String {
    let header = ["from the intent", "n", "median ms", "95 % of median", "min", "max"];
    let whole = [
        ("first token", &s.intent_to_first_token_ms),
        ("answer", &s.intent_to_answer_ms),
        ("glue between stages", &s.glue_ms),
        ("network and queue", &s.network_and_queue_ms),
    ];
    let rows = whole.into_iter().filter_map(|(name, d)| Some(whole_row(name, d.as_ref()?))).collect();
    let mut text = format!("\n\npipeline\n{}", out::table(&header, rows));
    if s.stages.is_empty() {
        return text + "\nstages: none known; the backend tells no stages";
    }
    let header = ["stage", "n", "median ms", "first token ms", "generation ms", "share", "failed"];
    text += &format!("\n{}", out::table(&header, s.stages.iter().map(stage_row).collect()));
    if let Some(b) = s.bottleneck {
        text += &format!("\nbottleneck: {} ({:.1} % of the answer)", b.stage, b.share * 100.0);
    }
    let rows = s
        .what_if
        .iter()
        .take(WHAT_IF)
        .map(|w| vec![w.stage.to_string(), format!("{} ×", w.times_faster), format!("{:.1}", w.saves_ms)]);
    text +=
        &format!("\n{}", out::table(&["if this stage were", "faster by", "the mean answer saves ms"], rows.collect()));
    let intents: Vec<String> = s.intents.iter().map(|(name, n)| format!("{} {n}", out::tame(name))).collect();
    if !intents.is_empty() {
        text += &format!("\nintents: {}", intents.join(", "));
    }
    if s.answers_cut > 0 {
        text += &format!("\npassages were cut from {} answers, {} tokens", s.answers_cut, s.tokens_cut);
    }
    text
}

fn whole_row(name: &str, d: &Distribution) -> Vec<String> {
    let interval = d.median_interval.map_or_else(|| "–".to_owned(), |(low, high)| format!("{low:.1} … {high:.1}"));
    vec![name.to_owned(), d.n.to_string(), ms(d.median), interval, ms(d.min), ms(d.max)]
}

fn stage_row(s: &StageSummary) -> Vec<String> {
    let median = |d: &Option<Distribution>| d.as_ref().map_or_else(|| "–".to_owned(), |d| ms(d.median));
    vec![
        s.stage.to_string(),
        s.duration_ms.as_ref().map_or(0, |d| d.n).to_string(),
        median(&s.duration_ms),
        median(&s.ttft_ms),
        median(&s.generation_ms),
        format!("{:.1} %", s.share * 100.0),
        s.failed.to_string(),
    ]
}

fn ms(v: f64) -> String {
    if v >= 10.0 { format!("{v:.1}") } else { format!("{v:.3}") }
}

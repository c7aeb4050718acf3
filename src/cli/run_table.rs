//! A run's result for a person: verdict first, then one table a target.

mod course;
mod load;

use crate::cli::out;
use crate::events::RunReport;
use crate::measure::{Distribution, Judged, Percentile, Population, Source, TargetSummary};

/// The whole result as text.
pub fn table(report: &RunReport) -> String {
    let mut text = headline(report);
    for target in &report.targets {
        let load = load::asked(report, target) + &load::disagreements(target);
        text += &format!("\n\n{}\n{load}{}", target_line(report, target), figures(report, target));
    }
    text += &report.pipeline.as_ref().map(super::pipeline_table::table).unwrap_or_default();
    text += &course::phases(report);
    text += &interference(report);
    text += &course::drift(report);
    text += &gpu(report);
    text += &thresholds(report);
    for m in &report.metrics {
        text += &format!("\n{} = {:.3} {}", out::tame(&m.name), m.value, out::tame(&m.unit));
    }
    for (name, total) in &report.counters {
        text += &format!("\n{} = {total} in all", out::tame(name));
    }
    text
}

/// The target's table; where nothing was measured, why.
fn figures(report: &RunReport, t: &TargetSummary) -> String {
    let path = format!("targets.{}", t.target);
    match report.reasons_for_null.iter().find(|(field, _)| *field == path) {
        Some((_, why)) => format!("  nothing was measured: {}", out::tame(why)),
        None => out::table(&HEADER, rows(t)),
    }
}

const HEADER: [&str; 10] = ["measure", "n", "median", "95 % of median", "p90", "p95", "p99", "min", "max", "mean"];

fn headline(report: &RunReport) -> String {
    let h = &report.header;
    let word = h.simulated_word();
    let simulated = if word.is_empty() { word } else { format!("  {word}") };
    let mut text = format!(
        "\nrun {}  {} {}  {} in {:.1} s{simulated}",
        h.run,
        h.scenario.name,
        h.scenario.version,
        report.state.word(),
        report.duration.as_secs_f64()
    );
    if let Some(f) = &report.failure {
        text += &format!("\nfailed ({}): {}", f.class, out::tame(&f.message));
        if let Some(trace) = &f.backtrace {
            text += &format!("\n{}", out::tame(trace));
        }
    }
    if let Some(v) = &report.verdict {
        text += &format!("\nverdict: {}", v.word());
        for reason in v.reasons() {
            text += &format!("\n  - {}", out::tame(reason));
        }
    }
    text
}

fn target_line(report: &RunReport, t: &TargetSummary) -> String {
    let facts = report.header.engines.iter().find(|e| e.role == t.target);
    let model = facts.and_then(|f| f.identity.as_ref()?.model.clone()).unwrap_or_else(|| "unknown model".into());
    let c = t.counts;
    let source = t.ledger.primary.map_or("no source", |s| s.word());
    let simulated = if facts.is_some_and(|f| f.simulated) { ", simulated" } else { "" };
    let throughput = t.throughput_tokens_per_second.map(|v| format!(", throughput {v:.1} tok/s")).unwrap_or_default();
    let population = if t.population == Population::Alone { ", alone" } else { "" };
    format!(
        "{}{population} ({}{simulated}): {} exchanges, {} failed, {} warm-up; {} output tokens by {source}{throughput}",
        t.target,
        out::tame(&model),
        c.complete + c.length,
        c.failed + c.cancelled,
        c.warm_up,
        t.output_tokens,
    )
}

fn rows(t: &TargetSummary) -> Vec<Vec<String>> {
    let bound = match (t.ledger.primary, t.rate_is_upper_bound) {
        (Some(Source::Chunks), _) => "tokens/s, generation (estimate by chunks)",
        (_, true) => "tokens/s, generation (≤)",
        (_, false) => "tokens/s, generation",
    };
    [
        ("TTFT, ms", &t.ttft_ms),
        ("ITL, ms", &t.itl_ms),
        ("E2E, ms", &t.e2e_ms),
        (bound, &t.tokens_per_second),
        ("tokens/s, prefill", &t.prefill_tokens_per_second),
        ("tokens/s, by the engine", &t.engine_tokens_per_second),
        ("TTFT from plan, ms", &t.ttft_from_planned_ms),
        ("start delay, ms", &t.start_delay_ms),
    ]
    .into_iter()
    .filter_map(|(name, d)| d.as_ref().map(|d| (name, d)))
    .filter(|(name, d)| *name != "start delay, ms" || d.max > 0.0)
    .map(|(name, d)| row(name, d))
    .collect()
}

fn row(name: &str, d: &Distribution) -> Vec<String> {
    let percentile = |p: Percentile| d.percentile(p).map_or_else(|| format!("needs {}", p.floor()), number);
    vec![
        name.to_owned(),
        d.n.to_string(),
        number(d.median),
        d.median_interval.map_or_else(|| "–".into(), |(a, b)| format!("{} to {}", number(a), number(b))),
        percentile(Percentile::P90),
        percentile(Percentile::P95),
        percentile(Percentile::P99),
        number(d.min),
        number(d.max),
        number(d.mean),
    ]
}

/// Three significant places and more: as many as a reader can use.
pub(super) fn number(v: f64) -> String {
    let places = if v.abs() >= 100.0 {
        1
    } else if v.abs() >= 1.0 {
        2
    } else {
        3
    };
    format!("{v:.places$}")
}

fn thresholds(report: &RunReport) -> String {
    if report.thresholds.is_empty() {
        return String::new();
    }
    let row = |t: &Judged| {
        let why = t.reason.clone().unwrap_or_default();
        vec![t.expr.clone(), t.value.map_or_else(|| "–".into(), number), t.outcome.word().to_owned(), why]
    };
    let rows = report.thresholds.iter().map(row).collect();
    format!("\n\nthresholds\n{}", out::table(&["must hold", "value", "outcome", ""], rows))
}

fn interference(report: &RunReport) -> String {
    if report.interference.is_empty() {
        return String::new();
    }
    let mut rows = Vec::new();
    for i in &report.interference {
        let figures = [
            ("generation, tokens/s", &i.decode),
            ("… in the other's prefill", &i.decode_in_prefill),
            ("… in the other's generation", &i.decode_in_decode),
            ("prefill in the other's prefill, ms", &i.prefill_in_prefill),
            ("… in the other's generation, ms", &i.prefill_in_decode),
            ("TTFT, ms", &i.ttft),
        ];
        for (name, s) in figures.into_iter().filter_map(|(n, s)| s.as_ref().map(|s| (n, s))) {
            rows.push(vec![
                i.target.to_string(),
                name.to_owned(),
                number(s.alone),
                number(s.together),
                format!("×{:.2}", s.factor),
                s.interval.map_or_else(|| "–".into(), |(a, b)| format!("{a:.2} to {b:.2}")),
                format!("{} / {}", s.n_alone, s.n_together),
            ]);
        }
    }
    format!(
        "\n\nslow-down in company (only the overlap counts)\n{}",
        out::table(&["engine", "measure", "alone", "together", "slower by", "95 %", "n"], rows)
    )
}

fn gpu(report: &RunReport) -> String {
    let Some(g) = &report.gpu else {
        let why = report.reasons_for_null.iter().find(|(k, _)| k == "gpu").map_or("not sampled", |(_, why)| why);
        return format!("\n\nGPU: none ({})", out::tame(why));
    };
    let gib = |b: Option<u64>| b.map_or_else(|| "–".into(), |b| format!("{:.2} GiB", b as f64 / (1u64 << 30) as f64));
    let simulated = if report.header.is_embedded() { " (simulated)" } else { "" };
    let distance =
        g.vram_at_peak_distance.map(|d| format!(", sample {:.0} ms away", d.as_secs_f64() * 1e3)).unwrap_or_default();
    let per_token =
        g.cost.per_output_token_j.map(|j| format!(" ({} J per output token)", number(j))).unwrap_or_default();
    let energy = g.energy_j.map(|e| format!(", energy {e:.1} J{per_token}")).unwrap_or_default();
    let context = g
        .vram_bytes_per_1000_prompt_tokens
        .map(|b| format!("; {:.1} MiB for 1000 more prompt tokens", b / f64::from(1u32 << 20)))
        .unwrap_or_default();
    format!(
        "\n\nGPU{simulated}: VRAM {} at the generation peak{distance}; at most {}{energy}{context}",
        gib(g.vram_at_peak_bytes),
        gib(g.vram_max_bytes)
    )
}

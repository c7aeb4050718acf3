//! The course of a run as tables: phase by phase, and what drifted.

use super::number;
use crate::cli::out;
use crate::events::RunReport;

/// A table of the phases, where there are several.
pub fn phases(report: &RunReport) -> String {
    if report.phases.is_empty() {
        return String::new();
    }
    let figure = |v: Option<f64>| v.map_or_else(|| "–".to_owned(), number);
    let row = |p: &crate::measure::PhaseSummary| {
        vec![
            p.phase.clone(),
            p.target.to_string(),
            p.n.to_string(),
            p.failed.to_string(),
            figure(p.prompt_tokens),
            figure(p.ttft_ms),
            figure(p.prefill_tokens_per_second),
            figure(p.tokens_per_second),
            figure(p.throughput_tokens_per_second),
            figure(p.vram_at_peak_bytes.map(|b| b as f64 / (1u64 << 30) as f64)),
        ]
    };
    let header = [
        "phase",
        "target",
        "n",
        "failed",
        "prompt",
        "TTFT, ms",
        "prefill, tok/s",
        "tok/s",
        "throughput",
        "VRAM at peak, GiB",
    ];
    format!("\n\nphases (medians)\n{}", out::table(&header, report.phases.iter().map(row).collect()))
}

/// A table of the drifts, where the load was steady for long enough.
pub fn drift(report: &RunReport) -> String {
    if report.drift.is_empty() {
        return String::new();
    }
    let row = |d: &crate::measure::Drift| {
        vec![
            d.target.map_or_else(|| "GPU".to_owned(), |t| t.to_string()),
            d.measure.to_owned(),
            number(d.mean),
            number(d.per_hour),
            d.interval.map_or_else(|| "–".to_owned(), |(a, b)| format!("{} to {}", number(a), number(b))),
            d.n.to_string(),
        ]
    };
    let header = ["of", "measure", "mean", "drift in an hour", "95 %", "n"];
    format!("\n\ndrift\n{}", out::table(&header, report.drift.iter().map(row).collect()))
}

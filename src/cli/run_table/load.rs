//! What was asked of each target beside what was achieved, and where token sources disagree.

use crate::cli::out;
use crate::events::RunReport;
use crate::measure::{AskedArrival, AskedLoad, Precision, SourcesDiffer, TargetSummary};

use super::number;

/// One line a load; empty where the scenario asked for exchanges one by one. Where several loads were asked, what was
/// achieved stands beside each phase instead.
pub(super) fn asked(report: &RunReport, t: &TargetSummary) -> String {
    let loads: Vec<&AskedLoad> = report.loads.iter().filter(|l| l.target == t.target).collect();
    let achieved = match (t.concurrency, t.achieved_rate_per_second) {
        (Some(c), rate) if loads.len() == 1 => {
            let rate = rate.map(|r| format!(", {} starts/s", number(r))).unwrap_or_default();
            format!("; achieved: {} open on average{rate}", number(c))
        }
        _ => String::new(),
    };
    loads.iter().map(|l| format!("  asked: {}{achieved}\n", words(l))).collect()
}

fn words(load: &AskedLoad) -> String {
    let times = if load.times > 1 { format!(" in {} loads", load.times) } else { String::new() };
    let phase = if load.phase.is_empty() { String::new() } else { format!("{}: ", out::tame(&load.phase)) };
    let in_turn = if load.requests > 1 { format!(", {} requests in turn", load.requests) } else { String::new() };
    let (pace, max_open) = match &load.arrival {
        AskedArrival::Closed { concurrency } => (format!("{concurrency} at a time"), None),
        AskedArrival::Open { rate_per_second, spacing, max_open } => {
            (format!("{rate_per_second} starts/s ({spacing})"), Some(max_open))
        }
        AskedArrival::Staged { from_per_second, stages, spacing, max_open } => {
            (format!("{} starts/s ({spacing})", stages_in_words(*from_per_second, stages)), Some(max_open))
        }
    };
    let started = match max_open {
        None => format!(", {} started{times}", load.started),
        Some(open) => format!(", at most {open} open; {} started{times}, {} shed", load.started, load.shed),
    };
    format!("{phase}{pace}{in_turn}{started}{}", load.precision.as_ref().map(precision).unwrap_or_default())
}

/// `1, to 8 over 30 s, to 8 over 60 s`; the middle ones of many are counted alone.
fn stages_in_words(from: f64, stages: &[(f64, f64)]) -> String {
    const SHOWN: usize = 6;
    let one = |(seconds, rate): &(f64, f64)| format!(", to {rate} over {seconds} s");
    let left = stages.len().saturating_sub(SHOWN);
    let shown: String = stages.iter().take(SHOWN).map(one).collect();
    let more = if left > 0 { format!(", and {left} stages more") } else { String::new() };
    format!("{from}{shown}{more}")
}

fn precision(p: &Precision) -> String {
    let percent = |share: f64| format!("{:.2} %", share * 100.0);
    let reached = p.reached.map_or_else(|| "too few values to tell".to_owned(), |w| format!("±{}", percent(w)));
    let missed = if p.is_reached() { "" } else { ", not reached" };
    format!("; medians asked to ±{}: {reached}{missed} ({} repetitions asked)", percent(p.asked), p.repetitions_asked)
}

/// One line for each pair of sources that tell different counts.
pub(super) fn disagreements(t: &TargetSummary) -> String {
    let one = |d: &SourcesDiffer| {
        let ((primary, said), (other, told)) = (d.largest.primary, d.largest.other);
        let (primary, other) = (primary.word(), other.word());
        format!("  token counts differ in {} exchanges; at most: {said} by {primary}, {told} by {other}\n", d.exchanges)
    };
    t.ledger.disagree.iter().map(one).collect()
}

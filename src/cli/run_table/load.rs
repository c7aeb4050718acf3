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
    let arrival = match load.arrival {
        AskedArrival::Closed { concurrency } => format!("{concurrency} at a time, {} started{times}", load.started),
        AskedArrival::Open { rate_per_second, spacing, max_open } => format!(
            "{} starts/s ({spacing}), at most {max_open} open; {} started{times}, {} shed",
            number(rate_per_second),
            load.started,
            load.shed
        ),
    };
    format!("{phase}{arrival}{}", load.precision.as_ref().map(precision).unwrap_or_default())
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

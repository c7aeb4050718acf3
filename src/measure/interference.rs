//! Two engines on one card: what each loses while the other works, phase by phase. Only the overlap counts.

mod decode;
mod prefill;
mod slow_down;
mod spans;

use std::time::Duration;

use super::exchange::Measures;
use super::summary::Timed;
use super::target::Target;
use decode::{overlap_share, rates_within};
use spans::{Span, covered, merged};

pub use slow_down::SlowDown;

/// What one target loses to the other.
#[derive(Debug, Clone, PartialEq)]
pub struct Interference {
    pub target: Target,
    pub other: Target,
    /// Generation in tokens per second, while the other engine works at all.
    pub decode: Option<SlowDown>,
    /// The same, while the other reads its prompt.
    pub decode_in_prefill: Option<SlowDown>,
    /// The same, while the other generates.
    pub decode_in_decode: Option<SlowDown>,
    /// The longest prompts measured both ways, in ms to the first token, while the other reads its prompt.
    pub prefill_in_prefill: Option<SlowDown>,
    /// The same, while the other generates.
    pub prefill_in_decode: Option<SlowDown>,
    /// TTFT in ms of exchanges sent while the other works; of the longest prompts measured both ways.
    pub ttft: Option<SlowDown>,
    /// Share of this target's generation time together that lay in the overlap.
    pub overlap: f64,
    /// Cell → why it is `None`.
    pub reasons_for_null: Vec<(&'static str, &'static str)>,
}

impl Interference {
    /// The cells by their names in the record.
    pub fn cells(&self) -> [(&'static str, &Option<SlowDown>); 6] {
        [
            ("decode", &self.decode),
            ("decode_in_prefill", &self.decode_in_prefill),
            ("decode_in_decode", &self.decode_in_decode),
            ("prefill_in_prefill", &self.prefill_in_prefill),
            ("prefill_in_decode", &self.prefill_in_decode),
            ("ttft", &self.ttft),
        ]
    }
}

/// Why a cell of generation has no figure.
const NO_RATE_ALONE: &str = "no answer alone had a rate";
const NO_DECODE_OVERLAP: &str = "no answer in company generated for 20 ms or more within that part of the other's work";
/// Why a cell of prefill has none.
const NO_COMMON_LENGTH: &str =
    "no prompt length was measured both alone and in company, so there is nothing to hold against each other";
const NO_PREFILL_OVERLAP: &str = "of no prefill in company did half or more lie within that part of the other's work";
const NO_TTFT_OVERLAP: &str = "no exchange waited for its first token while the other worked";

/// One entry for each direction, where both sides were measured alone and together. Empty otherwise.
pub fn interference(exchanges: &[Timed<'_>]) -> Vec<Interference> {
    [(Target::Main, Target::Mini), (Target::Mini, Target::Main)]
        .into_iter()
        .filter_map(|(target, other)| one_direction(exchanges, target, other))
        .collect()
}

fn one_direction(exchanges: &[Timed<'_>], target: Target, other: Target) -> Option<Interference> {
    let of = |t: Target, together: bool| {
        exchanges.iter().filter(move |e| e.target == t && e.together == together && !e.trace.chunks.is_empty())
    };
    let alone: Vec<&Timed<'_>> = of(target, false).filter(|e| e.counts()).collect();
    let company: Vec<&Timed<'_>> = of(target, true).filter(|e| e.counts()).collect();
    if alone.is_empty() || company.is_empty() {
        return None;
    }
    let work = Work::of(of(other, true));
    let rates: Vec<f64> = alone.iter().filter_map(|e| Measures::of(e.trace).tokens_per_second).collect();
    let decode = |spans: &[Span]| slow_down::of_rates(&rates, &rates_within(&company, spans));
    let (decodes, overlap) =
        ((decode(&work.busy), decode(&work.prefills), decode(&work.decodes)), overlap_share(&company, &work.busy));
    let (alone, company, known) = prefill::longest_class(alone, company);
    let prefill = |spans: &[Span]| prefill::slow_down(&alone, &company, spans).filter(|_| known);
    let mut found = Interference {
        target,
        other,
        decode: decodes.0,
        decode_in_prefill: decodes.1,
        decode_in_decode: decodes.2,
        prefill_in_prefill: prefill(&work.prefills),
        prefill_in_decode: prefill(&work.decodes),
        ttft: ttft(&alone, &company, &work.busy),
        overlap,
        reasons_for_null: Vec::new(),
    };
    found.reasons_for_null = reasons(&found, rates.is_empty(), known);
    Some(found)
}

fn reasons(found: &Interference, no_rate_alone: bool, known_lengths: bool) -> Vec<(&'static str, &'static str)> {
    let why = |cell: &str| match cell {
        "ttft" => NO_TTFT_OVERLAP,
        _ if cell.starts_with("decode") && no_rate_alone => NO_RATE_ALONE,
        _ if cell.starts_with("decode") => NO_DECODE_OVERLAP,
        _ if !known_lengths => NO_COMMON_LENGTH,
        _ => NO_PREFILL_OVERLAP,
    };
    found.cells().into_iter().filter(|(_, s)| s.is_none()).map(|(cell, _)| (cell, why(cell))).collect()
}

/// When the other engine did what, on the run's clock; its warm-ups and failures too, since they were work.
struct Work {
    prefills: Vec<Span>,
    decodes: Vec<Span>,
    busy: Vec<Span>,
}

impl Work {
    fn of<'a>(other: impl Iterator<Item = &'a Timed<'a>> + Clone) -> Work {
        let prefills = merged(other.clone().filter_map(|e| Some((e.sent, e.first()?))).collect());
        let decodes = merged(other.filter_map(|e| Some((e.first()?, e.end()))).collect());
        let busy = merged(prefills.iter().chain(&decodes).copied().collect());
        Work { prefills, decodes, busy }
    }
}

fn ttft(alone: &[&Timed<'_>], company: &[&Timed<'_>], busy: &[Span]) -> Option<SlowDown> {
    let touched = |e: &&&Timed<'_>| e.first().is_some_and(|first| covered((e.sent, first), busy) > Duration::ZERO);
    let of = |e: &Timed<'_>| Measures::of(e.trace).ttft_ms;
    let alone: Vec<f64> = alone.iter().filter_map(|e| of(e)).collect();
    let together: Vec<f64> = company.iter().filter(touched).filter_map(|e| of(e)).collect();
    slow_down::of_times(&alone, &together)
}

#[cfg(test)]
mod tests;

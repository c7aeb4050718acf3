//! The summary of one target: many exchanges, one population for each measure.

use std::time::Duration;

use super::exchange::{self, Measures};
use super::ledger::{Disagreement, Source};
use super::percentile::Distribution;
use super::target::Target;
use super::trace::{Ending, Trace};

/// One exchange on the run's clock, as the summary and the other folds need it.
#[derive(Debug, Clone, Copy)]
pub struct Timed<'a> {
    pub target: Target,
    pub warm_up: bool,
    /// Whether other workloads were measured at the same time.
    pub together: bool,
    /// When it was asked for: the intent of a pipeline's answer, else the send. Counted from the run's origin.
    pub began: Duration,
    /// The send, counted from the run's origin.
    pub sent: Duration,
    pub trace: &'a Trace,
}

impl Timed<'_> {
    /// Whether it enters statistics.
    pub fn counts(&self) -> bool {
        !self.warm_up && self.trace.ending.counts()
    }

    /// The end of generation on the run's clock; the close where nothing was generated.
    pub fn end(&self) -> Duration {
        self.sent + self.trace.end_of_generation().unwrap_or(self.trace.closed)
    }

    /// The first content-bearing chunk on the run's clock.
    pub fn first(&self) -> Option<Duration> {
        self.trace.chunks.first().map(|c| self.sent + c.offset)
    }
}

/// How many exchanges ended how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub complete: u32,
    pub length: u32,
    pub cancelled: u32,
    pub failed: u32,
    pub warm_up: u32,
}

/// The token ledger over a target's exchanges.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LedgerSummary {
    /// The source declared primary; the weakest one where exchanges differ.
    pub primary: Option<Source>,
    /// Sums of each source's claims; `None` where a source spoke of no exchange.
    pub timings: Option<u64>,
    pub usage: Option<u64>,
    pub tokenizer: Option<u64>,
    pub chunks: u64,
    /// Exchanges in which two sources differ by more than 2 %.
    pub disagreements: u32,
    /// Which sources those were; empty where all agree.
    pub disagree: Vec<SourcesDiffer>,
}

/// Two sources that told different counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourcesDiffer {
    /// How many exchanges they differ in.
    pub exchanges: u32,
    /// Their claims in the exchange in which they differ the most.
    pub largest: Disagreement,
}

/// Whose exchanges a summary speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Population {
    /// Every exchange of the target.
    All,
    /// Those that ran alone: the target was measured in company too, and a mixture would say nothing.
    Alone,
}

impl Population {
    pub fn word(self) -> &'static str {
        match self {
            Population::All => "all",
            Population::Alone => "alone",
        }
    }
}

/// Everything said of one target. `None` = no exchange had that measure.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetSummary {
    pub target: Target,
    pub population: Population,
    pub counts: Counts,
    pub ttft_ms: Option<Distribution>,
    pub ttfo_ms: Option<Distribution>,
    pub itl_ms: Option<Distribution>,
    pub icl_ms: Option<Distribution>,
    pub tpot_ms: Option<Distribution>,
    pub e2e_ms: Option<Distribution>,
    pub tokens_per_second: Option<Distribution>,
    pub e2e_tokens_per_second: Option<Distribution>,
    pub prefill_tokens_per_second: Option<Distribution>,
    pub headers_ms: Option<Distribution>,
    pub connect_ms: Option<Distribution>,
    pub start_delay_ms: Option<Distribution>,
    /// In open-loop runs only.
    pub ttft_from_planned_ms: Option<Distribution>,
    pub e2e_from_planned_ms: Option<Distribution>,
    pub engine_tokens_per_second: Option<Distribution>,
    pub output_tokens: u64,
    pub prompt_tokens: Option<u64>,
    pub cached_prompt_tokens: Option<u64>,
    /// Σ tokens / (max end − min start), in tokens per second.
    pub throughput_tokens_per_second: Option<f64>,
    /// Open exchanges over the measured window, weighted by time.
    pub concurrency: Option<f64>,
    /// Measured starts per second.
    pub achieved_rate_per_second: Option<f64>,
    /// Some rate had to take the first chunk as one token.
    pub rate_is_upper_bound: bool,
    pub coalesced: u64,
    pub chunks: u64,
    pub ledger: LedgerSummary,
}

/// Summarises one target's exchanges; those alone where there are both kinds (the others are in the interference).
/// Warm-up and failed exchanges are counted and enter no statistic.
pub fn summarise(target: Target, exchanges: &[Timed<'_>]) -> TargetSummary {
    summarised(target, exchanges, Distribution::of)
}

/// The same without intervals, which cost the most: for a look while the run measures.
pub fn summarise_so_far(target: Target, exchanges: &[Timed<'_>]) -> TargetSummary {
    summarised(target, exchanges, Distribution::without_interval)
}

/// The exchanges of a target that its figures speak of, warm-up and failed ones included: those alone where it was
/// measured alone and in company.
pub fn population<'a, 't>(target: Target, exchanges: &'a [Timed<'t>]) -> (Population, Vec<&'a Timed<'t>>) {
    let of_target: Vec<&Timed<'_>> = exchanges.iter().filter(|e| e.target == target).collect();
    let both = |together: bool| of_target.iter().any(|e| e.counts() && e.together == together);
    let population = if both(true) && both(false) { Population::Alone } else { Population::All };
    (population, of_target.into_iter().filter(|e| population == Population::All || !e.together).collect())
}

fn summarised(
    target: Target,
    exchanges: &[Timed<'_>],
    distribution: fn(Vec<f64>) -> Option<Distribution>,
) -> TargetSummary {
    let (population, of_target) = population(target, exchanges);
    let counted: Vec<&Timed<'_>> = of_target.iter().copied().filter(|e| e.counts()).collect();
    let measures: Vec<Measures> = counted.iter().map(|e| Measures::of(e.trace)).collect();
    let dist = |f: fn(&Measures) -> Option<f64>| distribution(measures.iter().filter_map(f).collect());
    let planned = counted.iter().any(|e| !e.trace.start_delay.is_zero());
    let output_tokens = measures.iter().filter_map(|m| m.output_tokens).map(u64::from).sum();
    let window = window(&counted);
    TargetSummary {
        target,
        population,
        counts: counts(&of_target),
        ttft_ms: dist(|m| m.ttft_ms),
        ttfo_ms: dist(|m| m.ttfo_ms),
        itl_ms: distribution(counted.iter().flat_map(|e| exchange::itl_ms(e.trace)).collect()),
        icl_ms: distribution(counted.iter().flat_map(|e| exchange::icl_ms(e.trace)).collect()),
        tpot_ms: dist(|m| m.tpot_ms),
        e2e_ms: dist(|m| m.e2e_ms),
        tokens_per_second: dist(|m| m.tokens_per_second),
        e2e_tokens_per_second: dist(|m| m.e2e_tokens_per_second),
        prefill_tokens_per_second: dist(|m| m.prefill_tokens_per_second),
        headers_ms: dist(|m| m.headers_ms),
        connect_ms: dist(|m| Some(m.connect_ms)),
        start_delay_ms: dist(|m| Some(m.start_delay_ms)),
        ttft_from_planned_ms: dist(|m| m.ttft_from_planned_ms).filter(|_| planned),
        e2e_from_planned_ms: dist(|m| m.e2e_from_planned_ms).filter(|_| planned),
        engine_tokens_per_second: dist(|m| m.engine_tokens_per_second),
        output_tokens,
        prompt_tokens: sum(measures.iter().map(|m| m.prompt_tokens)),
        cached_prompt_tokens: sum(measures.iter().map(|m| m.cached_prompt_tokens)),
        throughput_tokens_per_second: window.map(|w| output_tokens as f64 / w).filter(|t| *t > 0.0),
        concurrency: concurrency(&counted),
        achieved_rate_per_second: start_rate(&counted),
        rate_is_upper_bound: measures.iter().any(|m| m.rate_is_upper_bound),
        coalesced: measures.iter().map(|m| u64::from(m.coalesced)).sum(),
        chunks: measures.iter().map(|m| u64::from(m.chunks)).sum(),
        ledger: ledger(&counted, &measures),
    }
}

fn counts(exchanges: &[&Timed<'_>]) -> Counts {
    let mut c = Counts::default();
    for e in exchanges {
        match (&e.trace.ending, e.warm_up) {
            (_, true) => c.warm_up += 1,
            (Ending::Complete, _) => c.complete += 1,
            (Ending::Length, _) => c.length += 1,
            (Ending::Cancelled, _) => c.cancelled += 1,
            _ => c.failed += 1,
        }
    }
    c
}

/// From the first start to the last end, in seconds; `None` where it is empty.
pub(super) fn window(exchanges: &[&Timed<'_>]) -> Option<f64> {
    let from = exchanges.iter().map(|e| e.began).min()?;
    let to = exchanges.iter().map(|e| e.end()).max()?;
    Some(to.saturating_sub(from).as_secs_f64()).filter(|w| *w > 0.0)
}

/// Open exchanges over the window, weighted by time.
pub(super) fn concurrency(exchanges: &[&Timed<'_>]) -> Option<f64> {
    let open = |e: &&Timed<'_>| (e.end() - e.began).as_secs_f64();
    window(exchanges).map(|w| exchanges.iter().map(open).sum::<f64>() / w)
}

/// (n − 1) starts over the time between the first and the last one.
pub(super) fn start_rate(exchanges: &[&Timed<'_>]) -> Option<f64> {
    let first = exchanges.iter().map(|e| e.began).min()?;
    let last = exchanges.iter().map(|e| e.began).max()?;
    let span = (last - first).as_secs_f64();
    (span > 0.0).then(|| (exchanges.len() - 1) as f64 / span)
}

fn sum(values: impl Iterator<Item = Option<u32>>) -> Option<u64> {
    let mut known = values.flatten().map(u64::from).peekable();
    known.peek()?;
    Some(known.sum())
}

fn ledger(exchanges: &[&Timed<'_>], measures: &[Measures]) -> LedgerSummary {
    let claims = || exchanges.iter().map(|e| e.trace.output);
    LedgerSummary {
        primary: measures.iter().filter_map(|m| m.output_source).max(),
        timings: sum(claims().map(|c| c.timings)),
        usage: sum(claims().map(|c| c.usage)),
        tokenizer: sum(claims().map(|c| c.tokenizer)),
        chunks: measures.iter().map(|m| u64::from(m.chunks)).sum(),
        disagreements: measures.iter().filter(|m| m.disagreement.is_some()).count() as u32,
        disagree: disagree(measures.iter().filter_map(|m| m.disagreement)),
    }
}

/// One entry for each pair of sources.
fn disagree(all: impl Iterator<Item = Disagreement>) -> Vec<SourcesDiffer> {
    let mut out: Vec<SourcesDiffer> = Vec::new();
    for d in all {
        let pair = |d: &Disagreement| (d.primary.0, d.other.0);
        match out.iter_mut().find(|known| pair(&known.largest) == pair(&d)) {
            None => out.push(SourcesDiffer { exchanges: 1, largest: d }),
            Some(known) => {
                known.exchanges += 1;
                if d.gap() > known.largest.gap() {
                    known.largest = d;
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::trace::{Chunk, ChunkKind, EngineDurations, OutputClaims, PromptClaims};
    use super::*;

    fn trace(first_ms: u64, gap_ms: u64, n: u32, ending: Ending) -> Trace {
        let chunk = |i: u32| Chunk {
            offset: Duration::from_millis(first_ms + gap_ms * u64::from(i)),
            kind: ChunkKind::Answer,
            tokens: Some(1),
            coalesced: false,
        };
        Trace {
            connect: Duration::ZERO,
            start_delay: Duration::ZERO,
            headers: None,
            first_byte: None,
            chunks: (0..n).map(chunk).collect(),
            finish: None,
            closed: Duration::from_secs(100),
            ending,
            output: OutputClaims { usage: Some(n), ..OutputClaims::default() },
            prompt: PromptClaims::default(),
            engine: EngineDurations::default(),
            engine_raw: None,
        }
    }

    fn timed(sent_ms: u64, trace: &Trace, warm_up: bool) -> Timed<'_> {
        let sent = Duration::from_millis(sent_ms);
        Timed { target: Target::Main, warm_up, together: false, began: sent, sent, trace }
    }

    #[test]
    fn warm_up_and_failed_exchanges_enter_no_statistic() {
        let (good, slow) = (trace(100, 10, 11, Ending::Length), trace(9_000, 10, 11, Ending::Length));
        let broken = trace(5_000, 10, 3, Ending::Broken("reset".into()));
        let all = [timed(0, &slow, true), timed(0, &good, false), timed(1_000, &broken, false)];
        let s = summarise(Target::Main, &all);
        assert_eq!(s.counts, Counts { length: 1, failed: 1, warm_up: 1, ..Counts::default() });
        let ttft = s.ttft_ms.expect("one exchange");
        assert_eq!((ttft.n, ttft.max), (1, 100.0));
        assert_eq!(s.output_tokens, 11);
        assert_eq!(summarise(Target::Mini, &all).ttft_ms, None);
    }

    #[test]
    fn throughput_is_the_rate_of_sums_and_not_the_mean_of_rates() {
        // Two answers of 11 tokens, side by side, from 0 to 200 ms: 22 tokens in 0.2 s; each alone 100 tok/s.
        let t = trace(100, 10, 11, Ending::Complete);
        let s = summarise(Target::Main, &[timed(0, &t, false), timed(0, &t, false)]);
        let throughput = s.throughput_tokens_per_second.expect("a window");
        assert!((throughput - 110.0).abs() < 1e-9, "{throughput}");
        assert!((s.tokens_per_second.expect("rates").median - 100.0).abs() < 1e-9);
        assert!((s.concurrency.expect("a window") - 2.0).abs() < 1e-9);
    }

    #[test]
    fn a_target_measured_both_ways_is_summarised_alone() {
        let (fast, slow) = (trace(100, 10, 11, Ending::Complete), trace(300, 20, 11, Ending::Complete));
        let together = Timed { together: true, ..timed(9_000, &slow, false) };
        let s = summarise(Target::Main, &[timed(0, &fast, false), together]);
        assert_eq!((s.population, s.counts.complete, s.ttft_ms.map(|d| d.max)), (Population::Alone, 1, Some(100.0)));
        assert_eq!(summarise(Target::Main, &[together]).population, Population::All);
    }

    #[test]
    fn a_look_while_the_run_measures_differs_by_the_intervals_alone() {
        let t = trace(100, 10, 11, Ending::Complete);
        let all = [timed(0, &t, false), timed(1_000, &t, false), timed(2_000, &t, false)];
        let (end, so_far) = (summarise(Target::Main, &all), summarise_so_far(Target::Main, &all));
        let ttft = so_far.ttft_ms.clone().expect("three exchanges");
        assert_eq!((ttft.median, ttft.median_interval), (100.0, None));
        assert!(end.ttft_ms.is_some_and(|d| d.median_interval.is_some()));
        assert_eq!((so_far.counts, so_far.output_tokens), (end.counts, end.output_tokens));
    }

    #[test]
    fn the_weakest_source_names_the_ledger() {
        let (a, mut b) = (trace(1, 1, 5, Ending::Complete), trace(1, 1, 5, Ending::Complete));
        b.output.usage = None;
        let s = summarise(Target::Main, &[timed(0, &a, false), timed(9, &b, false)]);
        assert_eq!(s.ledger.primary, Some(Source::Chunks));
        assert_eq!((s.ledger.usage, s.ledger.timings, s.ledger.chunks), (Some(5), None, 10));
        assert_eq!(s.ledger.disagree, []);
    }

    #[test]
    fn the_ledger_names_the_sources_that_differ_and_the_worst_case() {
        let claims = |timings, usage| {
            let mut t = trace(1, 1, 10, Ending::Complete);
            t.output = OutputClaims { timings: Some(timings), usage: Some(usage), tokenizer: None };
            t
        };
        let all = [claims(100, 105), claims(100, 140), claims(100, 100), claims(5, 5)];
        let timed: Vec<_> = all.iter().map(|t| timed(0, t, false)).collect();
        let ledger = summarise(Target::Main, &timed).ledger;
        let pair = |d: &SourcesDiffer| (d.exchanges, d.largest.primary, d.largest.other);
        let found: Vec<_> = ledger.disagree.iter().map(pair).collect();
        let (timings, usage, chunks) = (Source::Timings, Source::Usage, Source::Chunks);
        assert_eq!(found, [(2, (timings, 100), (usage, 140)), (1, (timings, 5), (chunks, 10))]);
        assert_eq!(ledger.disagreements, 3);
    }
}

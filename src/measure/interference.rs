//! Two engines on one card: what each loses while the other works. Only the overlap counts.

use std::time::Duration;

use super::exchange::Measures;
use super::percentile::{SplitMix, quantile};
use super::summary::Timed;
use super::target::Target;

/// A figure alone and together. For rates the slow-down is alone / together; for times together / alone: above 1
/// means slower in company.
#[derive(Debug, Clone, PartialEq)]
pub struct SlowDown {
    pub n_alone: usize,
    pub n_together: usize,
    /// Medians.
    pub alone: f64,
    pub together: f64,
    pub factor: f64,
    /// Bootstrap 95 % interval on the factor; `None` below three values on a side.
    pub interval: Option<(f64, f64)>,
}

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
    /// TTFT in ms of exchanges sent while the other works.
    pub ttft: Option<SlowDown>,
    /// Share of this target's generation time together that lay in the overlap.
    pub overlap: f64,
}

type Span = (Duration, Duration);

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
    let alone: Vec<Measures> = of(target, false).filter(|e| e.counts()).map(|e| Measures::of(e.trace)).collect();
    let company: Vec<&Timed<'_>> = of(target, true).filter(|e| e.counts()).collect();
    if alone.is_empty() || company.is_empty() {
        return None;
    }
    let prefills = merged(of(other, true).filter_map(|e| Some((e.sent, e.first()?))).collect());
    let decodes = merged(of(other, true).filter_map(|e| Some((e.first()?, e.end()))).collect());
    let busy = merged(prefills.iter().chain(&decodes).copied().collect());
    let rates = |spans: &[Span]| company.iter().filter_map(|e| rate_within(e, spans)).collect::<Vec<f64>>();
    let alone_rates: Vec<f64> = alone.iter().filter_map(|m| m.tokens_per_second).collect();
    let alone_ttft: Vec<f64> = alone.iter().filter_map(|m| m.ttft_ms).collect();
    let ttft: Vec<f64> = company
        .iter()
        .filter(|e| e.first().is_some_and(|f| covered((e.sent, f), &busy) > Duration::ZERO))
        .filter_map(|e| Measures::of(e.trace).ttft_ms)
        .collect();
    Some(Interference {
        target,
        other,
        decode: slow_down(&alone_rates, &rates(&busy), Figure::Rate),
        decode_in_prefill: slow_down(&alone_rates, &rates(&prefills), Figure::Rate),
        decode_in_decode: slow_down(&alone_rates, &rates(&decodes), Figure::Rate),
        ttft: slow_down(&alone_ttft, &ttft, Figure::Time),
        overlap: overlap_share(&company, &busy),
    })
}

/// Spans sorted and joined where they touch.
fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.retain(|(from, to)| from < to);
    spans.sort_unstable();
    let mut out: Vec<Span> = Vec::with_capacity(spans.len());
    for (from, to) in spans {
        match out.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => out.push((from, to)),
        }
    }
    out
}

/// How much of `span` the merged `spans` cover.
fn covered(span: Span, spans: &[Span]) -> Duration {
    spans.iter().map(|s| s.1.min(span.1).saturating_sub(s.0.max(span.0))).sum()
}

/// Shortest overlap from which a rate is taken: below it one gap decides.
const SHORTEST_OVERLAP: Duration = Duration::from_millis(20);

/// Tokens per second of one exchange within the spans: each gap between chunks brings the tokens of the chunk
/// that ends it, by the share of the gap that lies in the spans.
fn rate_within(e: &Timed<'_>, spans: &[Span]) -> Option<f64> {
    let m = Measures::of(e.trace);
    let (rate, generation) = (m.tokens_per_second?, m.generation_ms?);
    let gaps = (e.trace.chunks.len() - 1).max(1) as f64;
    let each = rate * generation / 1e3 / gaps;
    let (mut tokens, mut time) = (0.0, Duration::ZERO);
    for pair in e.trace.chunks.windows(2) {
        let (from, to) = (e.sent + pair[0].offset, e.sent + pair[1].offset);
        let inside = covered((from, to), spans);
        if to > from {
            tokens += each * inside.as_secs_f64() / (to - from).as_secs_f64();
        } else if spans.iter().any(|s| s.0 <= from && from < s.1) {
            tokens += each;
        }
        time += inside;
    }
    (time >= SHORTEST_OVERLAP && tokens > 0.0).then(|| tokens / time.as_secs_f64())
}

fn overlap_share(company: &[&Timed<'_>], busy: &[Span]) -> f64 {
    let spans = company.iter().filter_map(|e| Some((e.first()?, e.end())));
    let (mut inside, mut whole) = (0.0, 0.0);
    for span in spans {
        inside += covered(span, busy).as_secs_f64();
        whole += (span.1 - span.0).as_secs_f64();
    }
    if whole > 0.0 { inside / whole } else { 0.0 }
}

#[derive(Clone, Copy)]
enum Figure {
    Rate,
    Time,
}

/// Resamplings of each side.
const RESAMPLES: usize = 1_000;

fn slow_down(alone: &[f64], together: &[f64], figure: Figure) -> Option<SlowDown> {
    let factor = |a: f64, t: f64| match figure {
        Figure::Rate => a / t,
        Figure::Time => t / a,
    };
    let (a, t) = (median(alone.to_vec())?, median(together.to_vec())?);
    let f = factor(a, t);
    if !f.is_finite() {
        return None;
    }
    let interval = (alone.len() >= 3 && together.len() >= 3).then(|| {
        let mut random = SplitMix((alone.len() * 1_000_003 + together.len()) as u64);
        let mut draw = |from: &[f64]| -> Vec<f64> {
            from.iter().map(|_| from[(random.next() % from.len() as u64) as usize]).collect()
        };
        let mut factors: Vec<f64> = (0..RESAMPLES)
            .filter_map(|_| Some(factor(median(draw(alone))?, median(draw(together))?)))
            .filter(|f| f.is_finite())
            .collect();
        factors.sort_by(f64::total_cmp);
        (quantile(&factors, 0.025).unwrap_or(f), quantile(&factors, 0.975).unwrap_or(f))
    });
    Some(SlowDown { n_alone: alone.len(), n_together: together.len(), alone: a, together: t, factor: f, interval })
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    quantile(&values, 0.5)
}

#[cfg(test)]
mod tests {
    use super::super::trace::{Chunk, ChunkKind, Ending, EngineDurations, OutputClaims, PromptClaims, Trace};
    use super::*;

    /// A trace whose chunks come at these ms, one token each.
    fn trace(at_ms: impl IntoIterator<Item = u64>) -> Trace {
        let chunks: Vec<Chunk> = at_ms
            .into_iter()
            .map(|at| Chunk {
                offset: Duration::from_millis(at),
                kind: ChunkKind::Answer,
                tokens: Some(1),
                coalesced: false,
            })
            .collect();
        Trace {
            connect: Duration::ZERO,
            start_delay: Duration::ZERO,
            headers: None,
            first_byte: None,
            output: OutputClaims { usage: Some(chunks.len() as u32), ..OutputClaims::default() },
            chunks,
            finish: None,
            closed: Duration::from_secs(60),
            ending: Ending::Length,
            prompt: PromptClaims::default(),
            engine: EngineDurations::default(),
            engine_raw: None,
        }
    }

    fn timed(target: Target, together: bool, sent_ms: u64, trace: &Trace) -> Timed<'_> {
        let sent = Duration::from_millis(sent_ms);
        Timed { target, warm_up: false, together, began: sent, sent, trace }
    }

    #[test]
    fn half_the_rate_in_company_is_a_factor_of_two() {
        let alone = trace((0..=100).map(|i| 100 + i * 10));
        let slow = trace((0..=50).map(|i| 100 + i * 20));
        let long = trace((0..=200).map(|i| 50 + i * 10));
        let all = [
            timed(Target::Main, false, 0, &alone),
            timed(Target::Mini, false, 5_000, &long),
            timed(Target::Main, true, 10_000, &slow),
            timed(Target::Mini, true, 10_000, &long),
        ];
        let found = interference(&all);
        let main = found.first().expect("main was measured both ways");
        let decode = main.decode.as_ref().expect("an overlap");
        assert!((decode.factor - 2.0).abs() < 1e-9, "{decode:?}");
        assert!((main.overlap - 1.0).abs() < 1e-9);
        assert_eq!(main.ttft.as_ref().map(|t| t.factor), Some(1.0));
    }

    #[test]
    fn only_the_overlap_counts() {
        // Together, main runs at 100 tok/s while mini works (to 600 ms), and at 1000 tok/s afterwards.
        let alone = trace((0..=100).map(|i| 100 + i));
        let mixed = trace((0..=50).map(|i| 100 + i * 10).chain((1..=50).map(|i| 600 + i)));
        let mini = trace([50, 600]);
        let all = [
            timed(Target::Main, false, 0, &alone),
            timed(Target::Main, true, 10_000, &mixed),
            timed(Target::Mini, true, 10_000, &mini),
        ];
        let main = &interference(&all)[0];
        let decode = main.decode.as_ref().expect("an overlap");
        assert!((decode.factor - 10.0).abs() < 1e-6, "{decode:?}");
        assert!(main.decode_in_prefill.is_none(), "mini's prefill ended before main's first chunk");
    }

    #[test]
    fn without_a_side_alone_there_is_nothing_to_say() {
        let t = trace([10, 20, 30]);
        assert!(interference(&[timed(Target::Main, true, 0, &t), timed(Target::Mini, true, 0, &t)]).is_empty());
    }

    #[test]
    fn touching_spans_are_joined() {
        let s = Duration::from_secs;
        assert_eq!(merged(vec![(s(5), s(6)), (s(1), s(2)), (s(2), s(3)), (s(4), s(4))]), [(s(1), s(3)), (s(5), s(6))]);
    }
}

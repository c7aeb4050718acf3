//! The measures of one exchange. Every formula takes a [`Trace`] and nothing else.

use std::time::Duration;

use super::ledger::{Disagreement, Ledger, Source};
use super::trace::{Chunk, ChunkKind, Trace};

/// The measures of one exchange, in ms and tokens per second. Missing is `None`, never 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Measures {
    pub connect_ms: f64,
    pub start_delay_ms: f64,
    /// End of the response's head: on some engines the time spent in their queue.
    pub headers_ms: Option<f64>,
    pub first_byte_ms: Option<f64>,
    /// First chunk with content, reasoning or a tool call (AIPerf's TTFT).
    pub ttft_ms: Option<f64>,
    /// First chunk of the answer, reasoning excluded.
    pub ttfo_ms: Option<f64>,
    /// End of generation: the chunk with the finish reason, else the last content-bearing chunk.
    pub e2e_ms: Option<f64>,
    /// End of generation − first content-bearing chunk.
    pub generation_ms: Option<f64>,
    /// (n − k) / generation time: pure generation only, after the first token.
    pub tokens_per_second: Option<f64>,
    /// The size of the first chunk was not known, so k was taken as 1. Always so where n is the number of chunks itself:
    /// then the rate is an estimate.
    pub rate_is_upper_bound: bool,
    /// generation_ms / (n − k).
    pub tpot_ms: Option<f64>,
    /// n / e2e, with TTFT inside.
    pub e2e_tokens_per_second: Option<f64>,
    /// Evaluated prompt tokens / TTFT; cached ones are not evaluated.
    pub prefill_tokens_per_second: Option<f64>,
    /// Latencies from the planned start, in open-loop runs.
    pub ttft_from_planned_ms: Option<f64>,
    pub e2e_from_planned_ms: Option<f64>,
    pub output_tokens: Option<u32>,
    pub output_source: Option<Source>,
    pub disagreement: Option<Disagreement>,
    pub prompt_tokens: Option<u32>,
    pub cached_prompt_tokens: Option<u32>,
    pub chunks: u32,
    /// Chunks that came in the same read as the one before.
    pub coalesced: u32,
    /// (predicted_n − 1) / the engine's own decode time: the cross-check.
    pub engine_tokens_per_second: Option<f64>,
}

/// Milliseconds of a duration.
pub fn ms(d: Duration) -> f64 {
    d.as_secs_f64() * 1e3
}

impl Measures {
    /// The definitions of docs/measures.md, "One exchange".
    pub fn of(trace: &Trace) -> Measures {
        let first = trace.chunks.first();
        let end = trace.end_of_generation();
        let ledger = ledger(trace);
        let primary = ledger.primary();
        let tokens = primary.map(|(_, n)| n);
        let generation = first.zip(end).map(|(f, e)| e.saturating_sub(f.offset));
        let (after_first, rate_is_upper_bound) = tokens_after_first(&trace.chunks, primary);
        let evaluated = evaluated_prompt_tokens(trace);
        let from_plan = |d: Duration| ms(d + trace.start_delay);
        Measures {
            connect_ms: ms(trace.connect),
            start_delay_ms: ms(trace.start_delay),
            headers_ms: trace.headers.map(ms),
            first_byte_ms: trace.first_byte.map(ms),
            ttft_ms: first.map(|c| ms(c.offset)),
            ttfo_ms: trace.chunks.iter().find(|c| c.kind == ChunkKind::Answer).map(|c| ms(c.offset)),
            e2e_ms: end.map(ms),
            generation_ms: generation.map(ms),
            tokens_per_second: after_first.zip(generation).and_then(|(n, g)| per_second(n, g)),
            rate_is_upper_bound,
            tpot_ms: after_first.zip(generation).filter(|(_, g)| !g.is_zero()).map(|(n, g)| ms(g) / f64::from(n)),
            e2e_tokens_per_second: tokens.zip(end).and_then(|(n, e)| per_second(n, e)),
            prefill_tokens_per_second: evaluated.zip(first).and_then(|(n, c)| per_second(n, c.offset)),
            ttft_from_planned_ms: first.map(|c| from_plan(c.offset)),
            e2e_from_planned_ms: end.map(from_plan),
            output_tokens: tokens,
            output_source: primary.map(|(source, _)| source),
            disagreement: ledger.disagreement(),
            prompt_tokens: trace.prompt.total,
            cached_prompt_tokens: trace.prompt.cached,
            chunks: trace.chunks.len() as u32,
            coalesced: trace.chunks.iter().filter(|c| c.coalesced).count() as u32,
            engine_tokens_per_second: engine_rate(trace),
        }
    }
}

/// The ledger of an exchange.
pub fn ledger(trace: &Trace) -> Ledger {
    Ledger { claims: trace.output, chunks: trace.chunks.len() as u32 }
}

/// n − k, and whether k had to be taken as 1. `None` where nothing comes after the first chunk. Where as many tokens are
/// claimed as there are chunks, each chunk holds one, so k is known to be 1; chunks that are counted for want of a claim
/// say nothing of the kind.
fn tokens_after_first(chunks: &[Chunk], tokens: Option<(Source, u32)>) -> (Option<u32>, bool) {
    let (Some(first), Some((source, n))) = (chunks.first(), tokens) else { return (None, false) };
    let one_each = (source != Source::Chunks && n as usize == chunks.len()).then_some(1);
    let known = first.tokens.filter(|k| *k > 0).or(one_each);
    let after = n.saturating_sub(known.unwrap_or(1));
    ((after > 0).then_some(after), known.is_none())
}

fn per_second(n: u32, window: Duration) -> Option<f64> {
    (n > 0 && !window.is_zero()).then(|| f64::from(n) / window.as_secs_f64())
}

fn evaluated_prompt_tokens(trace: &Trace) -> Option<u32> {
    trace.prompt.total.map(|n| n.saturating_sub(trace.prompt.cached.unwrap_or(0)))
}

fn engine_rate(trace: &Trace) -> Option<f64> {
    let n = trace.output.timings?.checked_sub(1)?;
    per_second(n, trace.engine.decode?)
}

/// Per-token latencies in ms: the gap before each chunk after the first, divided by the tokens in it, once for
/// each of these tokens. Where the engine does not say how many tokens a chunk holds, it is spread evenly from
/// the ledger: (n − k) tokens over the gaps.
pub fn itl_ms(trace: &Trace) -> Vec<f64> {
    let gaps = icl_ms(trace);
    let all_known = trace.chunks.iter().skip(1).all(|c| c.tokens.is_some_and(|n| n > 0));
    let (after, _) = tokens_after_first(&trace.chunks, ledger(trace).primary());
    let even = after.map_or(1.0, |n| (f64::from(n) / gaps.len().max(1) as f64).max(1.0));
    let mut out = Vec::with_capacity(after.unwrap_or(0) as usize);
    for (gap, chunk) in gaps.into_iter().zip(trace.chunks.iter().skip(1)) {
        let n = chunk.tokens.filter(|_| all_known).map_or(even, f64::from);
        out.extend(std::iter::repeat_n(gap / n, n.round().max(1.0) as usize));
    }
    out
}

/// The raw gaps between content-bearing chunks, in ms. Never called ITL.
pub fn icl_ms(trace: &Trace) -> Vec<f64> {
    trace.chunks.windows(2).map(|w| ms(w[1].offset.saturating_sub(w[0].offset))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::trace::{Ending, EngineDurations, OutputClaims, PromptClaims};
    use super::*;

    fn millis(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    /// A trace with chunks at these ms, a finish and a usage.
    fn trace(chunks_ms: &[u64], finish_ms: Option<u64>, usage: Option<u32>) -> Trace {
        let chunk = |at: &u64| Chunk { offset: millis(*at), kind: ChunkKind::Answer, tokens: None, coalesced: false };
        Trace {
            connect: millis(0),
            start_delay: millis(5),
            headers: Some(millis(10)),
            first_byte: Some(millis(11)),
            chunks: chunks_ms.iter().map(chunk).collect(),
            finish: finish_ms.map(millis),
            closed: millis(5_000),
            ending: Ending::Length,
            output: OutputClaims { usage, ..OutputClaims::default() },
            prompt: PromptClaims { asked: None, total: Some(100), cached: Some(40) },
            engine: EngineDurations::default(),
            engine_raw: None,
        }
    }

    #[test]
    fn the_rate_counts_pure_generation_after_the_first_token() {
        // 11 tokens, first at 120 ms, finish at 1120 ms: 10 tokens in one second; closing at 5 s does not count.
        let m = Measures::of(&trace(&[120, 600, 1_000], Some(1_120), Some(11)));
        assert_eq!(m.tokens_per_second, Some(10.0));
        assert_eq!(m.tpot_ms, Some(100.0));
        assert_eq!((m.ttft_ms, m.e2e_ms, m.generation_ms), (Some(120.0), Some(1_120.0), Some(1_000.0)));
        assert!(m.rate_is_upper_bound);
    }

    #[test]
    fn a_first_chunk_of_known_size_is_taken_off_whole() {
        let mut t = trace(&[100, 600, 1_100], None, Some(12));
        t.chunks[0].tokens = Some(4);
        let m = Measures::of(&t);
        assert_eq!((m.tokens_per_second, m.rate_is_upper_bound), (Some(8.0), false));
    }

    #[test]
    fn a_rate_by_chunks_alone_is_marked_and_one_by_as_many_claimed_tokens_is_not() {
        assert!(Measures::of(&trace(&[100, 600, 1_100], None, None)).rate_is_upper_bound);
        assert!(!Measures::of(&trace(&[100, 600, 1_100], None, Some(3))).rate_is_upper_bound);
    }

    #[test]
    fn an_answer_of_one_token_has_no_rate() {
        let m = Measures::of(&trace(&[120], Some(120), Some(1)));
        assert_eq!((m.tokens_per_second, m.tpot_ms, m.generation_ms), (None, None, Some(0.0)));
        assert_eq!(m.e2e_tokens_per_second, Some(1.0 / 0.12));
    }

    #[test]
    fn no_chunk_leaves_everything_missing() {
        let m = Measures::of(&trace(&[], Some(100), None));
        assert_eq!((m.ttft_ms, m.e2e_ms, m.tokens_per_second, m.output_tokens), (None, None, None, None));
    }

    #[test]
    fn cached_prompt_tokens_are_not_evaluated() {
        assert_eq!(Measures::of(&trace(&[100, 200], None, Some(2))).prefill_tokens_per_second, Some(600.0));
    }

    #[test]
    fn open_loop_latency_counts_from_the_plan() {
        let m = Measures::of(&trace(&[100, 200], None, Some(2)));
        assert_eq!((m.ttft_from_planned_ms, m.e2e_from_planned_ms), (Some(105.0), Some(205.0)));
    }

    #[test]
    fn reasoning_counts_for_ttft_and_not_for_ttfo() {
        let mut t = trace(&[100, 300, 400], None, Some(3));
        t.chunks[0].kind = ChunkKind::Reasoning;
        let m = Measures::of(&t);
        assert_eq!((m.ttft_ms, m.ttfo_ms), (Some(100.0), Some(300.0)));
    }

    #[test]
    fn a_stall_shows_as_one_long_gap() {
        assert_eq!(icl_ms(&trace(&[120, 140, 900], None, Some(3))), [20.0, 760.0]);
    }

    #[test]
    fn a_chunk_of_four_tokens_gives_four_latencies() {
        let mut t = trace(&[100, 180, 200], None, Some(6));
        t.chunks[0].tokens = Some(1);
        t.chunks[1].tokens = Some(4);
        t.chunks[2].tokens = Some(1);
        assert_eq!(itl_ms(&t), [20.0, 20.0, 20.0, 20.0, 20.0]);
    }

    #[test]
    fn the_engines_own_rate_leaves_its_first_token_out() {
        // The llama.cpp example: 12 tokens in 5.012 ms are 2194.73 tokens per second.
        let mut t = trace(&[100, 105], None, None);
        t.output.timings = Some(12);
        t.engine.decode = Some(Duration::from_micros(5_012));
        let rate = Measures::of(&t).engine_tokens_per_second.expect("a rate");
        assert!((rate - 2_194.73).abs() < 0.01, "{rate}");
    }

    proptest::proptest! {
        #[test]
        fn measures_never_contradict_each_other(mut at in proptest::collection::vec(1_u64..10_000, 1..50), n in 1_u32..100, finish in 0_u64..20_000) {
            at.sort_unstable();
            let t = trace(&at, Some(finish), Some(n));
            let m = Measures::of(&t);
            let (ttft, e2e, generation) = (m.ttft_ms.expect("ttft"), m.e2e_ms.expect("e2e"), m.generation_ms.expect("generation"));
            assert!((ttft + generation - e2e).abs() < 1e-6);
            assert!(m.tokens_per_second.is_none_or(|r| r.is_finite() && r > 0.0));
            assert!(icl_ms(&t).iter().all(|g| *g >= 0.0));
        }
    }
}

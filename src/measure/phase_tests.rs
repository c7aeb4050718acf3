use super::super::trace::{Chunk, ChunkKind, Ending, EngineDurations, OutputClaims, PromptClaims, Trace};
use super::*;

const PERIOD: Duration = Duration::from_millis(50);

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// Eleven tokens, the first after `first_ms`, then one each 10 ms.
fn trace(first_ms: u64, prompt: u32, ending: Ending) -> Trace {
    let chunk =
        |i: u64| Chunk { offset: ms(first_ms + 10 * i), kind: ChunkKind::Answer, tokens: Some(1), coalesced: false };
    Trace {
        connect: Duration::ZERO,
        start_delay: Duration::ZERO,
        headers: None,
        first_byte: None,
        chunks: (0..11).map(chunk).collect(),
        finish: None,
        closed: ms(first_ms + 100),
        ending,
        output: OutputClaims { usage: Some(11), ..OutputClaims::default() },
        prompt: PromptClaims { total: Some(prompt), ..PromptClaims::default() },
        engine: EngineDurations::default(),
        engine_raw: None,
    }
}

fn at<'a>(phase: &'a str, target: Target, sent_ms: u64, trace: &'a Trace) -> InPhase<'a> {
    InPhase {
        phase,
        timed: Timed { target, warm_up: false, together: false, began: ms(sent_ms), sent: ms(sent_ms), trace },
    }
}

/// Used VRAM at these ms.
fn samples(points: &[(u64, u64)]) -> Vec<GpuSample> {
    let one = |&(at, used): &(u64, u64)| GpuSample { vram_used_bytes: Some(used), ..GpuSample::blank(0, ms(at)) };
    points.iter().map(one).collect()
}

#[test]
fn each_phase_has_its_own_figures_and_its_own_peak() {
    let (short, long) = (trace(100, 500, Ending::Length), trace(900, 4_000, Ending::Length));
    let broken = trace(50, 500, Ending::Broken("reset".into()));
    let all = [
        at("short", Target::Main, 0, &short),
        at("short", Target::Main, 300, &broken),
        at("long", Target::Main, 1_000, &long),
    ];
    // Tokens flow from 100 to 200 ms, and from 1900 to 2000 ms.
    let found = phases(&all, &samples(&[(140, 7), (600, 99), (1_960, 9)]), PERIOD);
    let brief: Vec<_> =
        found.iter().map(|p| (p.phase.as_str(), p.n, p.failed, p.ttft_ms, p.vram_at_peak_bytes)).collect();
    assert_eq!(brief, [("short", 1, 1, Some(100.0), Some(7)), ("long", 1, 0, Some(900.0), Some(9))]);
    assert_eq!((found[0].prompt_tokens, found[0].prefill_tokens_per_second), (Some(500.0), Some(5_000.0)));
    assert_eq!((found[0].tokens_per_second, found[0].throughput_tokens_per_second), (Some(100.0), Some(55.0)));
}

#[test]
fn targets_of_one_phase_stand_in_their_order() {
    let t = trace(100, 16, Ending::Complete);
    let all = [at("both", Target::Mini, 0, &t), at("both", Target::Main, 1, &t), at("main", Target::Main, 900, &t)];
    let found: Vec<_> = phases(&all, &[], PERIOD).into_iter().map(|p| (p.phase, p.target)).collect();
    assert_eq!(found, [("both".into(), Target::Main), ("both".into(), Target::Mini), ("main".into(), Target::Main)]);
}

#[test]
fn a_phase_that_comes_again_is_an_entry_of_its_own() {
    let t = trace(100, 16, Ending::Complete);
    let all = [0, 1_000, 2_000].map(|sent| at(if sent == 1_000 { "b" } else { "a" }, Target::Main, sent, &t));
    let found: Vec<_> = phases(&all, &[], PERIOD).into_iter().map(|p| (p.phase, p.n)).collect();
    assert_eq!(found, [("a".to_owned(), 1), ("b".to_owned(), 1), ("a".to_owned(), 1)]);
}

#[test]
fn a_run_of_one_phase_has_no_phases_to_tell_apart() {
    let t = trace(100, 16, Ending::Complete);
    let mut all = [at("warm-up", Target::Main, 0, &t), at("only", Target::Main, 500, &t)];
    all[0].timed.warm_up = true;
    assert_eq!(phases(&all, &[], PERIOD), []);
}

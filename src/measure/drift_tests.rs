use super::super::trace::{Chunk, ChunkKind, Ending, EngineDurations, OutputClaims, PromptClaims, Trace};
use super::*;

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// Two tokens, the second 10 ms after the first.
fn trace(first_ms: u64, prompt: u32) -> Trace {
    let chunk = |at: u64| Chunk { offset: ms(at), kind: ChunkKind::Answer, tokens: Some(1), coalesced: false };
    Trace {
        connect: Duration::ZERO,
        start_delay: Duration::ZERO,
        headers: None,
        first_byte: None,
        chunks: vec![chunk(first_ms), chunk(first_ms + 10)],
        finish: None,
        closed: ms(first_ms + 10),
        ending: Ending::Length,
        output: OutputClaims { usage: Some(2), ..OutputClaims::default() },
        prompt: PromptClaims { total: Some(prompt), ..PromptClaims::default() },
        engine: EngineDurations::default(),
        engine_raw: None,
    }
}

/// One exchange a `second` each, `n` of them; what each is like is told by its number.
fn load(n: u64, each_ms: u64, of: impl Fn(u64) -> Trace) -> Vec<(Duration, Trace)> {
    (0..n).map(|i| (ms(i * each_ms), of(i))).collect()
}

fn phased<'a>(load: &'a [(Duration, Trace)], phase: fn(usize) -> &'static str) -> Vec<InPhase<'a>> {
    let one = |(i, (sent, trace)): (usize, &'a (Duration, Trace))| InPhase {
        phase: phase(i),
        timed: Timed { target: Target::Main, warm_up: false, together: false, began: *sent, sent: *sent, trace },
    };
    load.iter().enumerate().map(one).collect()
}

#[test]
fn a_first_token_that_comes_later_and_later_drifts() {
    // 1 ms later every 10 s: 360 ms in an hour.
    let load = load(13, 10_000, |i| trace(100 + i, 64));
    let found = drift(&phased(&load, |_| "soak"), &[]);
    let ttft = &found[0];
    assert_eq!((ttft.target, ttft.measure, ttft.n, ttft.mean), (Some(Target::Main), "ttft_ms", 13, 106.0));
    assert!((ttft.per_hour - 360.0).abs() < 1e-6, "{ttft:?}");
    assert!(ttft.interval.is_some_and(|(low, high)| low > 359.0 && high < 361.0));
    assert_eq!((found[1].measure, found[1].per_hour), ("tokens_per_second", 0.0));
}

#[test]
fn memory_that_leaks_shows_as_a_slope() {
    let load = load(13, 10_000, |_| trace(100, 64));
    // A byte a second, on each of two devices.
    let both = |i: u64| {
        [0, 1].map(|device| GpuSample { vram_used_bytes: Some(1_000 + i), ..GpuSample::blank(device, ms(i * 1_000)) })
    };
    let samples: Vec<GpuSample> = (0..120).flat_map(both).collect();
    let found = drift(&phased(&load, |_| "soak"), &samples);
    let vram = found.last().expect("VRAM");
    assert_eq!((vram.target, vram.measure), (None, "vram_used_bytes"));
    assert!((vram.per_hour - 7_200.0).abs() < 1e-6, "{vram:?}");
}

#[test]
fn a_run_of_less_than_a_minute_says_nothing() {
    let load = load(13, 4_000, |i| trace(100 + i, 64));
    assert_eq!(drift(&phased(&load, |_| "soak"), &[]), []);
}

#[test]
fn prompts_that_grow_are_no_drift() {
    let load = load(13, 10_000, |i| trace(100 + i, 64 + 64 * i as u32));
    assert_eq!(drift(&phased(&load, |_| "sweep"), &[]), []);
}

#[test]
fn a_load_that_is_raised_is_no_drift_and_one_cut_into_phases_is_steady() {
    let steady = load(20, 10_000, |i| trace(100 + i, 64));
    let halves = |i: usize| if i < 10 { "minute 0" } else { "minute 1" };
    assert_eq!(drift(&phased(&steady, halves), &[]).len(), 2);
    let mut raised = load(10, 10_000, |i| trace(100 + i, 64));
    raised.extend(load(10, 5_000, |i| trace(200 + i, 64)).into_iter().map(|(at, t)| (at + ms(100_000), t)));
    assert_eq!(drift(&phased(&raised, halves), &[]), []);
}

use super::*;
use crate::measure::trace::{Chunk, ChunkKind, Ending, EngineDurations, OutputClaims, PromptClaims, Trace};

/// A trace whose chunks come at these ms, one token each.
fn trace(at_ms: impl IntoIterator<Item = u64>) -> Trace {
    prompted(None, at_ms)
}

/// The same after a prompt of so many tokens.
fn prompted(prompt_tokens: Option<u32>, at_ms: impl IntoIterator<Item = u64>) -> Trace {
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
        prompt: PromptClaims { total: prompt_tokens, ..PromptClaims::default() },
        engine: EngineDurations::default(),
        engine_raw: None,
    }
}

fn timed(target: Target, together: bool, sent_ms: u64, trace: &Trace) -> Timed<'_> {
    Timed {
        target,
        warm_up: false,
        together,
        began: Duration::from_millis(sent_ms),
        sent: Duration::from_millis(sent_ms),
        trace,
    }
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
fn a_brief_touch_says_nothing_beside_a_long_overlap() {
    // Mini prefills throughout main's first answer in company, and for 40 of 1000 ms of its second one.
    let alone = trace((0..=100).map(|i| 100 + i * 10));
    let slow = trace((0..=50).map(|i| 100 + i * 20));
    let (reading, brief) = (trace([1_200]), trace([40]));
    let all = [
        timed(Target::Main, false, 0, &alone),
        timed(Target::Main, true, 10_000, &slow),
        timed(Target::Mini, true, 10_000, &reading),
        timed(Target::Main, true, 20_000, &alone),
        timed(Target::Mini, true, 20_500, &brief),
    ];
    let cell = interference(&all)[0].decode_in_prefill.clone().expect("an overlap");
    assert_eq!(cell.n_together, 1);
    assert!((cell.factor - 2.0).abs() < 1e-9, "{cell:?}");
}

/// Main reads 1000 tokens in 1000 ms alone, and in company as given; mini's chunks come at these ms from the same start.
#[track_caller]
fn check_prefill(main_first_ms: u64, mini_ms: &[u64], in_prefill: Option<f64>, in_decode: Option<f64>) {
    let alone = prompted(Some(1_000), [1_000]);
    let company = prompted(Some(1_000), [main_first_ms]);
    let mini = prompted(Some(16), mini_ms.iter().copied());
    let all = [
        timed(Target::Main, false, 0, &alone),
        timed(Target::Main, true, 10_000, &company),
        timed(Target::Mini, true, 10_000, &mini),
    ];
    let found = interference(&all);
    let near = |s: &Option<SlowDown>, expected: Option<f64>| match (s, expected) {
        (Some(s), Some(f)) => assert!((s.factor - f).abs() < 1e-9 && (s.together - 1e3 * f).abs() < 1e-6, "{s:?}"),
        (found, expected) => assert_eq!(found.as_ref().map(|s| s.factor), expected),
    };
    near(&found[0].prefill_in_prefill, in_prefill);
    near(&found[0].prefill_in_decode, in_decode);
}

#[test]
fn a_prefill_wholly_in_company_is_slower_by_the_ratio_of_the_times() {
    check_prefill(1_500, &[2_000], Some(1.5), None);
    check_prefill(1_500, &[0, 1_500], None, Some(1.5));
}

#[test]
fn of_a_prefill_only_the_overlap_counts() {
    // 1200 ms in company and 400 ms alone: the 1200 ms did the work of 1000 − 400 ms.
    check_prefill(1_600, &[1_200], Some(2.0), None);
}

#[test]
fn a_prefill_that_lies_less_than_half_in_the_phase_says_nothing() {
    check_prefill(1_100, &[500], None, None);
}

#[test]
fn a_prefill_without_work_left_for_the_overlap_says_nothing() {
    // 1100 ms outside the overlap are more than the whole prefill takes alone.
    check_prefill(2_300, &[1_200], None, None);
}

#[test]
fn only_the_longest_prompts_measured_both_ways_are_compared() {
    let (short, long) = (prompted(Some(100), [100]), prompted(Some(1_000), [1_000]));
    // Within 2 %, and a length that was never measured alone.
    let (company, longest) = (prompted(Some(1_015), [3_000]), prompted(Some(4_000), [40_000]));
    let mini = prompted(Some(16), [90_000]);
    let all = [
        timed(Target::Main, false, 0, &short),
        timed(Target::Main, false, 1_000, &long),
        timed(Target::Main, true, 10_000, &short),
        timed(Target::Main, true, 20_000, &company),
        timed(Target::Main, true, 30_000, &longest),
        timed(Target::Mini, true, 5_000, &mini),
    ];
    let main = &interference(&all)[0];
    let cell = main.prefill_in_prefill.as_ref().expect("an overlap");
    assert_eq!((cell.n_alone, cell.n_together, cell.factor), (1, 1, 3.0));
    let ttft = main.ttft.as_ref().expect("an overlap");
    assert_eq!((ttft.n_together, ttft.alone, ttft.factor), (1, 1_000.0, 3.0));
}

#[test]
fn the_interval_of_a_prefill_holds_its_factor() {
    let alone: Vec<Trace> = [980, 1_000, 1_020].map(|ms| prompted(Some(1_000), [ms])).into();
    let company: Vec<Trace> = [1_450, 1_500, 1_550].map(|ms| prompted(Some(1_000), [ms])).into();
    let mini = prompted(Some(16), [90_000]);
    let mut all: Vec<Timed<'_>> = alone.iter().map(|t| timed(Target::Main, false, 0, t)).collect();
    all.extend(company.iter().map(|t| timed(Target::Main, true, 10_000, t)));
    all.push(timed(Target::Mini, true, 5_000, &mini));
    let cell = interference(&all)[0].prefill_in_prefill.clone().expect("an overlap");
    let (low, high) = cell.interval.expect("three values on each side");
    assert!(low < cell.factor && cell.factor < high && low > 1.4 && high < 1.6, "{cell:?}");
}

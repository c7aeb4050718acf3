use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;
use crate::engines::{Edge, Failure, StageMark};
use crate::measure::{Chunk, ChunkKind, Ending, EngineDurations, OutputClaims, PromptClaims, Stage, StageSpan, Trace};

fn us(n: u64) -> Duration {
    Duration::from_micros(n)
}

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// One that arrived two milliseconds after the backend's clock said so.
fn mark(stage: Stage, edge: Edge, at: Duration) -> StageMark {
    let arrived = at + ms(2);
    StageMark { stage, edge, at, arrived, prompt_tokens: None, output_tokens: None, intent: None }
}

fn marks(stages: &[(Stage, u64, u64)]) -> Vec<StageMark> {
    let both = |(stage, from, to): &(Stage, u64, u64)| {
        [mark(*stage, Edge::Started, ms(*from)), mark(*stage, Edge::Ended, ms(*to))]
    };
    stages.iter().flat_map(both).collect()
}

/// An answer whose first token came at `first` and whose generation ended at `end`.
fn finished(stages: Vec<StageMark>, first: Duration, end: Duration) -> Finished {
    let chunk = |offset| Chunk { offset, kind: ChunkKind::Answer, tokens: Some(1), coalesced: false };
    let trace = Trace {
        connect: Duration::ZERO,
        start_delay: Duration::ZERO,
        headers: None,
        first_byte: None,
        chunks: vec![chunk(first), chunk(end)],
        finish: Some(end),
        closed: end + ms(5),
        ending: Ending::Complete,
        output: OutputClaims { usage: Some(2), ..OutputClaims::default() },
        prompt: PromptClaims::default(),
        engine: EngineDurations::default(),
        engine_raw: None,
    };
    Finished { trace, sent: Instant::now(), text: String::new(), reasoning: String::new(), stages, failure: None }
}

const FOUR: [(Stage, u64, u64); 4] =
    [(Stage::Classify, 1, 41), (Stage::Retrieve, 42, 60), (Stage::Prompt, 60, 61), (Stage::Generate, 64, 400)];

fn sum(a: &Answer) -> Duration {
    a.parts().into_iter().map(|(_, d)| d).sum::<Duration>() + a.glue() + a.network_and_queue.unwrap_or_default()
}

#[test]
fn a_backends_stages_lie_in_our_window_and_the_residue_is_network_and_queue() {
    let (a, faults) = answer(&finished(marks(&FOUR), ms(100), ms(407)));
    assert_eq!(faults, []);
    let spans: Vec<(Stage, Duration, Duration)> = a.stages.iter().map(|s| (s.stage, s.start, s.end)).collect();
    assert_eq!(spans, FOUR.map(|(s, from, to)| (s, ms(from), ms(to))));
    // By hand: stages 40 + 18 + 1 + 336 = 395; the backend's total is 400, so 5 of glue; ours is 407, so 7 on the way.
    assert_eq!((a.end, a.glue(), a.network_and_queue), (ms(407), ms(5), Some(ms(7))));
    assert_eq!(sum(&a), a.end);
}

#[test]
fn the_first_token_is_our_stamp_and_tokens_come_from_the_stage_or_else_from_usage() {
    let mut told = marks(&FOUR);
    told[1].intent = Some("question".into());
    told[1].output_tokens = Some(1);
    told[0].prompt_tokens = Some(30);
    let (a, _) = answer(&finished(told, ms(100), ms(407)));
    assert_eq!((a.intent.as_deref(), a.first_token), (Some("question"), Some(ms(100))));
    let generate = a.stage(Stage::Generate).expect("there");
    assert_eq!((generate.first_token, generate.output_tokens), (Some(ms(100)), Some(2)));
    let classify = a.stage(Stage::Classify).expect("there");
    assert_eq!((classify.first_token, classify.prompt_tokens, classify.output_tokens), (None, Some(30), Some(1)));
}

/// The stages must be gone and the whole must stay.
#[track_caller]
fn breaks(stages: Vec<StageMark>, expected: &[ProtocolFault]) {
    let (a, faults) = answer(&finished(stages, ms(100), ms(407)));
    assert_eq!(faults, expected);
    assert_eq!((a.stages.len(), a.network_and_queue, a.end, a.glue()), (0, None, ms(407), ms(407)));
    assert_eq!(a.first_token, Some(ms(100)));
}

#[test]
fn a_stream_without_stages_gives_the_whole_and_says_so() {
    breaks(Vec::new(), &[ProtocolFault::NoStages]);
    assert!(!ProtocolFault::NoStages.breaks_a_rule());
}

#[test]
fn an_end_without_a_start_and_a_start_without_an_end_are_kept_as_problems() {
    breaks(
        vec![mark(Stage::Embed, Edge::Ended, ms(5)), mark(Stage::Generate, Edge::Started, ms(6))],
        &[
            ProtocolFault::EndedUnstarted { stage: Stage::Embed, at: ms(5) },
            ProtocolFault::NeverEnded { stage: Stage::Generate, at: ms(6) },
        ],
    );
}

#[test]
fn a_stage_that_comes_twice_is_a_problem() {
    let twice = marks(&[(Stage::Retrieve, 1, 5), (Stage::Retrieve, 6, 9)]);
    let again = |at| ProtocolFault::Twice { stage: Stage::Retrieve, at };
    let (_, faults) = answer(&finished(twice, ms(100), ms(407)));
    assert_eq!(faults[0], again(ms(6)));
    let ended_twice = [marks(&[(Stage::Retrieve, 1, 5)]), vec![mark(Stage::Retrieve, Edge::Ended, ms(7))]].concat();
    breaks(ended_twice, &[again(ms(7))]);
}

#[test]
fn offsets_that_run_backwards_are_a_problem() {
    breaks(
        marks(&[(Stage::Classify, 10, 30), (Stage::Generate, 29, 400)]),
        &[ProtocolFault::Backwards { stage: Stage::Generate, at: ms(29), before: ms(30) }],
    );
}

#[test]
fn a_duration_that_does_not_fit_in_our_window_is_a_problem() {
    let mut early = marks(&[(Stage::Classify, 10, 30)]);
    early[1].arrived = us(29_999);
    breaks(early, &[ProtocolFault::BeyondWindow { stage: Stage::Classify, at: ms(30), window: us(29_999) }]);
    breaks(
        marks(&[(Stage::Generate, 10, 408)]),
        &[ProtocolFault::BeyondWindow { stage: Stage::Generate, at: ms(408), window: ms(407) }],
    );
}

/// A failed answer: its spans as text, and what is left of its sum.
fn failed(mut f: Finished, ending: Ending, failure: Option<Failure>) -> (Answer, Vec<ProtocolFault>) {
    f.trace.ending = ending;
    f.trace.finish = None;
    f.trace.chunks.clear();
    f.failure = failure;
    answer(&f)
}

fn refused() -> Ending {
    Ending::Refused { status: 200, message: "index is gone".into() }
}

fn text(s: &StageSpan) -> String {
    format!("{} {:?}..{:?} {}", s.stage, s.start, s.end, s.error.as_deref().unwrap_or("well"))
}

#[test]
fn an_error_leaves_the_stages_that_were_done_and_the_failing_one_carries_it() {
    let told = [marks(&[(Stage::Classify, 1, 41)]), vec![mark(Stage::Retrieve, Edge::Started, ms(42))]].concat();
    let failure = Failure { stage: Some(Stage::Retrieve), arrived: ms(90) };
    let (a, faults) = failed(finished(told, ms(100), ms(407)), refused(), Some(failure));
    assert_eq!(faults, []);
    let spans: Vec<String> = a.stages.iter().map(text).collect();
    assert_eq!(spans, ["classify 1ms..41ms well", "retrieve 42ms..42ms index is gone"]);
    assert_eq!((a.end, a.network_and_queue, a.first_token), (ms(90), Some(ms(48)), None));
    assert_eq!(sum(&a), a.end);
}

#[test]
fn a_failing_stage_may_end_before_its_error_and_a_dead_backend_fails_the_open_one() {
    let told = marks(&[(Stage::Classify, 1, 41), (Stage::Retrieve, 42, 80)]);
    let failure = Failure { stage: Some(Stage::Retrieve), arrived: ms(90) };
    let (a, _) = failed(finished(told, ms(100), ms(407)), refused(), Some(failure));
    assert_eq!(a.stages.iter().map(text).next_back().as_deref(), Some("retrieve 42ms..80ms index is gone"));

    let told = [marks(&[(Stage::Classify, 1, 41)]), vec![mark(Stage::Generate, Edge::Started, ms(43))]].concat();
    let (a, faults) = failed(finished(told, ms(100), ms(407)), Ending::Broken("reset".into()), None);
    assert_eq!(
        (a.stages.iter().map(text).next_back().as_deref(), faults.len()),
        (Some("generate 43ms..43ms reset"), 0)
    );
    assert_eq!((a.end, sum(&a)), (ms(45), ms(45)));
}

#[test]
fn an_error_in_a_stage_that_never_started_is_a_problem_too() {
    let failure = Failure { stage: Some(Stage::Rerank), arrived: ms(90) };
    let told = marks(&[(Stage::Classify, 1, 41)]);
    let (a, faults) = failed(finished(told, ms(100), ms(407)), refused(), Some(failure));
    assert_eq!(faults, [ProtocolFault::FailedUnstarted { stage: Stage::Rerank }]);
    assert_eq!((a.stages.len(), a.ending), (0, refused()));
}

proptest! {
    #[test]
    fn stages_glue_and_residue_sum_to_the_whole_exactly(
        steps in prop::collection::vec(0_u64..40_000_000, 12),
        lags in prop::collection::vec(0_u64..9_000_000, 12),
        tail in 0_u64..9_000_000,
    ) {
        let (mut told, mut at, mut arrived) = (Vec::new(), Duration::ZERO, Duration::ZERO);
        let edges = Stage::ALL.iter().flat_map(|s| [(*s, Edge::Started), (*s, Edge::Ended)]);
        for ((stage, edge), (step, lag)) in edges.zip(steps.iter().zip(&lags)) {
            at += Duration::from_nanos(*step);
            arrived = arrived.max(at + Duration::from_nanos(*lag));
            told.push(StageMark { arrived, ..mark(stage, edge, at) });
        }
        let end = arrived + Duration::from_nanos(tail);
        let (a, faults) = answer(&finished(told, arrived, end));
        prop_assert_eq!(faults, []);
        prop_assert_eq!(a.stages.len(), 6);
        prop_assert_eq!(a.network_and_queue, Some(end - at));
        prop_assert_eq!(sum(&a), a.end);
    }

    #[test]
    fn whatever_a_backend_tells_the_sum_is_exact_and_a_broken_rule_leaves_no_stage(
        told in prop::collection::vec((0_usize..6, any::<bool>(), 0_u64..500, 0_u64..500), 0..10),
        end in 0_u64..500,
        dies in any::<bool>(),
    ) {
        let told = told.into_iter().map(|(stage, starts, at, arrived)| {
            let edge = if starts { Edge::Started } else { Edge::Ended };
            StageMark { arrived: ms(arrived), ..mark(Stage::ALL[stage], edge, ms(at)) }
        });
        let f = finished(told.collect(), ms(end), ms(end));
        let (a, faults) = if dies { failed(f, Ending::Truncated, None) } else { answer(&f) };
        prop_assert_eq!(sum(&a), a.end);
        prop_assert!(faults.is_empty() || a.stages.is_empty());
    }
}

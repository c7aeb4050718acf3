use serde::de::DeserializeOwned;

use super::*;
use crate::events::{EngineFacts, EngineIdentity, HostFacts, RunFailure, RunHeader, ScenarioPin};
use crate::gpu::{Gap, GpuState};
use crate::measure::{
    Answer, AskedArrival, AskedLoad, Chunk, ChunkKind, Ending, EngineDurations, GpuSample, Judged, OutputClaims,
    Precision, ProcessMemory, PromptClaims, StageSpan, Throttle, Trace,
};
use crate::run::lag::Lag;
use crate::scenario::Limits;

#[track_caller]
fn comes_back<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(data: T) {
    let text = serde_json::to_string(&data).expect("JSON");
    let back: T = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"));
    assert_eq!(back, data, "{text}");
}

fn ns(n: u64) -> Duration {
    Duration::from_nanos(n)
}

#[test]
fn a_trace_comes_back_to_the_nanosecond() {
    let chunk = |n, kind| Chunk { offset: ns(n), kind, tokens: Some(1), coalesced: n % 2 == 1 };
    for ending in [
        Ending::Complete,
        Ending::Stalled("no byte for 5 s".into()),
        Ending::Refused { status: 503, message: "\"busy\"\n".into() },
    ] {
        comes_back(Trace {
            connect: ns(1),
            start_delay: ns(2),
            headers: None,
            first_byte: Some(ns(12_345_678_901)),
            chunks: vec![chunk(3, ChunkKind::Answer), chunk(4, ChunkKind::Reasoning), chunk(5, ChunkKind::ToolCall)],
            finish: Some(ns(6)),
            output: OutputClaims { timings: Some(1), usage: None, tokenizer: Some(3) },
            prompt: PromptClaims { asked: Some(512), total: None, cached: Some(0) },
            engine: EngineDurations { prefill: Some(ns(7)), decode: None, load: Some(ns(8)) },
            ..Trace::of_nothing(ending, ns(9))
        });
    }
}

#[test]
fn an_answers_stages_come_back() {
    let mut span = StageSpan::new(Stage::Rerank, ns(1), ns(2));
    span.error = Some("no reranker".into());
    comes_back(Answer {
        intent: Some("contact".into()),
        stages: vec![span, StageSpan::new(Stage::Generate, ns(3), ns(4))],
        first_token: Some(ns(5)),
        end: ns(6),
        ending: Ending::Length,
        passages: Some(3),
        passages_cut: None,
        tokens_cut: Some(1),
        network_and_queue: Some(ns(7)),
    });
}

#[test]
fn what_was_seen_around_the_run_comes_back() {
    let sample = GpuSample { power_w: Some(0.1 + 0.2), ..GpuSample::blank(1, ns(1)) };
    let throttle = Throttle::POWER_CAP.with(Throttle::HW_THERMAL);
    let processes = vec![ProcessMemory { pid: 7, vram_bytes: None, compute: true }];
    comes_back(GpuSample { throttle: Some(throttle), processes: Some(processes), ..sample });
    comes_back(GpuState::Absent { reason: "none".into(), cure: "buy one".into() });
    comes_back(Gap { device: 0, from: ns(1), to: ns(2), reason: "lost".into() });
    comes_back(Lag { p99_us: Some(1.0 / 3.0), max_us: None });
    comes_back(Limits::default());
    let arrival = AskedArrival::Open { rate_per_second: 0.7, spacing: "poisson", max_open: 3 };
    let precision = Some(Precision { asked: 0.01, reached: None, repetitions_asked: 5 });
    let load = |arrival| AskedLoad {
        phase: "p".into(),
        target: Target::Pipeline,
        requests: 3,
        arrival,
        times: 1,
        started: 2,
        shed: 3,
        precision,
    };
    comes_back(load(arrival));
    comes_back(load(AskedArrival::Closed { concurrency: 4 }));
    let (stages, spacing) = (vec![(0.5, 0.1 + 0.2), (0.0, 7.0)], "constant");
    comes_back(load(AskedArrival::Staged { from_per_second: 0.0, stages, spacing, max_open: 1 }));
    let outcome = crate::measure::Outcome::NotDecidable;
    comes_back(Judged { expr: "failed < 1".into(), value: None, outcome, reason: Some("why".into()) });
}

#[test]
fn a_header_comes_back_but_for_what_follows_from_the_plan() {
    let facts = EngineFacts {
        role: Target::Mini,
        dialect: "ollama".into(),
        base_url: "http://127.0.0.1:1".into(),
        simulated: true,
        identity: Some(EngineIdentity { digest: Some("aa".into()), raw: Some("{}".into()), ..Default::default() }),
        problem: None,
    };
    let (name, version) = ("x".to_owned(), "0.1.0".to_owned());
    comes_back(RunHeader {
        run: RunId::fresh(),
        scenario: ScenarioPin {
            name,
            version,
            sha256: "00".into(),
            world: "w".into(),
            language: None,
            data_sha256: Some("11".into()),
        },
        params: Vec::new(),
        seed: 0,
        started_at: WallTime::parse("2026-11-23T14:05:00.123Z").expect("a time"),
        simulated: true,
        engines: vec![facts],
        host: HostFacts { cores: 2, gpu: Some("one".into()), ..HostFacts::default() },
    });
    comes_back(RunFailure { class: "trap".into(), message: "m".into(), backtrace: Some("a\nb".into()) });
}

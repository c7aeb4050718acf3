//! What a transcript holds of the run's plain data, and how it is written: offsets in ns, so that nothing is rounded.

use std::fmt::Display;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::events::{
    EngineFacts, EngineIdentity, HostFacts, ParamValue, RunFailure, RunHeader, RunId, ScenarioPin, WallTime,
};
use crate::gpu::{Gap, GpuState};
use crate::measure::{
    Answer, AskedArrival, AskedLoad, Chunk, ChunkKind, Ending, EngineDurations, GpuSample, Judged, OutputClaims,
    Precision, ProcessMemory, PromptClaims, Stage, StageSpan, Target, Throttle, Trace,
};
use crate::run::lag::Lag;
use crate::scenario::Limits;

/// Definitions that name every field of a type of another layer: one that is added there does not compile here.
macro_rules! written_as {
    ($($definition:ident => $data:ty),* $(,)?) => {$(
        impl Serialize for $data {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                $definition::serialize(self, to)
            }
        }

        impl<'de> Deserialize<'de> for $data {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                $definition::deserialize(from)
            }
        }
    )*};
}

/// Types that have a word or a text of their own.
macro_rules! written_as_text {
    ($($data:ty: $read:expr),* $(,)?) => {$(
        impl Serialize for $data {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $data {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = String::deserialize(from)?;
                $read(&text).ok_or_else(|| unknown(&text))
            }
        }
    )*};
}

fn unknown<E: de::Error>(text: impl Display) -> E {
    E::custom(format!("`{text}` is not known"))
}

written_as_text! {
    RunId: RunId::parse,
    WallTime: WallTime::parse,
    Target: Target::parse,
    Stage: Stage::parse,
}

written_as! {
    HeaderDef => RunHeader,
    PinDef => ScenarioPin,
    FactsDef => EngineFacts,
    IdentityDef => EngineIdentity,
    HostDef => HostFacts,
    FailureDef => RunFailure,
    TraceDef => Trace,
    EndingDef => Ending,
    ChunkKindDef => ChunkKind,
    OutputDef => OutputClaims,
    PromptDef => PromptClaims,
    EngineDurationsDef => EngineDurations,
    AnswerDef => Answer,
    StageDef => StageSpan,
    SampleDef => GpuSample,
    ProcessDef => ProcessMemory,
    GapDef => Gap,
    GpuStateDef => GpuState,
    LoadDef => AskedLoad,
    PrecisionDef => Precision,
    JudgedDef => Judged,
    OutcomeDef => crate::measure::Outcome,
    LagDef => Lag,
    LimitsDef => Limits,
}

/// Durations as ns.
pub(super) mod ns {
    use super::*;

    pub(in crate::run) fn serialize<S: Serializer>(d: &Duration, to: S) -> Result<S::Ok, S::Error> {
        u64::try_from(d.as_nanos()).unwrap_or(u64::MAX).serialize(to)
    }

    pub(in crate::run) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        u64::deserialize(from).map(Duration::from_nanos)
    }
}

/// The same where there may be none.
mod some_ns {
    use super::*;

    pub fn serialize<S: Serializer>(d: &Option<Duration>, to: S) -> Result<S::Ok, S::Error> {
        d.map(|d| u64::try_from(d.as_nanos()).unwrap_or(u64::MAX)).serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Duration>, D::Error> {
        Ok(Option::<u64>::deserialize(from)?.map(Duration::from_nanos))
    }
}

/// `params` and `seed` follow from the plan.
#[derive(Serialize, Deserialize)]
#[serde(remote = "RunHeader")]
struct HeaderDef {
    run: RunId,
    scenario: ScenarioPin,
    #[serde(skip)]
    params: Vec<(String, ParamValue)>,
    #[serde(skip)]
    seed: u32,
    started_at: WallTime,
    simulated: bool,
    engines: Vec<EngineFacts>,
    host: HostFacts,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "ScenarioPin")]
struct PinDef {
    name: String,
    version: String,
    sha256: String,
    world: String,
    language: Option<String>,
    data_sha256: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "EngineFacts")]
struct FactsDef {
    role: Target,
    dialect: String,
    base_url: String,
    simulated: bool,
    identity: Option<EngineIdentity>,
    problem: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "EngineIdentity")]
struct IdentityDef {
    model: Option<String>,
    build: Option<String>,
    quantisation: Option<String>,
    context_tokens: Option<u32>,
    parameters: Option<u64>,
    cpu_spill_bytes: Option<u64>,
    digest: Option<String>,
    raw: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "HostFacts")]
struct HostDef {
    cpu: Option<String>,
    cores: u32,
    kernel: Option<String>,
    gpu: Option<String>,
    dualbench: String,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "RunFailure")]
struct FailureDef {
    class: String,
    message: String,
    backtrace: Option<String>,
}

/// Without `engine_raw`, which no figure is made of and the database keeps.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Trace")]
struct TraceDef {
    #[serde(with = "ns")]
    connect: Duration,
    #[serde(with = "ns")]
    start_delay: Duration,
    #[serde(with = "some_ns")]
    headers: Option<Duration>,
    #[serde(with = "some_ns")]
    first_byte: Option<Duration>,
    chunks: Vec<Chunk>,
    #[serde(with = "some_ns")]
    finish: Option<Duration>,
    #[serde(with = "ns")]
    closed: Duration,
    ending: Ending,
    output: OutputClaims,
    prompt: PromptClaims,
    engine: EngineDurations,
    #[serde(skip)]
    engine_raw: Option<String>,
}

/// A list instead of an object: there are very many.
impl Serialize for Chunk {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let offset = u64::try_from(self.offset.as_nanos()).unwrap_or(u64::MAX);
        (offset, self.kind, self.tokens, self.coalesced).serialize(to)
    }
}

impl<'de> Deserialize<'de> for Chunk {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Chunk, D::Error> {
        let (offset, kind, tokens, coalesced) = Deserialize::deserialize(from)?;
        Ok(Chunk { offset: Duration::from_nanos(offset), kind, tokens, coalesced })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "ChunkKind", rename_all = "kebab-case")]
enum ChunkKindDef {
    Answer,
    Reasoning,
    ToolCall,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Ending", rename_all = "kebab-case")]
enum EndingDef {
    Complete,
    Length,
    Cancelled,
    Stalled(String),
    Truncated,
    Refused { status: u16, message: String },
    Broken(String),
    Malformed(String),
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "OutputClaims")]
struct OutputDef {
    timings: Option<u32>,
    usage: Option<u32>,
    tokenizer: Option<u32>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "PromptClaims")]
struct PromptDef {
    asked: Option<u32>,
    total: Option<u32>,
    cached: Option<u32>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "EngineDurations")]
struct EngineDurationsDef {
    #[serde(with = "some_ns")]
    prefill: Option<Duration>,
    #[serde(with = "some_ns")]
    decode: Option<Duration>,
    #[serde(with = "some_ns")]
    load: Option<Duration>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Answer")]
struct AnswerDef {
    intent: Option<String>,
    stages: Vec<StageSpan>,
    #[serde(with = "some_ns")]
    first_token: Option<Duration>,
    #[serde(with = "ns")]
    end: Duration,
    ending: Ending,
    passages: Option<u32>,
    passages_cut: Option<u32>,
    tokens_cut: Option<u32>,
    #[serde(with = "some_ns")]
    network_and_queue: Option<Duration>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "StageSpan")]
struct StageDef {
    stage: Stage,
    #[serde(with = "ns")]
    start: Duration,
    #[serde(with = "ns")]
    end: Duration,
    #[serde(with = "some_ns")]
    first_token: Option<Duration>,
    prompt_tokens: Option<u32>,
    output_tokens: Option<u32>,
    engine: EngineDurations,
    error: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "GpuSample")]
struct SampleDef {
    #[serde(with = "ns")]
    at: Duration,
    #[serde(with = "ns")]
    done: Duration,
    device: u32,
    vram_used_bytes: Option<u64>,
    vram_total_bytes: Option<u64>,
    utilisation_percent: Option<f64>,
    memory_utilisation_percent: Option<f64>,
    power_w: Option<f64>,
    energy_j: Option<f64>,
    temperature_c: Option<f64>,
    sm_clock_mhz: Option<u32>,
    memory_clock_mhz: Option<u32>,
    throttle: Option<Throttle>,
    processes: Option<Vec<ProcessMemory>>,
}

impl Serialize for Throttle {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.names().serialize(to)
    }
}

impl<'de> Deserialize<'de> for Throttle {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Throttle, D::Error> {
        let names = Vec::<String>::deserialize(from)?;
        Ok(Throttle::of_names(names.iter().map(String::as_str)))
    }
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "ProcessMemory")]
struct ProcessDef {
    pid: u32,
    vram_bytes: Option<u64>,
    compute: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Gap")]
struct GapDef {
    device: u32,
    #[serde(with = "ns")]
    from: Duration,
    #[serde(with = "ns")]
    to: Duration,
    reason: String,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "GpuState", rename_all = "kebab-case")]
enum GpuStateDef {
    Present,
    Simulated,
    Absent { reason: String, cure: String },
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "AskedLoad")]
struct LoadDef {
    phase: String,
    target: Target,
    requests: u32,
    arrival: AskedArrival,
    times: u32,
    started: u32,
    shed: u32,
    precision: Option<Precision>,
}

/// Its words live as long as the program, so they are found again among those that are known.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Arrival {
    Closed { concurrency: u32 },
    Open { rate_per_second: f64, spacing: String, max_open: u32 },
    Staged { from_per_second: f64, stages: Vec<(f64, f64)>, spacing: String, max_open: u32 },
}

fn spacing<E: de::Error>(word: &str) -> Result<&'static str, E> {
    ["constant", "poisson"].into_iter().find(|known| *known == word).ok_or_else(|| unknown(word))
}

impl Serialize for AskedArrival {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let arrival = match self.clone() {
            AskedArrival::Closed { concurrency } => Arrival::Closed { concurrency },
            AskedArrival::Open { rate_per_second, spacing, max_open } => {
                Arrival::Open { rate_per_second, spacing: spacing.to_owned(), max_open }
            }
            AskedArrival::Staged { from_per_second, stages, spacing, max_open } => {
                Arrival::Staged { from_per_second, stages, spacing: spacing.to_owned(), max_open }
            }
        };
        arrival.serialize(to)
    }
}

impl<'de> Deserialize<'de> for AskedArrival {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<AskedArrival, D::Error> {
        Ok(match Arrival::deserialize(from)? {
            Arrival::Closed { concurrency } => AskedArrival::Closed { concurrency },
            Arrival::Open { rate_per_second, spacing: word, max_open } => {
                AskedArrival::Open { rate_per_second, spacing: spacing(&word)?, max_open }
            }
            Arrival::Staged { from_per_second, stages, spacing: word, max_open } => {
                AskedArrival::Staged { from_per_second, stages, spacing: spacing(&word)?, max_open }
            }
        })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Precision")]
struct PrecisionDef {
    asked: f64,
    reached: Option<f64>,
    repetitions_asked: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Judged")]
struct JudgedDef {
    expr: String,
    value: Option<f64>,
    outcome: crate::measure::Outcome,
    reason: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "crate::measure::Outcome", rename_all = "kebab-case")]
enum OutcomeDef {
    Held,
    Broken,
    NotDecidable,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Lag")]
struct LagDef {
    p99_us: Option<f64>,
    max_us: Option<f64>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Limits")]
struct LimitsDef {
    #[serde(with = "ns")]
    cpu: Duration,
    #[serde(with = "ns")]
    wall: Duration,
    #[serde(with = "ns")]
    grace: Duration,
    memory_bytes: u64,
    users_memory_bytes: u64,
    table_elements: u64,
    host_call_bytes: usize,
    open_exchanges: u32,
    users: u32,
    log_lines: u32,
    log_bytes: u64,
    log_line_bytes: usize,
    metrics: u32,
    counters: u32,
    marks: u32,
    phases: u32,
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeOwned;

    use super::*;

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
                chunks: vec![
                    chunk(3, ChunkKind::Answer),
                    chunk(4, ChunkKind::Reasoning),
                    chunk(5, ChunkKind::ToolCall),
                ],
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
}

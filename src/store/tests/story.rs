//! Runs to tell the store of.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::events::{
    ClientSummary, EngineFacts, EngineIdentity, ExchangeRecord, HostFacts, LogLevel, Metric, ParamValue, RunEvent,
    RunHeader, RunId, RunReport, RunState, ScenarioPin, Stored, TimelineMark, WallTime,
};
use crate::measure::{
    AskedArrival, AskedLoad, Chunk, ChunkKind, Ending, EngineDurations, GpuSample, Measures, OutputClaims, Precision,
    ProcessMemory, PromptClaims, Target, Throttle, Timed, Trace, Verdict, summarise,
};
use crate::store::{Config, Store, StoreError};

pub fn config(dir: &Path) -> Config {
    Config { database: dir.join("dualbench.db"), journal: dir.join("benchmark_history.jsonl") }
}

pub async fn open(dir: &Path) -> Result<Arc<Store>, StoreError> {
    Store::open(config(dir)).await.map(Arc::new)
}

/// Put down as a process that ends in order would.
pub async fn close(store: Arc<Store>) {
    store.close().await;
    assert_eq!(Arc::strong_count(&store), 1, "somebody still holds the store");
}

pub fn journal_text(dir: &Path) -> String {
    std::fs::read_to_string(config(dir).journal).unwrap_or_default()
}

/// A fresh run's header.
pub fn header() -> RunHeader {
    let engine = EngineFacts {
        role: Target::Main,
        dialect: "openai-chat".into(),
        base_url: "http://127.0.0.1:41234".into(),
        simulated: true,
        identity: Some(EngineIdentity {
            model: Some("simulated-14b".into()),
            context_tokens: Some(4_096),
            raw: Some("{\"id\":\n \"simulated-14b\"}".into()),
            ..EngineIdentity::default()
        }),
        problem: None,
    };
    RunHeader {
        run: RunId::fresh(),
        scenario: ScenarioPin {
            name: "engine-speed".into(),
            version: "0.1.0".into(),
            sha256: "ab".repeat(32),
            world: "dualbench:scenario@0.1.0".into(),
            language: Some("rust".into()),
            data_sha256: None,
        },
        params: vec![
            ("engine".into(), ParamValue::Text("main".into())),
            ("repetitions".into(), ParamValue::Integer(2)),
            ("rate".into(), ParamValue::Number(3.0)),
            ("warm".into(), ParamValue::Flag(false)),
        ],
        seed: 7,
        started_at: WallTime::parse("2026-11-23T14:05:00.250Z").expect("a time"),
        simulated: true,
        engines: vec![engine],
        host: HostFacts { cpu: Some("a cpu".into()), cores: 2, kernel: None, gpu: None, dualbench: "0.1.0".into() },
    }
}

/// Eleven tokens: the first after 50 ms, then one each 10 ms; 100 tokens per second.
pub fn exchange(n: u32) -> ExchangeRecord {
    let chunk = |i: u64| Chunk {
        offset: Duration::from_millis(50 + 10 * i),
        kind: ChunkKind::Answer,
        tokens: Some(1),
        coalesced: i == 4,
    };
    let trace = Trace {
        connect: Duration::from_micros(120),
        start_delay: Duration::ZERO,
        headers: Some(Duration::from_millis(2)),
        first_byte: Some(Duration::from_millis(49)),
        chunks: (0..11).map(chunk).collect(),
        finish: Some(Duration::from_millis(150)),
        closed: Duration::from_millis(151),
        ending: Ending::Length,
        output: OutputClaims { timings: None, usage: Some(11), tokenizer: None },
        prompt: PromptClaims { asked: Some(64), total: Some(64), cached: Some(0) },
        engine: EngineDurations { decode: Some(Duration::from_millis(100)), ..EngineDurations::default() },
        engine_raw: Some("{\"usage\":{}}".into()),
    };
    ExchangeRecord {
        exchange: n,
        target: Target::Main,
        phase: "measure".into(),
        warm_up: false,
        together: false,
        sent: Duration::from_millis(200 * u64::from(n)),
        measures: Measures::of(&trace),
        trace,
        answer: None,
    }
}

/// A finished run with two exchanges.
pub fn report(header: &RunHeader) -> RunReport {
    let records = [exchange(0), exchange(1)];
    let timed: Vec<Timed<'_>> = records.iter().map(ExchangeRecord::timed).collect();
    RunReport {
        header: header.clone(),
        duration: Duration::from_millis(1_234),
        state: RunState::Finished,
        verdict: Some(Verdict::Valid),
        failure: None,
        targets: vec![summarise(Target::Main, &timed)],
        pipeline: None,
        loads: vec![
            AskedLoad {
                phase: "main alone".into(),
                target: Target::Main,
                requests: 2,
                arrival: AskedArrival::Open { rate_per_second: 4.5, spacing: "poisson", max_open: 8 },
                times: 1,
                started: 2,
                shed: 1,
                precision: Some(Precision { asked: 0.01, reached: Some(0.0075), repetitions_asked: 1 }),
            },
            AskedLoad {
                phase: String::new(),
                target: Target::Mini,
                requests: 1,
                arrival: AskedArrival::Closed { concurrency: 3 },
                times: 1,
                started: 0,
                shed: 0,
                precision: None,
            },
        ],
        phases: Vec::new(),
        interference: Vec::new(),
        drift: Vec::new(),
        gpu: None,
        client: ClientSummary { scheduler_lag_p99_us: Some(80.0), ..ClientSummary::default() },
        metrics: vec![metric()],
        marks: vec![mark()],
        counters: [("retries".to_owned(), 3.0)].into(),
        thresholds: Vec::new(),
        reasons_for_null: vec![("gpu".into(), "no GPU".into())],
    }
}

pub fn mark() -> TimelineMark {
    TimelineMark { at: Duration::from_millis(400), name: "cache filled".into() }
}

pub fn metric() -> Metric {
    Metric { at: Duration::from_millis(900), name: "recall".into(), value: 0.5, unit: "share".into() }
}

pub fn samples() -> Vec<GpuSample> {
    let busy = GpuSample {
        done: Duration::from_nanos(1_500),
        vram_used_bytes: Some(5_000_000_000),
        power_w: Some(123.5),
        throttle: Some(Throttle::POWER_CAP.with(Throttle::HW_THERMAL)),
        processes: Some(vec![
            ProcessMemory { pid: 12, vram_bytes: Some(4_096), compute: true },
            ProcessMemory { pid: 13, vram_bytes: None, compute: false },
        ]),
        ..GpuSample::blank(0, Duration::from_nanos(1_000))
    };
    let idle = GpuSample {
        throttle: Some(Throttle::NONE),
        processes: Some(Vec::new()),
        ..GpuSample::blank(1, Duration::from_millis(50))
    };
    vec![busy, idle, GpuSample::blank(0, Duration::from_millis(100))]
}

/// Everything of one run but its end.
pub fn events(header: &RunHeader) -> Vec<RunEvent> {
    let run = header.run;
    let header = Arc::new(header.clone());
    let log = RunEvent::Log { run, at: Duration::from_millis(3), level: LogLevel::Warn, message: "slow".into() };
    vec![
        RunEvent::Queued(header.clone()),
        RunEvent::State { run, state: RunState::Preparing },
        RunEvent::Started(header),
        RunEvent::Phase { run, at: Duration::ZERO, name: "measure".into() },
        RunEvent::State { run, state: RunState::Measuring },
        RunEvent::Progress { run, done: 1, total: 2 },
        log,
        RunEvent::Metric { run, metric: metric() },
        RunEvent::Mark { run, mark: mark() },
        RunEvent::Exchange { run, record: Arc::new(exchange(0)) },
        RunEvent::Exchange { run, record: Arc::new(exchange(1)) },
        RunEvent::Samples { run, samples: Arc::new(samples()) },
    ]
}

/// A store with its writer at work.
pub struct Desk {
    pub store: Arc<Store>,
    lane: mpsc::Sender<Stored>,
    writer: JoinHandle<()>,
}

impl Desk {
    pub async fn open(dir: &Path) -> Desk {
        let store = open(dir).await.expect("the store opens");
        let (lane, rest) = mpsc::channel(64);
        let writer = tokio::task::spawn_local(store.clone().write(rest));
        Desk { store, lane, writer }
    }

    pub async fn tell(&self, event: RunEvent) {
        self.lane.send(Stored { event: Arc::new(event), ack: None }).await.expect("the writer is there");
    }

    /// True once the event is on the disk, false if that is not to be.
    pub async fn tell_durably(&self, event: RunEvent) -> bool {
        let (ack, done) = oneshot::channel();
        self.lane.send(Stored { event: Arc::new(event), ack: Some(ack) }).await.expect("the writer is there");
        done.await.is_ok()
    }

    pub async fn tell_all(&self, header: &RunHeader) {
        for event in events(header) {
            self.tell(event).await;
        }
    }

    /// A whole run.
    pub async fn finish(&self) -> RunHeader {
        let header = header();
        self.tell_all(&header).await;
        assert!(self.tell_durably(RunEvent::Ended(Arc::new(report(&header)))).await);
        header
    }

    /// The lane closes; what it held is written.
    pub async fn leave(self) -> Arc<Store> {
        drop(self.lane);
        self.writer.await.expect("the writer ends");
        self.store
    }
}

/// Runs a test on a thread of its own, so that the writer's task can be local to it.
pub fn on_desk<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    tokio::task::LocalSet::new().block_on(&runtime, work)
}

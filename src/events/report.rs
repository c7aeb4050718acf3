//! The record of a run: what it was (header) and what came of it (report). The journal line is made of these.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::events::run_event::{Metric, RunState, TimelineMark};
use crate::events::run_id::RunId;
use crate::events::wall::WallTime;
use crate::measure::{
    AskedLoad, Drift, GpuSummary, Interference, Judged, PhaseSummary, PipelineSummary, SIMULATED_GPU, Target,
    TargetSummary, Verdict,
};

/// The value of a scenario's parameter.
#[derive(Debug, Clone, PartialEq)]
pub enum ParamValue {
    Flag(bool),
    Integer(i32),
    Number(f64),
    Text(String),
}

impl std::fmt::Display for ParamValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ParamValue::Flag(v) => v.fmt(f),
            ParamValue::Integer(v) => v.fmt(f),
            ParamValue::Number(v) => v.fmt(f),
            ParamValue::Text(v) => f.write_str(v),
        }
    }
}

/// The module that a run is pinned to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioPin {
    pub name: String,
    pub version: String,
    /// Of the file's bytes.
    pub sha256: String,
    /// `dualbench:scenario@0.1.0`.
    pub world: String,
    pub language: Option<String>,
    /// Of the files in its data folder, as docs/measures.md says; `None` where there are none.
    pub data_sha256: Option<String>,
}

/// What an engine told of itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EngineIdentity {
    pub model: Option<String>,
    pub build: Option<String>,
    pub quantisation: Option<String>,
    pub context_tokens: Option<u32>,
    pub parameters: Option<u64>,
    /// Bytes of the model in CPU memory, where the engine tells.
    pub cpu_spill_bytes: Option<u64>,
    /// Of the model's file, where the engine tells. Compared within a run and not stored apart: `raw` has it.
    pub digest: Option<String>,
    /// What it answered, as JSON text.
    pub raw: Option<String>,
}

/// One engine as it was for the run.
#[derive(Debug, Clone, PartialEq)]
pub struct EngineFacts {
    /// `main` or `mini`.
    pub role: Target,
    pub dialect: String,
    /// Without user name, password or query.
    pub base_url: String,
    pub simulated: bool,
    /// `None` with `problem` where it could not be asked.
    pub identity: Option<EngineIdentity>,
    pub problem: Option<String>,
}

/// The machine that measured.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct HostFacts {
    pub cpu: Option<String>,
    pub cores: u32,
    pub kernel: Option<String>,
    /// Names of the GPUs, and the driver's version.
    pub gpu: Option<String>,
    pub dualbench: String,
}

/// What a run is. Complete from `Started` on; `engines` are empty while it is queued.
#[derive(Debug, Clone, PartialEq)]
pub struct RunHeader {
    pub run: RunId,
    pub scenario: ScenarioPin,
    /// In the manifest's order.
    pub params: Vec<(String, ParamValue)>,
    pub seed: u32,
    /// The one reading of the wall clock.
    pub started_at: WallTime,
    /// Any engine or the GPU is simulated.
    pub simulated: bool,
    pub engines: Vec<EngineFacts>,
    pub host: HostFacts,
}

/// The simulated engines by name where real ones stand beside them; an empty text where all are, `None` where none is.
pub fn simulated_names<'a>(any: bool, engines: impl Iterator<Item = (&'a str, bool)>) -> Option<String> {
    let (simulated, real): (Vec<_>, Vec<_>) = engines.partition(|(_, simulated)| *simulated);
    let names: Vec<&str> = simulated.iter().map(|(name, _)| *name).collect();
    any.then(|| if real.is_empty() { String::new() } else { names.join(", ") })
}

impl RunHeader {
    /// Whether the figures of that target are simulated; `None` where it was not looked at.
    pub fn is_simulated(&self, target: Target) -> Option<bool> {
        self.engines.iter().find(|e| e.role == target).map(|e| e.simulated)
    }

    /// For a headline: `SIMULATED`, with the engines' names where others are real; empty where none is.
    pub fn simulated_word(&self) -> String {
        let engines = self.engines.iter().map(|e| (e.role.word(), e.simulated));
        match simulated_names(self.simulated, engines) {
            None => String::new(),
            Some(names) if names.is_empty() => "SIMULATED".to_owned(),
            Some(names) => format!("SIMULATED: {names}"),
        }
    }

    /// The simulated card serves with the embedded engines, and with no others.
    pub fn is_embedded(&self) -> bool {
        self.host.gpu.as_deref() == Some(SIMULATED_GPU)
    }
}

/// How well this client did its own work.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ClientSummary {
    /// How long the runtime that reads the streams keeps a probe waiting; asked every 10 ms.
    pub scheduler_lag_p99_us: Option<f64>,
    pub scheduler_lag_max_us: Option<f64>,
    /// Share of chunks that came in the same read as the one before.
    pub coalesced: Option<f64>,
    /// CPU time of this process over the measured chunks (embedded engines included, when they run in it).
    pub cpu_us_per_chunk: Option<f64>,
    /// The longest wait for the store's lane.
    pub store_wait_max_ms: f64,
}

/// Why a run did not finish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunFailure {
    /// `run-failed` and its detail: `trap`, `cpu`, `wall`, `memory`, `host`, `returned`, `engine`, `interrupted`.
    pub class: String,
    pub message: String,
    pub backtrace: Option<String>,
}

/// What came of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct RunReport {
    pub header: RunHeader,
    pub duration: Duration,
    pub state: RunState,
    /// `None` where the run did not come to a verdict.
    pub verdict: Option<Verdict>,
    pub failure: Option<RunFailure>,
    /// The targets that were used, in the order main, mini, pipeline.
    pub targets: Vec<TargetSummary>,
    /// Where the pipeline was asked.
    pub pipeline: Option<PipelineSummary>,
    /// The host-driven loads that the scenario asked for, in their order.
    pub loads: Vec<AskedLoad>,
    /// In the order of the run; empty where it had one phase only.
    pub phases: Vec<PhaseSummary>,
    pub interference: Vec<Interference>,
    /// Of a steady load that lasted a minute or more; empty elsewhere.
    pub drift: Vec<Drift>,
    pub gpu: Option<GpuSummary>,
    pub client: ClientSummary,
    pub metrics: Vec<Metric>,
    /// In their order.
    pub marks: Vec<TimelineMark>,
    /// Each with its total.
    pub counters: BTreeMap<String, f64>,
    /// What came of the thresholds that the run carried, in their order.
    pub thresholds: Vec<Judged>,
    /// Field path → why it is null.
    pub reasons_for_null: Vec<(String, String)>,
}

impl RunReport {
    /// The report of a run that measured nothing: it never began, or its summary could not be made.
    pub fn without_figures(header: RunHeader, state: RunState, failure: Option<RunFailure>) -> RunReport {
        RunReport {
            header,
            duration: Duration::ZERO,
            state,
            verdict: None,
            failure,
            targets: Vec::new(),
            pipeline: None,
            loads: Vec::new(),
            phases: Vec::new(),
            interference: Vec::new(),
            drift: Vec::new(),
            gpu: None,
            client: ClientSummary::default(),
            metrics: Vec::new(),
            marks: Vec::new(),
            counters: BTreeMap::new(),
            thresholds: Vec::new(),
            reasons_for_null: Vec::new(),
        }
    }
}

//! All that a run's report is made of, as plain data: of a live run, or read back from its transcript.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::events::{EngineFacts, ExchangeRecord, Metric, RunFailure, RunHeader, TimelineMark};
use crate::gpu::{GpuState, Recorded};
use crate::measure::{AskedLoad, Judged, Target, Threshold};
use crate::run::lag::Lag;

pub(super) struct Evidence {
    pub header: RunHeader,
    /// Why the guest did not end well.
    pub failure: Option<RunFailure>,
    pub kept: Kept,
    pub seen: Observed,
}

/// What the guest did and what came of it.
#[derive(Default)]
pub(super) struct Kept {
    pub records: Vec<Arc<ExchangeRecord>>,
    pub metrics: Vec<Metric>,
    pub marks: Vec<TimelineMark>,
    pub counters: BTreeMap<String, f64>,
    pub loads: Vec<AskedLoad>,
    pub thresholds: Vec<Threshold>,
    /// Why the scenario itself declared the run void.
    pub void: Vec<String>,
    pub warm_where_cold: u32,
    pub exact_length_missed: u32,
}

/// What was seen around the run, beside its exchanges.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Observed {
    pub before: Vec<EngineFacts>,
    pub after: Vec<EngineFacts>,
    /// Processes on the GPU that are none of the engines.
    pub foreign: Vec<String>,
    pub gpu_state: GpuState,
    /// Samples of the GPU each second.
    pub gpu_rate_hz: f64,
    /// The GPU over the run, on the run's clock.
    pub recorded: Recorded,
    pub on_card: Vec<OnCard>,
    pub lag: Lag,
    pub lag_limit_us: f64,
    /// CPU time of this process over the run.
    pub cpu: Duration,
    pub store_wait: Duration,
    /// From the run's origin until all of this was known.
    pub duration: Duration,
    pub cancelled: bool,
    /// The threshold that ended the run early.
    pub aborted: Option<Judged>,
}

impl Observed {
    /// The GPU sampler's period during the run.
    pub(super) fn period(&self) -> Duration {
        Duration::from_secs_f64(1.0 / self.gpu_rate_hz)
    }
}

/// The processes of one engine, or why they cannot be told.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct OnCard {
    pub target: Target,
    pub pids: Result<Vec<u32>, String>,
}

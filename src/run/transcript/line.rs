//! The lines of a transcript. The first one is an [`Opening`]; each other one is a [`Line`], and the last one `end`.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::wire::ns;
use crate::events::{EngineFacts, ExchangeRecord, RunFailure, RunHeader};
use crate::gpu::{Gap, GpuState, Recorded};
use crate::measure::{Answer, AskedLoad, GpuSample, Judged, Measures, Target, Trace};
use crate::run::evidence::{Evidence, Kept, Observed, OnCard};
use crate::run::lag::Lag;
use crate::scenario::{Limits, Value};

/// What the run was, and whether the rest follows.
#[derive(Serialize, Deserialize)]
pub(in crate::run) struct Opening {
    /// The schema.
    pub transcript: u32,
    pub header: RunHeader,
    pub arguments: Vec<(String, Value)>,
    pub seed: u32,
    /// Those that the run was started with.
    pub thresholds: Vec<String>,
    pub limits: Limits,
    /// Name of the scenario's file.
    pub file: String,
    /// False: texts are stand-ins of the same length.
    pub texts: bool,
    pub calls: u64,
    /// Why nothing follows.
    pub cut: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum LineRef<'a, C> {
    Call(&'a C),
    Clock(&'a Clock),
    Exchange(RecordLine<'a>),
    Sample(&'a GpuSample),
    End(&'a Closing),
}

/// The same, read.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Line {
    Call(Call),
    Clock(Clock),
    Exchange(Box<Record>),
    Sample(Box<GpuSample>),
    End(Box<Closing>),
}

#[derive(Serialize)]
pub(super) struct CallRef<'a, Q, A> {
    #[serde(skip_serializing_if = "is_run_itself")]
    pub user: u32,
    #[serde(serialize_with = "ns::serialize")]
    pub at: Duration,
    pub call: &'a str,
    pub asked: &'a Q,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<&'a A>,
}

fn is_run_itself(user: &u32) -> bool {
    *user == 0
}

/// One call of a guest.
#[derive(Deserialize)]
pub(in crate::run) struct Call {
    /// Which of the run's guests; 0 is the run itself.
    #[serde(default)]
    pub user: u32,
    /// On the run's clock: when it was answered, or of what is reported, its time of record.
    #[serde(with = "ns")]
    pub at: Duration,
    pub call: String,
    pub asked: Box<RawValue>,
    pub answer: Option<Box<RawValue>>,
}

/// What a guest's clocks showed: µs, each after the one before.
#[derive(Serialize, Deserialize)]
pub(super) struct Clock {
    pub user: u32,
    pub us: Vec<u64>,
}

/// An exchange without what is computed from it.
#[derive(Serialize)]
pub(super) struct RecordLine<'a> {
    exchange: u32,
    target: Target,
    phase: &'a str,
    warm_up: bool,
    together: bool,
    #[serde(serialize_with = "ns::serialize")]
    sent: Duration,
    trace: &'a Trace,
    answer: &'a Option<Answer>,
}

impl<'a> RecordLine<'a> {
    pub fn of(r: &'a ExchangeRecord) -> RecordLine<'a> {
        let ExchangeRecord { exchange, target, phase, warm_up, together, sent, trace, measures: _, answer } = r;
        let (exchange, target, warm_up, together, sent) = (*exchange, *target, *warm_up, *together, *sent);
        RecordLine { exchange, target, phase, warm_up, together, sent, trace, answer }
    }
}

#[derive(Deserialize)]
pub(super) struct Record {
    exchange: u32,
    target: Target,
    phase: String,
    warm_up: bool,
    together: bool,
    #[serde(with = "ns")]
    sent: Duration,
    trace: Trace,
    answer: Option<Answer>,
}

impl Record {
    /// With its measures, computed anew.
    pub fn record(self) -> ExchangeRecord {
        let Record { exchange, target, phase, warm_up, together, sent, trace, answer } = self;
        let measures = Measures::of(&trace);
        ExchangeRecord { exchange, target, phase, warm_up, together, sent, trace, measures, answer }
    }
}

/// What was seen around the run, and how its guest ended.
#[derive(Serialize, Deserialize)]
pub(super) struct Closing {
    failure: Option<RunFailure>,
    loads: Vec<AskedLoad>,
    warm_where_cold: u32,
    exact_length_missed: u32,
    before: Vec<EngineFacts>,
    after: Vec<EngineFacts>,
    foreign: Vec<String>,
    gpu_state: GpuState,
    gpu_rate_hz: f64,
    gaps: Vec<Gap>,
    missed: u64,
    dropped: u64,
    #[serde(with = "ns")]
    period: Duration,
    on_card: Vec<(Target, Result<Vec<u32>, String>)>,
    lag: Lag,
    lag_limit_us: f64,
    #[serde(with = "ns")]
    cpu: Duration,
    #[serde(with = "ns")]
    store_wait: Duration,
    #[serde(with = "ns")]
    duration: Duration,
    cancelled: bool,
    aborted: Option<Judged>,
}

impl Closing {
    pub fn of(evidence: &Evidence) -> Closing {
        let (seen, kept) = (evidence.seen.clone(), &evidence.kept);
        let Observed {
            before,
            after,
            foreign,
            gpu_state,
            gpu_rate_hz,
            recorded: Recorded { samples: _, gaps, missed, dropped, period },
            on_card,
            lag,
            lag_limit_us,
            cpu,
            store_wait,
            duration,
            cancelled,
            aborted,
        } = seen;
        Closing {
            failure: evidence.failure.clone(),
            loads: kept.loads.clone(),
            warm_where_cold: kept.warm_where_cold,
            exact_length_missed: kept.exact_length_missed,
            before,
            after,
            foreign,
            gpu_state,
            gpu_rate_hz,
            gaps,
            missed,
            dropped,
            period,
            on_card: on_card.into_iter().map(|e| (e.target, e.pids)).collect(),
            lag,
            lag_limit_us,
            cpu,
            store_wait,
            duration,
            cancelled,
            aborted,
        }
    }

    /// All but what the replayed guest itself must bring: metrics, thresholds, reasons for a void run, its failure.
    pub fn evidence(self, header: RunHeader, records: Vec<Arc<ExchangeRecord>>, samples: Vec<GpuSample>) -> Evidence {
        let (gaps, missed, dropped, period) = (self.gaps, self.missed, self.dropped, self.period);
        Evidence {
            header,
            failure: self.failure,
            kept: Kept {
                records,
                loads: self.loads,
                warm_where_cold: self.warm_where_cold,
                exact_length_missed: self.exact_length_missed,
                ..Kept::default()
            },
            seen: Observed {
                before: self.before,
                after: self.after,
                foreign: self.foreign,
                gpu_state: self.gpu_state,
                gpu_rate_hz: self.gpu_rate_hz,
                recorded: Recorded { samples, gaps, missed, dropped, period },
                on_card: self.on_card.into_iter().map(|(target, pids)| OnCard { target, pids }).collect(),
                lag: self.lag,
                lag_limit_us: self.lag_limit_us,
                cpu: self.cpu,
                store_wait: self.store_wait,
                duration: self.duration,
                cancelled: self.cancelled,
                aborted: self.aborted,
            },
        }
    }
}

//! What happens in a run, as plain data.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::events::report::{RunHeader, RunReport};
use crate::events::run_id::RunId;
use crate::measure::{Answer, GpuSample, InPhase, Measures, Stage, Target, Timed, Trace};

/// Where a run stands. The order is the life of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RunState {
    Queued,
    Preparing,
    Warming,
    Measuring,
    Settling,
    Finished,
    Failed,
    Cancelled,
    /// The daemon ended before the run did.
    Interrupted,
}

impl RunState {
    pub const ALL: [RunState; 9] = [
        RunState::Queued,
        RunState::Preparing,
        RunState::Warming,
        RunState::Measuring,
        RunState::Settling,
        RunState::Finished,
        RunState::Failed,
        RunState::Cancelled,
        RunState::Interrupted,
    ];

    pub fn word(self) -> &'static str {
        match self {
            RunState::Queued => "queued",
            RunState::Preparing => "preparing",
            RunState::Warming => "warming",
            RunState::Measuring => "measuring",
            RunState::Settling => "settling",
            RunState::Finished => "finished",
            RunState::Failed => "failed",
            RunState::Cancelled => "cancelled",
            RunState::Interrupted => "interrupted",
        }
    }

    pub fn parse(word: &str) -> Option<RunState> {
        RunState::ALL.into_iter().find(|s| s.word() == word)
    }

    /// Whether nothing follows.
    pub fn is_final(self) -> bool {
        matches!(self, RunState::Finished | RunState::Failed | RunState::Cancelled | RunState::Interrupted)
    }
}

/// One finished exchange. Published once, after its stream has closed.
#[derive(Debug, Clone, PartialEq)]
pub struct ExchangeRecord {
    /// Counts from 0 in the run.
    pub exchange: u32,
    pub target: Target,
    pub phase: String,
    pub warm_up: bool,
    /// Other workloads were measured at the same time.
    pub together: bool,
    /// The send, counted from the run's origin.
    pub sent: Duration,
    /// Of a pipeline's answer: that of its `generate` stage, or of a remote pipeline's whole stream.
    pub trace: Trace,
    pub measures: Measures,
    /// The stages, where the target is the pipeline.
    pub answer: Option<Answer>,
}

impl ExchangeRecord {
    /// As the folds of `measure` take it.
    pub fn timed(&self) -> Timed<'_> {
        Timed {
            target: self.target,
            warm_up: self.warm_up,
            together: self.together,
            began: self.began(),
            sent: self.sent,
            trace: &self.trace,
        }
    }

    /// The intent of a pipeline's answer, on the run's clock; the send of any other exchange.
    pub fn began(&self) -> Duration {
        let generate = self.answer.as_ref().and_then(|a| a.stage(Stage::Generate)).map_or(Duration::ZERO, |g| g.start);
        self.sent.saturating_sub(generate)
    }

    pub fn in_phase(&self) -> InPhase<'_> {
        InPhase { phase: &self.phase, timed: self.timed() }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogLevel {
    Debug,
    Info,
    Warn,
    Error,
}

impl LogLevel {
    pub fn word(self) -> &'static str {
        match self {
            LogLevel::Debug => "debug",
            LogLevel::Info => "info",
            LogLevel::Warn => "warn",
            LogLevel::Error => "error",
        }
    }
}

/// A custom metric of a scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Metric {
    /// Counted from the run's origin.
    pub at: Duration,
    pub name: String,
    pub value: f64,
    pub unit: String,
}

/// A moment that a scenario marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineMark {
    /// Counted from the run's origin.
    pub at: Duration,
    pub name: String,
}

/// What one engine is doing, as seen from the socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activity {
    Idle,
    Prefill,
    /// Of the pipeline only: between its engines' streams.
    Retrieving,
    Generating,
}

impl Activity {
    pub fn word(self) -> &'static str {
        match self {
            Activity::Idle => "idle",
            Activity::Prefill => "prefill",
            Activity::Retrieving => "retrieving",
            Activity::Generating => "generating",
        }
    }
}

/// One engine at one moment; for the eye only, never for a record.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pulse {
    pub target: Target,
    pub activity: Activity,
    /// Events a second over the last pulse's span. `None` while nothing is generated.
    pub rate: Option<f64>,
    pub since_last_byte: Option<Duration>,
}

/// What happens in a run. `at` counts from the run's origin.
#[derive(Debug, Clone, PartialEq)]
pub enum RunEvent {
    Queued(Arc<RunHeader>),
    State {
        run: RunId,
        state: RunState,
    },
    /// The run's ground was checked: the header with the engines' identities.
    Started(Arc<RunHeader>),
    Phase {
        run: RunId,
        at: Duration,
        name: String,
    },
    Progress {
        run: RunId,
        done: u32,
        total: u32,
    },
    Log {
        run: RunId,
        at: Duration,
        level: LogLevel,
        message: String,
    },
    Metric {
        run: RunId,
        metric: Metric,
    },
    Mark {
        run: RunId,
        mark: TimelineMark,
    },
    Exchange {
        run: RunId,
        record: Arc<ExchangeRecord>,
    },
    /// Text of an answer as it comes, for who asked to see it. Lossy lane only.
    Text {
        run: RunId,
        exchange: u32,
        text: String,
    },
    /// Lossy lane only.
    Pulse {
        run: RunId,
        at: Duration,
        pulses: Vec<Pulse>,
        gpu: Vec<GpuSample>,
        /// The scenario's counters, where one has changed since the last pulse.
        counters: Option<BTreeMap<String, f64>>,
    },
    /// The run's GPU samples, once, before `Ended`.
    Samples {
        run: RunId,
        samples: Arc<Vec<GpuSample>>,
    },
    Ended(Arc<RunReport>),
}

impl RunEvent {
    pub fn run(&self) -> RunId {
        match self {
            RunEvent::Queued(h) | RunEvent::Started(h) => h.run,
            RunEvent::Ended(r) => r.header.run,
            RunEvent::State { run, .. }
            | RunEvent::Phase { run, .. }
            | RunEvent::Progress { run, .. }
            | RunEvent::Log { run, .. }
            | RunEvent::Metric { run, .. }
            | RunEvent::Mark { run, .. }
            | RunEvent::Exchange { run, .. }
            | RunEvent::Text { run, .. }
            | RunEvent::Pulse { run, .. }
            | RunEvent::Samples { run, .. } => *run,
        }
    }
}

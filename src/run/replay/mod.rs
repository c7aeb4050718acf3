//! A recorded run, made again: the module runs through the real loader and limits, a host answers from the transcript
//! with the recorded times, and the record is computed anew from the recorded traces. Nothing of it is stored.

mod host;
mod stage;
mod streams;

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::events::{RunFailure, RunHeader, RunId, RunReport, ScenarioPin};
use crate::measure::Threshold;
use crate::run::evidence::Evidence;
use crate::run::execute;
use crate::run::plan::{RunPlan, param_value};
use crate::run::report;
use crate::run::transcript::{Transcript, TranscriptError, Transcripts};
use crate::scenario::{self, Invocation, Module, Problem, RawArg, Value};
use host::Host;
use stage::{Said, Stage};

/// Without a call for so long, a guest that waits to be stopped as it was then will wait for ever.
const STUCK: Duration = Duration::from_secs(5);

/// A run that can be made again.
pub struct Recording(Transcript);

/// What came of a replay.
pub struct Replayed {
    /// The record, made again.
    pub report: RunReport,
    /// Calls that were as in the transcript, and those that it has.
    pub followed: usize,
    pub calls: usize,
    pub exchanges: usize,
    /// Of the transcript.
    pub bytes: u64,
    /// Where the guest first went another way.
    pub parting: Option<Parting>,
}

/// The first call that is not as in the transcript. Calls count from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parting {
    pub call: usize,
    /// What the guest did.
    pub is: String,
    pub recorded: String,
}

impl std::fmt::Display for Parting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "call {} is {}, the transcript has {}", self.call, self.is, self.recorded)
    }
}

#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Arguments(Vec<Problem>),
    #[error("the transcript's threshold cannot be read: {0}")]
    Threshold(String),
}

impl Transcripts {
    /// Blocks.
    ///
    /// # Errors
    /// None was kept, it was cut, or it cannot be read.
    pub fn open(&self, run: RunId) -> Result<Recording, TranscriptError> {
        self.read(run).map(Recording)
    }
}

impl Recording {
    pub fn run(&self) -> RunId {
        self.0.opening.header.run
    }

    /// The scenario that ran.
    pub fn scenario(&self) -> &ScenarioPin {
        &self.0.opening.header.scenario
    }

    /// Version of the dualbench that made the record.
    pub fn made_by(&self) -> &str {
        &self.0.opening.header.host.dualbench
    }

    /// Name of the file that it was loaded from.
    pub fn file(&self) -> &str {
        &self.0.opening.file
    }

    /// False: the guest reads stand-ins of the same length.
    pub fn has_texts(&self) -> bool {
        self.0.opening.texts
    }

    /// Runs the module that ran, on the recorded answers. The first call that is not as in the transcript ends it.
    ///
    /// # Errors
    /// The transcript does not fit this dualbench.
    pub async fn prove(self, module: Arc<Module>) -> Result<Replayed, ReplayError> {
        let arguments = self.0.opening.arguments.clone();
        self.play(module, arguments, false).await
    }

    /// Runs any module. While its calls are those of the transcript, it gets what was answered; from the first other
    /// one on, the recorded exchanges, each once and in order.
    ///
    /// # Errors
    /// The recorded arguments do not fit the module's parameters.
    pub async fn try_with(self, module: Arc<Module>) -> Result<Replayed, ReplayError> {
        let known = |name: &str| module.manifest.params.iter().any(|p| p.name == name);
        let given = self.0.opening.arguments.iter().filter(|(name, _)| known(name));
        let given: Vec<_> = given.map(|(name, value)| (name.clone(), raw(value))).collect();
        let arguments = scenario::arguments(&module.manifest, &given).map_err(ReplayError::Arguments)?;
        self.play(module, arguments, true).await
    }

    async fn play(
        self,
        module: Arc<Module>,
        arguments: Vec<(String, Value)>,
        free: bool,
    ) -> Result<Replayed, ReplayError> {
        let Transcript { opening, calls, clocks, evidence, bytes } = self.0;
        let thresholds = opening.thresholds.iter().map(|t| Threshold::parse(t)).collect::<Result<Vec<_>, _>>();
        let thresholds = thresholds.map_err(ReplayError::Threshold)?;
        let plan = RunPlan {
            module: module.clone(),
            arguments: arguments.clone(),
            seed: opening.seed,
            thresholds,
            abort_on_fail: false,
            repeat: None,
            show_text: false,
        };
        let exchanges = evidence.kept.records.len();
        let (cancel, over) = (CancellationToken::new(), CancellationToken::new());
        let stage = Stage::new(calls, clocks, &evidence, opening.texts, free.then(|| plan.targets()));
        let stage = Arc::new(stage.with_stops(cancel.clone(), over.clone()));
        let invocation = Invocation {
            module,
            arguments,
            host: Arc::new(Host { stage: stage.clone(), user: 0, seed: opening.seed }),
            limits: opening.limits,
            cancel: cancel.clone(),
            seed: u64::from(opening.seed),
        };
        let ended = tokio::select! {
            biased;
            () = over.cancelled() => None,
            ended = scenario::run(invocation) => Some(ended),
            () = stuck(&stage) => None,
        };
        let finale = stage.finish();
        let failure = match ended {
            Some(ended) => as_recorded(ended.err().map(execute::failure), evidence.failure.as_ref()),
            None => evidence.failure.clone(),
        };
        let header = RunHeader {
            scenario: plan.pin(),
            params: plan.arguments.iter().map(|(name, value)| (name.clone(), param_value(value))).collect(),
            seed: plan.seed,
            ..evidence.header
        };
        let (mut kept, mut seen) = (evidence.kept, evidence.seen);
        seen.cancelled = cancel.is_cancelled();
        if finale.parted_freely {
            kept.records = finale.records;
            kept.loads = finale.loads;
            seen.aborted = None;
        }
        kept.thresholds = plan.thresholds;
        for said in finale.said {
            match said {
                Said::Metric(metric) => kept.metrics.push(metric),
                Said::Mark(mark) => kept.marks.push(mark),
                Said::Count(name, by) => *kept.counters.entry(name).or_default() += by,
                Said::Threshold(threshold) => kept.thresholds.push(threshold),
                Said::Void(reason) => kept.void.push(reason),
            }
        }
        let evidence = Evidence { header, failure, kept, seen };
        let report = report::composed(&evidence);
        let (followed, calls, parting) = (finale.followed, finale.calls, finale.parting);
        Ok(Replayed { report, followed, calls, exchanges, bytes, parting })
    }
}

async fn stuck(stage: &Stage) {
    let mut seen = usize::MAX;
    while !stage.is_stuck(&mut seen) {
        tokio::time::sleep(STUCK).await;
    }
}

/// Where a limit of real time ended the guest is no matter of its calls: its words are those of the recorded run.
fn as_recorded(failure: Option<RunFailure>, recorded: Option<&RunFailure>) -> Option<RunFailure> {
    let by_time = |f: &RunFailure| ["cpu", "wall"].contains(&f.class.as_str());
    match (failure, recorded) {
        (Some(f), Some(r)) if f.class == r.class && by_time(&f) => Some(r.clone()),
        (failure, _) => failure,
    }
}

fn raw(value: &Value) -> RawArg {
    RawArg::Json(match value {
        Value::Flag(v) => (*v).into(),
        Value::Integer(v) => (*v).into(),
        Value::Number(v) => (*v).into(),
        Value::Text(v) => v.as_str().into(),
    })
}

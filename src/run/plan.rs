//! What is asked for, checked all at once, and pinned to one module.

use std::sync::Arc;

use crate::events::{ParamValue, RunId, ScenarioPin};
use crate::measure::{Target, Threshold};
use crate::run::precision::{self, Repeat};
use crate::run::thresholds;
use crate::scenario::{self, Catalogue, Module, Problem, RawArg, Value};

/// What the API, the cockpit and `dualbench run` all ask for.
#[derive(Debug, Clone, Default)]
pub struct RunRequest {
    pub scenario: String,
    pub params: Vec<(String, RawArg)>,
    /// Seed of everything random in the run. A fresh one where absent: the same one again would find its prompts in the
    /// engine's cache.
    pub seed: Option<u32>,
    pub demands: Demands,
}

/// What a run must hold, as text.
#[derive(Debug, Clone, Default)]
pub struct Demands {
    /// Must hold: `ttft_ms.p95 < 400`.
    pub thresholds: Vec<String>,
    /// Must not be: `ttft_ms.p95 >= 400`.
    pub fail_if: Vec<String>,
    /// The run is cancelled as soon as one is broken for good.
    pub abort_on_fail: bool,
    /// `ci=1%`: loads go on until their medians are known as tightly.
    pub repeat_until: Option<String>,
    /// Seconds that each load may take for it.
    pub repeat_budget_s: Option<f64>,
}

#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    #[error("no scenario is called `{name}`; {known}")]
    Unknown { name: String, known: String },
    #[error("scenario `{name}` cannot run: {message}")]
    Broken { name: String, message: String },
    #[error("{}", problems.iter().chain(demands).map(|p| format!("{}: {}", p.field, p.message)).collect::<Vec<_>>().join("; "))]
    Problems {
        /// Of the parameters.
        problems: Vec<Problem>,
        /// Of what the run must hold; their fields are those of the request.
        demands: Vec<Problem>,
    },
}

/// A run that can start: every check is done, and a hot reload no longer changes it.
#[derive(Debug, Clone)]
pub struct RunPlan {
    pub module: Arc<Module>,
    pub arguments: Vec<(String, Value)>,
    pub seed: u32,
    pub thresholds: Vec<Threshold>,
    pub abort_on_fail: bool,
    pub repeat: Option<Repeat>,
    /// Whether the text of answers is shown to watchers as it comes.
    pub show_text: bool,
}

impl RunPlan {
    /// # Errors
    /// Unknown or broken scenario, or every problem of the parameters and demands at once.
    pub fn resolve(request: &RunRequest, catalogue: &Catalogue) -> Result<RunPlan, PlanError> {
        RunPlan::of_module(module(&request.scenario, catalogue)?, request)
    }

    /// The plan of a module that is in no catalogue; the request's name of the scenario is not looked at.
    ///
    /// # Errors
    /// Every problem of the parameters and demands at once.
    pub fn of_module(module: Arc<Module>, request: &RunRequest) -> Result<RunPlan, PlanError> {
        let targets: Vec<Target> = module.manifest.targets.iter().map(|t| target(*t)).collect();
        let arguments = scenario::arguments(&module.manifest, &request.params);
        let thresholds = thresholds::resolve(&request.demands, &targets);
        let repeat = precision::resolve(&request.demands);
        match (arguments, thresholds, repeat) {
            (Ok(arguments), Ok(thresholds), Ok(repeat)) => Ok(RunPlan {
                module,
                arguments,
                thresholds,
                seed: request.seed.unwrap_or_else(|| RunId::fresh().seed()),
                abort_on_fail: request.demands.abort_on_fail,
                repeat,
                show_text: false,
            }),
            (arguments, thresholds, repeat) => Err(PlanError::Problems {
                problems: arguments.err().unwrap_or_default(),
                demands: thresholds.err().into_iter().chain(repeat.err()).flatten().collect(),
            }),
        }
    }

    pub fn pin(&self) -> ScenarioPin {
        let m = &self.module;
        ScenarioPin {
            name: m.manifest.name.clone(),
            version: m.manifest.version.clone(),
            sha256: m.sha256.clone(),
            world: m.world.clone(),
            language: m.language.clone(),
            data_sha256: m.data.sha256().map(str::to_owned),
        }
    }

    pub fn params(&self) -> Vec<(String, ParamValue)> {
        self.arguments.iter().map(|(name, value)| (name.clone(), param_value(value))).collect()
    }

    /// The targets that the manifest names.
    pub fn targets(&self) -> Vec<Target> {
        self.module.manifest.targets.iter().map(|t| target(*t)).collect()
    }
}

fn module(name: &str, catalogue: &Catalogue) -> Result<Arc<Module>, PlanError> {
    if let Some(module) = catalogue.get(name) {
        return Ok(module);
    }
    let entries = catalogue.snapshot();
    if let Some(failure) = entries.iter().find(|e| e.name == name).and_then(|e| e.failure.as_ref()) {
        return Err(PlanError::Broken { name: name.to_owned(), message: failure.message.clone() });
    }
    let mut names: Vec<&str> = entries.iter().filter(|e| e.ready.is_some()).map(|e| e.name.as_str()).collect();
    names.sort_by(|a, b| strsim::jaro_winkler(name, b).total_cmp(&strsim::jaro_winkler(name, a)));
    let known = match names.as_slice() {
        [] => "the scenario folder holds none that is ready".to_owned(),
        names => format!("ready are {}", names.join(", ")),
    };
    Err(PlanError::Unknown { name: name.to_owned(), known })
}

pub(super) fn param_value(value: &Value) -> ParamValue {
    match value {
        Value::Flag(v) => ParamValue::Flag(*v),
        Value::Integer(v) => ParamValue::Integer(*v),
        Value::Number(v) => ParamValue::Number(*v),
        Value::Text(v) => ParamValue::Text(v.clone()),
    }
}

/// The guest's word for a target, as ours.
pub(super) fn target(t: scenario::Target) -> Target {
    match t {
        scenario::Target::Main => Target::Main,
        scenario::Target::Mini => Target::Mini,
        scenario::Target::Pipeline => Target::Pipeline,
    }
}

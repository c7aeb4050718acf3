//! The first half of a journal line: what the run is. Written when a run is taken in, and read again when the daemon
//! ended before the run did.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::events::{
    EngineFacts, EngineIdentity, HostFacts, ParamValue, RunFailure, RunHeader, RunId, RunReport, RunState, ScenarioPin,
    WallTime,
};
use crate::measure::{Target, Verdict, ms};

/// The keys from `schema` to `host`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Head {
    pub schema: u32,
    pub run_id: String,
    pub started_at: String,
    /// `None` while the run has not ended.
    pub duration_ms: Option<f64>,
    pub state: String,
    pub verdict: Option<VerdictLine>,
    failure: Option<FailureLine>,
    pub simulated: bool,
    pub scenario: ScenarioLine,
    /// In the manifest's order.
    params: Map<String, Value>,
    seed: u32,
    engines: Map<String, Value>,
    host: HostLine,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VerdictLine {
    pub state: String,
    pub reasons: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct FailureLine {
    class: String,
    message: String,
    backtrace: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScenarioLine {
    pub name: String,
    pub version: String,
    pub sha256: String,
    pub world: String,
    pub language: Option<String>,
    #[serde(default)]
    data_sha256: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct HostLine {
    cpu: Option<String>,
    /// `None` where not known.
    cores: Option<u32>,
    kernel: Option<String>,
    gpu: Option<HostGpuLine>,
    dualbench: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct HostGpuLine {
    /// Names of the GPUs, and the driver's version.
    name: String,
}

#[derive(Serialize, Deserialize)]
struct EngineLine {
    dialect: String,
    base_url: String,
    simulated: bool,
    identity: Option<IdentityLine>,
    problem: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct IdentityLine {
    model: Option<String>,
    build: Option<String>,
    quantisation: Option<String>,
    context_tokens: Option<u32>,
    parameters: Option<u64>,
    cpu_spill_bytes: Option<u64>,
    /// What the engine answered: an object where that was JSON, else text.
    raw: Option<Value>,
}

impl Head {
    pub fn of_header(header: &RunHeader, state: RunState) -> Head {
        let engines = header.engines.iter().map(|e| (e.role.word().to_owned(), engine(e)));
        Head {
            schema: super::SCHEMA,
            run_id: header.run.to_string(),
            started_at: header.started_at.to_string(),
            duration_ms: None,
            state: state.word().to_owned(),
            verdict: None,
            failure: None,
            simulated: header.simulated,
            scenario: scenario(&header.scenario),
            params: header.params.iter().map(|(name, value)| (name.clone(), param(value))).collect(),
            seed: header.seed,
            engines: engines.collect(),
            host: host(&header.host),
        }
    }

    pub fn of_report(report: &RunReport) -> Head {
        Head {
            duration_ms: Some(ms(report.duration)),
            verdict: report.verdict.as_ref().map(verdict),
            failure: report.failure.as_ref().map(failure),
            ..Head::of_header(&report.header, report.state)
        }
    }

    /// The header again. `None` if the text is not one that this dualbench wrote.
    pub fn parse(text: &str) -> Option<RunHeader> {
        let head: Head = serde_json::from_str(text).ok()?;
        let engine = |(role, value): (&String, &Value)| {
            Some(facts(Target::parse(role)?, serde_json::from_value(value.clone()).ok()?))
        };
        Some(RunHeader {
            run: RunId::parse(&head.run_id)?,
            scenario: ScenarioPin {
                name: head.scenario.name,
                version: head.scenario.version,
                sha256: head.scenario.sha256,
                world: head.scenario.world,
                language: head.scenario.language,
                data_sha256: head.scenario.data_sha256,
            },
            params: head.params.iter().filter_map(|(k, v)| Some((k.clone(), read_param(v)?))).collect(),
            seed: head.seed,
            started_at: WallTime::parse(&head.started_at)?,
            simulated: head.simulated,
            engines: head.engines.iter().filter_map(engine).collect(),
            host: HostFacts {
                cpu: head.host.cpu,
                cores: head.host.cores.unwrap_or(0),
                kernel: head.host.kernel,
                gpu: head.host.gpu.map(|g| g.name),
                dualbench: head.host.dualbench,
            },
        })
    }
}

fn verdict(v: &Verdict) -> VerdictLine {
    VerdictLine { state: v.word().to_owned(), reasons: v.reasons().to_vec() }
}

fn failure(f: &RunFailure) -> FailureLine {
    FailureLine { class: f.class.clone(), message: f.message.clone(), backtrace: f.backtrace.clone() }
}

fn scenario(s: &ScenarioPin) -> ScenarioLine {
    ScenarioLine {
        name: s.name.clone(),
        version: s.version.clone(),
        sha256: s.sha256.clone(),
        world: s.world.clone(),
        language: s.language.clone(),
        data_sha256: s.data_sha256.clone(),
    }
}

fn host(h: &HostFacts) -> HostLine {
    HostLine {
        cpu: h.cpu.clone(),
        cores: (h.cores > 0).then_some(h.cores),
        kernel: h.kernel.clone(),
        gpu: h.gpu.clone().map(|name| HostGpuLine { name }),
        dualbench: h.dualbench.clone(),
    }
}

fn engine(e: &EngineFacts) -> Value {
    let identity = e.identity.as_ref().map(|i| IdentityLine {
        model: i.model.clone(),
        build: i.build.clone(),
        quantisation: i.quantisation.clone(),
        context_tokens: i.context_tokens,
        parameters: i.parameters,
        cpu_spill_bytes: i.cpu_spill_bytes,
        raw: i.raw.as_deref().map(json_or_text),
    });
    let line = EngineLine {
        dialect: e.dialect.clone(),
        base_url: e.base_url.clone(),
        simulated: e.simulated,
        identity,
        problem: e.problem.clone(),
    };
    serde_json::to_value(line).unwrap_or(Value::Null)
}

/// Parsed, so that a line break between two of the engine's keys does not break our line.
fn json_or_text(raw: &str) -> Value {
    serde_json::from_str(raw).unwrap_or_else(|_| Value::from(raw))
}

fn facts(role: Target, line: EngineLine) -> EngineFacts {
    let raw = |value: Value| match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    let identity = line.identity.map(|i| EngineIdentity {
        model: i.model,
        build: i.build,
        quantisation: i.quantisation,
        context_tokens: i.context_tokens,
        parameters: i.parameters,
        cpu_spill_bytes: i.cpu_spill_bytes,
        digest: None,
        raw: i.raw.map(raw),
    });
    EngineFacts {
        role,
        dialect: line.dialect,
        base_url: line.base_url,
        simulated: line.simulated,
        identity,
        problem: line.problem,
    }
}

fn param(value: &ParamValue) -> Value {
    match value {
        ParamValue::Flag(v) => Value::from(*v),
        ParamValue::Integer(v) => Value::from(*v),
        ParamValue::Number(v) => Value::from(*v),
        ParamValue::Text(v) => Value::from(v.as_str()),
    }
}

fn read_param(value: &Value) -> Option<ParamValue> {
    match value {
        Value::Bool(v) => Some(ParamValue::Flag(*v)),
        Value::Number(n) => match n.as_i64().and_then(|n| i32::try_from(n).ok()) {
            Some(n) => Some(ParamValue::Integer(n)),
            None => n.as_f64().map(ParamValue::Number),
        },
        Value::String(v) => Some(ParamValue::Text(v.clone())),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

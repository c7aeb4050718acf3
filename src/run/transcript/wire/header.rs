//! Whose run it is: its scenario, its engines, its host, its limits, and why it failed.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::ns;
use crate::events::{
    EngineFacts, EngineIdentity, HostFacts, ParamValue, RunFailure, RunHeader, RunId, ScenarioPin, WallTime,
};
use crate::measure::Target;
use crate::scenario::Limits;

written_as! {
    HeaderDef => RunHeader,
    PinDef => ScenarioPin,
    FactsDef => EngineFacts,
    IdentityDef => EngineIdentity,
    HostDef => HostFacts,
    FailureDef => RunFailure,
    LimitsDef => Limits,
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

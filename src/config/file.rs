//! The shape of `dualbench.toml`. Every key is optional; defaults belong to the layers.

use serde::Deserialize;

use crate::config::pipeline::PipelineSection;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct File {
    pub server: ServerSection,
    pub engines: Engines,
    pub simulated: SimulatedSection,
    pub scenarios: ScenariosSection,
    pub store: StoreSection,
    pub gpu: GpuSection,
    pub run: RunSection,
    pub transcripts: TranscriptsSection,
    pub pipeline: PipelineSection,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ServerSection {
    pub listen: Option<String>,
    pub token_env: Option<String>,
    pub token_file: Option<String>,
    pub host_names: Option<Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Engines {
    pub main: Option<EngineSection>,
    pub mini: Option<EngineSection>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct EngineSection {
    pub base_url: Option<String>,
    pub dialect: Option<String>,
    pub model: Option<String>,
    pub tokenizer: Option<String>,
    pub api_key_env: Option<String>,
    pub api_key_file: Option<String>,
    pub connect_timeout_ms: Option<u64>,
    pub idle_timeout_ms: Option<u64>,
    pub total_timeout_ms: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SimulatedSection {
    pub enabled: Option<bool>,
    pub seed: Option<u64>,
    pub speed: Option<f64>,
    pub slots: Option<usize>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ScenariosSection {
    pub folder: Option<String>,
    pub data_folder: Option<String>,
    pub settle_ms: Option<u64>,
    pub compile_ms: Option<u64>,
    pub stack_bytes: Option<usize>,
    pub cpu_ms: Option<u64>,
    pub wall_ms: Option<u64>,
    pub module_bytes: Option<u64>,
    pub memory_bytes: Option<u64>,
    pub open_exchanges: Option<u32>,
    pub table_elements: Option<u64>,
    pub host_call_bytes: Option<usize>,
    pub log_lines: Option<u32>,
    pub log_bytes: Option<u64>,
    pub log_line_bytes: Option<usize>,
    pub metrics: Option<u32>,
    pub counters: Option<u32>,
    pub marks: Option<u32>,
    pub users: Option<u32>,
    pub users_memory_bytes: Option<u64>,
    pub data_files: Option<u32>,
    pub data_file_bytes: Option<u64>,
    pub data_bytes: Option<u64>,
    pub phases: Option<u32>,
    pub grace_ms: Option<u64>,
    pub describe_cpu_ms: Option<u64>,
    pub describe_wall_ms: Option<u64>,
    pub describe_memory_bytes: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct StoreSection {
    pub database: Option<String>,
    pub journal: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct GpuSection {
    pub library: Option<String>,
    pub rate_hz: Option<f64>,
    pub idle_rate_hz: Option<f64>,
    pub samples_max: Option<usize>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RunSection {
    pub queue: Option<usize>,
    pub exchanges_max: Option<u32>,
    pub lag_limit_us: Option<f64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct TranscriptsSection {
    pub run_bytes: Option<u64>,
    pub total_bytes: Option<u64>,
    pub texts: Option<bool>,
}

//! The only reader of configuration: `dualbench.toml`, then `DUALBENCH_*` variables, then flags; the later wins.
//!
//! Each layer owns its own `Config`; this module fills them. Unknown keys are errors.

mod engines;
mod file;
mod gpu;
mod in_force;
mod keys;
mod layers;
#[cfg(test)]
mod limits;
mod pipeline;
mod scenario;
mod secret;
mod server;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use crate::config::file::File;

pub use engines::EngineSource;
pub use layers::Override;
pub use secret::Secret;
pub use server::Server;

/// The file looked for in the project folder.
pub const FILE_NAME: &str = "dualbench.toml";

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("{path}: {problem}")]
    File { path: PathBuf, problem: String },
    #[error("{}", .0.join("\n"))]
    Problems(Vec<String>),
}

/// How runs are supervised.
#[derive(Debug, Clone)]
pub struct Run {
    /// Runs waiting; when full the API answers 503.
    pub queue: usize,
    /// Exchanges that one run may make.
    pub exchanges_max: u32,
    /// The client's own p99 lag above which a run is void, in µs.
    pub lag_limit_us: f64,
    /// Samples of the GPU each second during a run.
    pub gpu_rate_hz: f64,
}

/// What is kept of each run's transcript.
#[derive(Debug, Clone)]
pub struct Transcripts {
    /// Of one run, before it is compressed; 0 keeps none.
    pub run_bytes: u64,
    /// Of all together, on the disk.
    pub total_bytes: u64,
    /// Whether the texts of prompts, answers and logs are in them.
    pub texts: bool,
}

/// Everything, resolved and checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// The folder that relative paths start from.
    pub dir: PathBuf,
    /// The file that was read, if there is one.
    pub file: Option<PathBuf>,
    pub server: Server,
    pub engines: EngineSource,
    pub scenario: crate::scenario::Config,
    pub store: crate::store::Config,
    pub gpu: crate::gpu::Config,
    pub run: Run,
    pub transcripts: Transcripts,
    pub pipeline: crate::pipeline::Config,
}

impl Config {
    /// Reads and checks everything.
    ///
    /// `file`: a named file must exist; without one, `dualbench.toml` in `dir` is read where it exists.
    ///
    /// # Errors
    /// Every problem at once: unreadable file, wrong syntax (with line), unknown keys (with the nearest known
    /// one), wrong values, missing secrets.
    pub fn load(dir: &Path, file: Option<&Path>, overrides: &[Override]) -> Result<Config, ConfigError> {
        let path = file.map(Path::to_path_buf).unwrap_or_else(|| dir.join(FILE_NAME));
        let read = layers::read(&path, file.is_some())?;
        let found = read.is_some().then(|| path.clone());
        let (file, mut problems) = layers::merge(&path, read.unwrap_or_default(), overrides)?;
        let config = resolve(dir, found, &file, &mut problems);
        if problems.is_empty() { Ok(config) } else { Err(ConfigError::Problems(problems)) }
    }
}

fn resolve(dir: &Path, found: Option<PathBuf>, file: &File, problems: &mut Vec<String>) -> Config {
    let server = server::server(dir, file, problems);
    Config {
        dir: dir.to_path_buf(),
        file: found,
        engines: engines::source(dir, file, problems),
        scenario: scenario::scenario(dir, file, problems),
        store: crate::store::Config {
            database: dir.join(file.store.database.as_deref().unwrap_or("dualbench.db")),
            journal: dir.join(file.store.journal.as_deref().unwrap_or("benchmark_history.jsonl")),
        },
        gpu: gpu::gpu(file, problems),
        run: Run {
            queue: file.run.queue.unwrap_or(16),
            exchanges_max: file.run.exchanges_max.unwrap_or(250_000),
            lag_limit_us: file.run.lag_limit_us.unwrap_or(20_000.0),
            gpu_rate_hz: gpu::rate(file, problems),
        },
        transcripts: Transcripts {
            run_bytes: file.transcripts.run_bytes.unwrap_or(64 << 20),
            total_bytes: file.transcripts.total_bytes.unwrap_or(1 << 30),
            texts: file.transcripts.texts.unwrap_or(true),
        },
        pipeline: pipeline::pipeline(dir, &file.pipeline, problems),
        server,
    }
}

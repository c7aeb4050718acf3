//! The only reader of configuration: `dualbench.toml`, then `DUALBENCH_*` variables, then flags; the later wins.
//!
//! Each layer owns its own `Config`; this module fills them. Unknown keys are errors.

mod file;
mod in_force;
mod keys;
mod layers;
#[cfg(test)]
mod limits;
mod pipeline;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::config::file::{EngineSection, File};
use crate::engines;
use crate::gpu;
use crate::measure::Target;
use crate::pipeline as pipeline_layer;
use crate::scenario;
use crate::store;

pub use layers::Override;

/// The file looked for in the project folder.
pub const FILE_NAME: &str = "dualbench.toml";

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("{path}: {problem}")]
    File { path: PathBuf, problem: String },
    #[error("{}", .0.join("\n"))]
    Problems(Vec<String>),
}

/// Where the daemon listens and who may talk to it.
#[derive(Debug, Clone)]
pub struct Server {
    pub listen: SocketAddr,
    /// Needed from every client when set; must be set where `listen` is not loopback.
    pub token: Option<Secret>,
    /// Names beside `localhost` and the addresses under which the daemon may be reached.
    pub host_names: Vec<String>,
}

/// A text that never shows itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Where the engines come from.
#[derive(Debug, Clone)]
pub enum EngineSource {
    /// The roles that the configuration names; at least one.
    Configured(Vec<(Target, engines::Config)>),
    /// The embedded simulated engines: nothing is configured, or they are asked for.
    Simulated { seed: u64, speed: f64 },
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
    pub scenario: scenario::Config,
    pub store: store::Config,
    pub gpu: gpu::Config,
    pub run: Run,
    pub transcripts: Transcripts,
    pub pipeline: pipeline_layer::Config,
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
    let server = server(dir, file, problems);
    Config {
        dir: dir.to_path_buf(),
        file: found,
        engines: engine_source(dir, file, problems),
        scenario: scenario_config(dir, file, problems),
        store: store::Config {
            database: dir.join(file.store.database.as_deref().unwrap_or("dualbench.db")),
            journal: dir.join(file.store.journal.as_deref().unwrap_or("benchmark_history.jsonl")),
        },
        gpu: gpu_config(file, problems),
        run: Run {
            queue: file.run.queue.unwrap_or(16),
            exchanges_max: file.run.exchanges_max.unwrap_or(250_000),
            lag_limit_us: file.run.lag_limit_us.unwrap_or(20_000.0),
            gpu_rate_hz: gpu_rate(file, problems),
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

fn gpu_config(file: &File, problems: &mut Vec<String>) -> gpu::Config {
    let (s, default) = (&file.gpu, gpu::Config::default());
    let config = gpu::Config {
        library: s.library.clone().map(PathBuf::from),
        idle_rate_hz: s.idle_rate_hz.unwrap_or(default.idle_rate_hz),
        samples_max: s.samples_max.unwrap_or(default.samples_max),
    };
    // A rate that is not a number is in no range.
    if !(gpu::IDLE_RATE_HZ_MIN..=gpu::RATE_HZ_MAX).contains(&config.idle_rate_hz) {
        let (from, to) = (gpu::IDLE_RATE_HZ_MIN, gpu::RATE_HZ_MAX);
        problems.push(format!("gpu.idle_rate_hz: {} must be from {from} to {to}", config.idle_rate_hz));
    }
    if config.samples_max == 0 {
        problems.push("gpu.samples_max: 0 would keep no sample at all; write 1 or more".to_owned());
    }
    config
}

fn gpu_rate(file: &File, problems: &mut Vec<String>) -> f64 {
    let rate = file.gpu.rate_hz.unwrap_or(20.0);
    if !(1.0..=100.0).contains(&rate) {
        problems.push(format!("gpu.rate_hz: {rate}; 1 to 100 samples each second are possible"));
    }
    rate
}

fn server(dir: &Path, file: &File, problems: &mut Vec<String>) -> Server {
    let s = &file.server;
    let listen = s.listen.as_deref().unwrap_or("127.0.0.1:7373");
    let listen = listen.parse().unwrap_or_else(|_| {
        problems.push(format!("server.listen: `{listen}` is no address and port; write for example `127.0.0.1:7373`"));
        SocketAddr::from(([127, 0, 0, 1], 7373))
    });
    let token = secret(dir, "server.token", s.token_env.as_deref(), s.token_file.as_deref(), problems).map(Secret);
    if token.as_ref().is_some_and(|t| !is_token(t.expose())) {
        problems.push(format!(
            "server.token: it must have {TOKEN_LENGTH} characters or more, each a letter, a digit or one of `. _ ~ -`, \
             since it travels in an address and in a cookie; make one for example with `openssl rand -hex 16`"
        ));
    }
    if !listen.ip().is_loopback() && token.is_none() && !problems.iter().any(|p| p.starts_with("server.token")) {
        problems.push(format!(
            "server.listen: {listen} can be reached from other machines, so a token is needed: set server.token_env \
             or server.token_file, or listen on 127.0.0.1"
        ));
    }
    Server { listen, token, host_names: s.host_names.clone().unwrap_or_default() }
}

/// Characters of a token, at least.
const TOKEN_LENGTH: usize = 16;

/// What stands in an address, a header and a cookie as it is.
fn is_token(text: &str) -> bool {
    text.len() >= TOKEN_LENGTH && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._~-".contains(&b))
}

/// A secret by reference: a variable's name or a file's path, never the text itself.
fn secret(dir: &Path, key: &str, env: Option<&str>, file: Option<&str>, problems: &mut Vec<String>) -> Option<String> {
    let found = match (env, file) {
        (None, None) => return None,
        (Some(_), Some(_)) => Err(format!("{key}_env and {key}_file are both set; keep one")),
        (Some(name), None) => layers::variable(name).ok_or(format!("{key}_env: the variable `{name}` is not set")),
        (None, Some(path)) => std::fs::read_to_string(dir.join(path))
            .map(|text| text.trim().to_owned())
            .map_err(|e| format!("{key}_file: {path}: {e}")),
    };
    match found {
        // It goes into a header's line; what is not shown here must not break it there.
        Ok(text) if text.chars().any(char::is_control) => {
            problems
                .push(format!("{key}: the secret has a line break or another control character; keep it on one line"));
        }
        Ok(text) if text.is_empty() => problems.push(format!("{key}: the secret is empty")),
        Ok(text) => return Some(text),
        Err(problem) => problems.push(problem),
    }
    None
}

fn engine_source(dir: &Path, file: &File, problems: &mut Vec<String>) -> EngineSource {
    let sim = &file.simulated;
    let configured: Vec<_> = [(Target::Main, &file.engines.main), (Target::Mini, &file.engines.mini)]
        .into_iter()
        .filter_map(|(role, section)| section.as_ref().map(|s| (role, engine(dir, role, s, problems))))
        .filter_map(|(role, config)| config.map(|c| (role, c)))
        .collect();
    let wanted = sim.enabled.unwrap_or(file.engines.main.is_none() && file.engines.mini.is_none());
    if wanted || configured.is_empty() {
        let speed = sim.speed.unwrap_or(1.0);
        if !(speed.is_finite() && speed > 0.0) {
            problems.push(format!("simulated.speed: {speed} must be above 0"));
        }
        return EngineSource::Simulated { seed: sim.seed.unwrap_or(1), speed };
    }
    EngineSource::Configured(configured)
}

fn engine(dir: &Path, role: Target, s: &EngineSection, problems: &mut Vec<String>) -> Option<engines::Config> {
    let key = format!("engines.{role}");
    let before = problems.len();
    let mut config = engines::Config::default();
    match &s.base_url {
        Some(url) => config.base_url.clone_from(url),
        None => problems.push(format!("{key}.base_url is missing; write for example `http://127.0.0.1:8080`")),
    }
    if let Some(Err(problem)) = s.base_url.as_deref().map(engines::check_url) {
        problems.push(format!("{key}.base_url: {problem}"));
    }
    match s.dialect.as_deref().map(|word| (word, engines::Dialect::parse(word))) {
        None => {}
        Some((word, Some(engines::Dialect::Pipeline))) => problems.push(format!(
            "{key}.dialect: `{word}` is no engine's dialect; a backend that runs its own pipeline belongs under [pipeline]"
        )),
        Some((_, Some(dialect))) => config.dialect = dialect,
        Some((word, None)) => {
            let known: Vec<&str> = engines::Dialect::OF_ENGINES.iter().map(|d| d.word()).collect();
            problems.push(format!("{key}.dialect: `{word}` is not known; known are {}", known.join(", ")));
        }
    }
    config.role = role;
    config.model.clone_from(&s.model);
    config.tokenizer = s.tokenizer.as_ref().map(|t| dir.join(t));
    config.api_key =
        secret(dir, &format!("{key}.api_key"), s.api_key_env.as_deref(), s.api_key_file.as_deref(), problems);
    let ms = |n: Option<u64>, default: Duration| n.map_or(default, Duration::from_millis);
    config.connect_timeout = ms(s.connect_timeout_ms, config.connect_timeout);
    config.idle_timeout = ms(s.idle_timeout_ms, config.idle_timeout);
    config.total_timeout = ms(s.total_timeout_ms, config.total_timeout);
    (problems.len() == before).then_some(config)
}

fn scenario_config(dir: &Path, file: &File, problems: &mut Vec<String>) -> scenario::Config {
    let s = &file.scenarios;
    let mut config = scenario::Config {
        folder: dir.join(s.folder.as_deref().unwrap_or("scenarios-wasm")),
        data_folder: dir.join(s.data_folder.as_deref().unwrap_or("dualbench-data")),
        ..scenario::Config::default()
    };
    let ms = |n: Option<u64>, field: &mut Duration| {
        if let Some(n) = n {
            *field = Duration::from_millis(n);
        }
    };
    ms(s.settle_ms, &mut config.settle);
    ms(s.compile_ms, &mut config.compile_time);
    ms(s.cpu_ms, &mut config.limits.cpu);
    ms(s.wall_ms, &mut config.limits.wall);
    ms(s.grace_ms, &mut config.limits.grace);
    ms(s.describe_cpu_ms, &mut config.describe_cpu);
    ms(s.describe_wall_ms, &mut config.describe_wall);
    config.stack_bytes = s.stack_bytes.unwrap_or(config.stack_bytes);
    if !scenario::STACK_BYTES.contains(&config.stack_bytes) {
        let (from, to) = scenario::STACK_BYTES.into_inner();
        problems.push(format!("scenarios.stack_bytes: {} must be from {from} to {to}", config.stack_bytes));
    }
    config.module_bytes = s.module_bytes.unwrap_or(config.module_bytes);
    config.data_files = s.data_files.unwrap_or(config.data_files);
    config.data_file_bytes = s.data_file_bytes.unwrap_or(config.data_file_bytes);
    config.data_bytes = s.data_bytes.unwrap_or(config.data_bytes);
    let limits = &mut config.limits;
    limits.memory_bytes = s.memory_bytes.unwrap_or(limits.memory_bytes);
    limits.open_exchanges = s.open_exchanges.unwrap_or(limits.open_exchanges);
    limits.table_elements = s.table_elements.unwrap_or(limits.table_elements);
    limits.host_call_bytes = s.host_call_bytes.unwrap_or(limits.host_call_bytes);
    limits.log_lines = s.log_lines.unwrap_or(limits.log_lines);
    limits.log_bytes = s.log_bytes.unwrap_or(limits.log_bytes);
    limits.log_line_bytes = s.log_line_bytes.unwrap_or(limits.log_line_bytes);
    limits.metrics = s.metrics.unwrap_or(limits.metrics);
    limits.counters = s.counters.unwrap_or(limits.counters);
    limits.marks = s.marks.unwrap_or(limits.marks);
    limits.users = s.users.unwrap_or(limits.users);
    limits.users_memory_bytes = s.users_memory_bytes.unwrap_or(limits.users_memory_bytes);
    limits.phases = s.phases.unwrap_or(limits.phases);
    config.describe_memory_bytes = s.describe_memory_bytes.unwrap_or(config.describe_memory_bytes);
    config
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(toml: &str) -> Result<Config, String> {
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::write(dir.path().join(FILE_NAME), toml).expect("written");
        Config::load(dir.path(), None, &[]).map_err(|e| e.to_string())
    }

    #[test]
    fn nothing_configured_means_simulated_engines() {
        let config = load("").expect("empty is fine");
        assert!(matches!(config.engines, EngineSource::Simulated { .. }));
        assert!(config.server.listen.ip().is_loopback());
    }

    #[test]
    fn an_unknown_key_names_the_nearest_known_one() {
        let error = load("[engines.main]\nbase_ulr = \"http://127.0.0.1:1\"\n").expect_err("a typo");
        assert!(error.contains("engines.main.base_ulr") && error.contains("engines.main.base_url"), "{error}");
    }

    #[test]
    fn every_problem_is_told_at_once() {
        let error =
            load("[server]\nlisten = \"nowhere\"\n[engines.main]\nbase_url = \"ftp://x\"\ndialect = \"klingon\"\n")
                .expect_err("three problems");
        assert!(error.contains("server.listen") && error.contains("base_url") && error.contains("klingon"), "{error}");
    }

    #[test]
    fn a_remote_pipeline_is_no_engine() {
        let error = load("[engines.mini]\nbase_url = \"http://127.0.0.1:1\"\ndialect = \"pipeline\"\n")
            .expect_err("the wrong place");
        assert!(error.contains("engines.mini.dialect") && error.contains("[pipeline]"), "{error}");
    }

    #[test]
    fn a_bind_that_is_not_loopback_needs_a_token() {
        let error = load("[server]\nlisten = \"0.0.0.0:80\"\n").expect_err("no token");
        assert!(error.contains("token"), "{error}");
    }

    #[test]
    fn a_token_that_no_cookie_or_address_can_carry_is_refused_and_not_shown() {
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::write(dir.path().join(FILE_NAME), "[server]\ntoken_file = \"key\"\n").expect("written");
        for (token, taken) in [
            ("0123456789abcdef", true),
            ("A-z.9_~0123456789", true),
            ("0123456789abcde", false),
            ("0123456789abcdef;", false),
            ("0123456789 abcdef", false),
            ("0123456789abcdef&", false),
            ("0123456789abcdéf", false),
        ] {
            std::fs::write(dir.path().join("key"), token).expect("written");
            let loaded = Config::load(dir.path(), None, &[]).map(|_| ()).map_err(|e| e.to_string());
            assert_eq!(loaded.is_ok(), taken, "{token}");
            let said = loaded.err().unwrap_or_default();
            assert!(!said.contains(token), "{said}");
        }
    }

    #[test]
    fn a_secret_is_only_ever_a_reference_and_never_shown() {
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::write(dir.path().join("key"), "canary-0123456789\n").expect("written");
        let toml = "[server]\ntoken_file = \"key\"\n[engines.main]\nbase_url = \"http://127.0.0.1:1\"\napi_key_file = \"key\"\n";
        std::fs::write(dir.path().join(FILE_NAME), toml).expect("written");
        let config = Config::load(dir.path(), None, &[]).expect("fine");
        assert_eq!(config.server.token.as_ref().map(Secret::expose), Some("canary-0123456789"));
        assert!(!format!("{config:?}").contains("canary"));
        let error =
            load("[engines.main]\napi_key = \"sk-1\"\nbase_url = \"http://127.0.0.1:1\"\n").expect_err("no literal");
        assert!(error.contains("api_key"), "{error}");
    }

    #[test]
    fn every_limit_of_a_scenario_has_its_key() {
        let toml = "[scenarios]\nsettle_ms = 1\ncompile_ms = 2\ncpu_ms = 3\nwall_ms = 4\ngrace_ms = 5\n\
                    describe_cpu_ms = 6\ndescribe_wall_ms = 7\ndescribe_memory_bytes = 8\nmodule_bytes = 9\n\
                    memory_bytes = 10\nopen_exchanges = 11\ntable_elements = 12\nhost_call_bytes = 13\n\
                    log_lines = 14\nlog_bytes = 15\nlog_line_bytes = 16\nmetrics = 17\nphases = 18\nstack_bytes = 65536\n\
                    counters = 19\nmarks = 20\nusers = 21\nusers_memory_bytes = 22\ndata_files = 23\n\
                    data_file_bytes = 24\ndata_bytes = 25\n";
        let config = load(toml).expect("all are known").scenario;
        // No `..`: a limit that is added needs a key here as well.
        let expected = scenario::Config {
            folder: config.folder.clone(),
            data_folder: config.data_folder.clone(),
            await_runners: false,
            settle: Duration::from_millis(1),
            compile_time: Duration::from_millis(2),
            stack_bytes: 65536,
            describe_cpu: Duration::from_millis(6),
            describe_wall: Duration::from_millis(7),
            describe_memory_bytes: 8,
            module_bytes: 9,
            data_files: 23,
            data_file_bytes: 24,
            data_bytes: 25,
            limits: scenario::Limits {
                cpu: Duration::from_millis(3),
                wall: Duration::from_millis(4),
                grace: Duration::from_millis(5),
                memory_bytes: 10,
                users_memory_bytes: 22,
                open_exchanges: 11,
                users: 21,
                table_elements: 12,
                host_call_bytes: 13,
                log_lines: 14,
                log_bytes: 15,
                log_line_bytes: 16,
                metrics: 17,
                counters: 19,
                marks: 20,
                phases: 18,
            },
        };
        assert_eq!(format!("{config:?}"), format!("{expected:?}"));
    }

    #[test]
    fn a_stack_too_small_to_run_on_or_too_large_to_reserve_is_an_error() {
        for bytes in [1, 1 << 30] {
            let error = load(&format!("[scenarios]\nstack_bytes = {bytes}\n")).expect_err("out of range");
            assert!(error.contains("scenarios.stack_bytes") && error.contains("from 65536 to 16777216"), "{error}");
        }
    }

    #[test]
    fn the_gpu_keys_reach_the_sampler_and_are_checked() {
        let config = load("[gpu]\nidle_rate_hz = 0.5\nsamples_max = 7\nlibrary = \"x\"\n").expect("fine");
        let expected = gpu::Config { library: Some("x".into()), idle_rate_hz: 0.5, samples_max: 7 };
        assert_eq!(config.gpu, expected);
        assert_eq!(load("").expect("fine").gpu, gpu::Config::default());
        for wrong in
            ["idle_rate_hz = 0.0", "idle_rate_hz = nan", "idle_rate_hz = 1e3", "samples_max = 0", "rate_hz = nan"]
        {
            let error = load(&format!("[gpu]\n{wrong}\n")).expect_err(wrong);
            assert!(error.starts_with(&format!("gpu.{}", wrong.split(' ').next().unwrap_or_default())), "{error}");
        }
    }

    #[test]
    fn a_secret_that_would_break_a_header_is_refused_and_not_shown() {
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::write(dir.path().join("key"), "canary\nX-Other: 1").expect("written");
        let toml = "[engines.main]\nbase_url = \"http://127.0.0.1:1\"\napi_key_file = \"key\"\n";
        std::fs::write(dir.path().join(FILE_NAME), toml).expect("written");
        let error = Config::load(dir.path(), None, &[]).expect_err("two lines").to_string();
        assert!(error.contains("engines.main.api_key") && !error.contains("canary"), "{error}");
    }

    #[test]
    fn a_rate_that_the_gpu_cannot_be_sampled_at_is_an_error() {
        for rate in ["0.5", "101.0", "nan"] {
            let error = load(&format!("[gpu]\nrate_hz = {rate}\n")).expect_err(rate);
            assert!(error.contains("gpu.rate_hz") && error.contains("1 to 100"), "{error}");
        }
    }

    #[test]
    fn flags_win_over_the_file() {
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::write(dir.path().join(FILE_NAME), "[server]\nlisten = \"127.0.0.1:1\"\n").expect("written");
        let flags = [Override::new("server.listen", "127.0.0.1:2")];
        let config = Config::load(dir.path(), None, &flags).expect("fine");
        assert_eq!(config.server.listen.port(), 2);
    }
}

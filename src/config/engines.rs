//! `[engines.main]`, `[engines.mini]` and `[simulated]`: where the engines come from.

use std::path::Path;
use std::time::Duration;

use crate::config::file::{EngineSection, File};
use crate::config::secret::secret;
use crate::engines;
use crate::measure::Target;

/// Slots of a simulated engine.
const MOST_SLOTS: usize = 4_096;

/// Where the engines come from.
#[derive(Debug, Clone)]
pub enum EngineSource {
    /// The roles that the configuration names; at least one.
    Configured(Vec<(Target, engines::Config)>),
    /// The embedded simulated engines: nothing is configured, or they are asked for.
    Simulated {
        seed: u64,
        speed: f64,
        /// Requests that each serves at once; those of its profile where absent.
        slots: Option<usize>,
    },
}

pub(super) fn source(dir: &Path, file: &File, problems: &mut Vec<String>) -> EngineSource {
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
        if let Some(slots) = sim.slots.filter(|slots| !(1..=MOST_SLOTS).contains(slots)) {
            problems.push(format!("simulated.slots: {slots}; 1 to {MOST_SLOTS} are possible"));
        }
        return EngineSource::Simulated { seed: sim.seed.unwrap_or(1), speed, slots: sim.slots };
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

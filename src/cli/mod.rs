//! The commands. Each prints for a person, or JSON for a program; the exit code says how it went.

mod baseline;
mod check;
mod compare;
mod compare_table;
mod completions;
mod dev;
mod doctor;
mod exit;
mod history;
mod index;
mod init;
mod interleave;
mod new;
mod out;
mod param_value;
mod pipeline_table;
mod recipe;
mod replay;
mod run;
mod run_table;
mod scenarios;
mod serve;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::config::{Config, ConfigError, Override};

pub use exit::Exit;

/// The laboratory for two local LLMs side by side.
///
/// A `main` engine, a `mini` engine, and WebAssembly scenarios that ask them. dualbench measures: time to first
/// token, tokens per second, inter-token latency, VRAM. Without configuration two embedded simulated engines serve.
#[derive(Parser)]
#[command(name = "dualbench", version, max_term_width = 110, after_help = exit::TABLE)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Options of every command.
#[derive(Args, Clone)]
pub struct Global {
    /// Folder of the project: dualbench.toml, scenarios-wasm/, the store and the journal
    #[arg(long, global = true, env = "DUALBENCH_DIR", default_value = ".", value_name = "FOLDER")]
    dir: PathBuf,
    /// Configuration file [default: dualbench.toml in the folder, where there is one]
    #[arg(long, global = true, env = "DUALBENCH_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Use the embedded simulated engines even if others are configured
    #[arg(long, global = true)]
    simulated: bool,
    /// Address of the main engine, as engines.main.base_url
    #[arg(long, global = true, value_name = "URL")]
    main_url: Option<String>,
    /// Address of the mini engine, as engines.mini.base_url
    #[arg(long, global = true, value_name = "URL")]
    mini_url: Option<String>,
    /// Dialect of both engines: openai-chat, openai-completions, llamacpp, ollama
    #[arg(long, global = true, value_name = "DIALECT")]
    dialect: Option<String>,
    /// Any key of dualbench.toml, for example --set gpu.rate_hz=50
    #[arg(long = "set", global = true, value_name = "KEY=VALUE")]
    set: Vec<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Start the daemon: the cockpit, the API, and the watched scenario folder (the default)
    Serve(serve::Serve),
    /// Run one scenario without a server and print its results
    Run(run::Run),
    /// Make a recorded run again from its transcript, without an engine, and hold it against its record
    Replay(replay::Replay),
    /// List the scenarios of the folder, with what is wrong with the broken ones
    Scenarios(scenarios::Scenarios),
    /// Check one scenario file as the daemon's loader would
    Check(check::Check),
    /// Build, load and run a scenario's source on simulated engines, again at each save
    Dev(dev::Dev),
    /// List past runs from the journal
    History(history::History),
    /// Hold runs against one another: what differs in their making, then each measure
    Compare(compare::Compare),
    /// Pin a run as a baseline under a name, list the pins, remove one
    Baseline(baseline::Baseline),
    /// Bring the index of the pipeline's documents up to date
    Index(index::Index),
    /// Look at engines, GPU, clock, folder and store, and say how to mend what is amiss
    Doctor(doctor::Doctor),
    /// Make a folder for a scenario of your own, with the SDK of its language in it
    New(new::New),
    /// Look for engines on loopback and write a commented dualbench.toml
    Init(init::Init),
    /// Print shell completions
    Completions(completions::Completions),
}

/// Runs the chosen command and prints its one error.
pub fn main(cli: Cli) -> ExitCode {
    let command = cli.command.unwrap_or_else(|| Command::Serve(serve::Serve::default()));
    logs(matches!(command, Command::Serve(_)));
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(e) => return exit::report(&anyhow::Error::from(e)),
    };
    let mut global = cli.global;
    global.set = every_set(std::env::args_os().filter_map(|a| a.into_string().ok()));
    let outcome = runtime.block_on(async {
        match command {
            Command::Serve(c) => c.execute(&global).await,
            Command::Run(c) => c.execute(&global).await,
            Command::Replay(c) => c.execute(&global).await,
            Command::Scenarios(c) => c.execute(&global).await,
            Command::Check(c) => c.execute(&global).await,
            Command::Dev(c) => c.execute(&global).await,
            Command::History(c) => c.execute(&global),
            Command::Compare(c) => c.execute(&global).await,
            Command::Baseline(c) => c.execute(&global).await,
            Command::Doctor(c) => c.execute(&global).await,
            Command::Index(c) => c.execute(&global).await,
            Command::Init(c) => c.execute(&global).await,
            Command::New(c) => c.execute(),
            Command::Completions(c) => c.execute(),
        }
    });
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    outcome.map_or_else(|e| exit::report(&e), Exit::code)
}

/// Logs go to standard error; `DUALBENCH_LOG` sets what is shown.
fn logs(daemon: bool) {
    use tracing_subscriber::EnvFilter;
    let plain = if daemon { "info" } else { "warn" };
    let filter = EnvFilter::try_from_env("DUALBENCH_LOG").unwrap_or_else(|_| EnvFilter::new(plain));
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    let ansi = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let _set_already = subscriber.with_ansi(ansi).try_init();
}

/// Every `--set` of a command line that was parsed already: clap keeps, of an option that may stand before and behind the
/// command, those behind it alone.
fn every_set(arguments: impl Iterator<Item = String>) -> Vec<String> {
    let mut found = Vec::new();
    let mut arguments = arguments.take_while(|a| a != "--");
    while let Some(argument) = arguments.next() {
        match argument.strip_prefix("--set") {
            Some("") => found.extend(arguments.next()),
            Some(rest) => found.extend(rest.strip_prefix('=').map(str::to_owned)),
            None => {}
        }
    }
    found
}

impl Global {
    /// The whole configuration; `more` are the command's own flags.
    fn load(&self, more: Vec<Override>) -> Result<Config, ConfigError> {
        let mut overrides = Vec::new();
        for pair in &self.set {
            match pair.split_once('=') {
                Some((key, value)) => overrides.push(Override::new(key.trim(), value.trim())),
                None => return Err(ConfigError::Problems(vec![format!("--set {pair}: write KEY=VALUE")])),
            }
        }
        for (role, url) in [("main", &self.main_url), ("mini", &self.mini_url)] {
            if let Some(url) = url {
                overrides.push(Override::new(format!("engines.{role}.base_url"), url));
            }
        }
        if let Some(dialect) = &self.dialect {
            overrides.push(Override::new(Override::EVERY_DIALECT, dialect));
        }
        if self.simulated {
            overrides.push(Override::new("simulated.enabled", "true"));
        }
        overrides.extend(more);
        Config::load(&self.dir, self.config.as_deref(), &overrides)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_before_and_behind_the_command_all_count() {
        let line = "dualbench --set a=1 run x --set=b=2 --settle --set c=3 -- --set d=4";
        assert_eq!(every_set(line.split(' ').map(str::to_owned)), ["a=1", "b=2", "c=3"]);
    }
}

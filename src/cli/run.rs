//! `dualbench run SCENARIO`: the same run as in the daemon, without a server.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::sync::broadcast;

use crate::app::App;
use crate::cli::{Exit, Global, out, param_value, run_table};
use crate::events::{RunEvent, RunId, RunReport, RunState};
use crate::measure::Outcome;
use crate::run::{Demands, PlanError, RunPlan, RunRequest, Ticket};
use crate::scenario::RawArg;
use crate::store::{Health, journal_line};

#[derive(Args)]
pub struct Run {
    /// Name of a scenario in the folder, or the path of a .wasm, .wat, .js, .ts or .py file
    scenario: String,
    /// A parameter of the scenario, for example --param repetitions=50; see `dualbench scenarios --params`. NAME=@FILE
    /// reads the value from a file, NAME=@@TEXT stands for @TEXT
    #[arg(long = "param", short, value_name = "NAME=VALUE")]
    params: Vec<String>,
    /// Seed of prompts and arrivals [default: a fresh one, recorded with the run]
    #[arg(long)]
    seed: Option<u32>,
    /// What must hold at the end, for example --threshold 'ttft_ms.p95 < 400'; else the exit code is 6
    #[arg(long = "threshold", value_name = "EXPR")]
    thresholds: Vec<String>,
    /// What must not be, for example --fail-if 'main.tokens_per_second.p50 < 40'; else the exit code is 6
    #[arg(long, value_name = "EXPR")]
    fail_if: Vec<String>,
    /// Cancel the run as soon as a threshold is broken by enough values
    #[arg(long)]
    abort_on_fail: bool,
    /// Go on until the 95 % interval of each load's medians is tight: half of it at most this share of the median, for
    /// example ci=1%
    #[arg(long, value_name = "ci=PERCENT%")]
    repeat_until: Option<String>,
    /// Seconds that each load may take for --repeat-until [default: 600]
    #[arg(long, value_name = "SECONDS")]
    repeat_budget: Option<f64>,
    /// Print the run's journal line instead of tables
    #[arg(long)]
    json: bool,
}

impl Run {
    pub async fn execute(self, global: &Global) -> Result<Exit> {
        let mut config = global.load(Vec::new())?;
        config.scenario.await_runners = !looks_like_a_file(&self.scenario);
        let params = params(&self.scenario, &self.params)?;
        let app = App::start(config).await?;
        let outcome = self.run(&app, params).await;
        let store = app.store.clone();
        let waits = if outcome.is_ok() { unwritten(&store.health().await) } else { None };
        waits.iter().for_each(|text| out::note(text));
        // The store's last attempts, which take seconds where the disk still refuses.
        app.stop().await;
        if waits.is_some() {
            out::note(in_the_end(&store.health().await));
        }
        let report = outcome?;
        if self.json {
            out::line(&journal_line(&report));
        } else {
            out::line(&run_table::table(&report));
        }
        Ok(exit(&report))
    }

    async fn run(&self, app: &App, params: Vec<(String, RawArg)>) -> Result<Arc<RunReport>> {
        let plan = self.plan(app, params).await?;
        follow(app, plan, self.json, signalled()).await
    }

    async fn plan(&self, app: &App, params: Vec<(String, RawArg)>) -> Result<RunPlan> {
        let demands = Demands {
            thresholds: self.thresholds.clone(),
            fail_if: self.fail_if.clone(),
            abort_on_fail: self.abort_on_fail,
            repeat_until: self.repeat_until.clone(),
            repeat_budget_s: self.repeat_budget,
        };
        let request = RunRequest { scenario: self.scenario.clone(), params, seed: self.seed, demands };
        if !looks_like_a_file(&self.scenario) {
            return Ok(RunPlan::resolve(&request, &app.catalogue)?);
        }
        let (path, runtime) = (PathBuf::from(&self.scenario), app.runtime.clone());
        let broken = |message: String| PlanError::Broken { name: self.scenario.clone(), message };
        let bytes = std::fs::read(&path).map_err(|e| broken(e.to_string()))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let loaded = tokio::task::spawn_blocking(move || runtime.load(&name, &bytes)).await?;
        let module = loaded.map_err(|e| broken(format!("{}: {}", e.class.word(), e.message)))?;
        Ok(RunPlan::of_module(Arc::new(module), &request)?)
    }
}

/// The pairs that `--param` gave.
pub(super) fn params(scenario: &str, given: &[String]) -> Result<Vec<(String, RawArg)>, PlanError> {
    let broken = |message: String| PlanError::Broken { name: scenario.to_owned(), message };
    let pair = |p: &String| match p.split_once('=') {
        Some((k, v)) => {
            let value = param_value::read(v.trim()).map_err(|why| broken(format!("--param {p}: {why}")))?;
            Ok((k.trim().to_owned(), RawArg::Text(value)))
        }
        None => Err(broken(format!("--param {p}: write NAME=VALUE"))),
    };
    given.iter().map(pair).collect()
}

/// Submits a run and shows what it says until it has ended. When `stop` gives its reason, the run is cancelled; its
/// report still comes.
pub(super) async fn follow(
    app: &App,
    plan: RunPlan,
    quiet: bool,
    stop: impl Future<Output = &'static str>,
) -> Result<Arc<RunReport>> {
    let events = app.bus().watch();
    let ticket = app.supervisor.submit(plan).await?;
    let showing = show(events, ticket.run, quiet);
    let ended = wait(app, ticket, stop);
    tokio::pin!(showing);
    tokio::select! {
        report = ended => report.context("the run was not started: the program is stopping"),
        () = &mut showing => anyhow::bail!("the events of the run ended before the run"),
    }
}

async fn signalled() -> &'static str {
    // Where signals cannot be had, nothing but the end of the run ends it.
    if super::serve::wait_for_stop().await.is_err() {
        std::future::pending::<()>().await;
    }
    "stopping the run; a second signal leaves at once"
}

fn looks_like_a_file(name: &str) -> bool {
    let path = Path::new(name);
    let known = ["wasm", "wat", "js", "mjs", "ts", "mts", "py"];
    path.extension().is_some_and(|e| known.iter().any(|known| e == *known)) || path.components().count() > 1
}

async fn wait(app: &App, ticket: Ticket, stop: impl Future<Output = &'static str>) -> Option<Arc<RunReport>> {
    let run = ticket.run;
    let ended = ticket.ended();
    tokio::pin!(ended);
    tokio::select! {
        report = &mut ended => return report,
        why = stop => {
            out::note(why);
            app.supervisor.cancel(run).await;
        }
    }
    tokio::select! {
        report = ended => report,
        _again = super::serve::wait_for_stop() => None,
    }
}

/// A bar on a terminal, plain lines elsewhere; never on standard output, which belongs to the result.
async fn show(mut events: broadcast::Receiver<Arc<RunEvent>>, run: RunId, quiet: bool) {
    let terminal = std::io::stderr().is_terminal() && !quiet;
    let bar = ProgressBar::with_draw_target(
        None,
        if terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() },
    );
    let style = ProgressStyle::with_template("{spinner} {msg:<28} {wide_bar} {pos}/{len}  {elapsed}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let say = |text: &str| {
        if terminal {
            bar.println(out::tame(text));
        } else if !quiet {
            out::note(&out::tame(text));
        }
    };
    loop {
        let event = match events.recv().await {
            Ok(event) if event.run() == run => event,
            Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => continue,
            Err(broadcast::error::RecvError::Closed) => return,
        };
        match &*event {
            RunEvent::Started(header) => {
                let simulated = if header.simulated { " on simulated engines" } else { "" };
                say(&format!("run {run}: {} {}{simulated}", header.scenario.name, header.scenario.version));
            }
            RunEvent::State { state, .. } => bar.set_message(state.word()),
            RunEvent::Phase { name, .. } => {
                bar.set_message(out::tame(name));
                if !terminal {
                    say(&format!("phase: {name}"));
                }
            }
            RunEvent::Progress { done, total, .. } => {
                if *total > 0 {
                    bar.set_length(u64::from(*total));
                }
                bar.set_position(u64::from(*done));
            }
            RunEvent::Metric { metric: m, .. } => say(&format!("metric: {} = {} {}", m.name, m.value, m.unit)),
            RunEvent::Log { level, message, .. } => say(&format!("{}: {message}", level.word())),
            RunEvent::Ended(_) => {
                bar.finish_and_clear();
                std::future::pending::<()>().await;
            }
            _ => {}
        }
    }
}

/// The warning where the run's record waits in memory.
fn unwritten(store: &Health) -> Option<String> {
    store.write_error.as_ref().map(|why| format!("warning: the run's record is not on disk yet: {why}"))
}

/// What came of it after the store's last attempts.
fn in_the_end(store: &Health) -> &'static str {
    match store.write_error {
        None => "the run's record is on disk now",
        Some(_) => {
            "warning: the run's record could not be written and ends with this program; what is printed is all of it"
        }
    }
}

pub(super) fn exit(report: &RunReport) -> Exit {
    let all_held = report.thresholds.iter().all(|t| t.outcome == Outcome::Held);
    let broken = report.thresholds.iter().any(|t| t.outcome == Outcome::Broken);
    match (report.state, &report.verdict) {
        (RunState::Finished, Some(v)) if v.reasons().is_empty() && all_held => Exit::Done,
        (RunState::Finished, Some(v)) if v.reasons().is_empty() => Exit::Broken,
        (RunState::Finished, _) => Exit::Void,
        // Of a run that was cancelled, only the threshold that stopped it is broken.
        (RunState::Cancelled, _) if broken => Exit::Broken,
        _ => Exit::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(write_error: Option<&str>) -> Health {
        Health {
            path: PathBuf::new(),
            journal_path: PathBuf::new(),
            set_aside: 0,
            write_error: write_error.map(str::to_owned),
            waiting: 0,
            lost: 0,
            runs: None,
            size_bytes: 0,
        }
    }

    #[test]
    fn a_record_that_the_store_could_not_write_is_warned_of() {
        assert_eq!(unwritten(&store(None)), None);
        let warning = unwritten(&store(Some("the disk is full"))).expect("a warning");
        assert_eq!(warning, "warning: the run's record is not on disk yet: the disk is full");
        assert!(in_the_end(&store(Some("the disk is full"))).contains("could not be written"));
        assert_eq!(in_the_end(&store(None)), "the run's record is on disk now");
    }
}

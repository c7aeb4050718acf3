//! `dualbench run SCENARIO`: the same run as in the daemon, without a server.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::sync::broadcast;

use crate::app::App;
use crate::cli::{Exit, Global, compare_table, interleave, out, param_value, run_table};
use crate::config::Config;
use crate::events::{RunEvent, RunId, RunReport, RunState};
use crate::measure;
use crate::run::{Demands, PlanError, RunPlan, RunRequest, RunSupervisor, Ticket};
use crate::scenario::{LoadError, RawArg, is_scenario_file};
use crate::store::{Comparison, Health, comparison_json, journal_line};

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
    /// Hold the engine against another one in alternating blocks, A B B A A B…: A as configured, B with this engine in
    /// its place; ROLE is main or mini. Each block is a run of its own; at the end their exchanges are compared
    #[arg(long, value_name = "ROLE=URL")]
    interleave: Vec<String>,
    /// Blocks of each side for --interleave, 2 to 50 [default: 4]
    #[arg(long, value_name = "N", requires = "interleave", value_parser = clap::value_parser!(u32).range(2..=50))]
    blocks: Option<u32>,
    /// Print the run's journal line instead of tables; of --interleave the object of GET /api/compare
    #[arg(long)]
    json: bool,
}

/// Blocks of each side where none are named.
const BLOCKS: u32 = 4;

/// What the command came to.
enum Outcome {
    Run(Arc<RunReport>),
    /// Blocks that all finished, and the worst of their ends.
    Blocks(Box<Comparison>, Exit),
}

impl Run {
    pub async fn execute(self, global: &Global) -> Result<Exit> {
        let mut config = global.load(Vec::new())?;
        let others = interleave::others(&self.interleave, &config)?;
        let config_b = if others.is_empty() { None } else { Some(global.load(interleave::overrides(&others))?) };
        config.scenario.await_runners = !looks_like_a_file(&self.scenario);
        let params = params(&self.scenario, &self.params)?;
        let app = App::start(config).await?;
        let outcome = match &config_b {
            None => self.one(&app, params).await.map(Outcome::Run),
            Some(config_b) => self.in_turn(&app, params, config_b, &others).await,
        };
        let store = app.store.clone();
        let waits = if outcome.is_ok() { unwritten(&store.health().await) } else { None };
        waits.iter().for_each(|text| out::note(text));
        // The store's last attempts, which take seconds where the disk still refuses.
        app.stop().await;
        if waits.is_some() {
            out::note(in_the_end(&store.health().await));
        }
        Ok(self.print(&outcome?))
    }

    fn print(&self, outcome: &Outcome) -> Exit {
        match (outcome, self.json) {
            (Outcome::Run(report), true) => out::line(&journal_line(report)),
            (Outcome::Run(report), false) => out::line(&run_table::table(report)),
            (Outcome::Blocks(comparison, _), true) => out::line(&comparison_json(comparison).to_string()),
            (Outcome::Blocks(comparison, _), false) => out::line(&compare_table::table(comparison)),
        }
        match outcome {
            Outcome::Run(report) => exit(report),
            Outcome::Blocks(comparison, exit) => compared(comparison, *exit),
        }
    }

    async fn one(&self, app: &App, params: Vec<(String, RawArg)>) -> Result<Arc<RunReport>> {
        let plan = self.plan(app, params).await?;
        follow(app, &app.supervisor, plan, self.json, signalled()).await
    }

    /// A and B in alternating blocks, then their comparison. A block that did not finish ends it.
    async fn in_turn(
        &self,
        app: &App,
        params: Vec<(String, RawArg)>,
        config_b: &Config,
        others: &[interleave::Other],
    ) -> Result<Outcome> {
        let plan = self.plan(app, params).await?;
        let supervisors = app.in_turn(config_b)?;
        let blocks = self.blocks.unwrap_or(BLOCKS);
        let (mut sides, mut ends) = ([Vec::new(), Vec::new()], Vec::new());
        for (block, side) in (0..).zip(interleave::order(blocks)) {
            if !self.json {
                out::note(&format!("block {} of {}: {}", block + 1, blocks * 2, ["A", "B"][side]));
            }
            let plan = interleave::block_plan(&plan, self.seed, block);
            let report = follow(app, &supervisors[side], plan, self.json, signalled()).await?;
            if report.state != RunState::Finished {
                let why = report.failure.as_ref().map_or_else(String::new, |f| format!(": {}", f.message));
                let (run, state) = (report.header.run, report.state.word());
                out::note(&out::tame(&format!("block {run} is {state}{why}; nothing is compared")));
                return Ok(Outcome::Run(report));
            }
            sides[side].push(report.header.run);
            ends.push(exit(&report));
        }
        let worst = [Exit::Void, Exit::Broken].into_iter().find(|e| ends.contains(e)).unwrap_or(Exit::Done);
        Ok(Outcome::Blocks(Box::new(interleave::compare(app, sides, others).await?), worst))
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
        let loaded = tokio::task::spawn_blocking(move || runtime.load_file(&path)).await?;
        let broken = |e: LoadError| PlanError::Broken { name: self.scenario.clone(), message: e.to_string() };
        let module = loaded.map_err(broken)?;
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
    supervisor: &RunSupervisor,
    plan: RunPlan,
    quiet: bool,
    stop: impl Future<Output = &'static str>,
) -> Result<Arc<RunReport>> {
    let events = app.bus().watch();
    let ticket = supervisor.submit(plan).await?;
    let showing = show(events, ticket.run, quiet);
    let ended = wait(supervisor, ticket, stop);
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
    is_scenario_file(name) || Path::new(name).components().count() > 1
}

async fn wait(
    supervisor: &RunSupervisor,
    ticket: Ticket,
    stop: impl Future<Output = &'static str>,
) -> Option<Arc<RunReport>> {
    let run = ticket.run;
    let ended = ticket.ended();
    tokio::pin!(ended);
    tokio::select! {
        report = &mut ended => return report,
        why = stop => {
            out::note(why);
            supervisor.cancel(run).await;
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
                let simulated = match header.simulated_word().strip_prefix("SIMULATED") {
                    Some("") => " on simulated engines".to_owned(),
                    Some(which) => format!(" on a simulated engine{which}"),
                    None => String::new(),
                };
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
            RunEvent::Mark { mark, .. } => say(&format!("mark: {}", mark.name)),
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

/// Figures that are withheld are as those of a void run.
fn compared(comparison: &Comparison, blocks: Exit) -> Exit {
    if comparison.others.iter().any(|o| o.withheld.is_some()) { Exit::Void } else { blocks }
}

pub(super) fn exit(report: &RunReport) -> Exit {
    let all_held = report.thresholds.iter().all(|t| t.outcome == measure::Outcome::Held);
    let broken = report.thresholds.iter().any(|t| t.outcome == measure::Outcome::Broken);
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

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
use crate::run::{PlanError, RunPlan, RunRequest, Ticket};
use crate::scenario::RawArg;
use crate::store::journal_line;

#[derive(Args)]
pub struct Run {
    /// Name of a scenario in the folder, or the path of a .wasm or .wat file
    scenario: String,
    /// A parameter of the scenario, for example --param repetitions=50; see `dualbench scenarios --params`. NAME=@FILE
    /// reads the value from a file, NAME=@@TEXT stands for @TEXT
    #[arg(long = "param", short, value_name = "NAME=VALUE")]
    params: Vec<String>,
    /// Seed of prompts and arrivals [default: a fresh one, recorded with the run]
    #[arg(long)]
    seed: Option<u32>,
    /// Print the run's journal line instead of tables
    #[arg(long)]
    json: bool,
}

impl Run {
    pub async fn execute(self, global: &Global) -> Result<Exit> {
        let config = global.load(Vec::new())?;
        let params = self.params()?;
        let app = App::start(config).await?;
        let outcome = self.run(&app, params).await;
        app.stop().await;
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
        let events = app.bus().watch();
        let ticket = app.supervisor.submit(plan).await?;
        let run = ticket.run;
        let showing = show(events, run, self.json);
        let ended = wait(app, ticket);
        tokio::pin!(showing);
        tokio::select! {
            report = ended => report.context("the run was not started: the program is stopping"),
            () = &mut showing => anyhow::bail!("the events of the run ended before the run"),
        }
    }

    async fn plan(&self, app: &App, params: Vec<(String, RawArg)>) -> Result<RunPlan> {
        if !looks_like_a_file(&self.scenario) {
            let request = RunRequest { scenario: self.scenario.clone(), params, seed: self.seed };
            return Ok(RunPlan::resolve(&request, &app.catalogue)?);
        }
        let (path, runtime) = (PathBuf::from(&self.scenario), app.runtime.clone());
        let broken = |message: String| PlanError::Broken { name: self.scenario.clone(), message };
        let bytes = std::fs::read(&path).map_err(|e| broken(e.to_string()))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let loaded = tokio::task::spawn_blocking(move || runtime.load(&name, &bytes)).await?;
        let module = loaded.map_err(|e| broken(format!("{}: {}", e.class.word(), e.message)))?;
        Ok(RunPlan::of_module(Arc::new(module), &params, self.seed)?)
    }

    fn params(&self) -> Result<Vec<(String, RawArg)>, PlanError> {
        let broken = |message: String| PlanError::Broken { name: self.scenario.clone(), message };
        let pair = |p: &String| match p.split_once('=') {
            Some((k, v)) => {
                let value = param_value::read(v.trim()).map_err(|why| broken(format!("--param {p}: {why}")))?;
                Ok((k.trim().to_owned(), RawArg::Text(value)))
            }
            None => Err(broken(format!("--param {p}: write NAME=VALUE"))),
        };
        self.params.iter().map(pair).collect()
    }
}

fn looks_like_a_file(name: &str) -> bool {
    let path = Path::new(name);
    path.extension().is_some_and(|e| e == "wasm" || e == "wat") || path.components().count() > 1
}

/// Waits for the end; a signal cancels the run, and its report still comes.
async fn wait(app: &App, ticket: Ticket) -> Option<Arc<RunReport>> {
    let run = ticket.run;
    let ended = ticket.ended();
    tokio::pin!(ended);
    tokio::select! {
        report = &mut ended => return report,
        _signal = super::serve::wait_for_stop() => {
            out::note("stopping the run; a second signal leaves at once");
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
            RunEvent::Log { level, message, .. } => say(&format!("{}: {message}", level.word())),
            RunEvent::Ended(_) => {
                bar.finish_and_clear();
                std::future::pending::<()>().await;
            }
            _ => {}
        }
    }
}

fn exit(report: &RunReport) -> Exit {
    match (report.state, &report.verdict) {
        (RunState::Finished, Some(v)) if v.reasons().is_empty() => Exit::Done,
        (RunState::Finished, _) => Exit::Void,
        _ => Exit::Failed,
    }
}

//! `dualbench dev FOLDER`: build, load and run a scenario on the simulated engines, again at each save.

mod build;
mod sources;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use clap::Args;

use crate::app::App;
use crate::cli::recipe::{FILE_NAME, Recipe};
use crate::cli::{Exit, Global, check, out, replay, run, run_table, serve};
use crate::config::{Config, Override};
use crate::run::{Demands, RunPlan, RunRequest};
use crate::scenario::{LoadClass, Module};
use build::Build;
use sources::Sources;

#[derive(Args)]
pub struct Dev {
    /// Folder of the scenario's source, with a scenario.toml in it, as `dualbench new` makes it
    folder: PathBuf,
    /// A parameter of the scenario, as for `dualbench run`
    #[arg(long = "param", short, value_name = "NAME=VALUE")]
    params: Vec<String>,
    /// Seed of prompts and arrivals [default: a fresh one each time]
    #[arg(long)]
    seed: Option<u32>,
    /// Run on the recorded streams of this run of the project's, as `dualbench replay --scenario` does: no engine is asked
    #[arg(long, value_name = "RUN", conflicts_with_all = ["params", "seed"])]
    replay: Option<String>,
    /// Build and run once, and end with the run's exit code
    #[arg(long)]
    once: bool,
    /// The longest that one build may take
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    build_timeout: u64,
}

impl Dev {
    pub async fn execute(self, global: &Global) -> Result<Exit> {
        if let Err(e) = recipe(&self.folder) {
            out::error(&format!("{e:#}"));
            return Ok(Exit::BadInput);
        }
        // A store and a folder of its own: it never meets those of a daemon.
        let home = tempfile::tempdir().context("no temporary folder can be made")?;
        let config = global.load(apart(home.path())?)?;
        let recorded = global.load(Vec::new())?;
        let app = App::start(config).await?;
        let ended = tokio::select! {
            ended = self.work(&app, &recorded) => ended,
            signal = serve::wait_for_stop() => signal.map(|()| if self.once { Exit::Failed } else { Exit::Done }),
        };
        app.stop().await;
        ended
    }

    async fn work(&self, app: &App, recorded: &Config) -> Result<Exit> {
        if self.once {
            return match self.module(app).await {
                Ok(module) => self.run(app, recorded, module, std::future::pending()).await,
                Err(shown) => Ok(shown),
            };
        }
        let mut sources = Sources::watch(&self.folder)?;
        loop {
            self.round(app, recorded, &mut sources).await?;
            let saved = sources.changed().await;
            out::note(&format!("\n--- saved: {}", out::tame(&saved)));
        }
    }

    /// One build, and one run of what came of it; whatever goes wrong is shown.
    async fn round(&self, app: &App, recorded: &Config, sources: &mut Sources) -> Result<()> {
        let recipe = recipe(&self.folder).ok();
        sources.begin(recipe.and_then(|recipe| recipe.build.map(|_| recipe.module)));
        let module = self.module(app).await;
        // Saved during the build: what was built is old already.
        if sources.end() {
            return Ok(());
        }
        if let Ok(module) = module {
            let saved = async {
                sources.peek().await;
                "saved: the run is cancelled"
            };
            self.run(app, recorded, module, saved).await?;
        }
        out::note(&format!("--- waiting for the next save in {}; Ctrl-C ends", self.folder.display()));
        Ok(())
    }

    /// Builds and loads. An error was shown already and is the exit code that it has with `--once`.
    async fn module(&self, app: &App) -> Result<Arc<Module>, Exit> {
        let shown = |error: anyhow::Error| {
            out::error(&format!("{error:#}"));
            Exit::BadInput
        };
        let recipe = recipe(&self.folder).map_err(shown)?;
        if let Some(command) = &recipe.build {
            self.build(command).await.map_err(shown)?;
        }
        load(app, &self.folder, self.folder.join(&recipe.module)).await
    }

    async fn build(&self, command: &str) -> Result<()> {
        out::note(&format!("$ {}", out::tame(command)));
        let began = Instant::now();
        let limit = Duration::from_secs(self.build_timeout);
        Build { command: command.to_owned(), folder: self.folder.clone(), limit }.run().await?;
        out::note(&format!("built in {:.1} s", began.elapsed().as_secs_f64()));
        Ok(())
    }

    async fn run(
        &self,
        app: &App,
        recorded: &Config,
        module: Arc<Module>,
        stop: impl Future<Output = &'static str>,
    ) -> Result<Exit> {
        if let Some(run) = &self.replay {
            let recording = replay::recording(recorded, run).await?;
            return tokio::select! {
                shown = replay::try_with(recording, module, false) => shown,
                why = stop => {
                    out::note(why);
                    Ok(Exit::Failed)
                }
            };
        }
        let scenario = module.manifest.name.clone();
        let plan = run::params(&scenario, &self.params).and_then(|params| {
            let request = RunRequest { scenario, params, seed: self.seed, demands: Demands::default() };
            RunPlan::of_module(module, &request)
        });
        let plan = match plan {
            Ok(plan) => plan,
            Err(e) => {
                out::error(&format!("{:#}", anyhow::Error::from(e)));
                return Ok(Exit::BadInput);
            }
        };
        let report = run::follow(app, &app.supervisor, plan, false, stop).await?;
        out::line(&run_table::table(&report));
        Ok(run::exit(&report))
    }
}

/// What keeps this program's state apart from that of a daemon, and its engines simulated.
fn apart(home: &Path) -> Result<Vec<Override>> {
    let folder = home.join("scenarios");
    std::fs::create_dir(&folder)?;
    let path = |key: &str, path: PathBuf| Override::new(key, path.display().to_string());
    Ok(vec![
        Override::new("simulated.enabled", "true"),
        Override::new("transcripts.run_bytes", "0"),
        path("scenarios.folder", folder),
        path("store.database", home.join("dualbench.db")),
        path("store.journal", home.join("history.jsonl")),
    ])
}

fn recipe(folder: &Path) -> Result<Recipe> {
    let file = folder.join(FILE_NAME);
    let text = std::fs::read_to_string(&file).map_err(|e| {
        anyhow!(
            "{}: {e}: it tells how the folder becomes a module; `dualbench new NAME --lang LANGUAGE` makes a folder with \
             one, or write it: `module = \"FILE.wasm\"`, and `build = \"COMMAND\"` where there is something to build",
            file.display()
        )
    })?;
    Recipe::parse(&text, &file)
}

/// A module's data lies beside it, or, where the build leaves it deep in a folder of its own, beside the recipe.
async fn load(app: &App, folder: &Path, file: PathBuf) -> Result<Arc<Module>, Exit> {
    let runtime = app.runtime.clone();
    let beside = file.with_extension("data");
    let data = match file.file_stem() {
        Some(stem) if !beside.exists() => folder.join(stem).with_extension("data"),
        _ => beside,
    };
    let loaded = tokio::task::spawn_blocking(move || runtime.load_file_with(&file, &data)).await;
    let loaded = loaded.map_err(|e| {
        out::error(&e.to_string());
        Exit::Unloadable(LoadClass::CompileFailed)
    })?;
    loaded.map(Arc::new).map_err(|e| {
        let exit = check::refused(&e);
        if e.class == LoadClass::Unreadable {
            out::note(&format!("`module` in {FILE_NAME} must name what the build leaves"));
        }
        exit
    })
}

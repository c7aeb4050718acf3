//! `dualbench doctor`: what is well, what is not, and how to mend it.

mod finding;
mod machine;
mod pipeline;

use anyhow::Result;
use clap::Args;

use crate::app::Streams;
use crate::cli::{Exit, Global, out};
use crate::config::{Config, EngineSource};
use crate::engines::{self, EngineError};
use crate::gpu::{self, GpuProbe, GpuState};
use crate::measure::Target;
use crate::pipeline::facts;
use crate::run::{self, Accuracy};
use crate::scenario::{self, Runtime};
use crate::store::{Store, StoreError};

use finding::{Finding, Level};

#[derive(Args)]
pub struct Doctor {
    /// Look at a backend that runs its own pipeline instead: whether it keeps docs/pipeline-protocol.md
    #[arg(long, value_name = "URL")]
    pipeline: Option<String>,
    /// Test questions that the backend is asked
    #[arg(long, default_value_t = 3, requires = "pipeline", value_parser = clap::value_parser!(u32).range(1..=1_000))]
    questions: u32,
}

impl Doctor {
    pub async fn execute(self, global: &Global) -> Result<Exit> {
        let findings = match &self.pipeline {
            Some(url) => pipeline::conformance(url, self.questions).await?,
            None => everything(global).await?,
        };
        for f in &findings {
            out::line(&f.text());
        }
        let worst = findings.iter().map(|f| f.level).max().unwrap_or(Level::Ok);
        out::line(&finding::closing(&findings));
        Ok(if worst == Level::Broken { Exit::Trouble } else { Exit::Done })
    }
}

async fn everything(global: &Global) -> Result<Vec<Finding>> {
    let config = global.load(Vec::new())?;
    let mut findings = vec![configuration(&config)];
    findings.extend(engines(&config).await);
    findings.push(pipeline_finding(&config).await);
    findings.push(gpu(&config));
    findings.extend(machine::clock());
    findings.extend(machine::load());
    let streams = Streams::start()?;
    findings.push(machine::lag(&streams));
    findings.push(accuracy(run::own_error(&streams.handle(), 12).await));
    findings.extend(folder(&config).await?);
    findings.push(store(&config).await);
    Ok(findings)
}

fn configuration(config: &Config) -> Finding {
    match &config.file {
        Some(path) => Finding::ok("configuration", format!("{} is read", path.display())),
        None => Finding::note(
            "configuration",
            "no dualbench.toml; defaults hold".into(),
            "`dualbench init` looks for engines and writes one",
        ),
    }
}

async fn engines(config: &Config) -> Vec<Finding> {
    let EngineSource::Configured(list) = &config.engines else { return found().await };
    let mut out = Vec::new();
    for (role, settings) in list {
        let asked = match engines::Client::new(settings.clone()) {
            Ok(client) => client.identity().await,
            Err(e) => Err(e),
        };
        let what = format!("engine {role}");
        out.push(match asked {
            Ok(i) => {
                let facts = [
                    i.model.clone(),
                    i.quantisation.clone(),
                    i.build.clone(),
                    i.context_tokens.map(|n| format!("context {n}")),
                ];
                let facts = facts.into_iter().flatten().collect::<Vec<_>>().join(", ");
                let text = format!("{} answers ({facts})", settings.base_url);
                match i.cpu_spill_bytes.filter(|b| *b > 0) {
                    Some(b) => Finding::warn(
                        &what,
                        format!("{text}; {b} bytes of its model lie in CPU memory"),
                        "use a smaller quantisation or context, or free VRAM: such runs are void",
                    ),
                    None => Finding::ok(&what, text),
                }
            }
            Err(e) => Finding::broken(&what, e.to_string(), &cure(&e)),
        });
    }
    if let [(role, _)] = list.as_slice() {
        let other = if *role == Target::Main { Target::Mini } else { Target::Main };
        out.push(Finding::note(
            &format!("engine {other}"),
            "is not configured; scenarios of both engines and the pipeline cannot be run".into(),
            &format!("add [engines.{other}] to dualbench.toml"),
        ));
    }
    out
}

/// How an engine that does not answer rightly is mended.
fn cure(e: &EngineError) -> String {
    match e {
        EngineError::Status { engine, status: 401 | 403, .. } => {
            format!("set engines.{engine}.api_key_env to the name of the variable that holds its key, or api_key_file")
        }
        EngineError::Status { status: 503, .. } => "wait until it has loaded its model".to_owned(),
        _ => "start it, or correct its section in dualbench.toml".to_owned(),
    }
}

/// Nothing is configured: the embedded engines serve, and what else is there.
async fn found() -> Vec<Finding> {
    let mut out = vec![Finding::note(
        "engines",
        "the embedded simulated engines serve".into(),
        "configure real ones in dualbench.toml to measure them",
    )];
    for f in engines::discover().await {
        let model = f.identity.model.unwrap_or_default();
        let text = format!("{model} answers at {} ({}) and is not configured", f.base_url, f.dialect.word());
        out.push(Finding::note("engines", text, "`dualbench init` takes it into dualbench.toml"));
    }
    out
}

async fn pipeline_finding(config: &Config) -> Finding {
    let engines = match &config.engines {
        EngineSource::Configured(list) => list.iter().map(|(role, _)| *role).collect(),
        EngineSource::Simulated { .. } => vec![Target::Main, Target::Mini],
    };
    let told = facts(&config.pipeline, &engines, true).await;
    let problems = told.problems.join("; ");
    let corpus = told.retrieval.as_ref().and_then(|r| r.corpus.as_ref());
    let index = corpus.and_then(|c| c.state.as_ref().ok());
    let what = [
        Some(told.kind.to_owned()),
        told.retrieval.as_ref().map(|r| format!("retrieval {}", r.kind)),
        index.and_then(|i| i.content.as_ref().ok()).map(|c| format!("{} texts, {} passages", c.documents, c.passages)),
        index.and_then(|i| i.content.as_ref().err()).cloned(),
    ];
    let what = what.into_iter().flatten().collect::<Vec<_>>().join(", ");
    if !problems.is_empty() {
        // Engines alone can be measured all the same.
        return Finding::warn("pipeline", problems, "until then scenarios of the pipeline cannot be run");
    }
    match index.map(|i| &i.behind) {
        Some(Ok(true)) => {
            let text = format!("{what}; the index is behind its folder");
            Finding::note(
                "pipeline",
                text,
                "`dualbench index` brings it up to date, and so does a daemon's first run of the pipeline",
            )
        }
        _ => Finding::ok("pipeline", what),
    }
}

fn gpu(config: &Config) -> Finding {
    let mut probe: Box<dyn GpuProbe> = gpu::open(&config.gpu);
    match probe.state() {
        GpuState::Absent { reason, cure } => {
            Finding::note("GPU", format!("none: {reason}; VRAM, power and energy will be null"), &cure.to_string())
        }
        _ => match probe.devices() {
            Ok(devices) => {
                let names: Vec<String> = devices.iter().map(|d| d.name.clone()).collect();
                Finding::ok("GPU", names.join(", "))
            }
            Err(e) => Finding::warn("GPU", e.to_string(), e.cure()),
        },
    }
}

fn accuracy(measured: Result<Accuracy>) -> Finding {
    match measured {
        Ok(a) => {
            let (ttft, itl) = (&a.ttft_error_ms, &a.itl_error_ms);
            let text = format!(
                "against the simulated engine's true send times, over {} answers: TTFT off by {:.3} ms (median), {:.3} ms (worst); \
                 gaps off by {:.3} ms (median of {}), {:.3} ms (worst)",
                a.exchanges, ttft.median, ttft.max, itl.median, itl.n, itl.max
            );
            if ttft.median < 1.0 && itl.median < 1.0 {
                Finding::ok("own error", text)
            } else {
                Finding::warn(
                    "own error",
                    text,
                    "this machine is too busy to measure milliseconds: stop what else runs",
                )
            }
        }
        Err(e) => Finding::broken("own error", e.to_string(), "report it: the embedded engines should always serve"),
    }
}

async fn folder(config: &Config) -> Result<Vec<Finding>> {
    let runtime = Runtime::new(&config.scenario)?;
    let path = config.scenario.folder.display().to_string();
    let settings = scenario::Config { await_runners: true, ..config.scenario.clone() };
    let watch = tokio::task::spawn_blocking(move || scenario::open(settings, runtime, Default::default())).await??;
    if let Some(problem) = watch.catalogue.folder_problem() {
        return Ok(vec![Finding::broken("scenarios", problem, "make the folder, or set scenarios.folder")]);
    }
    let entries = watch.catalogue.snapshot();
    let ready = entries.iter().filter(|e| e.ready.is_some()).count();
    let mut out = vec![match ready {
        0 => Finding::broken("scenarios", format!("{path} holds none that is ready"), "put a .wasm or .wat file there"),
        n => Finding::ok("scenarios", format!("{n} ready in {path}")),
    }];
    for f in entries.iter().filter_map(|e| e.failure.as_ref()) {
        let text = format!("{}: {}: {}", f.file, f.class.word(), f.message);
        out.push(Finding::warn("scenarios", text, "mend or remove it; `dualbench check FILE` tells more"));
    }
    Ok(out)
}

async fn store(config: &Config) -> Finding {
    match Store::open(config.store.clone()).await {
        Ok(store) => {
            let h = store.health().await;
            let text =
                format!("{} runs in {}, journal {}", h.runs.unwrap_or(0), h.path.display(), h.journal_path.display());
            match h.set_aside {
                0 => Finding::ok("store", text),
                n => Finding::warn(
                    "store",
                    format!("{text}; {n} lines of the journal were set aside"),
                    "look at the file that ends in .set-aside beside the journal",
                ),
            }
        }
        Err(e @ StoreError::InUse { .. }) => Finding::ok("store", format!("{e}: a daemon is at work")),
        Err(e) => Finding::broken("store", e.to_string(), "see the text; the journal alone can rebuild the database"),
    }
}

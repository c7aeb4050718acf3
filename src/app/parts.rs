//! The engines and the GPU, from the configuration or embedded.

use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;
use tokio_util::sync::CancellationToken;

use crate::config::{Config, EngineSource};
use crate::engines::simulated::{self, Profile, SimulatedEngines};
use crate::engines::{self, Calibrator, Client, Dialect};
use crate::gpu::{self, Sampler};
use crate::measure::Target;
use crate::pipeline::retrieval::{self, Reranker, Retriever};
use crate::pipeline::{self, Composed, Pipeline, Remote, Template};
use crate::run::{Engines, PipelineSlot, Role, Transcripts};

/// The roles, and the embedded engines where they serve.
pub(super) fn engines(config: &Config) -> Result<(Engines, Option<SimulatedEngines>)> {
    match &config.engines {
        EngineSource::Configured(list) => {
            let roles = list.iter().map(|(_, c)| role(c.clone(), false)).collect::<Result<_>>()?;
            Ok((Engines { roles }, None))
        }
        EngineSource::Simulated { seed, speed, slots } => {
            let config = simulated_config(*seed, *speed, *slots);
            let embedded = SimulatedEngines::start(config, CancellationToken::new())?;
            let roles =
                [(Target::Main, embedded.main.base_url.clone()), (Target::Mini, embedded.mini.base_url.clone())]
                    .into_iter()
                    .map(|(target, base_url)| {
                        role(
                            engines::Config {
                                role: target,
                                base_url,
                                dialect: Dialect::OpenaiChat,
                                ..Default::default()
                            },
                            true,
                        )
                    })
                    .collect::<Result<_>>()?;
            Ok((Engines { roles }, Some(embedded)))
        }
    }
}

fn role(config: engines::Config, simulated: bool) -> Result<Role> {
    Ok(Role {
        target: config.role,
        client: Arc::new(Client::new(config)?),
        calibrator: Arc::new(Calibrator::default()),
        simulated,
    })
}

/// `speed` scales every rate; 1 is the card of the profiles.
fn simulated_config(seed: u64, speed: f64, slots: Option<usize>) -> simulated::Config {
    let plain = simulated::Config::default();
    let as_asked = |profile: Profile| Profile { slots: slots.unwrap_or(profile.slots), ..profile.times(speed) };
    simulated::Config { seed, main: as_asked(plain.main), mini: as_asked(plain.mini), ..plain }
}

/// Where transcripts of runs are kept: with the rest of what the program makes for itself.
pub fn transcripts(config: &Config) -> Transcripts {
    let t = &config.transcripts;
    Transcripts {
        folder: config.scenario.data_folder.join("transcripts"),
        run_bytes: t.run_bytes,
        total_bytes: t.total_bytes,
        texts: t.texts,
    }
}

/// Whether there is a pipeline to ask. The composed one needs both engines.
pub(super) fn has_pipeline(config: &Config, engines: &Engines) -> bool {
    match &config.pipeline {
        pipeline::Config::Off => false,
        pipeline::Config::Remote(_) => true,
        pipeline::Config::Composed(_) => [Target::Main, Target::Mini].iter().all(|t| engines.role(*t).is_some()),
    }
}

/// The pipeline, to be opened when it is first asked.
pub(super) fn pipeline_slot(config: &Config, engines: &Arc<Engines>) -> PipelineSlot {
    let (config, engines) = (config.pipeline.clone(), engines.clone());
    PipelineSlot::new(move || {
        let (config, engines) = (config.clone(), engines.clone());
        Box::pin(async move { pipeline(&config, &engines).await.map_err(|e| format!("{e:#}")) })
    })
}

async fn pipeline(config: &pipeline::Config, engines: &Engines) -> Result<Option<Arc<Pipeline>>> {
    let composed = match config {
        pipeline::Config::Off => return Ok(None),
        pipeline::Config::Remote(remote) => {
            let client = Arc::new(Client::new(remote.clone())?);
            return Ok(Some(Arc::new(Pipeline::Remote(Remote { client }))));
        }
        pipeline::Config::Composed(composed) => composed,
    };
    let role = |target| engines.role(target).map(|r| r.client.clone());
    let (Some(main), Some(mini)) = (role(Target::Main), role(Target::Mini)) else { return Ok(None) };
    let retriever = match &composed.retrieval {
        Some(retrieval) => Some(retriever(retrieval).await?),
        None => None,
    };
    let reranker = composed.rerank.as_ref().map(Reranker::new).transpose()?;
    let template = Template::load(composed.template.as_deref())?;
    Ok(Some(Arc::new(Pipeline::Composed(Box::new(Composed::new(
        composed.intents.clone(),
        main,
        mini,
        retriever,
        reranker,
        template,
        composed.passages,
        composed.context_tokens,
    ))))))
}

async fn retriever(config: &retrieval::Config) -> Result<Arc<dyn Retriever>> {
    let opened = retrieval::open(config).await?;
    if let Some(indexed) = &opened.indexed {
        for (path, why) in &indexed.skipped {
            tracing::warn!(file = ?path, why, "not indexed");
        }
        tracing::info!(files = indexed.files, passages = indexed.passages, "the pipeline's documents are indexed");
    }
    Ok(opened.retriever)
}

/// The real GPU with real engines, the simulated one with simulated engines: never a mixture.
pub(super) fn sampler(config: &Config, embedded: Option<&SimulatedEngines>, origin: Instant) -> Sampler {
    let probe = match embedded {
        Some(embedded) => simulated_gpu(embedded),
        None => gpu::open(&config.gpu),
    };
    Sampler::start(probe, origin, &config.gpu)
}

fn simulated_gpu(embedded: &SimulatedEngines) -> Box<dyn gpu::GpuProbe> {
    let profile =
        gpu::SimulatedProfile { kv_bytes_per_token: embedded.main.profile.kv_bytes_per_token, ..Default::default() };
    // The card counts in tokens of the main engine; a token of the mini engine holds less.
    let share = embedded.mini.profile.kv_bytes_per_token as f64 / embedded.main.profile.kv_bytes_per_token as f64;
    let (main, mini) = (embedded.main.activity.clone(), embedded.mini.activity.clone());
    Box::new(gpu::SimulatedProbe::new(profile, move || {
        let (main, mini) = (main.snapshot(), mini.snapshot());
        gpu::SimulatedActivity {
            active_streams: main.streams() + mini.streams(),
            kv_tokens: main.kv_tokens + (mini.kv_tokens as f64 * share) as u64,
        }
    }))
}

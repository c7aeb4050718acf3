//! What a run stands on: the engines, the GPU, the bus, and the runtime that reads the streams.

use std::sync::Arc;

use futures_util::future::{BoxFuture, join_all};
use tokio::runtime::Handle;
use tokio::sync::OnceCell;

use crate::engines::{Calibrator, Client, Identity};
use crate::events::{Bus, EngineFacts, EngineIdentity, WallTime};
use crate::gpu::Sampler;
use crate::measure::Target;
use crate::pipeline::Pipeline;
use crate::run::transcript::Transcripts;
use crate::scenario::Limits;

/// One engine in its role.
#[derive(Clone)]
pub struct Role {
    pub target: Target,
    pub client: Arc<Client>,
    pub calibrator: Arc<Calibrator>,
    /// Embedded. Another one that is simulated says so itself.
    pub simulated: bool,
}

/// The engines of this daemon.
#[derive(Clone, Default)]
pub struct Engines {
    pub roles: Vec<Role>,
}

/// An engine and when it was asked.
#[derive(Debug, Clone)]
pub struct EngineState {
    pub facts: EngineFacts,
    pub checked_at: WallTime,
}

impl Engines {
    pub fn role(&self, target: Target) -> Option<&Role> {
        self.roles.iter().find(|r| r.target == target)
    }

    /// Asks every engine what it is, at the same time.
    pub async fn look(&self) -> Vec<EngineState> {
        join_all(self.roles.iter().map(|role| async {
            let identity = role.client.identity().await;
            EngineState { facts: facts(role, identity), checked_at: WallTime::now() }
        }))
        .await
    }
}

fn facts(role: &Role, identity: Result<Identity, crate::engines::EngineError>) -> EngineFacts {
    let config = role.client.config();
    // An engine of another daemon may be a simulated one too: then it says so.
    let says_so = identity.as_ref().is_ok_and(|i| i.simulated);
    let (identity, problem) = match identity {
        Ok(mut i) => {
            let note = i.note.take();
            (Some(engine_identity(i)), note)
        }
        Err(e) => (None, Some(e.to_string())),
    };
    EngineFacts {
        role: role.target,
        dialect: config.dialect.word().to_owned(),
        base_url: config.base_url.clone(),
        simulated: role.simulated || says_so,
        identity,
        problem,
    }
}

/// The pipeline among the engines: what it is made of, or what the backend tells of itself. `engines`: the facts of both.
pub(super) async fn pipeline_facts(pipeline: &Pipeline, engines: &[EngineFacts]) -> EngineFacts {
    let (identity, problem, base_url) = match pipeline {
        Pipeline::Composed(_) => {
            let problems: Vec<&str> = engines.iter().filter_map(|e| e.problem.as_deref()).collect();
            let made_of = EngineIdentity { model: Some(pipeline.describe()), ..EngineIdentity::default() };
            let problem = (!problems.is_empty()).then(|| problems.join("; "));
            (problem.is_none().then_some(made_of), problem, String::new())
        }
        Pipeline::Remote(remote) => {
            let url = remote.client.config().base_url.clone();
            match remote.client.identity().await {
                Ok(i) => (Some(engine_identity(i)), None, url),
                Err(e) => (None, Some(e.to_string()), url),
            }
        }
    };
    let dialect = match pipeline {
        Pipeline::Composed(_) => "composed",
        Pipeline::Remote(_) => "pipeline",
    };
    let simulated = matches!(pipeline, Pipeline::Composed(_)) && engines.iter().any(|e| e.simulated);
    EngineFacts { role: Target::Pipeline, dialect: dialect.to_owned(), base_url, simulated, identity, problem }
}

fn engine_identity(i: Identity) -> EngineIdentity {
    EngineIdentity {
        model: i.model,
        build: i.build,
        quantisation: i.quantisation,
        context_tokens: i.context_tokens,
        parameters: i.parameters,
        cpu_spill_bytes: i.cpu_spill_bytes,
        digest: i.digest,
        raw: Some(i.raw.to_string()),
    }
}

type Opening = BoxFuture<'static, Result<Option<Arc<Pipeline>>, String>>;

/// The pipeline, opened when it is first needed: its documents are indexed then, and its services asked. One that cannot
/// be opened is tried again the next time, and stands in nobody else's way.
pub struct PipelineSlot {
    open: Box<dyn Fn() -> Opening + Send + Sync>,
    opened: OnceCell<Option<Arc<Pipeline>>>,
}

impl PipelineSlot {
    pub fn new(open: impl Fn() -> Opening + Send + Sync + 'static) -> PipelineSlot {
        PipelineSlot { open: Box::new(open), opened: OnceCell::new() }
    }

    /// `None`: neither both engines nor a remote pipeline are configured.
    ///
    /// # Errors
    /// Why it cannot be opened, with the cure.
    pub async fn get(&self) -> Result<Option<Arc<Pipeline>>, String> {
        self.opened.get_or_try_init(|| (self.open)()).await.cloned()
    }
}

/// Everything that a run needs from the daemon.
pub struct Ground {
    pub engines: Arc<Engines>,
    /// Engines that are ours and idle meanwhile: what they hold of the card is not foreign.
    pub idle: Arc<Engines>,
    pub pipeline: PipelineSlot,
    pub sampler: Arc<Sampler>,
    pub bus: Bus,
    /// The runtime that reads the streams, and nothing else.
    pub streams: Handle,
    pub limits: Limits,
    /// Exchanges that one run may make: each is kept in memory until the run ends.
    pub exchanges_max: u32,
    /// p99 of the client's own lag above which a run is void, in µs.
    pub lag_limit_us: f64,
    /// Samples of the GPU each second while a run measures.
    pub gpu_rate_hz: f64,
    /// Where each run's transcript goes.
    pub transcripts: Transcripts,
}

//! The HTTP API and the cockpit's files. Handlers read a request, ask one part, and word the answer.

mod ask;
mod assets;
mod baselines;
mod benchmark;
mod benchmark_events;
mod clock;
mod compare;
mod engines;
mod error;
mod exchange;
mod gpu;
mod guard;
mod health;
mod import;
mod itl;
mod live;
mod marks;
mod openapi;
mod pipeline;
mod refusals;
mod router;
mod runs;
mod samples;
mod scenarios;
mod schema_words;
mod schemas;
mod server;
mod templates;
mod trends;
mod upload;
mod wire;

use std::sync::Arc;
use std::time::Instant;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::events::Bus;
use crate::gpu::Sampler;
use crate::run::{Engines, RunSupervisor};
use crate::scenario::{Catalogue, Runtime};
use crate::store::Store;

pub use guard::Guard;
pub use live::{Hub, Truth};
pub use router::router;
pub use server::serve;

/// What the handlers ask.
#[derive(Clone)]
pub struct Parts {
    pub catalogue: Arc<Catalogue>,
    /// Checks what is brought into the folder.
    pub runtime: Arc<Runtime>,
    /// The limits in force, by the keys that set them.
    pub limits: Arc<[(&'static str, u64)]>,
    pub supervisor: RunSupervisor,
    pub store: Arc<Store>,
    pub engines: Arc<Engines>,
    pub sampler: Arc<Sampler>,
    pub hub: Arc<Hub>,
    pub bus: Bus,
    /// As it is configured.
    pub pipeline: Arc<crate::pipeline::Config>,
    /// Whether there is a pipeline to ask.
    pub has_pipeline: bool,
    /// The engines, or the GPU, are simulated.
    pub simulated: bool,
    pub started: Instant,
    /// What must still be done after a client has left; waited for at the end.
    pub tasks: TaskTracker,
    /// Open streams end when the daemon stops.
    pub stop: CancellationToken,
}

//! The composition root: builds each part, owns every task and the root cancellation token, stops them in order.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::api::{self, Guard, Hub, Parts};
use crate::config::{Config, EngineSource, Secret};
use crate::engines::simulated::SimulatedEngines;
use crate::engines::{self, Calibrator, Client, Dialect};
use crate::events::Bus;
use crate::gpu::{self, Sampler};
use crate::measure::Target;
use crate::run::{Engines, Ground, Role, RunSupervisor};
use crate::scenario::{Catalogue, Runtime, Watcher};
use crate::store::Store;

mod streams;

use streams::Streams;

/// For the store's writer to drain after the last run has ended.
const DRAIN: Duration = Duration::from_secs(10);

/// The daemon without its HTTP side: what `serve` and `run` share.
pub struct App {
    pub config: Config,
    pub catalogue: Arc<Catalogue>,
    pub runtime: Arc<Runtime>,
    pub supervisor: RunSupervisor,
    pub store: Arc<Store>,
    pub engines: Arc<Engines>,
    pub sampler: Arc<Sampler>,
    pub bus: Bus,
    pub simulated: Option<Arc<SimulatedEngines>>,
    started: Instant,
    stop: CancellationToken,
    tasks: TaskTracker,
    /// Ends when the lane is drained, after the last sender is gone.
    writer: tokio::task::JoinHandle<()>,
    _watcher: Watcher,
    streams: Streams,
}

impl App {
    /// Builds everything and starts what works in the background.
    ///
    /// # Errors
    /// The store is in use or unreadable, the scenario folder cannot be watched, an engine's settings are wrong.
    pub async fn start(config: Config) -> Result<App> {
        let stop = CancellationToken::new();
        let tasks = TaskTracker::new();
        let streams = Streams::start().context("the stream thread did not start")?;

        let store = Arc::new(Store::open(config.store.clone()).await?);
        let (bus, lane) = Bus::new();
        let writer = tokio::spawn_tracked(store.clone().write(lane));

        let (engines, simulated) = engines(&config)?;
        let sampler = Arc::new(sampler(&config, simulated.as_deref()));

        let runtime = Runtime::new(&config.scenario)?;
        let supervisor = RunSupervisor::new(config.run.queue, bus.clone(), stop.clone());
        let (catalogue, watcher) = Watcher::open(runtime.clone(), &config.scenario, supervisor.measuring())?;

        let ground = Ground {
            engines: engines.clone(),
            sampler: sampler.clone(),
            bus: bus.clone(),
            streams: streams.handle(),
            limits: config.scenario.limits.clone(),
            lag_limit_us: config.run.lag_limit_us,
            gpu_rate_hz: config.run.gpu_rate_hz,
        };
        tasks.spawn(supervisor.clone().supervise(Arc::new(ground)));
        Ok(App {
            config,
            catalogue,
            runtime,
            supervisor,
            store,
            engines,
            sampler,
            bus,
            simulated,
            started: Instant::now(),
            stop,
            tasks,
            writer,
            _watcher: watcher,
            streams,
        })
    }
}

//! The composition root: builds each part, owns every task and the root cancellation token, stops them in order.

mod parts;
mod streams;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::api::{self, Guard, Hub, Parts, Truth};
use crate::config::{Config, Secret};
use crate::engines::simulated::SimulatedEngines;
use crate::events::Bus;
use crate::gpu::Sampler;
use crate::run::{Engines, Ground, RunSupervisor};
use crate::scenario::{self, Catalogue, Runtime, Watch};
use crate::store::Store;

pub use parts::transcripts;
pub use streams::Streams;

/// For the store's writer to drain after the last run has ended.
const DRAIN: Duration = Duration::from_secs(10);

/// The daemon without its HTTP side: what `serve` and `run` share.
pub struct App {
    pub config: Config,
    pub runtime: Arc<Runtime>,
    pub catalogue: Arc<Catalogue>,
    pub supervisor: RunSupervisor,
    pub store: Arc<Store>,
    pub engines: Arc<Engines>,
    pub sampler: Arc<Sampler>,
    bus: Bus,
    has_pipeline: bool,
    simulated: Option<SimulatedEngines>,
    started: Instant,
    stop: CancellationToken,
    /// Supervisor, hub and server: they end by `stop`.
    tasks: TaskTracker,
    /// The store's writer: it ends when the last sender of events is gone.
    writer: TaskTracker,
    watch: Watch,
    streams: Streams,
}

impl App {
    /// Builds everything and starts what works in the background.
    ///
    /// # Errors
    /// The store is in use or cannot be read, a thread cannot be had, an engine's settings are wrong.
    pub async fn start(config: Config) -> Result<App> {
        let started = Instant::now();
        let (stop, tasks, writer) = (CancellationToken::new(), TaskTracker::new(), TaskTracker::new());
        let streams = Streams::start().context("the thread that reads the streams did not start")?;

        let store = Arc::new(Store::open(config.store.clone()).await?);
        let (bus, lane) = Bus::new();
        writer.spawn(store.clone().write(lane));

        let (engines, simulated) = parts::engines(&config)?;
        let engines = Arc::new(engines);
        let sampler = Arc::new(parts::sampler(&config, simulated.as_ref(), started));

        let supervisor = RunSupervisor::new(config.run.queue, bus.clone(), stop.clone());
        let runtime = Runtime::new(&config.scenario)?;
        let watch = open_folder(config.scenario.clone(), runtime.clone(), &supervisor).await?;

        let has_pipeline = parts::has_pipeline(&config, &engines);
        let on = On { sampler: &sampler, bus: &bus, streams: streams.handle() };
        let ground = on.ground(&config, engines.clone(), Arc::default());
        tasks.spawn(supervisor.clone().supervise(Arc::new(ground)));
        Ok(App {
            catalogue: watch.catalogue.clone(),
            config,
            runtime,
            supervisor,
            store,
            engines,
            sampler,
            bus,
            has_pipeline,
            simulated,
            started,
            stop,
            tasks,
            writer,
            watch,
            streams,
        })
    }

    /// Binds and serves the API and the cockpit; gives the bound address.
    ///
    /// # Errors
    /// The address is in use or not ours.
    pub async fn serve(&self) -> Result<SocketAddr> {
        let server = &self.config.server;
        let listener = TcpListener::bind(server.listen).await.with_context(|| {
            format!("cannot listen on {}; another daemon may run there: set server.listen or --listen", server.listen)
        })?;
        let address = listener.local_addr()?;
        let hub = Arc::new(Hub::default());
        let truth = Truth { supervisor: self.supervisor.clone(), store: self.store.clone() };
        self.tasks.spawn(hub.clone().fold(self.bus.watch(), self.catalogue.changes(), truth, self.stop.clone()));
        let parts = Parts {
            catalogue: self.catalogue.clone(),
            runtime: self.runtime.clone(),
            limits: self.config.limits().into(),
            supervisor: self.supervisor.clone(),
            store: self.store.clone(),
            engines: self.engines.clone(),
            sampler: self.sampler.clone(),
            hub,
            bus: self.bus.clone(),
            pipeline: Arc::new(self.config.pipeline.clone()),
            has_pipeline: self.has_pipeline,
            simulated: self.is_simulated(),
            started: self.started,
            tasks: self.tasks.clone(),
            stop: self.stop.clone(),
        };
        let token = server.token.as_ref().map(Secret::expose).map(str::to_owned);
        let guard = Guard::new(address, &server.host_names, token);
        self.tasks.spawn(api::serve(listener, api::router(parts, guard), self.stop.clone()));
        Ok(address)
    }

    /// Two supervisors over this daemon's parts, for runs in turn: the first asks the engines of this configuration, the
    /// second those of `other`. What is idle of the two is no foreign work.
    ///
    /// # Errors
    /// An engine's settings are wrong.
    pub fn in_turn(&self, other: &Config) -> Result<[RunSupervisor; 2]> {
        let (others, _) = parts::engines(other)?;
        let (ours, others) = (self.engines.clone(), Arc::new(others));
        let on = On { sampler: &self.sampler, bus: &self.bus, streams: self.streams.handle() };
        let grounds = [on.ground(&self.config, ours.clone(), others.clone()), on.ground(other, others, ours)];
        Ok(grounds.map(|ground| {
            let supervisor = self.supervisor.beside();
            self.tasks.spawn(supervisor.clone().supervise(Arc::new(ground)));
            supervisor
        }))
    }

    pub fn is_simulated(&self) -> bool {
        self.simulated.is_some()
    }

    pub fn bus(&self) -> &Bus {
        &self.bus
    }

    /// Stops in the order of the arrows: no new runs, the run at hand ends as cancelled, the server closes, the
    /// store's lane is drained, the rest is dropped.
    pub async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        if tokio::time::timeout(DRAIN, self.tasks.wait()).await.is_err() {
            tracing::warn!("some tasks did not end within {DRAIN:?}");
        }
        drop((self.supervisor, self.bus, self.watch, self.tasks));
        self.writer.close();
        if tokio::time::timeout(DRAIN, self.writer.wait()).await.is_err() {
            tracing::error!("the store's lane was not drained within {DRAIN:?}");
        }
        self.store.close().await;
        drop((self.streams, self.simulated));
    }
}

/// What every run of this daemon stands on, whichever engines it asks.
struct On<'a> {
    sampler: &'a Arc<Sampler>,
    bus: &'a Bus,
    streams: Handle,
}

impl On<'_> {
    fn ground(&self, config: &Config, engines: Arc<Engines>, idle: Arc<Engines>) -> Ground {
        Ground {
            pipeline: parts::pipeline_slot(config, &engines),
            engines,
            idle,
            sampler: self.sampler.clone(),
            bus: self.bus.clone(),
            streams: self.streams.clone(),
            limits: config.scenario.limits.clone(),
            exchanges_max: config.run.exchanges_max,
            lag_limit_us: config.run.lag_limit_us,
            gpu_rate_hz: config.run.gpu_rate_hz,
            transcripts: parts::transcripts(config),
        }
    }
}

/// The first reading compiles every module, so it runs off the runtime.
async fn open_folder(config: scenario::Config, runtime: Arc<Runtime>, supervisor: &RunSupervisor) -> Result<Watch> {
    let measuring = supervisor.measuring();
    let opened = tokio::task::spawn_blocking(move || scenario::open(config, runtime, measuring)).await?;
    opened.context("the scenario folder cannot be watched")
}

//! What a guest's store holds: its handles, its limits, its script where it is a runner, and its WASI.

use super::bindings::{Error, Level, Target};
use super::config::Limits;
use super::data::Data;
use super::host::ScenarioHost;
use super::limiter::Limiter;
use super::output::Output;
use super::reporter::Reporter;
use super::script::Script;
use super::users::Door;
use super::wasi;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use tokio_util::sync::CancellationToken;
use wasmtime::component::ResourceTable;
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

/// Handles that a guest's language runtime may hold beside its exchanges (streams, pollables).
const RUNTIME_HANDLES: usize = 1024;
/// The data of one store, dropped with it.
pub(super) struct State {
    pub(super) table: ResourceTable,
    pub(super) limiter: Limiter,
    pub(super) host: Arc<dyn ScenarioHost>,
    pub(super) reporter: Arc<Reporter>,
    pub(super) cancel: CancellationToken,
    /// What the manifest names; empty while there is no manifest.
    pub(super) targets: Vec<Target>,
    /// Exchanges held, by all instances of the run together.
    pub(super) open: Arc<AtomicU32>,
    pub(super) data: Arc<Data>,
    /// Of a scripted user, its index.
    pub(super) user: Option<u32>,
    /// The way to scripted users, or why there is none.
    pub(super) users: Result<Door, Error>,
    pub(super) limits: Limits,
    /// What a runner runs; a scenario of its own has none.
    pub(super) script: Option<Arc<Script>>,
    wasi: WasiCtx,
}

/// The parts of a guest's surroundings that outlive its store.
pub(super) struct Voice {
    pub(super) reporter: Arc<Reporter>,
    outputs: [Output; 2],
}

impl Voice {
    pub(super) fn new(host: Arc<dyn ScenarioHost>, limits: &Limits) -> Self {
        Self::of(Arc::new(Reporter::new(host, limits)))
    }

    /// Of another instance in the same run: its own lines, under the same limits.
    pub(super) fn another(&self, host: Arc<dyn ScenarioHost>) -> Self {
        Self::of(Arc::new(self.reporter.another(host)))
    }

    fn of(reporter: Arc<Reporter>) -> Self {
        let outputs = [Level::Info, Level::Warn].map(|level| Output::new(Arc::clone(&reporter), level));
        Self { reporter, outputs }
    }

    /// Lets out the last words. Called when the store is gone.
    pub(super) fn close(&self) {
        self.flush();
        self.reporter.close();
    }

    /// Lets out what stands in unfinished lines.
    pub(super) fn flush(&self) {
        for output in &self.outputs {
            output.flush_line();
        }
    }
}

impl State {
    pub(super) fn new(
        host: Arc<dyn ScenarioHost>,
        voice: &Voice,
        limits: &Limits,
        cancel: CancellationToken,
        seed: u64,
    ) -> Self {
        let mut table = ResourceTable::new();
        table.set_max_capacity(limits.open_exchanges as usize + RUNTIME_HANDLES);
        Self {
            table,
            limiter: Limiter::new(limits.memory_bytes, limits.table_elements),
            wasi: wasi::context(&host, &voice.outputs, seed),
            host,
            reporter: Arc::clone(&voice.reporter),
            cancel,
            targets: Vec::new(),
            open: Arc::default(),
            data: Arc::default(),
            user: None,
            users: Err(Error::NotConfigured("no engine is at hand in `describe`: ask in `run`".to_owned())),
            limits: limits.clone(),
            script: None,
        }
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

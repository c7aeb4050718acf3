//! What a guest's store holds: its handles, its limits, and a WASI of nothing but a clock, dice and a voice.

use super::bindings::{Level, Target};
use super::config::Limits;
use super::host::ScenarioHost;
use super::limiter::Limiter;
use super::output::Output;
use super::reporter::Reporter;
use rand::SeedableRng;
use rand::rngs::ChaCha12Rng;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use wasmtime::component::ResourceTable;
use wasmtime_wasi::{HostMonotonicClock, HostWallClock, WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};

/// Handles that a guest's language runtime may hold beside its exchanges (streams, pollables).
const RUNTIME_HANDLES: usize = 1024;
/// Random bytes a single call may ask for.
const RANDOM_BYTES: u64 = 64 << 10;
/// The date at which each guest's wall clock starts: 2026-01-01T00:00:00Z. A guest must not know when it runs, or
/// the same seed would not give the same run.
const GUEST_EPOCH: Duration = Duration::from_secs(1_767_225_600);

/// The data of one store, dropped with it.
pub(super) struct State {
    pub(super) table: ResourceTable,
    pub(super) limiter: Limiter,
    pub(super) host: Arc<dyn ScenarioHost>,
    pub(super) reporter: Arc<Reporter>,
    pub(super) cancel: CancellationToken,
    /// What the manifest names; empty while there is no manifest.
    pub(super) targets: Vec<Target>,
    pub(super) open: u32,
    pub(super) limits: Limits,
    wasi: WasiCtx,
}

/// The parts of a guest's surroundings that outlive its store.
pub(super) struct Voice {
    pub(super) reporter: Arc<Reporter>,
    outputs: [Output; 2],
}

impl Voice {
    pub(super) fn new(host: Arc<dyn ScenarioHost>, limits: &Limits) -> Self {
        let reporter = Arc::new(Reporter::new(host, limits));
        let outputs = [Level::Info, Level::Warn].map(|level| Output::new(Arc::clone(&reporter), level));
        Self { reporter, outputs }
    }

    /// Lets out the last words. Called when the store is gone.
    pub(super) fn close(&self) {
        for output in &self.outputs {
            output.flush_line();
        }
        self.reporter.close();
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
            host,
            reporter: Arc::clone(&voice.reporter),
            cancel,
            targets: Vec::new(),
            open: 0,
            limits: limits.clone(),
            wasi: wasi(voice, seed),
        }
    }
}

/// No files, sockets, arguments or environment. Random numbers follow from the seed.
fn wasi(voice: &Voice, seed: u64) -> WasiCtx {
    let [stdout, stderr] = voice.outputs.clone();
    let clock = Clock(Instant::now());
    WasiCtxBuilder::new()
        .stdout(stdout)
        .stderr(stderr)
        .secure_random(ChaCha12Rng::seed_from_u64(seed))
        .insecure_random(ChaCha12Rng::seed_from_u64(seed.wrapping_add(1)))
        .insecure_random_seed(u128::from(seed))
        .max_random_size(RANDOM_BYTES)
        .wall_clock(clock)
        .monotonic_clock(clock)
        .allow_tcp(false)
        .allow_udp(false)
        .allow_ip_name_lookup(false)
        .build()
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

/// A clock that starts with its guest. It runs at the true speed, since runtimes sleep by it.
#[derive(Clone, Copy)]
struct Clock(Instant);

impl HostWallClock for Clock {
    fn resolution(&self) -> Duration {
        Duration::from_micros(1)
    }

    fn now(&self) -> Duration {
        GUEST_EPOCH + self.0.elapsed()
    }
}

impl HostMonotonicClock for Clock {
    fn resolution(&self) -> u64 {
        1_000
    }

    fn now(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }
}

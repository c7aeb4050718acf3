//! The WASI of a guest, for runtimes that cannot start without one (CPython, QuickJS, Go): virtual and powerless.

use super::host::ScenarioHost;
use super::output::Output;
use rand::SeedableRng;
use rand::rngs::ChaCha12Rng;
use std::sync::Arc;
use std::time::{Duration, Instant};
use wasmtime_wasi::{HostMonotonicClock, HostWallClock, WasiCtx, WasiCtxBuilder};

/// Random bytes a single call may ask for.
const RANDOM_BYTES: u64 = 64 << 10;
/// The date at which each guest's wall clock starts: 2026-01-01T00:00:00Z. A guest must not know when it runs, or
/// the same seed would not give the same run.
const GUEST_EPOCH: Duration = Duration::from_secs(1_767_225_600);

/// No files, sockets, arguments or environment. Random numbers follow from the seed.
pub(super) fn context(host: &Arc<dyn ScenarioHost>, outputs: &[Output; 2], seed: u64) -> WasiCtx {
    let [stdout, stderr] = outputs.clone();
    let clock = Clock { began: Instant::now(), host: Arc::clone(host) };
    WasiCtxBuilder::new()
        .stdout(stdout)
        .stderr(stderr)
        .secure_random(ChaCha12Rng::seed_from_u64(seed))
        .insecure_random(ChaCha12Rng::seed_from_u64(seed.wrapping_add(1)))
        .insecure_random_seed(u128::from(seed))
        .max_random_size(RANDOM_BYTES)
        .wall_clock(clock.clone())
        .monotonic_clock(clock)
        .allow_tcp(false)
        .allow_udp(false)
        .allow_ip_name_lookup(false)
        .build()
}

/// A clock that starts with its guest. It runs at the true speed, since runtimes sleep by it; a replay tells it what it
/// showed.
#[derive(Clone)]
struct Clock {
    began: Instant,
    host: Arc<dyn ScenarioHost>,
}

impl Clock {
    fn elapsed(&self) -> Duration {
        self.host.clock(self.began.elapsed())
    }
}

impl HostWallClock for Clock {
    fn resolution(&self) -> Duration {
        Duration::from_micros(1)
    }

    fn now(&self) -> Duration {
        GUEST_EPOCH + self.elapsed()
    }
}

impl HostMonotonicClock for Clock {
    fn resolution(&self) -> u64 {
        1_000
    }

    fn now(&self) -> u64 {
        u64::try_from(self.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }
}

//! How late this client itself is: the time between asking for the stream runtime and being served by it.

use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;

/// Between two probes.
const PERIOD: Duration = Duration::from_millis(10);
/// Probes kept: ten minutes; later ones replace the oldest.
const PROBES: usize = 60_000;

/// A thread that asks a runtime for a moment, again and again, and notes how long it waited.
pub struct LagMonitor {
    lags: Arc<Mutex<Vec<f64>>>,
    stop: SyncSender<()>,
}

/// p99 and maximum of the lag, in µs. `None` before the first probe.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Lag {
    pub p99_us: Option<f64>,
    pub max_us: Option<f64>,
}

impl LagMonitor {
    /// Starts probing `runtime`, the one that reads the streams.
    pub fn start(runtime: Handle) -> std::io::Result<LagMonitor> {
        let lags = Arc::new(Mutex::new(Vec::new()));
        let (stop, stopped) = sync_channel::<()>(1);
        let noted = lags.clone();
        std::thread::Builder::new().name("lag".into()).spawn(move || {
            let mut count = 0_usize;
            while matches!(stopped.recv_timeout(PERIOD), Err(RecvTimeoutError::Timeout)) {
                let lags = noted.clone();
                let asked = Instant::now();
                let slot = count % PROBES;
                count += 1;
                let _probe = runtime.spawn(async move {
                    let lag = asked.elapsed().as_secs_f64() * 1e6;
                    let mut lags = lags.lock().unwrap_or_else(PoisonError::into_inner);
                    match lags.get_mut(slot) {
                        Some(old) => *old = lag,
                        None => lags.push(lag),
                    }
                });
            }
        })?;
        Ok(LagMonitor { lags, stop })
    }

    /// Stops probing and tells.
    pub fn finish(self) -> Lag {
        let _gone = self.stop.try_send(());
        let mut lags = std::mem::take(&mut *self.lags.lock().unwrap_or_else(PoisonError::into_inner));
        lags.sort_by(f64::total_cmp);
        Lag { p99_us: crate::measure::quantile(&lags, 0.99), max_us: lags.last().copied() }
    }
}

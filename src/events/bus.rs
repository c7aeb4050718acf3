//! One publish, two lanes: every event to the store, the latest ones to whoever watches.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::{broadcast, mpsc, oneshot};

use crate::events::run_event::RunEvent;

/// Events waiting for the store's writer; when full, publishing waits, and the wait is measured.
const LOSSLESS_BOUND: usize = 4_096;
/// Events a slow watcher may lag behind before it must take a new snapshot.
const LOSSY_BOUND: usize = 1_024;

/// One event on the way to the store, with the way to say that it is durable.
#[derive(Debug)]
pub struct Stored {
    pub event: Arc<RunEvent>,
    /// Answered once the event is on disk.
    pub ack: Option<oneshot::Sender<()>>,
}

/// The publishing side. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Bus {
    lossless: mpsc::Sender<Stored>,
    lossy: broadcast::Sender<Arc<RunEvent>>,
    longest_wait_ns: Arc<AtomicU64>,
}

impl Bus {
    /// The bus, and the lane that the store's writer drains.
    pub fn new() -> (Bus, mpsc::Receiver<Stored>) {
        let (lossless, lane) = mpsc::channel(LOSSLESS_BOUND);
        let (lossy, _) = broadcast::channel(LOSSY_BOUND);
        (Bus { lossless, lossy, longest_wait_ns: Arc::default() }, lane)
    }

    /// To both lanes. Waits while the store's lane is full.
    pub async fn publish(&self, event: RunEvent) {
        let event = Arc::new(event);
        self.store(event.clone(), None).await;
        let _nobody_watches = self.lossy.send(event);
    }

    /// To the store, and once it has the event on disk (or cannot have it for now, or is gone) to the watchers. False
    /// where the event is not on disk: the store says in its health why, and goes on trying.
    #[must_use = "the event may not be on disk"]
    pub async fn publish_durably(&self, event: RunEvent) -> bool {
        let event = Arc::new(event);
        let (ack, done) = oneshot::channel();
        self.store(event.clone(), Some(ack)).await;
        let on_disk = done.await.is_ok();
        let _nobody_watches = self.lossy.send(event);
        on_disk
    }

    /// To the watchers only; never waits.
    pub fn show(&self, event: RunEvent) {
        let _nobody_watches = self.lossy.send(Arc::new(event));
    }

    pub fn watch(&self) -> broadcast::Receiver<Arc<RunEvent>> {
        self.lossy.subscribe()
    }

    /// The longest that a publisher waited for the store's lane since the last call.
    pub fn take_longest_wait(&self) -> Duration {
        Duration::from_nanos(self.longest_wait_ns.swap(0, Ordering::Relaxed))
    }

    async fn store(&self, event: Arc<RunEvent>, ack: Option<oneshot::Sender<()>>) {
        let run = event.run();
        let since = Instant::now();
        if self.lossless.send(Stored { event, ack }).await.is_err() {
            tracing::error!(run.id = %run, "the store's writer is gone; an event was not stored");
        }
        let waited = u64::try_from(since.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.longest_wait_ns.fetch_max(waited, Ordering::Relaxed);
    }
}

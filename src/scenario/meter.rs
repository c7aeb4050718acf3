//! How much CPU a guest has used: the thread's CPU clock, read around each poll of the guest's future.
//!
//! Waiting is free, whatever the engines take: a guest that reads a slow stream for an hour has used milliseconds.
//! Counting epoch ticks could not tell that from a busy guest, since a tick passes during nearly each wait.

use rustix::time::{ClockId, clock_gettime};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The CPU account of one guest.
#[derive(Default)]
pub(super) struct Meter {
    /// Nanoseconds of all finished polls.
    spent: AtomicU64,
    /// The thread's clock when the poll in progress began.
    entered: AtomicU64,
}

impl Meter {
    /// CPU time so far. To be called inside a poll: by the epoch callback, on the guest's own thread.
    pub(super) fn spent(&self) -> Duration {
        let now = thread_cpu().saturating_sub(self.entered.load(Ordering::Relaxed));
        Duration::from_nanos(self.spent.load(Ordering::Relaxed) + now)
    }

    /// Runs the future to its end and charges each of its polls.
    pub(super) async fn charge<F: Future>(&self, work: F) -> F::Output {
        let mut work = pin!(work);
        poll_fn(|context| {
            let entered = thread_cpu();
            self.entered.store(entered, Ordering::Relaxed);
            let polled = work.as_mut().poll(context);
            self.spent.fetch_add(thread_cpu().saturating_sub(entered), Ordering::Relaxed);
            polled
        })
        .await
    }
}

/// CPU time of this thread in ns; about 0.2 µs a reading.
fn thread_cpu() -> u64 {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    u64::try_from(now.tv_sec).unwrap_or(0) * 1_000_000_000 + u64::try_from(now.tv_nsec).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    #[tokio::test]
    async fn waiting_costs_nothing_and_working_does() {
        let meter = Meter::default();
        meter.charge(tokio::time::sleep(Duration::from_millis(60))).await;
        let waited = Duration::from_nanos(meter.spent.load(Ordering::Relaxed));
        assert!(waited < Duration::from_millis(20), "{waited:?}");

        let worked = meter
            .charge(async {
                let began = Instant::now();
                while began.elapsed() < Duration::from_millis(60) {}
                meter.spent()
            })
            .await;
        assert!(worked > waited + Duration::from_millis(5), "{worked:?}");
    }
}

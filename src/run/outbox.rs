//! What the guest says, on its way to the store: taken at once, published in order, and never lost to a full lane.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::events::{Bus, RunEvent};

/// Events of one run that came from a place that must not wait. Its length is bounded by the scenario's own limits on
/// log lines, metrics, marks and phases.
#[derive(Default)]
pub(super) struct Outbox {
    waiting: Mutex<VecDeque<RunEvent>>,
    /// Held while one event is published, so that two publishers keep the order.
    publishing: tokio::sync::Mutex<()>,
    news: Notify,
}

impl Outbox {
    /// Takes one event; never waits.
    pub(super) fn push(&self, event: RunEvent) {
        self.lock().push_back(event);
        self.news.notify_one();
    }

    /// Publishes what comes, until `done`. What comes later waits for [`Outbox::flush`].
    pub(super) async fn work(&self, bus: &Bus, done: &CancellationToken) {
        while done.run_until_cancelled(self.news.notified()).await.is_some() {
            self.flush(bus).await;
        }
    }

    /// Publishes all that waits now.
    pub(super) async fn flush(&self, bus: &Bus) {
        let _in_order = self.publishing.lock().await;
        loop {
            let Some(event) = self.lock().pop_front() else { return };
            bus.publish(event).await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<RunEvent>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::{RunId, RunState};

    #[tokio::test]
    async fn more_than_the_lane_holds_arrives_whole_and_in_order() {
        let (bus, mut lane) = Bus::new();
        let (outbox, run) = (Outbox::default(), RunId::fresh());
        for done in 0..10_000 {
            outbox.push(RunEvent::Progress { run, done, total: 0 });
        }
        outbox.push(RunEvent::State { run, state: RunState::Settling });
        let read = async {
            let mut seen = 0;
            loop {
                match &*lane.recv().await.expect("the bus lives").event {
                    RunEvent::Progress { done, .. } => {
                        assert_eq!(*done, seen);
                        seen += 1;
                    }
                    _ => return seen,
                }
            }
        };
        let (seen, ()) = tokio::join!(read, outbox.flush(&bus));
        assert_eq!(seen, 10_000);
    }
}

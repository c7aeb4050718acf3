//! One exchange, in a task of its own on the stream runtime: connect, stream, record.

use std::sync::Arc;

use crate::engines::{Ask, Client, Finished};
use crate::events::{ExchangeRecord, RunEvent};
use crate::measure::{Ending, Measures, Trace};
use crate::run::session::{Asked, Open, Session};

/// Everything that the task needs.
pub(super) struct Job {
    pub session: Arc<Session>,
    pub client: Arc<Client>,
    pub exchange: u32,
    pub open: Arc<Open>,
    pub ask: Ask,
    pub asked: Asked,
    /// No cached prefix was to help.
    pub cold: bool,
    pub phase: String,
}

impl Job {
    /// The connection is opened before the clock starts; the stamps are the client's.
    pub(super) async fn work(self) {
        let prepared = self.client.prepare(&self.ask, u64::from(self.exchange));
        let shown = self.session.plan.show_text.then(|| self.show_text());
        let finished = match self.client.connect().await {
            Ok(connection) => {
                let cancel = self.open.cancel.clone();
                let progress = self.open.progress.clone();
                let follower = self.open.follower.clone();
                self.client.exchange(connection, prepared, self.asked.planned, cancel, progress, follower).await
            }
            Err(error) => Finished::not_connected(error.to_string()),
        };
        if let Some(follower) = &self.open.follower {
            follower.close();
        }
        drop(shown);
        let record = self.record(finished);
        self.session.finished(record, &self.open, self.cold).await;
    }

    fn record(&self, finished: Finished) -> ExchangeRecord {
        let mut trace = finished.trace;
        trace.prompt.asked = self.ask.prompt_tokens;
        if self.open.cancel.is_cancelled() && trace.ending != Ending::Complete && trace.ending != Ending::Length {
            trace.ending = Ending::Cancelled;
        }
        ExchangeRecord {
            exchange: self.exchange,
            target: self.open.target,
            phase: self.phase.clone(),
            warm_up: self.asked.warm_up,
            together: self.asked.together,
            sent: finished.sent.saturating_duration_since(self.session.origin()),
            measures: Measures::of(&trace),
            trace,
        }
    }
}

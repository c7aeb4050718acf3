//! One exchange, in a task of its own: connect and stream on the stream runtime, then decode and record.

use std::sync::Arc;

use crate::engines::{self, Ask, Client, Finished, Length, Outgoing, Raw};
use crate::events::{ExchangeRecord, LogLevel};
use crate::measure::{Measures, Source};
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
    /// Connect and stream on the stream runtime, decode here: decoding must not make another stream late.
    pub(super) async fn work(self) {
        let prepared = self.client.prepare(&self.ask, u64::from(self.exchange));
        let shown = self.open.show_text(&self.session, self.exchange);
        let out = Outgoing {
            prepared,
            planned: self.asked.planned,
            cancel: self.open.cancel.clone(),
            progress: self.open.progress.clone(),
            followers: self.open.followers(),
        };
        let raw = engines::exchange(&self.client, self.session.streams(), out).await;
        let client = self.client.clone();
        let decoding = tokio::task::spawn_blocking(move || client.decode(raw)).await;
        if let Some(shown) = shown {
            let _shown = shown.await;
        }
        // Our own defect in decoding fails the one exchange; whoever waits for its record gets one.
        let finished = decoding.unwrap_or_else(|e| {
            tracing::error!(run.id = %self.session.run, exchange = self.exchange, "an exchange could not be decoded: {e}");
            self.client.decode(Raw::not_connected(format!("it could not be decoded: {e}")))
        });
        let record = self.record(finished);
        self.look_at_length(&record);
        self.session.finished(record, &self.open, self.cold).await;
        self.session.forget(&[self.exchange]);
    }

    /// An exact length that was missed speaks against the run where the engine could have met it; else it is said.
    fn look_at_length(&self, record: &ExchangeRecord) {
        let Some(asked) = missed(self.ask.length, record) else { return };
        if self.client.meets_exact_length() {
            self.session.note_exact_length_missed();
        } else {
            let target = self.open.target;
            let message = format!(
                "{target}: answers of exactly {asked} tokens were asked for and some have others: \
                 this engine is not known to go on when it is told to"
            );
            self.session.say_once(LogLevel::Warn, message);
        }
    }

    fn record(&self, finished: Finished) -> ExchangeRecord {
        let mut trace = finished.trace;
        trace.prompt.asked = self.ask.prompt_tokens;
        ExchangeRecord {
            exchange: self.exchange,
            target: self.open.target,
            phase: self.phase.clone(),
            warm_up: self.asked.warm_up,
            together: self.asked.together,
            sent: finished.sent.saturating_duration_since(self.session.origin()),
            measures: Measures::of(&trace),
            trace,
            answer: None,
        }
    }
}

/// The exact length asked for, where the engine counted another. Warm-up, failures and mere estimates say nothing.
fn missed(asked: Length, record: &ExchangeRecord) -> Option<u32> {
    let Length::Exact(asked) = asked else { return None };
    let claimed = matches!(record.measures.output_source, Some(Source::Timings | Source::Usage));
    let measured = !record.warm_up && record.trace.ending.counts();
    (measured && claimed && record.measures.output_tokens != Some(asked)).then_some(asked)
}

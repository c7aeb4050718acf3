//! One answer of the pipeline, in a task of its own: asked, recorded, published once.

use std::sync::Arc;

use crate::events::{ExchangeRecord, LogLevel};
use crate::measure::{Measures, Target};
use crate::pipeline::{Along, Answered, Pipeline, Question};
use crate::run::session::{Asked, Open, Session};

/// Everything that the task needs.
pub(super) struct Job {
    pub session: Arc<Session>,
    pub pipeline: Arc<Pipeline>,
    pub exchange: u32,
    pub open: Arc<Open>,
    pub question: Question,
    pub asked: Asked,
    pub phase: String,
}

impl Job {
    pub(super) async fn work(self) {
        let shown = self.open.show_text(&self.session, self.exchange);
        let answered = self.pipeline.answer(self.question.clone(), self.along()).await;
        if let Some(shown) = shown {
            let _shown = shown.await;
        }
        for note in &answered.notes {
            self.session.say_once(LogLevel::Warn, format!("pipeline: {note}"));
        }
        let record = self.record(answered);
        self.session.finished(record, &self.open, false).await;
        self.session.forget(&[self.exchange]);
    }

    fn along(&self) -> Along {
        let told = |target| Some((target, self.session.facts(target)?.identity.as_ref()?.context_tokens?));
        Along {
            streams: self.session.streams().clone(),
            exchange: u64::from(self.exchange),
            cancel: self.open.cancel.clone(),
            progress: self.open.progress.clone(),
            followers: self.open.followers(),
            context_tokens: [Target::Main, Target::Mini].into_iter().filter_map(told).collect(),
        }
    }

    fn record(&self, answered: Answered) -> ExchangeRecord {
        let mut trace = answered.trace;
        trace.start_delay = self.asked.planned.map(|p| answered.sent.saturating_duration_since(p)).unwrap_or_default();
        ExchangeRecord {
            exchange: self.exchange,
            target: Target::Pipeline,
            phase: self.phase.clone(),
            warm_up: self.asked.warm_up,
            together: self.asked.together,
            sent: answered.sent.saturating_duration_since(self.session.origin()),
            measures: Measures::of(&trace),
            trace,
            answer: Some(answered.answer),
        }
    }
}

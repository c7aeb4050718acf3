//! The pipeline as a target: from an intent to its answer, stage by stage.

mod answering;
mod composed;
mod config;
mod corpus;
mod facts;
mod intents;
mod remote;
pub mod retrieval;
mod template;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::engines::{self, Client, Outgoing};

pub use composed::{Along, Answered, Composed, Question};
pub use config::{ComposedConfig, Config};
pub use facts::{CorpusFacts, Facts, RetrievalFacts, Service, facts};
pub use intents::Intent;
pub use remote::{ProtocolFault, Remote, answer};
pub use template::{Template, TemplateError};

/// Whoever runs the pipeline.
pub enum Pipeline {
    /// The host, with both engines.
    Composed(Box<Composed>),
    /// A backend of the user's.
    Remote(Remote),
}

impl Pipeline {
    /// Makes one answer. What goes wrong is in the answer.
    pub async fn answer(&self, question: Question, along: Along) -> Answered {
        match self {
            Pipeline::Composed(composed) => composed.answer(question, along).await,
            Pipeline::Remote(remote) => ask_remote(remote, &question, along).await,
        }
    }

    /// Whose stream the answer is, as far as it is known before the question is.
    pub fn client(&self) -> &Arc<Client> {
        match self {
            Pipeline::Composed(composed) => &composed.main,
            Pipeline::Remote(remote) => &remote.client,
        }
    }

    /// In short, for the run's record: `composed, fts over the shipped corpus`.
    pub fn describe(&self) -> String {
        match self {
            Pipeline::Composed(composed) => {
                let retrieval = composed.retriever.as_ref().map_or("no retrieval", |r| r.kind());
                format!("composed, {retrieval}, {} passages, {} intents", composed.passages, composed.intents.len())
            }
            Pipeline::Remote(remote) => format!("remote, {}", remote.client.config().base_url),
        }
    }
}

async fn ask_remote(remote: &Remote, question: &Question, along: Along) -> Answered {
    let client = &remote.client;
    let ready = client.clone();
    let _asked_again_when_needed = along.streams.spawn(async move { ready.get_ready().await }).await;
    let out = Outgoing {
        prepared: remote.ask(&question.text, question.length, question.seed, along.exchange),
        planned: None,
        cancel: along.cancel,
        progress: along.progress,
        followers: along.followers,
    };
    let finished = client.decode(engines::exchange(client, &along.streams, out).await);
    let (answer, faults) = answer(&finished);
    let notes = faults.iter().map(|f| format!("the backend broke its protocol, so stages are left out: {f}"));
    Answered {
        began: finished.sent,
        notes: notes.collect(),
        answer,
        sent: finished.sent,
        trace: finished.trace,
        text: finished.text,
    }
}

//! The pipeline that the host runs: classification by mini → retrieval → prompt assembly → generation.
//!
//! What it is made of lives here; one answer's way through it in `answering`.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use crate::engines::{Client, Follower, Length, Progress, count_tokens};
use crate::measure::{Answer, Target, Trace};
use crate::pipeline::answering::Answering;
use crate::pipeline::intents::Intent;
use crate::pipeline::retrieval::{Reranker, Retriever};
use crate::pipeline::template::Template;

/// Token counts of texts that are remembered; passages come again and again.
const COUNTS: usize = 20_000;

/// The parts of a pipeline.
pub struct Composed {
    /// At least one. With a single one there is nothing to classify, and no such stage.
    pub intents: Vec<Intent>,
    pub main: Arc<Client>,
    pub mini: Arc<Client>,
    /// `None`: no intent retrieves.
    pub retriever: Option<Arc<dyn Retriever>>,
    pub reranker: Option<Reranker>,
    pub template: Template,
    /// Passages asked for in one retrieval.
    pub passages: usize,
    /// The context of the answering engine, where the configuration says so; else what the engine itself tells.
    pub context_tokens: Option<u32>,
    pub(super) counts: Mutex<HashMap<String, u32>>,
}

/// What is asked of the pipeline.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    pub text: String,
    pub length: Length,
    pub temperature: Option<f32>,
    pub seed: Option<u32>,
    pub cache_prompt: bool,
}

/// What an answer is given along on its way.
pub struct Along {
    /// The runtime that reads the streams.
    pub streams: Handle,
    pub exchange: u64,
    pub cancel: CancellationToken,
    pub progress: Arc<Progress>,
    /// Each gets a copy of the answer's stream.
    pub followers: Vec<Arc<Follower>>,
    /// The context that each engine told of itself.
    pub context_tokens: Vec<(Target, u32)>,
}

/// What came of a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    /// The intent: every offset of `answer` counts from here.
    pub began: Instant,
    pub answer: Answer,
    /// The send of the answer's exchange: every offset of `trace` counts from here.
    pub sent: Instant,
    pub trace: Trace,
    pub text: String,
    /// What a reader of the run should know; said once in a run.
    pub notes: Vec<String>,
}

impl Composed {
    /// A pipeline without memory of earlier answers but for token counts.
    #[expect(
        clippy::too_many_arguments,
        reason = "each is a part of the pipeline; a struct for them is Composed itself"
    )]
    pub fn new(
        intents: Vec<Intent>,
        main: Arc<Client>,
        mini: Arc<Client>,
        retriever: Option<Arc<dyn Retriever>>,
        reranker: Option<Reranker>,
        template: Template,
        passages: usize,
        context_tokens: Option<u32>,
    ) -> Composed {
        Composed {
            intents,
            main,
            mini,
            retriever,
            reranker,
            template,
            passages,
            context_tokens,
            counts: Mutex::default(),
        }
    }

    /// Makes one answer, stage by stage. What goes wrong is in the answer: its ending, and the error of the stage.
    pub async fn answer(&self, question: Question, along: Along) -> Answered {
        self.get_ready(&along.streams).await;
        Answering::new(self, question, along).work().await
    }

    /// Opens the connections before the clock starts.
    async fn get_ready(&self, streams: &Handle) {
        let (main, mini) = (self.main.clone(), self.mini.clone());
        let ready = streams.spawn(async move { tokio::join!(main.get_ready(), mini.get_ready()) });
        let _asked_again_when_needed = ready.await;
    }

    pub(super) fn client(&self, target: Target) -> &Arc<Client> {
        if target == Target::Mini { &self.mini } else { &self.main }
    }

    /// Tokens of a text for that engine; `None` where it can only be guessed.
    pub(super) async fn tokens(&self, target: Target, text: &str) -> Option<u32> {
        let key = format!("{target}\n{text}");
        if let Some(n) = self.counts().get(&key) {
            return Some(*n);
        }
        let n = count_tokens(self.client(target), text).await?;
        let mut counts = self.counts();
        if counts.len() >= COUNTS {
            counts.clear();
        }
        counts.insert(key, n);
        Some(n)
    }

    fn counts(&self) -> std::sync::MutexGuard<'_, HashMap<String, u32>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! What can be set about the pipeline. Plain data; the configuration fills it.

use std::path::PathBuf;

use crate::engines;
use crate::pipeline::intents::Intent;
use crate::pipeline::retrieval;

/// Who runs the pipeline.
#[derive(Debug, Clone)]
pub enum Config {
    /// The host, with both engines.
    Composed(Box<ComposedConfig>),
    /// A backend of the user's, at the URL of this client (docs/pipeline-protocol.md).
    Remote(engines::Config),
    /// Nobody.
    Off,
}

#[derive(Debug, Clone)]
pub struct ComposedConfig {
    pub intents: Vec<Intent>,
    /// `None`: no intent retrieves.
    pub retrieval: Option<retrieval::Config>,
    pub rerank: Option<retrieval::RerankConfig>,
    /// `None`: the built-in one.
    pub template: Option<PathBuf>,
    pub passages: usize,
    pub context_tokens: Option<u32>,
}

//! Finding passages for a question: one trait, three kinds. Nothing here judges whether a passage is a good one.

mod config;
mod corpus;
mod cut;
mod embeddings;
mod error;
mod external;
#[cfg(test)]
mod external_tests;
mod fit;
mod fts;
mod index;
mod look;
#[cfg(test)]
mod loopback;
mod nearest;
mod question;
mod request;
mod rerank;
mod schema;
mod service;
mod update;
mod vector;
#[cfg(test)]
mod vector_tests;
mod vectors;

use std::sync::Arc;

use futures_util::future::BoxFuture;

pub use config::{Config, CorpusConfig, EmbeddingsConfig, ExternalConfig, Method, RerankConfig};
pub use error::RetrievalError;
pub use fit::{Fitted, Room, fit};
pub use look::{Content, IndexFacts, look, readable};
pub use rerank::Reranker;
pub use update::Indexed;

use crate::pipeline::retrieval::external::External;
use crate::pipeline::retrieval::fts::Fts;
use crate::pipeline::retrieval::index::Index;
use crate::pipeline::retrieval::vector::Vector;

/// Passages of one retrieval at most, whatever is asked for.
pub const MOST_PASSAGES: usize = 100;

/// A piece of text that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Passage {
    /// The same as long as the text stays where it is: `notes/cache.md#3`, or what the service calls it.
    pub id: String,
    /// The file's name below its folder, or the service's id.
    pub source: String,
    pub text: String,
    /// Larger is better, but for an external service that counts distances. Comparable within one answer only.
    pub score: f64,
}

/// Whatever finds passages.
pub trait Retriever: Send + Sync {
    /// `fts`, `vector`, `external`.
    fn kind(&self) -> &'static str;

    /// The question as a vector, where this kind needs one: a stage of its own. `None`: there is no such stage.
    fn embed<'a>(&'a self, question: &'a str) -> Option<BoxFuture<'a, Result<Vec<f32>, RetrievalError>>>;

    /// At most `most` passages (and [`MOST_PASSAGES`]), the best first; none where nothing is found.
    /// `vector`: what [`Retriever::embed`] gave.
    fn retrieve<'a>(
        &'a self,
        question: &'a str,
        vector: Option<&'a [f32]>,
        most: usize,
    ) -> BoxFuture<'a, Result<Vec<Passage>, RetrievalError>>;
}

/// A retriever that is ready.
pub struct Opened {
    pub retriever: Arc<dyn Retriever>,
    /// What was done to the index; `None` where it is somebody else's.
    pub indexed: Option<Indexed>,
}

/// Brings the index up to date with its files and opens the configured kind. Called at start and by `dualbench index`.
///
/// # Errors
/// A folder without a text, an index that cannot be used, a service that cannot be reached, a request that is no JSON.
pub async fn open(config: &Config) -> Result<Opened, RetrievalError> {
    match config {
        Config::Fts(corpus) => {
            let (index, indexed) = Index::open(corpus).await?;
            Ok(Opened { retriever: Arc::new(Fts::new(index)), indexed: Some(indexed) })
        }
        Config::Vector { corpus, embeddings } => {
            let (index, indexed) = Index::open(corpus).await?;
            let vector = Vector::open(&index, embeddings).await?;
            Ok(Opened { retriever: Arc::new(vector), indexed: Some(indexed) })
        }
        Config::External(external) => {
            Ok(Opened { retriever: Arc::new(External::new(external.clone())?), indexed: None })
        }
    }
}

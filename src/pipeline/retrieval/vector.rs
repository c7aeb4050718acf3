//! Retrieval by meaning: the question's vector against those of the passages.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::pipeline::retrieval::config::EmbeddingsConfig;
use crate::pipeline::retrieval::embeddings::{BATCH, Embedder};
use crate::pipeline::retrieval::error::RetrievalError;
use crate::pipeline::retrieval::index::{Index, Stored};
use crate::pipeline::retrieval::nearest::Nearest;
use crate::pipeline::retrieval::{MOST_PASSAGES, Passage, Retriever};

/// A kept vector and a new one of the same text agree at least this much (cosine), or the model is another one.
const SAME_MODEL: f32 = 0.99;

/// The passages and their vectors, in memory.
pub struct Vector {
    embedder: Embedder,
    passages: Arc<Vec<Stored>>,
    nearest: Arc<Nearest>,
    dimension: usize,
}

type Vectors = HashMap<Vec<u8>, Vec<f32>>;

impl Vector {
    /// Embeds what has no vector yet and makes the vectors searchable.
    pub async fn open(index: &Index, config: &EmbeddingsConfig) -> Result<Vector, RetrievalError> {
        let embedder = Embedder::new(config)?;
        let passages = index.passages().await?;
        let vectors = complete(index, &embedder, &passages).await?;
        let dimension = vectors.values().next().map_or(0, Vec::len);
        let ordered: Vec<Vec<f32>> = passages.iter().filter_map(|p| vectors.get(&p.sha256).cloned()).collect();
        let nearest = tokio::task::spawn_blocking(move || Nearest::new(&ordered));
        let nearest = nearest.await.map_err(|e| broke_off(&e))?;
        Ok(Vector { embedder, passages: Arc::new(passages), nearest: Arc::new(nearest), dimension })
    }

    async fn embed_question(&self, question: &str) -> Result<Vec<f32>, RetrievalError> {
        let vector = self.embedder.embed_one(question).await?;
        match vector.len() == self.dimension {
            true => Ok(vector),
            false => Err(self.embedder.other_dimension(vector.len(), self.dimension)),
        }
    }

    async fn search(&self, vector: Option<&[f32]>, most: usize) -> Result<Vec<Passage>, RetrievalError> {
        let vector = vector.filter(|v| v.len() == self.dimension).map(<[f32]>::to_vec);
        let vector = vector.ok_or_else(|| RetrievalError::Config {
            field: "vector".to_owned(),
            problem: format!("a question's vector of {} numbers is needed", self.dimension),
        })?;
        let nearest = self.nearest.clone();
        // Milliseconds of arithmetic; a stream that is read on this thread must not wait for them.
        let found = tokio::task::spawn_blocking(move || nearest.search(&vector, most.min(MOST_PASSAGES)));
        let found = found.await.map_err(|e| broke_off(&e))?;
        Ok(found.into_iter().filter_map(|(place, score)| Some(passage(self.passages.get(place)?, score))).collect())
    }
}

fn passage(stored: &Stored, score: f32) -> Passage {
    Passage { id: stored.id.clone(), source: stored.source.clone(), text: stored.text.clone(), score: f64::from(score) }
}

fn broke_off(error: &tokio::task::JoinError) -> RetrievalError {
    RetrievalError::Config { field: "vector index".to_owned(), problem: format!("it broke off ({error})") }
}

/// A vector for each passage: the kept ones, and new ones for the rest.
async fn complete(index: &Index, embedder: &Embedder, passages: &[Stored]) -> Result<Vectors, RetrievalError> {
    let mut vectors = kept(index, embedder, passages).await?;
    let mut missing: HashMap<&[u8], &str> = HashMap::new();
    for passage in passages.iter().filter(|p| !vectors.contains_key(&p.sha256)) {
        missing.insert(&passage.sha256, &passage.text);
    }
    let missing: Vec<(&[u8], &str)> = missing.into_iter().collect();
    for batch in missing.chunks(BATCH) {
        let texts: Vec<&str> = batch.iter().map(|(_, text)| *text).collect();
        let new = embedder.embed(&texts).await?;
        let dimension = vectors.values().next().or(new.first()).map_or(0, Vec::len);
        if let Some(other) = new.iter().find(|v| v.len() != dimension) {
            return Err(embedder.other_dimension(other.len(), dimension));
        }
        let rows: Vec<_> = batch.iter().zip(&new).map(|((sha256, _), vector)| (*sha256, vector.as_slice())).collect();
        index.keep(&embedder.model, &rows).await?;
        vectors.extend(batch.iter().map(|(sha256, _)| sha256.to_vec()).zip(new));
    }
    Ok(vectors)
}

/// The kept vectors, unless the engine now gives another one for a text that it has seen: then another model runs
/// under the same name, and its vectors must not be mixed with the old ones.
async fn kept(index: &Index, embedder: &Embedder, passages: &[Stored]) -> Result<Vectors, RetrievalError> {
    let vectors = index.vectors(&embedder.model).await?;
    let Some((passage, old)) = passages.iter().find_map(|p| Some((p, vectors.get(&p.sha256)?))) else {
        return Ok(Vectors::new());
    };
    let new = embedder.embed_one(&passage.text).await?;
    let dimension = new.len();
    let agree = Nearest::new(std::slice::from_ref(old))
        .search(&new, 1)
        .first()
        .is_some_and(|(_, cosine)| *cosine >= SAME_MODEL);
    if old.len() == dimension && agree {
        return Ok(vectors.into_iter().filter(|(_, v)| v.len() == dimension).collect());
    }
    tracing::warn!(model = embedder.model, "the embeddings engine has another model under this name: embedding anew");
    index.forget(&embedder.model).await?;
    Ok(Vectors::new())
}

impl Retriever for Vector {
    fn kind(&self) -> &'static str {
        "vector"
    }

    fn embed<'a>(&'a self, question: &'a str) -> Option<BoxFuture<'a, Result<Vec<f32>, RetrievalError>>> {
        Some(Box::pin(self.embed_question(question)))
    }

    fn retrieve<'a>(
        &'a self,
        _: &'a str,
        vector: Option<&'a [f32]>,
        most: usize,
    ) -> BoxFuture<'a, Result<Vec<Passage>, RetrievalError>> {
        Box::pin(self.search(vector, most))
    }
}

//! What can be set about retrieval. Plain data; the configuration fills it.

use std::path::PathBuf;
use std::time::Duration;

/// Which of the three kinds, and its settings.
#[derive(Debug, Clone)]
pub enum Config {
    /// Words (BM25) over the user's own files.
    Fts(CorpusConfig),
    /// Meaning over the same files: vectors from an engine, the index our own.
    Vector { corpus: CorpusConfig, embeddings: EmbeddingsConfig },
    /// Somebody else's search.
    External(ExternalConfig),
}

/// The user's texts and the file that holds their index.
#[derive(Debug, Clone)]
pub struct CorpusConfig {
    /// Its `.md`, `.markdown` and `.txt` files are read, in folders below it too; names that begin with a dot are not
    /// looked at. `None`: the corpus that ships.
    pub folder: Option<PathBuf>,
    /// `dualbench-index.db`. Made of the files: it may be deleted at any time.
    pub database: PathBuf,
}

/// An engine that answers `/v1/embeddings`.
#[derive(Clone)]
pub struct EmbeddingsConfig {
    /// `http://host:port`.
    pub base_url: String,
    /// Vectors are kept under this name.
    pub model: String,
    /// Sent as a bearer token. Never shown.
    pub api_key: Option<String>,
}

/// An engine that answers `/v1/rerank`.
#[derive(Clone)]
pub struct RerankConfig {
    /// `http://host:port`.
    pub base_url: String,
    pub model: String,
    /// Sent as a bearer token. Never shown.
    pub api_key: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
}

/// A search over HTTP, as a template.
///
/// In `body` (POST), `{{question}}`, `{{vector}}` and `{{most}}` stand for JSON values: a string with its quotes, an
/// array of numbers, a number. In `url` (GET), `{{question}}` and `{{most}}` stand for percent-encoded text.
/// `text`, `score`, `id` and `source` are JSON pointers (`/payload/text`) from one element of `results`.
#[derive(Clone)]
pub struct ExternalConfig {
    /// The whole address, `http://…`.
    pub url: String,
    pub method: Method,
    /// Empty with GET.
    pub body: String,
    /// JSON pointer from the answer to the array of results; empty where the answer itself is the array.
    pub results: String,
    pub text: String,
    pub score: String,
    pub id: String,
    /// Where a result names its document; without it, the id is its source.
    pub source: Option<String>,
    /// Needed where the body says `{{vector}}`.
    pub embeddings: Option<EmbeddingsConfig>,
    /// Sent as a bearer token. Never shown.
    pub api_key: Option<String>,
    /// From the request to the last byte of the answer.
    pub timeout: Duration,
}

impl ExternalConfig {
    /// Qdrant's `POST /collections/{name}/points/query`, for points whose payload has a `text` (and perhaps a `source`).
    pub fn qdrant(base_url: &str, collection: &str, embeddings: EmbeddingsConfig) -> ExternalConfig {
        ExternalConfig {
            url: format!("{}/collections/{collection}/points/query", base_url.trim_end_matches('/')),
            method: Method::Post,
            body: r#"{"query": {{vector}}, "limit": {{most}}, "with_payload": true}"#.to_owned(),
            results: "/result/points".to_owned(),
            text: "/payload/text".to_owned(),
            score: "/score".to_owned(),
            id: "/id".to_owned(),
            source: Some("/payload/source".to_owned()),
            embeddings: Some(embeddings),
            api_key: None,
            timeout: Duration::from_secs(30),
        }
    }
}

/// What shows of a secret.
fn veiled(key: &Option<String>) -> Option<&'static str> {
    key.as_ref().map(|_| "…")
}

impl std::fmt::Debug for EmbeddingsConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("EmbeddingsConfig");
        shown.field("base_url", &self.base_url).field("model", &self.model).field("api_key", &veiled(&self.api_key));
        shown.finish()
    }
}

impl std::fmt::Debug for RerankConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("RerankConfig");
        shown.field("base_url", &self.base_url).field("model", &self.model).field("api_key", &veiled(&self.api_key));
        shown.finish()
    }
}

impl std::fmt::Debug for ExternalConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ExternalConfig")
            .field("url", &self.url)
            .field("method", &self.method)
            .field("body", &self.body)
            .field("embeddings", &self.embeddings)
            .field("api_key", &veiled(&self.api_key))
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

//! Retrieval by words: BM25 over the index, no other service needed.

use futures_util::future::BoxFuture;

use crate::pipeline::retrieval::error::RetrievalError;
use crate::pipeline::retrieval::index::Index;
use crate::pipeline::retrieval::question::query;
use crate::pipeline::retrieval::{MOST_PASSAGES, Passage, Retriever};

/// The embedded default.
pub struct Fts(Index);

impl Fts {
    pub fn new(index: Index) -> Fts {
        Fts(index)
    }
}

impl Retriever for Fts {
    fn kind(&self) -> &'static str {
        "fts"
    }

    fn embed<'a>(&'a self, _: &'a str) -> Option<BoxFuture<'a, Result<Vec<f32>, RetrievalError>>> {
        None
    }

    fn retrieve<'a>(
        &'a self,
        question: &'a str,
        _: Option<&'a [f32]>,
        most: usize,
    ) -> BoxFuture<'a, Result<Vec<Passage>, RetrievalError>> {
        Box::pin(async move {
            match query(question) {
                Some(query) => self.0.search(&query, most.min(MOST_PASSAGES)).await,
                None => Ok(Vec::new()),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::pipeline::retrieval::{Config, CorpusConfig, Opened, open};

    async fn shipped() -> (tempfile::TempDir, Opened) {
        let dir = tempfile::tempdir().expect("a folder");
        let config = Config::Fts(CorpusConfig { folder: None, database: dir.path().join("index.db") });
        let opened = open(&config).await.expect("the corpus that ships");
        (dir, opened)
    }

    #[tokio::test]
    async fn the_corpus_that_ships_answers_the_questions_it_is_about() {
        let (_dir, opened) = shipped().await;
        let indexed = opened.indexed.as_ref().expect("an index of ours");
        assert!(indexed.skipped.is_empty() && indexed.passages >= indexed.files, "{indexed:?}");
        assert_eq!((opened.retriever.kind(), opened.retriever.embed("x").is_none()), ("fts", true));
        for (question, source) in [
            ("How much memory does the KV cache need per token?", "kv-cache.md"),
            ("Why is decode limited by memory bandwidth, and prefill by compute?", "prefill-and-decode.md"),
            ("What does quantising the weights to four bits cost?", "quantisation.md"),
            ("How does speculative decoding use a draft model?", "speculative-decoding.md"),
            ("Why is p99 meaningless with twenty samples?", "percentiles.md"),
            ("What does BM25 do with rare words?", "bm25.md"),
            ("How do I recognise thermal throttling of the GPU?", "thermal-throttling.md"),
            ("What is TTFT, the time to first token?", "time-to-first-token.md"),
        ] {
            // Words alone do not always put it first: that is what BM25 is.
            let found = opened.retriever.retrieve(question, None, 2).await.expect("found");
            assert!(found.iter().any(|p| p.source == source), "{question}: {found:#?}");
        }
    }

    #[tokio::test]
    async fn passages_come_best_first_and_no_more_than_asked() {
        let (_dir, opened) = shipped().await;
        let found = opened.retriever.retrieve("the cache of the model on the card", None, 4).await.expect("found");
        assert_eq!(found.len(), 4);
        assert!(found.is_sorted_by(|a, b| a.score >= b.score) && found.iter().all(|p| p.score.is_finite()));
    }

    #[tokio::test]
    async fn no_question_can_break_the_query() {
        let (_dir, opened) = shipped().await;
        for question in ["", "\"", "a\"b OR", "NEAR(", "text:*", "—“”—", "{}[]^~", "'; drop table source; --", "\0x\0"]
        {
            opened.retriever.retrieve(question, None, 2).await.unwrap_or_else(|e| panic!("{question:?}: {e}"));
        }
        assert!(opened.retriever.retrieve("?!", None, 2).await.expect("fine").is_empty());
    }
}

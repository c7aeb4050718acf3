//! Passages in a better order: an engine's `/v1/rerank`.

use std::time::Duration;

use serde_json::{Value, json};

use crate::pipeline::retrieval::config::RerankConfig;
use crate::pipeline::retrieval::error::RetrievalError;
use crate::pipeline::retrieval::service::Service;
use crate::pipeline::retrieval::{MOST_PASSAGES, Passage};

/// For one request; the engine may have to load its model first.
const TIMEOUT: Duration = Duration::from_secs(120);

/// The engine that reranks.
#[derive(Debug)]
pub struct Reranker {
    service: Service,
    model: String,
}

impl Reranker {
    /// # Errors
    /// An address that cannot be used.
    pub fn new(config: &RerankConfig) -> Result<Reranker, RetrievalError> {
        let key = config.api_key.clone();
        let service = Service::of_engine("the reranking engine", &config.base_url, "/v1/rerank", key, TIMEOUT)?;
        Ok(Reranker { service, model: config.model.clone() })
    }

    /// At most `most` of the passages, the best first; their score is the engine's. Nothing is asked about none.
    ///
    /// # Errors
    /// The engine cannot be reached, refuses, or names passages that it was not given.
    pub async fn rerank(
        &self,
        question: &str,
        passages: Vec<Passage>,
        most: usize,
    ) -> Result<Vec<Passage>, RetrievalError> {
        if passages.is_empty() {
            return Ok(passages);
        }
        let most = most.min(MOST_PASSAGES);
        let documents: Vec<&str> = passages.iter().map(|p| p.text.as_str()).collect();
        let top_n = most.min(documents.len());
        let body = json!({ "model": self.model, "query": question, "documents": documents, "top_n": top_n });
        let answer = self.service.post(&body).await?;
        reordered(passages, &answer, most).map_err(|problem| self.service.unexpected(problem))
    }
}

/// Not every engine sorts its results, and not every one heeds `top_n`.
fn reordered(passages: Vec<Passage>, answer: &Value, most: usize) -> Result<Vec<Passage>, String> {
    let results =
        answer["results"].as_array().filter(|r| !r.is_empty()).ok_or("no array `results`, or an empty one")?;
    let mut rest: Vec<Option<Passage>> = passages.into_iter().map(Some).collect();
    let mut ranked = Vec::with_capacity(results.len());
    for (n, result) in results.iter().enumerate() {
        let index = result["index"].as_u64().and_then(|i| usize::try_from(i).ok());
        let passage = index.and_then(|i| rest.get_mut(i)).and_then(Option::take);
        let passage = passage.ok_or_else(|| format!("results[{n}].index is wrong: {}", result["index"]))?;
        let score = result["relevance_score"].as_f64();
        let score = score.ok_or_else(|| format!("results[{n}].relevance_score is no number"))?;
        ranked.push(Passage { score, ..passage });
    }
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score));
    ranked.truncate(most);
    Ok(ranked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::retrieval::loopback::Loopback;

    fn passages() -> Vec<Passage> {
        let passage =
            |name: &str| Passage { id: name.into(), source: name.into(), text: format!("about {name}"), score: 1.0 };
        ["a", "b", "c"].map(passage).to_vec()
    }

    fn reranker(loopback: &Loopback) -> Reranker {
        let config = RerankConfig { base_url: loopback.url.clone(), model: "judge".into(), api_key: Some("k".into()) };
        Reranker::new(&config).expect("an address")
    }

    #[tokio::test]
    async fn the_engines_scores_decide_the_order() {
        let loopback = Loopback::start(|_, _| {
            let results = [(0, -1.5), (2, 3.0), (1, 0.5)];
            (200, json!({ "results": results.map(|(index, s)| json!({ "index": index, "relevance_score": s })) }))
        })
        .await;
        let ranked = reranker(&loopback).rerank("which?", passages(), 2).await.expect("ranked");
        assert_eq!(ranked.iter().map(|p| (p.id.as_str(), p.score)).collect::<Vec<_>>(), [("c", 3.0), ("b", 0.5)]);
        let asked = loopback.asked();
        assert_eq!(asked[0].0, "POST /v1/rerank");
        let documents = ["about a", "about b", "about c"];
        assert_eq!(asked[0].1, json!({ "model": "judge", "query": "which?", "documents": documents, "top_n": 2 }));
    }

    #[tokio::test]
    async fn nothing_is_asked_about_no_passage() {
        let loopback = Loopback::start(|_, _| (500, Value::Null)).await;
        assert_eq!(reranker(&loopback).rerank("which?", Vec::new(), 2).await, Ok(Vec::new()));
        assert!(loopback.asked().is_empty());
    }

    #[test]
    fn an_answer_about_other_passages_is_refused() {
        for (answer, problem) in [
            (json!({}), "results"),
            (json!({ "results": [] }), "results"),
            (json!({ "results": [{ "index": 3, "relevance_score": 1 }] }), "results[0].index is wrong: 3"),
            (json!({ "results": [{ "index": 0, "relevance_score": "x" }] }), "relevance_score"),
            (
                json!({ "results": [{ "index": 0, "relevance_score": 1 }, { "index": 0, "relevance_score": 1 }] }),
                "results[1].index",
            ),
        ] {
            let said = reordered(passages(), &answer, 3).expect_err("wrong");
            assert!(said.contains(problem), "{answer}: {said}");
        }
    }
}

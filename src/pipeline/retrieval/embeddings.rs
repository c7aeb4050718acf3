//! Texts as vectors: an engine's `/v1/embeddings`, with every number of the answer checked.

use std::time::Duration;

use serde_json::{Value, json};

use crate::pipeline::retrieval::config::EmbeddingsConfig;
use crate::pipeline::retrieval::error::RetrievalError;
use crate::pipeline::retrieval::service::Service;

/// Texts of one request.
pub const BATCH: usize = 32;
/// For one request; the engine may have to load its model first.
const TIMEOUT: Duration = Duration::from_secs(120);

/// The engine that embeds.
#[derive(Debug)]
pub struct Embedder {
    service: Service,
    pub model: String,
}

impl Embedder {
    pub fn new(config: &EmbeddingsConfig) -> Result<Embedder, RetrievalError> {
        let key = config.api_key.clone();
        let service = Service::of_engine("the embeddings engine", &config.base_url, "/v1/embeddings", key, TIMEOUT)?;
        Ok(Embedder { service, model: config.model.clone() })
    }

    /// One vector for each text, in their order; at most [`BATCH`] of them.
    pub async fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, RetrievalError> {
        let body = json!({ "model": self.model, "input": texts, "encoding_format": "float" });
        let answer = self.service.post(&body).await?;
        vectors(&answer, texts.len()).map_err(|problem| self.service.unexpected(problem))
    }

    pub async fn embed_one(&self, text: &str) -> Result<Vec<f32>, RetrievalError> {
        let vectors = self.embed(&[text]).await?;
        vectors.into_iter().next().ok_or_else(|| self.service.unexpected("no vector"))
    }

    /// The engine gave `got` numbers where it gave `wanted` before.
    pub fn other_dimension(&self, got: usize, wanted: usize) -> RetrievalError {
        self.service.unexpected(format!(
            "a vector of {got} numbers, where those of the index have {wanted}; another model is loaded: start again, \
             so that the index is made with it"
        ))
    }
}

/// The vectors of an answer; they name their places, and may come in any order.
fn vectors(answer: &Value, wanted: usize) -> Result<Vec<Vec<f32>>, String> {
    let data = answer["data"].as_array().ok_or("no array `data`")?;
    if data.len() != wanted {
        return Err(format!("{} vectors for {wanted} texts", data.len()));
    }
    let mut sorted: Vec<Option<Vec<f32>>> = vec![None; wanted];
    for (place, item) in data.iter().enumerate() {
        let index = item.get("index").map_or(Some(place), |i| i.as_u64().and_then(|i| usize::try_from(i).ok()));
        let slot = index.and_then(|i| sorted.get_mut(i)).filter(|slot| slot.is_none());
        *slot.ok_or_else(|| format!("data[{place}].index is wrong: {}", item["index"]))? =
            Some(vector(&item["embedding"]).map_err(|problem| format!("data[{place}].embedding {problem}"))?);
    }
    let sorted: Vec<Vec<f32>> = sorted.into_iter().flatten().collect();
    if sorted.iter().any(|v| v.len() != sorted[0].len()) {
        return Err("vectors of different lengths".to_owned());
    }
    Ok(sorted)
}

fn vector(value: &Value) -> Result<Vec<f32>, String> {
    let numbers = value.as_array().ok_or("is no array of numbers")?;
    if numbers.first().is_some_and(Value::is_array) {
        return Err("is an array of arrays, one for each token; start llama.cpp with `--pooling mean`".to_owned());
    }
    #[expect(clippy::cast_possible_truncation, reason = "vectors are 32-bit floats; infinity is refused below")]
    let vector: Option<Vec<f32>> = numbers.iter().map(|n| n.as_f64().map(|n| n as f32)).collect();
    let vector = vector.ok_or("holds something else than numbers")?;
    if vector.iter().any(|v| !v.is_finite()) {
        return Err("holds a number that is not finite".to_owned());
    }
    if vector.iter().all(|v| *v == 0.0) {
        return Err("is empty or zero, so it points nowhere".to_owned());
    }
    Ok(vector)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_are_put_in_the_order_of_their_texts() {
        let answer = json!({ "data": [{ "index": 1, "embedding": [0, 2] }, { "index": 0, "embedding": [1.5, 0] }] });
        assert_eq!(vectors(&answer, 2), Ok(vec![vec![1.5, 0.0], vec![0.0, 2.0]]));
    }

    #[test]
    fn an_answer_that_cannot_be_right_says_what_is_wrong() {
        for (answer, problem) in [
            (json!({}), "no array `data`"),
            (json!({ "data": [] }), "0 vectors for 1"),
            (json!({ "data": [{ "index": 1, "embedding": [1] }] }), "index is wrong: 1"),
            (json!({ "data": [{ "index": 0, "embedding": "abc" }] }), "no array of numbers"),
            (json!({ "data": [{ "index": 0, "embedding": [[1.0], [2.0]] }] }), "--pooling mean"),
            (json!({ "data": [{ "index": 0, "embedding": [1, null] }] }), "something else than numbers"),
            (json!({ "data": [{ "index": 0, "embedding": [1e300] }] }), "not finite"),
            (json!({ "data": [{ "index": 0, "embedding": [0, 0] }] }), "points nowhere"),
            (json!({ "data": [{ "index": 0, "embedding": [] }] }), "points nowhere"),
        ] {
            let said = vectors(&answer, 1).expect_err("wrong");
            assert!(said.contains(problem), "{answer}: {said}");
        }
        let uneven = json!({ "data": [{ "index": 0, "embedding": [1] }, { "index": 1, "embedding": [1, 2] }] });
        assert!(vectors(&uneven, 2).expect_err("wrong").contains("different lengths"));
        let twice = json!({ "data": [{ "index": 0, "embedding": [1] }, { "index": 0, "embedding": [1] }] });
        assert!(vectors(&twice, 2).expect_err("wrong").contains("data[1].index"));
    }
}

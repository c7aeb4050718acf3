//! What the index keeps of vectors, so that a passage is embedded once for each model.

use std::collections::HashMap;

use crate::pipeline::retrieval::error::RetrievalError;
use crate::pipeline::retrieval::index::Index;

impl Index {
    /// The vectors of a model, by the sha256 of their passage. One that is damaged counts as missing.
    pub async fn vectors(&self, model: &str) -> Result<HashMap<Vec<u8>, Vec<f32>>, RetrievalError> {
        let rows = sqlx::query_as::<_, (Vec<u8>, Vec<u8>)>("select sha256, vector from embedding where model = ?");
        let rows = rows.bind(model).fetch_all(&self.pool).await.map_err(|e| self.broken(e))?;
        Ok(rows.into_iter().filter_map(|(sha256, blob)| Some((sha256, decode(&blob)?))).collect())
    }

    /// Keeps one batch; what was kept before an interruption stays.
    pub async fn keep(&self, model: &str, batch: &[(&[u8], &[f32])]) -> Result<(), RetrievalError> {
        let keeping = async {
            let mut db = self.pool.begin_with("begin immediate").await?;
            for (sha256, vector) in batch {
                let row = sqlx::query("insert or replace into embedding (sha256, model, vector) values (?, ?, ?)");
                row.bind(*sha256).bind(model).bind(encode(vector)).execute(&mut *db).await?;
            }
            db.commit().await
        };
        keeping.await.map_err(|e| self.broken(e))
    }

    /// Forgets a model's vectors.
    pub async fn forget(&self, model: &str) -> Result<(), RetrievalError> {
        let gone = sqlx::query("delete from embedding where model = ?").bind(model).execute(&self.pool).await;
        gone.map(|_| ()).map_err(|e| self.broken(e))
    }
}

fn encode(vector: &[f32]) -> Vec<u8> {
    vector.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn decode(blob: &[u8]) -> Option<Vec<f32>> {
    let (values, rest) = blob.as_chunks::<4>();
    let vector: Vec<f32> = values.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    let whole = rest.is_empty() && !vector.is_empty() && vector.iter().all(|v| v.is_finite());
    whole.then_some(vector)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_comes_back_bit_by_bit() {
        let vector = [0.1_f32, -0.0, f32::MIN_POSITIVE, 1e30];
        let back = decode(&encode(&vector)).expect("whole");
        assert_eq!(back.iter().map(|v| v.to_bits()).collect::<Vec<_>>(), vector.map(f32::to_bits));
    }

    #[test]
    fn a_damaged_vector_is_none() {
        assert_eq!(decode(&[]), None);
        assert_eq!(decode(&[1, 2, 3]), None);
        assert_eq!(decode(&f32::NAN.to_le_bytes()), None);
    }
}

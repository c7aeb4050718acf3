//! The index of the corpus: opened, and searched by words. One file of its own.

use std::path::PathBuf;

use sqlx::SqlitePool;

use crate::pipeline::retrieval::Passage;
use crate::pipeline::retrieval::config::CorpusConfig;
use crate::pipeline::retrieval::corpus::list;
use crate::pipeline::retrieval::error::RetrievalError;
use crate::pipeline::retrieval::schema;
use crate::pipeline::retrieval::update::{Indexed, blocking};

/// An open index. A clone is the same one.
#[derive(Debug, Clone)]
pub struct Index {
    pub(super) pool: SqlitePool,
    database: PathBuf,
}

/// A passage as the index holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    pub id: String,
    pub source: String,
    pub text: String,
    pub sha256: Vec<u8>,
}

impl Index {
    /// Opens the index and brings it up to date, in one transaction: a search beside it sees the old state or the new one.
    pub async fn open(config: &CorpusConfig) -> Result<(Index, Indexed), RetrievalError> {
        let index = Index { pool: schema::open(&config.database).await?, database: config.database.clone() };
        let folder = config.folder.clone();
        let listing = blocking({
            let folder = folder.clone();
            move || list(folder.as_deref())
        });
        let listing = listing.await.map_err(|problem| index.trouble(problem))??;
        let indexed = index.bring_up_to_date(folder.as_deref(), listing).await?;
        Ok((index, indexed))
    }

    /// The passages that hold the most telling words of `query` (see [`super::question::query`]), the best first.
    pub async fn search(&self, query: &str, most: usize) -> Result<Vec<Passage>, RetrievalError> {
        // bm25() is smaller the better; its sign is turned so that larger is better everywhere.
        let rows = sqlx::query_as::<_, (String, i64, String, f64)>(
            "select p.path, p.position, t.text, -bm25(passage_text) from passage_text t \
             join passage p on p.passage_id = t.rowid where passage_text match ? order by rank, t.rowid limit ?",
        );
        let rows = rows.bind(query).bind(i64::try_from(most).unwrap_or(i64::MAX)).fetch_all(&self.pool).await;
        let passage = |(source, position, text, score): (String, i64, String, f64)| Passage {
            id: id(&source, position),
            source,
            text,
            score,
        };
        rows.map(|rows| rows.into_iter().map(passage).collect()).map_err(|e| self.broken(e))
    }

    /// All of them, in the order of their files.
    pub async fn passages(&self) -> Result<Vec<Stored>, RetrievalError> {
        let rows = sqlx::query_as::<_, (String, i64, String, Vec<u8>)>(
            "select p.path, p.position, t.text, p.sha256 from passage p \
             join passage_text t on t.rowid = p.passage_id order by p.path, p.position",
        );
        let rows = rows.fetch_all(&self.pool).await.map_err(|e| self.broken(e))?;
        let stored = |(source, position, text, sha256): (String, i64, String, Vec<u8>)| Stored {
            id: id(&source, position),
            source,
            text,
            sha256,
        };
        Ok(rows.into_iter().map(stored).collect())
    }

    pub(super) fn broken(&self, error: sqlx::Error) -> RetrievalError {
        schema::broken(&self.database, error)
    }

    pub(super) fn trouble(&self, problem: String) -> RetrievalError {
        RetrievalError::Index { path: self.database.clone(), problem }
    }
}

fn id(path: &str, position: i64) -> String {
    format!("{path}#{position}")
}

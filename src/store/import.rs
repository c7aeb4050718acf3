//! Lines of another machine's journal, taken in: into our journal first, then as rows, as the writer does it.

use std::collections::BTreeSet;
use std::sync::PoisonError;

use sqlx::Connection;

use crate::events::RunId;
use crate::store::history::RunRow;
use crate::store::line::{LineRead, read_line};
use crate::store::{Store, StoreError, table};

/// What became of the lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    pub taken: u32,
    /// Runs that were here already; nothing of theirs is touched.
    pub known: u32,
    /// Which line it was, counted from 0, and why it is no line of ours.
    pub refused: Vec<(usize, String)>,
}

impl Store {
    /// Takes in the runs that are not here. Killed in between, the next start finds the lines and makes the rows.
    pub async fn import(&self, lines: &[String]) -> Result<Imported, StoreError> {
        let mut done = Imported::default();
        let mut fresh: Vec<(RunRow, String)> = Vec::new();
        let mut seen: BTreeSet<RunId> = BTreeSet::new();
        for (i, line) in lines.iter().enumerate() {
            match row_of(line) {
                Ok(row) if seen.contains(&row.run) || self.origin_of(row.run).await?.is_some() => done.known += 1,
                Ok(row) => {
                    seen.insert(row.run);
                    fresh.push((row, line.trim().to_owned()));
                }
                Err(Some(why)) => done.refused.push((i, why)),
                Err(None) => {}
            }
        }
        if !fresh.is_empty() {
            self.append_all(fresh.iter().map(|(_, line)| line.clone()).collect()).await?;
            self.insert_all(&fresh).await?;
            done.taken = fresh.len() as u32;
        }
        Ok(done)
    }

    async fn append_all(&self, lines: Vec<String>) -> Result<(), StoreError> {
        let journal = self.journal.clone();
        let work = move || {
            let mut journal = journal.lock().unwrap_or_else(PoisonError::into_inner);
            journal.append(lines.iter().map(String::as_str))
        };
        let done = tokio::task::spawn_blocking(work).await.map_err(std::io::Error::other).and_then(|done| done);
        done.map_err(|source| StoreError::Journal { path: self.config.journal.clone(), source })
    }

    async fn insert_all(&self, fresh: &[(RunRow, String)]) -> Result<(), StoreError> {
        let mut db = self.writer.acquire().await.map_err(|e| self.error(e))?;
        let mut tx = db.begin().await.map_err(|e| self.error(e))?;
        for (row, line) in fresh {
            table::run::end(&mut tx, row, line).await.map_err(|e| self.error(e))?;
        }
        tx.commit().await.map_err(|e| self.error(e))
    }
}

/// `Err(None)`: an empty line.
fn row_of(line: &str) -> Result<RunRow, Option<String>> {
    let line = line.trim();
    if line.contains('\n') {
        return Err(Some("it holds a line break; send each line by itself".to_owned()));
    }
    match read_line(line.as_bytes()) {
        LineRead::Run(row) if row.state.is_none() => Err(Some("a newer dualbench wrote it".to_owned())),
        LineRead::Run(row) => Ok(*row),
        LineRead::Blank => Err(None),
        LineRead::Newer { .. } => Err(Some("a newer dualbench wrote it".to_owned())),
        LineRead::Foreign(why) => Err(Some(why)),
    }
}

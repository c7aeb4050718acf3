//! Pinned runs: set, listed and removed by name, also beside a daemon that holds the store.

use std::path::{Path, PathBuf};

use sqlx::SqlitePool;

use crate::events::{RunId, WallTime};
use crate::store::compare::{CompareError, Whole};
use crate::store::{History, Store, StoreError, open, table};

/// A run that later ones are held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Baseline {
    pub name: String,
    pub scenario: String,
    /// Of the engines, the GPU and the host.
    pub fingerprint: String,
    pub run: RunId,
    pub pinned_at: WallTime,
}

/// Characters of a name, at most.
const NAME_MAX: usize = 64;

/// What writes pins: one short transaction each.
#[derive(Debug, Clone)]
pub struct Baselines {
    history: History,
    writer: SqlitePool,
    path: PathBuf,
}

impl Store {
    pub fn baselines(&self) -> Baselines {
        Baselines { history: self.history.clone(), writer: self.writer.clone(), path: self.config.database.clone() }
    }
}

impl Baselines {
    /// Beside the process that holds the store and has brought its schema up to date; SQLite keeps the two writers
    /// apart.
    ///
    /// # Errors
    /// The database cannot be opened.
    pub async fn beside(database: &Path) -> Result<Baselines, StoreError> {
        Ok(Baselines {
            history: History::open(database).await?,
            writer: open::second_writer(database).await?,
            path: database.to_owned(),
        })
    }

    /// Pins the run that `text` names under `name`, for its scenario and fingerprint.
    ///
    /// # Errors
    /// A name that cannot be one, no such run, a run that is void or did not finish.
    pub async fn pin(&self, name: &str, text: &str) -> Result<Baseline, CompareError> {
        check_name(name)?;
        let run = self.history.find_run(text, None).await?;
        let whole = self.history.whole(run).await?;
        whole.as_baseline()?;
        let baseline = pinned(name, &whole);
        let mut db = self.writer.acquire().await.map_err(|e| self.error(e))?;
        table::baseline::pin(&mut db, &baseline).await.map_err(|e| self.error(e))?;
        Ok(baseline)
    }

    /// Forgets a name.
    ///
    /// # Errors
    /// Nothing is pinned under it.
    pub async fn remove(&self, name: &str) -> Result<(), CompareError> {
        let mut db = self.writer.acquire().await.map_err(|e| self.error(e))?;
        match table::baseline::unpin(&mut db, name).await.map_err(|e| self.error(e))? {
            0 => Err(self.history.unknown(name).await?),
            _ => Ok(()),
        }
    }

    fn error(&self, source: sqlx::Error) -> StoreError {
        StoreError::Database { path: self.path.clone(), source }
    }
}

impl History {
    /// By name, the latest pin first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn pinned(&self) -> Result<Vec<Baseline>, StoreError> {
        let mut db = self.connection().await?;
        table::baseline::list(&mut db).await.map_err(|e| self.error(e))
    }
}

fn pinned(name: &str, whole: &Whole) -> Baseline {
    Baseline {
        name: name.to_owned(),
        scenario: whole.header.scenario.name.clone(),
        fingerprint: whole.fingerprint(),
        run: whole.header.run,
        pinned_at: WallTime::now(),
    }
}

/// A name must not read as a run.
fn check_name(name: &str) -> Result<(), CompareError> {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    let like_a_run = name.len() >= 8 && name.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    let taken = name.starts_with("latest");
    if name.is_empty() || name.len() > NAME_MAX || !plain || like_a_run || taken {
        return Err(CompareError::Name { name: name.to_owned() });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_plain_and_never_reads_as_a_run() {
        for good in ["release", "v1.2", "cafe", "before-the-driver"] {
            assert!(check_name(good).is_ok(), "{good}");
        }
        for bad in ["", "two words", "latest", "latest~1", "0199aaaa", "deadbeef-cafe", "a/b", &"x".repeat(65)] {
            assert!(check_name(bad).is_err(), "{bad}");
        }
    }
}

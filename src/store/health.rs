//! How the store is, for the cockpit and for `doctor`.

use std::path::{Path, PathBuf};
use std::sync::PoisonError;

use crate::store::Store;
use crate::store::scan::beside;

/// How the store is at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    pub path: PathBuf,
    pub journal_path: PathBuf,
    /// Pieces of the journal that are no line of ours, ever set aside beside it.
    pub set_aside: u64,
    /// Why nothing can be written at the moment, with the cure. `None` while all is well.
    pub write_error: Option<String>,
    /// Events that wait in memory because they cannot be written.
    pub waiting: usize,
    /// Events that were given up since the start: there was no room for them, or they could not be stored at all.
    pub lost: u64,
    /// `None` if the database did not answer.
    pub runs: Option<u64>,
    /// The database, its write-ahead log and the journal.
    pub size_bytes: u64,
}

/// What the writer has to complain of.
#[derive(Debug, Default)]
pub struct Trouble {
    pub write_error: Option<String>,
    pub waiting: usize,
    pub lost: u64,
}

impl Trouble {
    pub fn is_none(&self) -> bool {
        self.write_error.is_none() && self.lost == 0
    }
}

impl Store {
    pub async fn health(&self) -> Health {
        let runs = self.count().await.ok();
        let trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        let files = [self.config.database.clone(), beside(&self.config.database, "-wal"), self.config.journal.clone()];
        Health {
            path: self.config.database.clone(),
            journal_path: self.config.journal.clone(),
            set_aside: self.set_aside,
            write_error: trouble.write_error.clone(),
            waiting: trouble.waiting,
            lost: trouble.lost,
            runs,
            size_bytes: files.iter().map(|f| size(f)).sum(),
        }
    }
}

fn size(path: &Path) -> u64 {
    path.metadata().map_or(0, |m| m.len())
}

//! What stays: every run in SQLite, and one line for each ended run in the journal. Nothing here measures or decides.
//!
//! Events come in by one lane and are put away by one writer ([`Store::write`]); whoever asks reads on connections of
//! its own ([`History`]). A run counts as ended once its journal line is on the disk and its row is committed, in this
//! order; [`Store::open`] puts right what a crash left between the two.

mod baselines;
mod chunks;
mod compare;
mod error;
mod gaps;
mod health;
mod history;
mod import;
mod interrupted;
mod journal;
mod line;
mod lock;
mod marks;
mod open;
mod past;
mod reconcile;
mod scan;
mod table;
mod trend;
mod writer;

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use sqlx::SqlitePool;

use crate::store::health::Trouble;
use crate::store::journal::Journal;
use crate::store::lock::Lock;

pub use baselines::{Baseline, Baselines};
pub use compare::{
    Against, Blocks, CompareError, Compared, Comparison, Differs, Question, TargetDifference, comparison_json,
};
pub use error::StoreError;
pub use gaps::TokenGaps;
pub use health::Health;
pub use history::{ExchangeRow, Headline, History, LogRow, Origin, RunRow};
pub use import::Imported;
pub use line::{SCHEMA, header_line, journal_line};
pub use marks::{Label, Mark, MarkChange};
pub use past::Past;
pub use reconcile::Reconciled;
pub use trend::{Figure, TrendPoint};

/// Where the store lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The SQLite file. Its folder is made where it is missing, and holds the lock file `dualbench.lock`.
    pub database: PathBuf,
    /// `benchmark_history.jsonl`. Beside it lies its own lock file, `benchmark_history.jsonl.lock`.
    pub journal: PathBuf,
}

/// An open store; held by one process at a time. Derefs to its reading side.
#[derive(Debug)]
pub struct Store {
    config: Config,
    history: History,
    /// One connection: SQLite has one writer.
    writer: SqlitePool,
    journal: Arc<Mutex<Journal>>,
    trouble: Mutex<Trouble>,
    reconciled: Reconciled,
    set_aside: u64,
    /// Freed when the store is dropped.
    locks: Vec<Lock>,
}

impl Deref for Store {
    type Target = History;

    fn deref(&self) -> &History {
        &self.history
    }
}

impl Store {
    /// What [`Store::open`] had to put right.
    pub fn reconciled(&self) -> Reconciled {
        self.reconciled
    }

    /// Closes the database in order, so that the next start need not check it whole. Call it last, after
    /// [`Store::write`] has returned.
    pub async fn close(&self) {
        self.history.pool.close().await;
        self.writer.close().await;
        let is_well = self.trouble.lock().unwrap_or_else(PoisonError::into_inner).is_none();
        for lock in self.locks.iter().filter(|_| is_well) {
            lock.leave_in_order();
        }
    }
}

#[cfg(test)]
mod tests;

//! Bringing SQLite and the journal to say the same at the start, in both directions.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};

use sqlx::Connection;
use sqlx::sqlite::SqliteConnection;

use crate::events::RunId;
use crate::store::StoreError;
use crate::store::interrupted;
use crate::store::journal::Journal;
use crate::store::line::{LineRead, journal_line, read_line};
use crate::store::scan::{LineAt, Scan};
use crate::store::table;

/// What the start had to put right.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// Runs that had not ended.
    pub interrupted: u32,
    /// Lines of the journal whose row was missing, not final, or that of an earlier line.
    pub rebuilt: u32,
    /// Rows whose line was missing in the journal.
    pub appended: u32,
    /// Pieces of the journal that were no line of ours.
    pub set_aside: u32,
    /// Lines that stand for a run which a later line stands for too; the last one wins. They stay where they are.
    pub duplicates: u32,
    /// Lines of a newer schema; left as they are.
    pub newer: u32,
}

impl Reconciled {
    /// Whether the two agreed already: what stays in the journal as it is was nothing to put right.
    pub fn is_nothing(&self) -> bool {
        *self == Reconciled { newer: self.newer, duplicates: self.duplicates, ..Reconciled::default() }
    }
}

/// Lines that are written to the journal with one fsync.
const LINES_AT_ONCE: usize = 64;

/// Reads both stores and mends what is missing on either side. Killed anywhere in it, the next start goes on.
pub async fn reconcile(
    db: &mut SqliteConnection,
    journal: &mut Journal,
    database: &Path,
) -> Result<Reconciled, StoreError> {
    let (scan, set_aside) = scan_and_mend(journal.path.clone()).await?;
    let mut both = Both { db, journal, database };
    let rows = both.rows().await?;
    let lines = scan.last_lines();
    let doubled = doubled(&scan);
    let has_ended = |run: &RunId| rows.get(run) == Some(&true);
    let mut stale: Vec<&LineAt> = lines.values().copied().filter(|l| !has_ended(&l.row.run)).collect();
    let settled = doubled.iter().filter(|run| has_ended(run)).filter_map(|run| lines.get(run).copied()).collect();
    stale.extend(both.outdated(settled).await?);
    both.rebuild(&stale).await?;
    let unwritten = || rows.iter().filter(|(run, _)| !lines.contains_key(run));
    let ended: Vec<RunId> = unwritten().filter(|(_, ended)| **ended).map(|(run, _)| *run).collect();
    both.append_again(&ended).await?;
    let open: Vec<RunId> = unwritten().filter(|(_, ended)| !**ended).map(|(run, _)| *run).collect();
    for run in &open {
        both.close(*run).await?;
    }
    Ok(Reconciled {
        interrupted: open.len() as u32,
        rebuilt: stale.len() as u32,
        appended: ended.len() as u32,
        set_aside,
        duplicates: (scan.lines.len() - lines.len()) as u32,
        newer: scan.newer,
    })
}

/// The runs for which more than one line stands.
fn doubled(scan: &Scan) -> BTreeSet<RunId> {
    let mut seen = BTreeSet::new();
    scan.lines.iter().map(|line| line.row.run).filter(|run| !seen.insert(*run)).collect()
}

/// The journal without what is no line of ours, and how much that was.
async fn scan_and_mend(path: PathBuf) -> Result<(Scan, u32), StoreError> {
    let journal = path.clone();
    let work = tokio::task::spawn_blocking(move || {
        let scan = Scan::of(&path)?;
        if !scan.needs_mending() {
            return Ok((scan, 0));
        }
        scan.mend(&path)?;
        Ok((Scan::of(&path)?, scan.to_set_aside()))
    });
    let done = work.await.map_err(std::io::Error::other).and_then(|done| done);
    done.map_err(|source| StoreError::Journal { path: journal, source })
}

/// The two stores, side by side.
struct Both<'a> {
    db: &'a mut SqliteConnection,
    journal: &'a mut Journal,
    database: &'a Path,
}

impl Both<'_> {
    /// Every run, and whether it has ended.
    async fn rows(&mut self) -> Result<BTreeMap<RunId, bool>, StoreError> {
        let rows = table::run::all(self.db).await.map_err(|e| self.of_database(e))?;
        Ok(rows.into_iter().collect())
    }

    /// Of these lines the ones that their rows do not hold word for word.
    async fn outdated<'l>(&mut self, lines: Vec<&'l LineAt>) -> Result<Vec<&'l LineAt>, StoreError> {
        if lines.is_empty() {
            return Ok(lines);
        }
        let mut file = File::open(&self.journal.path).map_err(|e| self.of_journal(e))?;
        let mut outdated = Vec::new();
        for line in lines {
            let text = line.text(&mut file).map_err(|e| self.of_journal(e))?;
            let kept = table::run::json(self.db, line.row.run).await.map_err(|e| self.of_database(e))?;
            outdated.extend(Some(line).filter(|_| kept.as_deref() != Some(&text)));
        }
        Ok(outdated)
    }

    /// Rows for lines of the journal, in one transaction.
    async fn rebuild(&mut self, lines: &[&LineAt]) -> Result<(), StoreError> {
        if lines.is_empty() {
            return Ok(());
        }
        let of_database = |source| StoreError::Database { path: self.database.to_owned(), source };
        let of_journal = |source| StoreError::Journal { path: self.journal.path.clone(), source };
        let mut file = File::open(&self.journal.path).map_err(of_journal)?;
        let mut tx = self.db.begin().await.map_err(of_database)?;
        for line in lines {
            let text = line.text(&mut file).map_err(of_journal)?;
            table::run::end(&mut tx, &line.row, &text).await.map_err(of_database)?;
        }
        tx.commit().await.map_err(of_database)
    }

    /// The lines of runs that have ended, once more into the journal.
    async fn append_again(&mut self, runs: &[RunId]) -> Result<(), StoreError> {
        for some in runs.chunks(LINES_AT_ONCE) {
            let mut lines = Vec::with_capacity(some.len());
            for run in some {
                lines.extend(table::run::json(self.db, *run).await.map_err(|e| self.of_database(e))?);
            }
            self.append(&lines)?;
        }
        Ok(())
    }

    /// Closes a run that had not ended: the line first, then the row, as the writer does it.
    async fn close(&mut self, run: RunId) -> Result<(), StoreError> {
        let unfinished = table::run::unfinished(self.db, run).await.map_err(|e| self.of_database(e))?;
        let Some(unfinished) = unfinished else { return Ok(()) };
        let report = interrupted::report(self.db, unfinished).await.map_err(|e| self.of_database(e))?;
        let line = journal_line(&report);
        let LineRead::Run(row) = read_line(line.as_bytes()) else {
            tracing::error!(run.id = %run, "the line of an interrupted run cannot be read back; the run stays open");
            return Ok(());
        };
        self.append(std::slice::from_ref(&line))?;
        table::run::end(self.db, &row, &line).await.map_err(|e| self.of_database(e))
    }

    fn append(&mut self, lines: &[String]) -> Result<(), StoreError> {
        let done = self.journal.append(lines.iter().map(String::as_str));
        done.map_err(|source| self.of_journal(source))
    }

    fn of_journal(&self, source: std::io::Error) -> StoreError {
        StoreError::Journal { path: self.journal.path.clone(), source }
    }

    fn of_database(&self, source: sqlx::Error) -> StoreError {
        StoreError::Database { path: self.database.to_owned(), source }
    }
}

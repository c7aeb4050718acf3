//! Bringing SQLite and the journal to say the same at the start, in both directions.

use std::collections::BTreeMap;
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
    /// Lines of the journal whose row was missing or not final.
    pub rebuilt: u32,
    /// Rows whose line was missing in the journal.
    pub appended: u32,
    /// Pieces of the journal that were no line of ours.
    pub set_aside: u32,
    /// Lines that stand for a run which a later line stands for too; the last one wins.
    pub duplicates: u32,
    /// Lines of a newer schema; left as they are.
    pub newer: u32,
}

impl Reconciled {
    /// Whether the two agreed already.
    pub fn is_nothing(&self) -> bool {
        *self == Reconciled { newer: self.newer, ..Reconciled::default() }
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
    let lines = last_lines(&scan);
    let duplicates = scan.lines.len() - lines.len();
    let has_ended = |run: &RunId| rows.get(run) == Some(&true);
    let missing: Vec<&LineAt> = lines.values().filter(|l| !has_ended(&l.line.row.run)).map(|l| l.line).collect();
    let doubled = lines.values().filter(|l| l.doubled && has_ended(&l.line.row.run)).map(|l| l.line);
    both.rebuild(missing.iter().copied().chain(doubled)).await?;
    let unwritten = || rows.iter().filter(|(run, _)| !lines.contains_key(run));
    let ended: Vec<RunId> = unwritten().filter(|(_, ended)| **ended).map(|(run, _)| *run).collect();
    both.append_again(&ended).await?;
    let open: Vec<RunId> = unwritten().filter(|(_, ended)| !**ended).map(|(run, _)| *run).collect();
    for run in &open {
        both.close(*run).await?;
    }
    Ok(Reconciled {
        interrupted: open.len() as u32,
        rebuilt: missing.len() as u32,
        appended: ended.len() as u32,
        set_aside,
        duplicates: duplicates as u32,
        newer: scan.newer,
    })
}

struct LastLine<'a> {
    line: &'a LineAt,
    doubled: bool,
}

/// Of each run the last line that stands for it.
fn last_lines(scan: &Scan) -> BTreeMap<RunId, LastLine<'_>> {
    let mut last = BTreeMap::new();
    for line in &scan.lines {
        let doubled = last.contains_key(&line.row.run);
        last.insert(line.row.run, LastLine { line, doubled });
    }
    last
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

    /// Rows for lines of the journal, in one transaction.
    async fn rebuild<'l>(&mut self, lines: impl Iterator<Item = &'l LineAt>) -> Result<(), StoreError> {
        let mut lines = lines.peekable();
        if lines.peek().is_none() {
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
        done.map_err(|source| StoreError::Journal { path: self.journal.path.clone(), source })
    }

    fn of_database(&self, source: sqlx::Error) -> StoreError {
        StoreError::Database { path: self.database.to_owned(), source }
    }
}

//! The one writer: drains the lossless lane into SQLite and the journal, and keeps what cannot be written for later.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use sqlx::sqlite::SqliteConnection;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::events::{RunEvent, RunReport, RunState, Stored};
use crate::store::Store;
use crate::store::error::may_pass;
use crate::store::history::RunRow;
use crate::store::line::{LineRead, journal_line, read_line};
use crate::store::table;

/// An event that nobody waits for is committed this long after it came, at the latest.
const COMMIT_AFTER: Duration = Duration::from_millis(50);
/// Events in one transaction.
const BATCH: usize = 512;
/// After a failed write the next one is tried this much later.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// Events kept in memory while nothing can be written. Beyond it only the records of whole runs are taken.
const WAITING_MAX: usize = 16_384;
/// Last attempts when the lane has closed and something still waits.
const LAST_ATTEMPTS: u32 = 3;

impl Store {
    /// Puts away what comes by the lane until it closes; returns when all of it is on the disk, or is given up.
    ///
    /// An event with an `ack` is committed at once and answered after that. While nothing can be written, events are
    /// kept in memory and acks are dropped unanswered: a run is never held up by a full disk.
    pub async fn write(self: Arc<Store>, mut lane: mpsc::Receiver<Stored>) {
        let mut writer = Writer { store: self, waiting: VecDeque::new(), retry_at: None, one_by_one: 0, line: None };
        while writer.gather(&mut lane).await {
            writer.put_away().await;
        }
        for _ in 0..LAST_ATTEMPTS {
            writer.put_away().await;
            if let Some(retry_at) = writer.retry_at {
                sleep_until(retry_at).await;
            }
        }
        if !writer.waiting.is_empty() {
            tracing::error!(events = writer.waiting.len(), "the store is closed with events that could not be written");
        }
    }
}

struct Writer {
    store: Arc<Store>,
    /// In the order in which they came.
    waiting: VecDeque<Stored>,
    /// Set while nothing can be written.
    retry_at: Option<Instant>,
    /// So many events are written alone, to find the one that cannot be stored.
    one_by_one: usize,
    /// The line of the run that is being ended, once it is in the journal.
    line: Option<String>,
}

enum Fault {
    Database(sqlx::Error),
    Journal(std::io::Error),
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Fault {
        Fault::Database(error)
    }
}

impl Writer {
    /// Waits for what is next to be written. False when the lane is closed and empty.
    async fn gather(&mut self, lane: &mut mpsc::Receiver<Stored>) -> bool {
        let first = match self.retry_at {
            None => lane.recv().await,
            Some(retry_at) => match timeout_at(retry_at, lane.recv()).await {
                Ok(first) => first,
                Err(_) => return true,
            },
        };
        let Some(first) = first else { return false };
        let until = self.retry_at.unwrap_or_else(|| Instant::now() + COMMIT_AFTER);
        let mut somebody_waits = self.take(first);
        while !somebody_waits && (self.retry_at.is_some() || self.waiting.len() < BATCH) {
            match timeout_at(until, lane.recv()).await {
                Ok(Some(next)) => somebody_waits = self.take(next),
                Ok(None) | Err(_) => break,
            }
        }
        // What lies there already comes along with it.
        while self.waiting.len() < BATCH
            && let Ok(next) = lane.try_recv()
        {
            self.take(next);
        }
        true
    }

    /// Takes one event in. True if somebody waits for it to be on the disk.
    fn take(&mut self, mut stored: Stored) -> bool {
        if !is_kept(&stored.event) {
            answer(stored);
            return false;
        }
        let whole_run = matches!(*stored.event, RunEvent::Queued(_) | RunEvent::Started(_) | RunEvent::Ended(_));
        if self.waiting.len() >= WAITING_MAX && !whole_run {
            self.lose("there is no room left in memory for what cannot be written", &stored);
            return false;
        }
        if self.retry_at.is_some() {
            stored.ack = None;
        }
        let somebody_waits = stored.ack.is_some();
        self.waiting.push_back(stored);
        somebody_waits
    }

    async fn put_away(&mut self) {
        if self.retry_at.is_some_and(|at| at > Instant::now()) {
            self.report_waiting();
            return;
        }
        while !self.waiting.is_empty() {
            if let Err(fault) = self.put_away_some().await {
                self.complain(fault);
                return;
            }
        }
        if self.retry_at.take().is_some() {
            tracing::info!("the store can be written again; nothing that waited was lost");
            self.store.trouble.lock().unwrap_or_else(PoisonError::into_inner).write_error = None;
        }
        self.report_waiting();
    }

    /// The end of a run, or the events up to the next one, in one transaction.
    async fn put_away_some(&mut self) -> Result<(), Fault> {
        if let Some(RunEvent::Ended(report)) = self.waiting.front().map(|s| &*s.event) {
            let report = report.clone();
            return self.end(&report).await;
        }
        let most = if self.one_by_one > 0 { 1 } else { BATCH };
        let n = self.waiting.iter().take(most).take_while(|s| !matches!(*s.event, RunEvent::Ended(_))).count();
        match self.commit(n).await {
            Ok(()) => {
                self.one_by_one = self.one_by_one.saturating_sub(n);
                self.waiting.drain(..n).for_each(answer);
            }
            Err(error) if may_pass(&error) => return Err(Fault::Database(error)),
            Err(_) if n > 1 => self.one_by_one = n,
            Err(error) => {
                self.one_by_one = self.one_by_one.saturating_sub(1);
                let stored = self.waiting.pop_front();
                stored.iter().for_each(|s| self.lose(&error.to_string(), s));
            }
        }
        Ok(())
    }

    async fn commit(&self, n: usize) -> Result<(), sqlx::Error> {
        let mut db = self.store.writer.acquire().await?;
        begin(&mut db).await?;
        let done = self.store_first(&mut db, n).await;
        conclude(&mut db, done).await
    }

    async fn store_first(&self, db: &mut SqliteConnection, n: usize) -> Result<(), sqlx::Error> {
        for stored in self.waiting.iter().take(n) {
            store_event(db, &stored.event).await?;
        }
        Ok(())
    }

    /// The line into the journal, then the row into the database: killed in between, the next start finds the line.
    async fn end(&mut self, report: &RunReport) -> Result<(), Fault> {
        let line = journal_line(report);
        let LineRead::Run(row) = read_line(line.as_bytes()) else {
            let stored = self.waiting.pop_front();
            stored.iter().for_each(|s| self.lose("its state is not that of a run that has ended", s));
            return Ok(());
        };
        match self.end_in_both(&row, &line).await {
            Ok(()) => self.waiting.pop_front().into_iter().for_each(answer),
            Err(Fault::Database(error)) if !may_pass(&error) => {
                self.append_once(&line).await?;
                self.give_up_row(&row, &error);
            }
            Err(fault) => return Err(fault),
        }
        self.line = None;
        Ok(())
    }

    async fn end_in_both(&mut self, row: &RunRow, line: &str) -> Result<(), Fault> {
        let mut db = self.store.writer.acquire().await?;
        begin(&mut db).await?;
        let done = self.end_once(&mut db, row, line).await;
        conclude(&mut db, done).await
    }

    async fn end_once(&mut self, db: &mut SqliteConnection, row: &RunRow, line: &str) -> Result<(), Fault> {
        if table::run::has_ended(db, row.run).await? {
            tracing::warn!(run.id = %row.run, "a run ended twice; its first end stands");
            return Ok(());
        }
        self.append_once(line).await?;
        Ok(table::run::end(db, row, line).await?)
    }

    /// The line of the run that is being ended, into the journal unless an earlier attempt has brought it there.
    async fn append_once(&mut self, line: &str) -> Result<(), Fault> {
        if self.line.as_deref() != Some(line) {
            self.append(line.to_owned()).await.map_err(Fault::Journal)?;
            self.line = Some(line.to_owned());
        }
        Ok(())
    }

    /// The database will never take this row. Its line is in the journal, from which the next start adds it; nobody
    /// behind it waits for that.
    fn give_up_row(&mut self, row: &RunRow, error: &sqlx::Error) {
        tracing::error!(run.id = %row.run, %error, "a run's row was refused; its line is in the journal, from which the next start adds the row");
        self.waiting.pop_front();
        self.store.trouble.lock().unwrap_or_else(PoisonError::into_inner).lost += 1;
    }

    async fn append(&self, line: String) -> std::io::Result<()> {
        let journal = self.store.journal.clone();
        let work = move || journal.lock().unwrap_or_else(PoisonError::into_inner).append([line.as_str()]);
        tokio::task::spawn_blocking(work).await.map_err(std::io::Error::other)?
    }

    /// Nothing can be written for now: said once, kept in memory, tried again later.
    fn complain(&mut self, fault: Fault) {
        let config = &self.store.config;
        let what = match fault {
            Fault::Database(error) => format!("store {}: {error}", config.database.display()),
            Fault::Journal(error) => format!("journal {}: {error}", config.journal.display()),
        };
        let text = format!("{what}; runs go on and wait in memory: free some space or make it writable");
        if self.retry_at.is_none() {
            tracing::error!("{text}");
        }
        self.retry_at = Some(Instant::now() + RETRY_AFTER);
        self.store.trouble.lock().unwrap_or_else(PoisonError::into_inner).write_error = Some(text);
        self.waiting.iter_mut().for_each(|s| s.ack = None);
        self.report_waiting();
    }

    fn report_waiting(&self) {
        self.store.trouble.lock().unwrap_or_else(PoisonError::into_inner).waiting = self.waiting.len();
    }

    /// Counts an event that is given up; the log is told of the first, the second, the fourth…
    fn lose(&self, why: &str, stored: &Stored) {
        let mut trouble = self.store.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        trouble.lost += 1;
        if trouble.lost.is_power_of_two() {
            tracing::error!(run.id = %stored.event.run(), why, lost = trouble.lost, "an event was not stored");
        }
    }
}

/// A transaction by plain statements: on a full disk SQLite rolls back by itself, and sqlx, which counts open
/// transactions, would refuse every later one on that connection.
async fn begin(db: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    sqlx::query("begin immediate").execute(db).await.map(|_| ())
}

/// Commits what was done, or rolls back.
async fn conclude<E: From<sqlx::Error>>(db: &mut SqliteConnection, done: Result<(), E>) -> Result<(), E> {
    let done = match done {
        Ok(()) => sqlx::query("commit").execute(&mut *db).await.map(|_| ()).map_err(E::from),
        Err(error) => Err(error),
    };
    if done.is_err() {
        let _rolled_back_already = sqlx::query("rollback").execute(db).await;
    }
    done
}

fn answer(stored: Stored) {
    if let Some(ack) = stored.ack {
        let _nobody_waits_any_more = ack.send(());
    }
}

/// Whether anything of the event is stored.
fn is_kept(event: &RunEvent) -> bool {
    !matches!(event, RunEvent::Phase { .. } | RunEvent::Progress { .. } | RunEvent::Pulse { .. })
}

async fn store_event(db: &mut SqliteConnection, event: &RunEvent) -> Result<(), sqlx::Error> {
    match event {
        RunEvent::Queued(header) => table::run::take_in(db, header, RunState::Queued).await,
        RunEvent::Started(header) => table::run::take_in(db, header, RunState::Preparing).await,
        // Only `Ended` ends a run.
        RunEvent::State { state, .. } if state.is_final() => Ok(()),
        RunEvent::State { run, state } => table::run::set_state(db, *run, *state).await,
        RunEvent::Log { run, at, level, message } => table::log_line::insert(db, *run, *at, *level, message).await,
        RunEvent::Metric { run, metric } => table::metric::insert(db, *run, metric).await,
        RunEvent::Mark { run, mark } => table::timeline_mark::insert(db, *run, mark).await,
        RunEvent::Exchange { run, record } => table::exchange::insert(db, *run, record).await,
        RunEvent::Samples { run, samples } => table::sample::replace(db, *run, samples).await,
        RunEvent::Phase { .. }
        | RunEvent::Progress { .. }
        | RunEvent::Text { .. }
        | RunEvent::Pulse { .. }
        | RunEvent::Ended(_) => Ok(()),
    }
}

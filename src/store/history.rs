//! What is asked of the store: typed rows, read on connections of their own, so that no reader waits for the writer.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::{Sqlite, SqlitePool};

use crate::events::{ExchangeRecord, LogLevel, Metric, RunId, RunState, TimelineMark, WallTime};
use crate::measure::{Ending, GpuSample, OutputClaims, StageSpan, Target, Verdict};
use crate::store::StoreError;
use crate::store::gaps::{self, TokenGaps};
use crate::store::table;

/// Whose figures of a run are simulated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Origin {
    /// Any of them.
    pub any: bool,
    /// The engines' own words; `None` where one was not looked at, or not yet.
    pub main: Option<bool>,
    pub mini: Option<bool>,
    pub pipeline: Option<bool>,
    /// The simulated card serves with the embedded engines only.
    pub gpu: Option<bool>,
}

impl Origin {
    /// The engine's own word, else the run's.
    pub fn of(self, target: Target) -> bool {
        let own = match target {
            Target::Main => self.main,
            Target::Mini => self.mini,
            Target::Pipeline => self.pipeline,
        };
        own.unwrap_or(self.any)
    }
}

/// A run in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct RunRow {
    pub run: RunId,
    /// Of its journal line.
    pub schema: u32,
    /// `None`: unknown, its line was written by a newer dualbench.
    pub state: Option<RunState>,
    pub scenario: String,
    pub version: String,
    /// Of the scenario's file.
    pub sha256: String,
    pub started_at: WallTime,
    /// `None` while the run has not ended.
    pub duration_ms: Option<f64>,
    pub simulated: bool,
    /// `None` where the run did not come to a verdict.
    pub verdict: Option<Verdict>,
    pub main: Headline,
    pub mini: Headline,
}

/// The two numbers that a list shows of an engine: medians, and only of a run whose verdict is valid.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Headline {
    pub ttft_ms: Option<f64>,
    pub tokens_per_second: Option<f64>,
}

/// An exchange in a list, without its chunks.
#[derive(Debug, Clone, PartialEq)]
pub struct ExchangeRow {
    pub exchange: u32,
    pub target: Target,
    pub phase: String,
    pub warm_up: bool,
    pub together: bool,
    /// Counted from the run's origin.
    pub sent: Duration,
    /// Before the send: opening the connection, and how late the request left against its plan.
    pub connect: Duration,
    pub start_delay: Duration,
    /// From the send.
    pub headers: Option<Duration>,
    pub ending: Ending,
    pub claims: OutputClaims,
    pub ttft_ms: Option<f64>,
    pub ttfo_ms: Option<f64>,
    pub e2e_ms: Option<f64>,
    pub tokens_per_second: Option<f64>,
    pub tpot_ms: Option<f64>,
    pub prefill_tokens_per_second: Option<f64>,
    pub output_tokens: Option<u32>,
    pub prompt_tokens: Option<u32>,
    pub cached_prompt_tokens: Option<u32>,
    pub chunks: u32,
}

/// One line of a run's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRow {
    /// Its number in the store, across all runs; a later line has a greater one.
    pub log_line: u64,
    /// Counted from the run's origin.
    pub at: Duration,
    pub level: LogLevel,
    pub message: String,
}

/// The reading side of a store. Cheap to clone.
#[derive(Debug, Clone)]
pub struct History {
    pub(super) pool: SqlitePool,
    pub(super) path: PathBuf,
}

impl History {
    /// The latest runs first, `limit` of them at most. `before` leaves out that run and all later ones; `scenario`
    /// leaves out the runs of all others. Runs that were taken off the lists are left out.
    pub async fn runs(
        &self,
        limit: u32,
        before: Option<RunId>,
        scenario: Option<&str>,
    ) -> Result<Vec<RunRow>, StoreError> {
        let mut db = self.connection().await?;
        table::run::list(&mut db, limit, before, scenario, false).await.map_err(|e| self.error(e))
    }

    /// The same of the runs that were taken off the lists.
    pub async fn removed_runs(
        &self,
        limit: u32,
        before: Option<RunId>,
        scenario: Option<&str>,
    ) -> Result<Vec<RunRow>, StoreError> {
        let mut db = self.connection().await?;
        table::run::list(&mut db, limit, before, scenario, true).await.map_err(|e| self.error(e))
    }

    /// The journal line of a run, word for word; of a run that has not ended, the keys that are known by now.
    pub async fn run_json(&self, run: RunId) -> Result<Option<String>, StoreError> {
        let mut db = self.connection().await?;
        table::run::json(&mut db, run).await.map_err(|e| self.error(e))
    }

    /// Whose figures are simulated, as far as the run knows yet. `None`: there is no such run.
    pub async fn origin_of(&self, run: RunId) -> Result<Option<Origin>, StoreError> {
        let mut db = self.connection().await?;
        table::run::origin(&mut db, run).await.map_err(|e| self.error(e))
    }

    /// The first exchanges of a run, `limit` of them at most; `after` leaves out that one and all before it. Empty
    /// where nothing is known of the run; so are the lists below.
    pub async fn exchanges(&self, run: RunId, limit: u32, after: Option<u32>) -> Result<Vec<ExchangeRow>, StoreError> {
        let mut db = self.connection().await?;
        table::exchange::list(&mut db, run, limit, after).await.map_err(|e| self.error(e))
    }

    /// The stages of a run's answers by their exchange, from the first of these exchanges to the last.
    pub async fn stages(&self, run: RunId, from: u32, to: u32) -> Result<BTreeMap<u32, Vec<StageSpan>>, StoreError> {
        let mut db = self.connection().await?;
        table::answer::stages(&mut db, run, from, to).await.map_err(|e| self.error(e))
    }

    /// One exchange whole, with every stamp.
    pub async fn record(&self, run: RunId, exchange: u32) -> Result<Option<ExchangeRecord>, StoreError> {
        let mut db = self.connection().await?;
        table::exchange::record_of(&mut db, run, exchange).await.map_err(|e| self.error(e))
    }

    /// The latency of each token of a run's measured exchanges, by target, thinned for charts.
    pub async fn token_gaps(&self, run: RunId) -> Result<Vec<TokenGaps>, StoreError> {
        let mut db = self.connection().await?;
        gaps::of_run(&mut db, run).await.map_err(|e| self.error(e))
    }

    /// All exchanges whole, with every stamp: as large as the run was. Nothing that answers a request asks for it.
    pub async fn records(&self, run: RunId) -> Result<Vec<ExchangeRecord>, StoreError> {
        let mut db = self.connection().await?;
        table::exchange::records(&mut db, run).await.map_err(|e| self.error(e))
    }

    /// The first lines of a run's log, `limit` of them at most; `after` leaves out the line with that
    /// [`LogRow::log_line`] and all before it.
    pub async fn log(&self, run: RunId, limit: u32, after: Option<u64>) -> Result<Vec<LogRow>, StoreError> {
        let mut db = self.connection().await?;
        table::log_line::list(&mut db, run, limit, after).await.map_err(|e| self.error(e))
    }

    /// The first metrics of a run, `limit` of them at most. A value that was no number comes back as NaN.
    pub async fn metrics(&self, run: RunId, limit: u32) -> Result<Vec<Metric>, StoreError> {
        let mut db = self.connection().await?;
        table::metric::list(&mut db, run, limit).await.map_err(|e| self.error(e))
    }

    /// The first marks on a run's timeline, `limit` of them at most.
    pub async fn timeline_marks(&self, run: RunId, limit: u32) -> Result<Vec<TimelineMark>, StoreError> {
        let mut db = self.connection().await?;
        table::timeline_mark::list(&mut db, run, limit).await.map_err(|e| self.error(e))
    }

    pub async fn samples(&self, run: RunId) -> Result<Vec<GpuSample>, StoreError> {
        let mut db = self.connection().await?;
        table::sample::list(&mut db, run).await.map_err(|e| self.error(e))
    }

    /// How many runs there are, ended or not.
    pub async fn count(&self) -> Result<u64, StoreError> {
        let mut db = self.connection().await?;
        table::run::count(&mut db).await.map_err(|e| self.error(e))
    }

    pub(super) async fn connection(&self) -> Result<PoolConnection<Sqlite>, StoreError> {
        self.pool.acquire().await.map_err(|e| self.error(e))
    }

    pub(super) fn error(&self, source: sqlx::Error) -> StoreError {
        StoreError::Database { path: self.path.clone(), source }
    }
}

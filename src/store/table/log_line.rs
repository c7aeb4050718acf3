//! The table `log_line`: what scenarios and the host said during a run.

use std::time::Duration;

use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::{duration, maybe_unsigned, ns, signed, unreadable};
use crate::events::{LogLevel, RunId};
use crate::store::history::LogRow;

pub async fn insert(
    db: &mut SqliteConnection,
    run: RunId,
    at: Duration,
    level: LogLevel,
    message: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("insert into log_line (run_id, at_ns, level, message) values (?, ?, ?, ?)")
        .bind(run.to_string())
        .bind(ns(at))
        .bind(level.word())
        .bind(message)
        .execute(db)
        .await
        .map(|_| ())
}

/// The log of a run in the order in which it came; `after` leaves out that line and all before it.
pub async fn list(
    db: &mut SqliteConnection,
    run: RunId,
    limit: u32,
    after: Option<u64>,
) -> Result<Vec<LogRow>, sqlx::Error> {
    let rows = sqlx::query(
        "select log_line_id, at_ns, level, message from log_line where run_id = ? and log_line_id > ? \
         order by log_line_id limit ?",
    )
    .bind(run.to_string())
    .bind(after.map_or(-1, signed))
    .bind(limit)
    .fetch_all(db)
    .await?;
    rows.iter().map(log_row).collect()
}

/// The moment of the run's latest line.
pub async fn latest(db: &mut SqliteConnection, run: RunId) -> Result<Duration, sqlx::Error> {
    let row = sqlx::query("select max(at_ns) as at_ns from log_line where run_id = ?")
        .bind(run.to_string())
        .fetch_one(db)
        .await?;
    duration(&row, "at_ns")
}

fn log_row(row: &SqliteRow) -> Result<LogRow, sqlx::Error> {
    Ok(LogRow {
        log_line: maybe_unsigned(row, "log_line_id")?.unwrap_or_default(),
        at: duration(row, "at_ns")?,
        level: level(row)?,
        message: row.try_get("message")?,
    })
}

fn level(row: &SqliteRow) -> Result<LogLevel, sqlx::Error> {
    let word: &str = row.try_get("level")?;
    [LogLevel::Debug, LogLevel::Info, LogLevel::Warn, LogLevel::Error]
        .into_iter()
        .find(|l| l.word() == word)
        .ok_or_else(|| unreadable(format!("`level` holds `{word}`")))
}

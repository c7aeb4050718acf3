//! The table `log_line`: what scenarios and the host said during a run.

use std::time::Duration;

use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::{duration, ns, unreadable};
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

/// The log of a run in the order in which it came.
pub async fn list(db: &mut SqliteConnection, run: RunId) -> Result<Vec<LogRow>, sqlx::Error> {
    let rows = sqlx::query("select at_ns, level, message from log_line where run_id = ? order by log_line_id")
        .bind(run.to_string())
        .fetch_all(db)
        .await?;
    rows.iter()
        .map(|row| Ok(LogRow { at: duration(row, "at_ns")?, level: level(row)?, message: row.try_get("message")? }))
        .collect()
}

fn level(row: &SqliteRow) -> Result<LogLevel, sqlx::Error> {
    let word: &str = row.try_get("level")?;
    [LogLevel::Debug, LogLevel::Info, LogLevel::Warn, LogLevel::Error]
        .into_iter()
        .find(|l| l.word() == word)
        .ok_or_else(|| unreadable(format!("`level` holds `{word}`")))
}

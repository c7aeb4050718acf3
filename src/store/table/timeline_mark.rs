//! The table `timeline_mark`: moments that scenarios marked.

use sqlx::Row;
use sqlx::sqlite::SqliteConnection;

use super::{duration, ns};
use crate::events::{RunId, TimelineMark};

pub async fn insert(db: &mut SqliteConnection, run: RunId, mark: &TimelineMark) -> Result<(), sqlx::Error> {
    sqlx::query("insert into timeline_mark (run_id, at_ns, name) values (?, ?, ?)")
        .bind(run.to_string())
        .bind(ns(mark.at))
        .bind(&mark.name)
        .execute(db)
        .await
        .map(|_| ())
}

/// The marks of a run in the order in which they came.
pub async fn list(db: &mut SqliteConnection, run: RunId, limit: u32) -> Result<Vec<TimelineMark>, sqlx::Error> {
    let query = "select at_ns, name from timeline_mark where run_id = ? order by timeline_mark_id limit ?";
    let rows = sqlx::query(query).bind(run.to_string()).bind(limit).fetch_all(db).await?;
    let mark =
        |row: &sqlx::sqlite::SqliteRow| Ok(TimelineMark { at: duration(row, "at_ns")?, name: row.try_get("name")? });
    rows.iter().map(mark).collect()
}

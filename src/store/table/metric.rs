//! The table `metric`: what scenarios measured themselves.

use sqlx::Row;
use sqlx::sqlite::SqliteConnection;

use super::{duration, ns};
use crate::events::{Metric, RunId};

pub async fn insert(db: &mut SqliteConnection, run: RunId, metric: &Metric) -> Result<(), sqlx::Error> {
    sqlx::query("insert into metric (run_id, at_ns, name, value, unit) values (?, ?, ?, ?, ?)")
        .bind(run.to_string())
        .bind(ns(metric.at))
        .bind(&metric.name)
        .bind(Some(metric.value).filter(|v| !v.is_nan()))
        .bind(&metric.unit)
        .execute(db)
        .await
        .map(|_| ())
}

/// The metrics of a run in the order in which they came.
pub async fn list(db: &mut SqliteConnection, run: RunId, limit: u32) -> Result<Vec<Metric>, sqlx::Error> {
    let rows = sqlx::query("select at_ns, name, value, unit from metric where run_id = ? order by metric_id limit ?")
        .bind(run.to_string())
        .bind(limit)
        .fetch_all(db)
        .await?;
    let metric = |row: &sqlx::sqlite::SqliteRow| {
        Ok(Metric {
            at: duration(row, "at_ns")?,
            name: row.try_get("name")?,
            value: row.try_get::<Option<f64>, _>("value")?.unwrap_or(f64::NAN),
            unit: row.try_get("unit")?,
        })
    };
    rows.iter().map(metric).collect()
}

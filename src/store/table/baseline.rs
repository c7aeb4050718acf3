//! The table `baseline`.

use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{FromRow, Row};

use super::unreadable;
use crate::events::{RunId, WallTime};
use crate::store::baselines::Baseline;

/// Pins a run; what was pinned under the name for the same scenario and fingerprint gives way.
pub async fn pin(db: &mut SqliteConnection, b: &Baseline) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into baseline (name, scenario, fingerprint, run_id, pinned_at) values (?, ?, ?, ?, ?) \
         on conflict (name, scenario, fingerprint) do update set run_id = excluded.run_id, pinned_at = excluded.pinned_at",
    )
    .bind(&b.name)
    .bind(&b.scenario)
    .bind(&b.fingerprint)
    .bind(b.run.to_string())
    .bind(b.pinned_at.to_string())
    .execute(db)
    .await
    .map(|_| ())
}

/// Forgets every pin of that name; how many there were.
pub async fn unpin(db: &mut SqliteConnection, name: &str) -> Result<u64, sqlx::Error> {
    sqlx::query("delete from baseline where name = ?").bind(name).execute(db).await.map(|done| done.rows_affected())
}

/// By name, the latest pin first. Empty too in a database from before there were baselines.
pub async fn list(db: &mut SqliteConnection) -> Result<Vec<Baseline>, sqlx::Error> {
    let there: bool =
        sqlx::query_scalar("select exists (select 1 from sqlite_master where type = 'table' and name = 'baseline')")
            .fetch_one(&mut *db)
            .await?;
    if !there {
        return Ok(Vec::new());
    }
    sqlx::query_as("select * from baseline order by name, pinned_at desc, scenario, fingerprint").fetch_all(db).await
}

impl FromRow<'_, SqliteRow> for Baseline {
    fn from_row(row: &SqliteRow) -> Result<Baseline, sqlx::Error> {
        let (run, pinned_at): (&str, &str) = (row.try_get("run_id")?, row.try_get("pinned_at")?);
        Ok(Baseline {
            name: row.try_get("name")?,
            scenario: row.try_get("scenario")?,
            fingerprint: row.try_get("fingerprint")?,
            run: RunId::parse(run).ok_or_else(|| unreadable(format!("`run_id` holds `{run}`, which is no UUID")))?,
            pinned_at: WallTime::parse(pinned_at).ok_or_else(|| unreadable("`pinned_at` is no RFC 3339 time"))?,
        })
    }
}

//! The table `mark`.

use std::collections::BTreeMap;

use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::unreadable;
use crate::events::{RunId, WallTime};
use crate::store::marks::{Label, Mark};

pub async fn of(db: &mut SqliteConnection, run: RunId) -> Result<Option<Mark>, sqlx::Error> {
    let row = sqlx::query("select tags, note, removed_at from mark where run_id = ?")
        .bind(run.to_string())
        .fetch_optional(db)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let removed = row.try_get::<Option<String>, _>("removed_at")?.is_some();
    Ok(Some(Mark { tags: tags(&row)?, note: row.try_get("note")?, removed }))
}

/// A run that is off the lists already keeps the moment at which it was taken off.
pub async fn keep(db: &mut SqliteConnection, run: RunId, mark: &Mark, now: WallTime) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into mark (run_id, tags, note, removed_at) values (?, ?, ?, ?) \
         on conflict (run_id) do update set tags = excluded.tags, note = excluded.note, \
         removed_at = iif(excluded.removed_at is null, null, coalesce(mark.removed_at, excluded.removed_at))",
    )
    .bind(run.to_string())
    .bind(serde_json::Value::from(mark.tags.clone()).to_string())
    .bind(&mark.note)
    .bind(mark.removed.then(|| now.to_string()))
    .execute(db)
    .await
    .map(|_| ())
}

/// The marks of the runs from one to the other, and what their engines told.
pub async fn labels(db: &mut SqliteConnection, from: RunId, to: RunId) -> Result<BTreeMap<RunId, Label>, sqlx::Error> {
    let rows = sqlx::query(
        "select run_id, coalesce(tags, '[]') as tags, coalesce(note, '') as note, \
         json_extract(coalesce(journal_json, header_json), '$.engines.main.identity.model') as main_model, \
         json_extract(coalesce(journal_json, header_json), '$.engines.mini.identity.model') as mini_model, \
         json_extract(coalesce(journal_json, header_json), '$.engines.main.simulated') as main_simulated, \
         json_extract(coalesce(journal_json, header_json), '$.engines.mini.simulated') as mini_simulated \
         from run left join mark using (run_id) where run_id between ? and ?",
    )
    .bind(from.to_string())
    .bind(to.to_string())
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| Ok((run_id(row)?, label(row)?))).collect()
}

fn label(row: &SqliteRow) -> Result<Label, sqlx::Error> {
    Ok(Label {
        tags: tags(row)?,
        note: row.try_get("note")?,
        main_model: row.try_get("main_model")?,
        mini_model: row.try_get("mini_model")?,
        main_simulated: row.try_get_unchecked("main_simulated")?,
        mini_simulated: row.try_get_unchecked("mini_simulated")?,
    })
}

fn tags(row: &SqliteRow) -> Result<Vec<String>, sqlx::Error> {
    let text: &str = row.try_get("tags")?;
    serde_json::from_str(text).map_err(|e| unreadable(format!("`tags` holds no list of texts: {e}")))
}

fn run_id(row: &SqliteRow) -> Result<RunId, sqlx::Error> {
    let text: &str = row.try_get("run_id")?;
    RunId::parse(text).ok_or_else(|| unreadable(format!("`run_id` holds `{text}`")))
}

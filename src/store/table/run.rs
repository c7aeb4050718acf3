//! The table `run`.

use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{FromRow, Row};

use super::unreadable;
use crate::events::{RunHeader, RunId, RunState, WallTime};
use crate::measure::{SIMULATED_GPU, Verdict};
use crate::store::history::{Headline, Origin, RunRow};
use crate::store::line::{SCHEMA, header_line};
use crate::store::trend::{Figure, TrendPoint};

/// A run as it is taken in, or once more with what its engines told. Nothing that has ended is touched.
pub async fn take_in(db: &mut SqliteConnection, header: &RunHeader, state: RunState) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into run (run_id, schema, state, started_at, scenario, version, sha256, simulated, header_json) \
         values (?, ?, ?, ?, ?, ?, ?, ?, ?) \
         on conflict (run_id) do update set header_json = excluded.header_json, simulated = excluded.simulated, \
         state = case when state = 'queued' then excluded.state else state end \
         where journal_json is null",
    )
    .bind(header.run.to_string())
    .bind(SCHEMA)
    .bind(state.word())
    .bind(header.started_at.to_string())
    .bind(&header.scenario.name)
    .bind(&header.scenario.version)
    .bind(&header.scenario.sha256)
    .bind(header.simulated)
    .bind(header_line(header, state))
    .execute(db)
    .await
    .map(|_| ())
}

pub async fn set_state(db: &mut SqliteConnection, run: RunId, state: RunState) -> Result<(), sqlx::Error> {
    sqlx::query("update run set state = ? where run_id = ? and journal_json is null")
        .bind(state.word())
        .bind(run.to_string())
        .execute(db)
        .await
        .map(|_| ())
}

/// The row of a run that has ended, with its journal line. Replaces what was there.
pub async fn end(db: &mut SqliteConnection, row: &RunRow, line: &str) -> Result<(), sqlx::Error> {
    let reasons = row.verdict.as_ref().map(|v| serde_json::Value::from(v.reasons().to_vec()).to_string());
    sqlx::query(
        "insert into run (run_id, schema, state, started_at, scenario, version, sha256, simulated, duration_ms, verdict, \
         verdict_reasons, main_ttft_ms, main_tokens_per_second, mini_ttft_ms, mini_tokens_per_second, journal_json) \
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
         on conflict (run_id) do update set schema = excluded.schema, state = excluded.state, \
         started_at = excluded.started_at, scenario = excluded.scenario, version = excluded.version, \
         sha256 = excluded.sha256, simulated = excluded.simulated, duration_ms = excluded.duration_ms, \
         verdict = excluded.verdict, verdict_reasons = excluded.verdict_reasons, main_ttft_ms = excluded.main_ttft_ms, \
         main_tokens_per_second = excluded.main_tokens_per_second, mini_ttft_ms = excluded.mini_ttft_ms, \
         mini_tokens_per_second = excluded.mini_tokens_per_second, journal_json = excluded.journal_json",
    )
    .bind(row.run.to_string())
    .bind(row.schema)
    .bind(row.state.map_or("unknown", RunState::word))
    .bind(row.started_at.to_string())
    .bind(&row.scenario)
    .bind(&row.version)
    .bind(&row.sha256)
    .bind(row.simulated)
    .bind(row.duration_ms)
    .bind(row.verdict.as_ref().map(Verdict::word))
    .bind(reasons)
    .bind(row.main.ttft_ms)
    .bind(row.main.tokens_per_second)
    .bind(row.mini.ttft_ms)
    .bind(row.mini.tokens_per_second)
    .bind(line)
    .execute(db)
    .await
    .map(|_| ())
}

/// The latest runs first; `before` leaves out that run and all later ones. `removed`: those that are off the lists, and
/// no others.
pub async fn list(
    db: &mut SqliteConnection,
    limit: u32,
    before: Option<RunId>,
    scenario: Option<&str>,
    removed: bool,
) -> Result<Vec<RunRow>, sqlx::Error> {
    const COLUMNS: &str = "select run_id, schema, state, started_at, scenario, version, sha256, simulated, duration_ms, \
         verdict, verdict_reasons, main_ttft_ms, main_tokens_per_second, mini_ttft_ms, mini_tokens_per_second from run";
    // `~` sorts after every UUID.
    let before = before.map_or_else(|| "~".to_owned(), |run| run.to_string());
    let filter = if scenario.is_some() { "scenario = ?3 and" } else { "" };
    let marked = "in (select run_id from mark where removed_at is not null)";
    let not = if removed { "" } else { "not" };
    let sql = format!("{COLUMNS} where {filter} run_id < ?1 and run_id {not} {marked} order by run_id desc limit ?2");
    // Only constants of this function are put together here.
    sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(before).bind(limit).bind(scenario).fetch_all(db).await
}

/// The latest valid runs that have the figure. A number stands for itself, a distribution for its median.
pub async fn trend(
    db: &mut SqliteConnection,
    figure: &Figure,
    scenario: Option<&str>,
    limit: u32,
) -> Result<Vec<TrendPoint>, sqlx::Error> {
    let rows = sqlx::query(
        "select run_id, scenario, started_at, case ?4 when 'gpu' \
         then coalesce(json_extract(journal_json, '$.host.gpu.name') = ?5, simulated) \
         else coalesce(json_extract(journal_json, '$.engines.' || ?4 || '.simulated'), simulated) end as simulated, \
         case json_type(journal_json, ?1) when 'object' \
         then json_extract(journal_json, ?1 || '.median') else json_extract(journal_json, ?1) end as value, \
         json_extract(journal_json, ?1 || '.ci95_median[0]') as low, \
         json_extract(journal_json, ?1 || '.ci95_median[1]') as high \
         from run where verdict = 'valid' and (?2 is null or scenario = ?2) \
         and json_type(journal_json, ?1) in ('object', 'integer', 'real') \
         and run_id not in (select run_id from mark where removed_at is not null) order by run_id desc limit ?3",
    )
    .bind(figure.path())
    .bind(scenario)
    .bind(limit)
    .bind(figure.whose())
    .bind(SIMULATED_GPU)
    .fetch_all(db)
    .await?;
    rows.iter().map(trend_point).collect()
}

fn trend_point(row: &SqliteRow) -> Result<TrendPoint, sqlx::Error> {
    // A figure may be a whole number in one record and not in the next.
    let number = |column: &str| row.try_get_unchecked::<Option<f64>, _>(column);
    let started_at: &str = row.try_get("started_at")?;
    Ok(TrendPoint {
        run: run_id(row)?,
        scenario: row.try_get("scenario")?,
        started_at: WallTime::parse(started_at)
            .ok_or_else(|| unreadable(format!("`started_at` holds `{started_at}`")))?,
        simulated: row.try_get_unchecked("simulated")?,
        value: number("value")?,
        low: number("low")?,
        high: number("high")?,
    })
}

pub async fn origin(db: &mut SqliteConnection, run: RunId) -> Result<Option<Origin>, sqlx::Error> {
    let row = sqlx::query(
        "select simulated, json_extract(coalesce(journal_json, header_json), '$.engines.main.simulated') as main, \
         json_extract(coalesce(journal_json, header_json), '$.engines.mini.simulated') as mini, \
         json_extract(coalesce(journal_json, header_json), '$.engines.pipeline.simulated') as pipeline, \
         json_extract(coalesce(journal_json, header_json), '$.host.gpu.name') = ?2 as gpu \
         from run where run_id = ?1",
    )
    .bind(run.to_string())
    .bind(SIMULATED_GPU)
    .fetch_optional(db)
    .await?;
    let origin = |row: SqliteRow| {
        Ok(Origin {
            any: row.try_get("simulated")?,
            main: row.try_get_unchecked("main")?,
            mini: row.try_get_unchecked("mini")?,
            pipeline: row.try_get_unchecked("pipeline")?,
            gpu: row.try_get_unchecked("gpu")?,
        })
    };
    row.map(origin).transpose()
}

/// The journal line of a run, or its header where it has not ended, with the state that it has now.
pub async fn json(db: &mut SqliteConnection, run: RunId) -> Result<Option<String>, sqlx::Error> {
    let row = sqlx::query("select state, header_json, journal_json from run where run_id = ?")
        .bind(run.to_string())
        .fetch_optional(db)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let line: Option<String> = row.try_get("journal_json")?;
    if line.is_some() {
        return Ok(line);
    }
    let header: Option<String> = row.try_get("header_json")?;
    let state: String = row.try_get("state")?;
    let header = header.ok_or_else(|| unreadable("a run that has not ended has no header"))?;
    let mut value: serde_json::Value = serde_json::from_str(&header).map_err(|e| unreadable(e.to_string()))?;
    value["state"] = state.into();
    Ok(Some(value.to_string()))
}

/// The run that finished last, `back` runs before it.
pub async fn finished(db: &mut SqliteConnection, back: u32) -> Result<Option<RunId>, sqlx::Error> {
    let row = sqlx::query("select run_id from run where state = 'finished' order by run_id desc limit 1 offset ?")
        .bind(back)
        .fetch_optional(db)
        .await?;
    row.as_ref().map(run_id).transpose()
}

/// The first few runs whose id begins so.
pub async fn beginning_with(db: &mut SqliteConnection, prefix: &str) -> Result<Vec<RunId>, sqlx::Error> {
    // `~` sorts after every character of an id.
    let rows = sqlx::query("select run_id from run where run_id >= ?1 and run_id < ?1 || '~' order by run_id limit 5")
        .bind(prefix)
        .fetch_all(db)
        .await?;
    rows.iter().map(run_id).collect()
}

/// The journal lines of valid finished runs of one scenario's file, the latest first.
pub async fn valid_lines(
    db: &mut SqliteConnection,
    scenario: &str,
    sha256: &str,
    limit: u32,
) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(
        "select journal_json from run where scenario = ? and sha256 = ? and state = 'finished' and verdict = 'valid' \
         and journal_json is not null order by run_id desc limit ?",
    )
    .bind(scenario)
    .bind(sha256)
    .bind(limit)
    .fetch_all(db)
    .await
}

/// Every run's id, in the order of their making, and whether it has ended.
pub async fn all(db: &mut SqliteConnection) -> Result<Vec<(RunId, bool)>, sqlx::Error> {
    let rows =
        sqlx::query("select run_id, journal_json is not null as ended from run order by run_id").fetch_all(db).await?;
    rows.iter().map(|row| Ok((run_id(row)?, row.try_get("ended")?))).collect()
}

/// Whether the run is there and has ended.
pub async fn has_ended(db: &mut SqliteConnection, run: RunId) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("select exists (select 1 from run where run_id = ? and journal_json is not null)")
        .bind(run.to_string())
        .fetch_one(db)
        .await
}

/// What was stored of a run when it was taken in.
#[derive(Debug)]
pub struct Unfinished {
    pub header_json: Option<String>,
    pub row: RunRow,
}

/// A run that has not ended. `None` if there is no such run.
pub async fn unfinished(db: &mut SqliteConnection, run: RunId) -> Result<Option<Unfinished>, sqlx::Error> {
    let row = sqlx::query("select * from run where run_id = ? and journal_json is null")
        .bind(run.to_string())
        .fetch_optional(db)
        .await?;
    row.map(|row| Ok(Unfinished { header_json: row.try_get("header_json")?, row: RunRow::from_row(&row)? })).transpose()
}

pub async fn count(db: &mut SqliteConnection) -> Result<u64, sqlx::Error> {
    let n: i64 = sqlx::query_scalar("select count(*) from run").fetch_one(db).await?;
    Ok(n.max(0).cast_unsigned())
}

fn run_id(row: &SqliteRow) -> Result<RunId, sqlx::Error> {
    let text: &str = row.try_get("run_id")?;
    RunId::parse(text).ok_or_else(|| unreadable(format!("`run_id` holds `{text}`, which is no UUID")))
}

impl FromRow<'_, SqliteRow> for RunRow {
    fn from_row(row: &SqliteRow) -> Result<RunRow, sqlx::Error> {
        let started_at: &str = row.try_get("started_at")?;
        let state: &str = row.try_get("state")?;
        Ok(RunRow {
            run: run_id(row)?,
            schema: row.try_get("schema")?,
            state: RunState::parse(state),
            scenario: row.try_get("scenario")?,
            version: row.try_get("version")?,
            sha256: row.try_get("sha256")?,
            started_at: WallTime::parse(started_at).ok_or_else(|| unreadable("`started_at` is no RFC 3339 time"))?,
            duration_ms: row.try_get("duration_ms")?,
            simulated: row.try_get("simulated")?,
            verdict: verdict(row)?,
            main: Headline {
                ttft_ms: row.try_get("main_ttft_ms")?,
                tokens_per_second: row.try_get("main_tokens_per_second")?,
            },
            mini: Headline {
                ttft_ms: row.try_get("mini_ttft_ms")?,
                tokens_per_second: row.try_get("mini_tokens_per_second")?,
            },
        })
    }
}

fn verdict(row: &SqliteRow) -> Result<Option<Verdict>, sqlx::Error> {
    let word: Option<&str> = row.try_get("verdict")?;
    let reasons: Option<&str> = row.try_get("verdict_reasons")?;
    let reasons = || serde_json::from_str(reasons.unwrap_or("[]")).map_err(|e| unreadable(e.to_string()));
    Ok(match word {
        None => None,
        Some("valid") => Some(Verdict::Valid),
        Some(_) => Some(Verdict::Void(reasons()?)),
    })
}

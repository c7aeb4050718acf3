//! The tables, one file each: the only place with SQL on them. Rows are made by hand from `measure` and `events`.

pub mod answer;
pub mod baseline;
pub mod exchange;
pub mod log_line;
pub mod mark;
pub mod metric;
pub mod run;
pub mod sample;
pub mod timeline_mark;

use std::time::Duration;

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

/// SQLite's integers are signed: 292 years are enough.
fn ns(d: Duration) -> i64 {
    i64::try_from(d.as_nanos()).unwrap_or(i64::MAX)
}

fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn duration(row: &SqliteRow, column: &str) -> Result<Duration, sqlx::Error> {
    maybe_duration(row, column).map(Option::unwrap_or_default)
}

fn maybe_duration(row: &SqliteRow, column: &str) -> Result<Option<Duration>, sqlx::Error> {
    Ok(maybe_unsigned(row, column)?.map(Duration::from_nanos))
}

fn maybe_unsigned(row: &SqliteRow, column: &str) -> Result<Option<u64>, sqlx::Error> {
    let n: Option<i64> = row.try_get(column)?;
    n.map(|n| u64::try_from(n).map_err(|_| unreadable(format!("`{column}` holds {n}, which is below zero"))))
        .transpose()
}

/// A row that this dualbench cannot have written.
fn unreadable(why: impl Into<String>) -> sqlx::Error {
    sqlx::Error::Decode(why.into().into())
}

//! The index's own database file: opened, recognised, made anew where its form has changed. No query lives here.

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, SqliteConnection, SqlitePool};

use crate::pipeline::retrieval::error::RetrievalError;

/// `dbix`: marks the file as an index of dualbench, so that no other database is ever taken for one.
const APPLICATION: i64 = 0x6462_6978;
/// Raised whenever the form or the way of cutting changes: an index of another version is thrown away and made again.
const VERSION: i64 = 1;
/// How long a statement waits for another process that writes the index.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
const CONNECTIONS: u32 = 4;

const SCHEMA: &str = "
create table source (
    path text primary key,              -- below the corpus folder
    sha256 blob not null                -- of the file's bytes
) without rowid;
create table passage (
    passage_id integer primary key,     -- the rowid in passage_text
    path text not null references source (path),
    position integer not null,          -- from 0, in the order of the file
    sha256 blob not null                -- of the passage's text
);
create unique index passage_place on passage (path, position);
create virtual table passage_text using fts5 (text, tokenize = 'porter unicode61 remove_diacritics 2');
create table embedding (
    sha256 blob not null,               -- of the passage's text
    model text not null,
    vector blob not null,               -- 32-bit floats, little endian
    primary key (sha256, model)
) without rowid;
";
const CLEARED: &str = "
drop table if exists embedding;
drop table if exists passage_text;
drop table if exists passage;
drop table if exists source;
";

/// The pool of an index that has its present form.
pub async fn open(database: &Path) -> Result<SqlitePool, RetrievalError> {
    let folder = database.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)
        .map_err(|e| RetrievalError::Index { path: database.to_owned(), problem: e.to_string() })?;
    recognise(database).await?;
    let options = options(database).create_if_missing(true).journal_mode(SqliteJournalMode::Wal);
    // A connection that is open already is no part of what is measured.
    let pool = SqlitePoolOptions::new()
        .min_connections(1)
        .max_connections(CONNECTIONS)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false);
    let pool = pool.connect_with(options).await.map_err(|e| broken(database, e))?;
    form(&pool).await.map_err(|e| broken(database, e))?;
    Ok(pool)
}

/// The index as it is, to be read only. `None`: there is none yet, or one of another version, which will be made again.
pub async fn open_to_look(database: &Path) -> Result<Option<SqliteConnection>, RetrievalError> {
    if !database.exists() {
        return Ok(None);
    }
    recognise(database).await?;
    let mut db = options(database).read_only(true).connect().await.map_err(|e| broken(database, e))?;
    let version = sqlx::query_scalar::<_, i64>("pragma user_version").fetch_one(&mut db).await;
    Ok((version.map_err(|e| broken(database, e))? == VERSION).then_some(db))
}

/// What SQLite said, with the file's name.
pub fn broken(database: &Path, error: sqlx::Error) -> RetrievalError {
    let path = database.to_owned();
    let code = error.as_database_error().and_then(|e| e.code()).and_then(|c| c.parse::<u32>().ok());
    match code.map(|c| c & 0xff) {
        Some(5 | 6) => RetrievalError::Busy { path },
        _ => RetrievalError::Index { path, problem: error.to_string() },
    }
}

/// NORMAL: what a power cut takes is made again from the files.
fn options(database: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(database)
        .busy_timeout(BUSY_TIMEOUT)
        .synchronous(SqliteSynchronous::Normal)
        .disable_statement_logging()
}

/// Refuses a file that holds tables and not our mark, before anything is written to it.
async fn recognise(database: &Path) -> Result<(), RetrievalError> {
    if !database.exists() {
        return Ok(());
    }
    let mut db = options(database).read_only(true).connect().await.map_err(|e| broken(database, e))?;
    let said = async {
        let application: i64 = sqlx::query_scalar("pragma application_id").fetch_one(&mut db).await?;
        let tables: i64 = sqlx::query_scalar("select count(*) from sqlite_schema").fetch_one(&mut db).await?;
        Ok(application == APPLICATION || tables == 0)
    };
    match said.await.map_err(|e| broken(database, e))? {
        true => Ok(()),
        false => Err(RetrievalError::NotOurs { path: database.to_owned() }),
    }
}

async fn form(pool: &SqlitePool) -> Result<(), sqlx::Error> {
    let mut writing = pool.begin_with("begin immediate").await?;
    let db: &mut SqliteConnection = &mut writing;
    let version: i64 = sqlx::query_scalar("pragma user_version").fetch_one(&mut *db).await?;
    if version != VERSION {
        sqlx::raw_sql(CLEARED).execute(&mut *db).await?;
        sqlx::raw_sql(SCHEMA).execute(&mut *db).await?;
        sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
            "pragma application_id = {APPLICATION}; pragma user_version = {VERSION};"
        )))
        .execute(&mut *db)
        .await?;
    }
    writing.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_database_of_something_else_is_left_alone() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("dualbench.db");
        let mut other = options(&path).create_if_missing(true).connect().await.expect("opened");
        sqlx::raw_sql("create table run (run_id text)").execute(&mut other).await.expect("made");
        let error = open(&path).await.expect_err("not ours");
        assert_eq!(error, RetrievalError::NotOurs { path });
    }

    #[tokio::test]
    async fn a_file_that_is_no_database_is_an_error_that_names_it() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("index.db");
        std::fs::write(&path, "no database at all, just a text that is long enough").expect("written");
        let error = open(&path).await.expect_err("no database").to_string();
        assert!(error.contains("index.db"), "{error}");
    }

    #[tokio::test]
    async fn an_index_of_another_version_is_made_again() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("index.db");
        let pool = open(&path).await.expect("made");
        sqlx::query("insert into source values ('a.md', x'00')").execute(&pool).await.expect("written");
        sqlx::raw_sql("pragma user_version = 99").execute(&pool).await.expect("set");
        pool.close().await;
        let pool = open(&path).await.expect("made again");
        let rows: i64 = sqlx::query_scalar("select count(*) from source").fetch_one(&pool).await.expect("counted");
        assert_eq!(rows, 0);
    }
}

//! Opening a store: the lock, the database and its schema, the journal, and their agreement.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sqlx::migrate::MigrateError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, SqlitePool};

use crate::store::history::History;
use crate::store::journal::Journal;
use crate::store::lock::Lock;
use crate::store::reconcile::reconcile;
use crate::store::scan::{beside, count_aside};
use crate::store::{Config, Store, StoreError};

/// How long a statement waits for another process that holds the database.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Readers at the same time; more of them wait.
const READERS: u32 = 4;
const LOCK: &str = "dualbench.lock";
/// Links behind one another in the journal's place; the kernel follows as many.
const LINKS_MAX: u32 = 40;

impl Store {
    /// Opens the store, makes it where there is none, and brings its two halves to say the same.
    pub async fn open(mut config: Config) -> Result<Store, StoreError> {
        config.journal = resolved(&config.journal, LINKS_MAX)?;
        make_folder_of(&config.database)?;
        let locks = take_locks(&config)?;
        let writer = writer(&config.database).await?;
        if locks.iter().any(|l| l.left_in_disorder) {
            check(&writer, &config.database).await?;
        }
        migrate(&writer, &config.database).await?;
        let mut journal = Journal::new(config.journal.clone());
        let mut db = writer.acquire().await.map_err(|e| of_database(&config.database, e))?;
        let reconciled = reconcile(&mut db, &mut journal, &config.database).await?;
        drop(db);
        if !reconciled.is_nothing() {
            tracing::warn!(?reconciled, store = %config.database.display(), "the store was put right");
        }
        Ok(Store {
            history: history(&config.database),
            writer,
            set_aside: count_aside(&journal.path),
            journal: Arc::new(Mutex::new(journal)),
            trouble: Mutex::default(),
            reconciled,
            locks,
            config,
        })
    }
}

impl History {
    /// The reading side alone, for a command beside a daemon that holds the store.
    pub async fn open(database: &Path) -> Result<History, StoreError> {
        let history = history(database);
        history.count().await?;
        Ok(history)
    }
}

/// The one path of a journal, however it is spelled and whether or not it is there yet: its lock lies beside it. A link
/// is followed, because a rewritten journal must take the journal's place, not the link's.
fn resolved(journal: &Path, links: u32) -> Result<PathBuf, StoreError> {
    make_folder_of(journal)?;
    if let Ok(path) = journal.canonicalize() {
        return Ok(path);
    }
    let unusable = |source| StoreError::Unusable { path: journal.to_owned(), source };
    let folder = folder_of(journal).canonicalize().map_err(unusable)?;
    match std::fs::read_link(journal) {
        Ok(target) if links > 0 => resolved(&folder.join(target), links - 1),
        _ => Ok(journal.file_name().map_or_else(|| journal.to_owned(), |name| folder.join(name))),
    }
}

fn make_folder_of(path: &Path) -> Result<(), StoreError> {
    let folder = folder_of(path);
    std::fs::create_dir_all(folder).map_err(|source| StoreError::Unusable { path: folder.to_owned(), source })
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// One lock for the folder of the database, and always one for the journal, wherever it lies: a store whose database
/// is in another folder may have the same journal, and its mending would rename over a file that we append to.
fn take_locks(config: &Config) -> Result<Vec<Lock>, StoreError> {
    let of_database = folder_of(&config.database).join(LOCK);
    let of_journal = beside(&config.journal, ".lock");
    let mut locks = vec![Lock::take(&of_database, &config.database)?];
    // They are one file where the journal is called `dualbench`.
    if of_database.canonicalize().ok() != of_journal.canonicalize().ok() {
        locks.push(Lock::take(&of_journal, &config.journal)?);
    }
    Ok(locks)
}

fn options(database: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(database)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .disable_statement_logging()
}

/// FULL in WAL mode: each commit is on the disk before it returns.
async fn writer(database: &Path) -> Result<SqlitePool, StoreError> {
    let options = options(database)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let pool =
        SqlitePoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None).test_before_acquire(false);
    pool.connect_with(options).await.map_err(|e| of_database(database, e))
}

/// A second writer beside the process that holds the store, for one short transaction.
pub(super) async fn second_writer(database: &Path) -> Result<SqlitePool, StoreError> {
    let pool = SqlitePoolOptions::new().max_connections(1).test_before_acquire(false);
    let options = options(database).synchronous(SqliteSynchronous::Full);
    pool.connect_with(options).await.map_err(|e| of_database(database, e))
}

fn history(database: &Path) -> History {
    let pool = SqlitePoolOptions::new().max_connections(READERS).test_before_acquire(false);
    History { pool: pool.connect_lazy_with(options(database).read_only(true)), path: database.to_owned() }
}

/// After a crash the whole file is looked through before anything is built on it.
async fn check(db: &SqlitePool, database: &Path) -> Result<(), StoreError> {
    let said: String =
        sqlx::query_scalar("pragma quick_check(1)").fetch_one(db).await.map_err(|e| of_database(database, e))?;
    if said == "ok" { Ok(()) } else { Err(StoreError::Damaged { path: database.to_owned(), detail: said }) }
}

async fn migrate(db: &SqlitePool, database: &Path) -> Result<(), StoreError> {
    let path = database.to_owned();
    sqlx::migrate!("./migrations").run(db).await.map_err(|error| match error {
        MigrateError::VersionMissing(version) => StoreError::Newer { path, version },
        MigrateError::Execute(error) => of_database(database, error),
        source => StoreError::Migrate { path, source },
    })
}

fn of_database(database: &Path, error: sqlx::Error) -> StoreError {
    let path = database.to_owned();
    let code = error.as_database_error().and_then(|e| e.code()).and_then(|c| c.parse::<u32>().ok());
    match code.map(|c| c & 0xff) {
        Some(11 | 26) => StoreError::Damaged { path, detail: error.to_string() },
        Some(8 | 14) => StoreError::Unusable { path, source: std::io::Error::other(error) },
        _ => StoreError::Database { path, source: error },
    }
}

//! What can be wrong with a store, each with its cure.

use std::path::PathBuf;

/// Why the store could not be opened or asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("store {} is in use by process {pid}: stop that process, or configure another store", path.display())]
    InUse { path: PathBuf, pid: String },
    #[error("store {} was written by a newer dualbench (migration {version}): update dualbench, or configure another store", path.display())]
    Newer { path: PathBuf, version: i64 },
    #[error("{} cannot be opened for writing: check its folder, its permissions and the free space", path.display())]
    Unusable { path: PathBuf, source: std::io::Error },
    #[error("store {} is damaged ({detail}): move it away and start again; finished runs are rebuilt from the journal", path.display())]
    Damaged { path: PathBuf, detail: String },
    #[error("store {} could not be brought up to date", path.display())]
    Migrate { path: PathBuf, source: sqlx::migrate::MigrateError },
    #[error("store {}: {source}", path.display())]
    Database { path: PathBuf, source: sqlx::Error },
    #[error("journal {}: {source}", path.display())]
    Journal { path: PathBuf, source: std::io::Error },
}

/// Whether the same statement may work later: the disk is full, read-only or ill, or somebody else holds the
/// database. Everything else is a fault in what was to be written, and trying again would fail for ever.
pub fn may_pass(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(d) => {
            let code = d.code().and_then(|c| c.parse::<u32>().ok()).unwrap_or(0);
            // perm, busy, locked, no memory, read-only, i/o, corrupt, full, cannot open, protocol, not a database
            matches!(code & 0xff, 3 | 5 | 6 | 7 | 8 | 10 | 11 | 13 | 14 | 15 | 26)
        }
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => true,
        _ => false,
    }
}

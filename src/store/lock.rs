//! One process a store: a lock file that names who holds it, and that tells whether the last one left in order.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use crate::store::StoreError;

/// Held while the store is open. The file stays; the operating system frees the lock with the process.
#[derive(Debug)]
pub struct Lock {
    file: File,
    path: PathBuf,
    /// The last holder did not say goodbye: it was killed, or the machine lost power.
    pub left_in_disorder: bool,
}

impl Lock {
    /// Takes the lock of `store` in the file `path`. Refuses with the holder's pid.
    pub fn take(path: &Path, store: &Path) -> Result<Lock, StoreError> {
        let unusable = |source| StoreError::Unusable { path: path.to_owned(), source };
        let file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let pid = holder(&file).unwrap_or_else(|| "(unknown)".to_owned());
                return Err(StoreError::InUse { path: store.to_owned(), pid });
            }
            Err(TryLockError::Error(source)) => return Err(unusable(source)),
        }
        let left_in_disorder = holder(&file).is_some();
        let lock = Lock { file, path: path.to_owned(), left_in_disorder };
        lock.write(&std::process::id().to_string()).map_err(unusable)?;
        Ok(lock)
    }

    /// Says that everything was put away in order.
    pub fn leave_in_order(&self) {
        if let Err(error) = self.write("") {
            tracing::warn!(path = %self.path.display(), %error, "the lock file could not be cleared; the next start checks the whole store");
        }
    }

    fn write(&self, text: &str) -> std::io::Result<()> {
        let mut file = &self.file;
        file.set_len(0)?;
        file.rewind()?;
        file.write_all(text.as_bytes())?;
        file.sync_data()
    }
}

/// The pid in the file; at most so many bytes of it as a pid can have.
fn holder(mut file: &File) -> Option<String> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.take(20).read_to_string(&mut text).ok()?;
    Some(text.trim().to_owned()).filter(|t| !t.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_refused_and_told_who_holds_it() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("dualbench.lock");
        let _first = Lock::take(&path, dir.path()).expect("free");
        let refusal = Lock::take(&path, dir.path()).expect_err("taken").to_string();
        assert!(refusal.contains(&format!("process {}", std::process::id())), "{refusal}");
    }

    #[test]
    fn only_a_goodbye_leaves_order() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("dualbench.lock");
        let first = Lock::take(&path, dir.path()).expect("free");
        assert!(!first.left_in_disorder);
        drop(first);
        let second = Lock::take(&path, dir.path()).expect("free again");
        assert!(second.left_in_disorder);
        second.leave_in_order();
        drop(second);
        assert!(!Lock::take(&path, dir.path()).expect("free again").left_in_disorder);
    }
}

//! A scenario brought from outside: checked as the folder checks it, and only then put there, whole.

use super::catalogue::Catalogue;
use super::folder;
use super::known::name_taken;
use super::module::{DescribeFault, LoadClass, LoadError, Module};
use super::runtime::Runtime;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

/// Longest name of a file, in bytes: with what stands around it while it is written it fits every file system.
const NAME_BYTES: usize = 200;

static UPLOADS: AtomicU64 = AtomicU64::new(0);

/// Why the file was not put into the folder; nothing of it is there.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    #[error("{0}")]
    Name(String),
    #[error("`{0}` is there already; ask for it to be replaced, or choose another name")]
    Exists(String),
    /// It is no scenario, or none under its manifest's name.
    #[error(transparent)]
    Load(#[from] LoadError),
    #[error("`{file}` cannot be written into the scenario folder: {source}")]
    Write { file: String, source: io::Error },
}

impl Runtime {
    /// Largest file that is taken, in bytes.
    pub fn module_bytes(&self) -> u64 {
        self.shared.config.module_bytes
    }

    /// Checks the file and puts it into the watched folder, under a name without a path. Blocks like [`Runtime::load`].
    ///
    /// # Errors
    /// See [`UploadError`]. A file of that name is replaced only where that is asked for.
    pub fn upload(
        &self,
        catalogue: &Catalogue,
        file: &str,
        bytes: &[u8],
        replace: bool,
    ) -> Result<Module, UploadError> {
        check_name(file)?;
        let path = self.shared.config.folder.join(file);
        if !replace && fs::symlink_metadata(&path).is_ok() {
            return Err(UploadError::Exists(file.to_owned()));
        }
        let module = self.load(file, bytes)?;
        let entries = catalogue.snapshot();
        let owner = entries.iter().find(|e| e.name == module.manifest.name && e.ready.is_some() && e.file != file);
        if let Some(owner) = owner {
            let what = name_taken(&module.manifest.name, &owner.file);
            return Err(LoadError::new(LoadClass::DescribeFailed(DescribeFault::Invalid), file, what).into());
        }
        put(&path, file, bytes, replace).map_err(|source| match source.kind() {
            ErrorKind::AlreadyExists => UploadError::Exists(file.to_owned()),
            _ => UploadError::Write { file: file.to_owned(), source },
        })?;
        Ok(module)
    }
}

fn check_name(file: &str) -> Result<(), UploadError> {
    let plain = !file.contains(['/', '\\']) && !file.chars().any(char::is_control) && file.len() <= NAME_BYTES;
    if plain && folder::is_candidate(file) {
        return Ok(());
    }
    Err(UploadError::Name(format!(
        "this is no name of a scenario's file: a plain name of at most {NAME_BYTES} bytes that does not start with a dot \
         and ends in .wasm, .wat, .js, .ts or .py"
    )))
}

/// Under another name first, which the watcher does not look at: it never sees half of the file.
fn put(path: &Path, file: &str, bytes: &[u8], replace: bool) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    // Two uploads of one name at the same time do not meet.
    let number = UPLOADS.fetch_add(1, Ordering::Relaxed);
    let part = folder.join(format!(".{file}.{}-{number}.part", std::process::id()));
    let placed = write(&part, bytes).and_then(|()| match replace {
        true => fs::rename(&part, path),
        // A link is never made over what is there.
        false => fs::hard_link(&part, path),
    });
    let _gone_after_a_rename = fs::remove_file(&part);
    placed
}

fn write(part: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = fs::File::create(part)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_path_a_dot_or_another_ending_is_refused() {
        for name in ["../x.wat", "a/b.wat", "a\\b.wat", ".x.wat", "x.exe", "x", "", "x.part.wat", "x\n.wat", "x.d.ts"] {
            assert!(matches!(check_name(name), Err(UploadError::Name(_))), "{name:?}");
        }
        assert!(check_name(&format!("{}.wat", "x".repeat(300))).is_err());
        for name in ["x.wasm", "my first.wat", "x.ts", "x.py"] {
            assert!(check_name(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn a_file_that_is_there_is_replaced_only_when_asked_and_nothing_else_is_left() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("x.wat");
        put(&path, "x.wat", b"one", false).expect("written");
        let refused = put(&path, "x.wat", b"two", false).expect_err("it is there");
        assert_eq!(refused.kind(), ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).expect("readable"), b"one");
        put(&path, "x.wat", b"two", true).expect("replaced");
        assert_eq!(fs::read(&path).expect("readable"), b"two");
        assert_eq!(fs::read_dir(dir.path()).expect("a folder").count(), 1);
    }
}

//! What a file was when it had just been written, and whether only this user can have written it.

use serde::{Deserialize, Serialize};
use std::fs::{self, File, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Stands beside each entry, as JSON. Two equal seals mean that nobody wrote between them: the time of change cannot be
/// set by hand, and neither it nor the inode survives a copy.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Seal {
    device: u64,
    inode: u64,
    bytes: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Seal {
    pub fn of(file: &File) -> io::Result<Self> {
        let metadata = file.metadata()?;
        Ok(Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            bytes: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        })
    }

    /// `None` where there is none, or none of ours.
    pub fn read(path: &Path) -> Option<Self> {
        let file = File::open(path).ok()?;
        is_ours(&file.metadata().ok()?).then_some(())?;
        serde_json::from_reader(file).ok()
    }

    pub fn text(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Whether nobody has written to the file since.
    pub fn holds(&self, file: &File) -> io::Result<bool> {
        Ok(is_ours(&file.metadata()?) && Self::of(file)? == *self)
    }
}

/// Whether nobody but this user can put files there.
///
/// # Errors
/// It is not there, belongs to somebody else, or others may write to it; the text has the cure.
pub fn trusted(folder: &Path) -> io::Result<()> {
    let metadata = fs::symlink_metadata(folder)?;
    if metadata.is_dir() && is_ours(&metadata) {
        return Ok(());
    }
    let what = format!("others may write to `{}`: remove it, and it is made anew", folder.display());
    Err(io::Error::new(io::ErrorKind::PermissionDenied, what))
}

fn is_ours(metadata: &Metadata) -> bool {
    metadata.uid() == rustix::process::geteuid().as_raw() && metadata.mode() & 0o022 == 0
}

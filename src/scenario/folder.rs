//! The watched folder on the disk: which files count, whether they changed, and their bytes.

use super::module::{LoadClass, LoadError};
use super::script::Language;
use std::collections::BTreeMap;
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

/// Two equal stamps mean that the file was not written between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    bytes: u64,
    modified: (i64, i64),
    changed: (i64, i64),
    identity: (u64, u64),
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        Self {
            bytes: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
            identity: identity(metadata),
        }
    }
}

impl Stamp {
    /// Since the file last changed in any way, its bytes, name or mode; by the wall clock, as file systems count.
    /// `None` where that is in the future.
    pub(super) fn age(&self) -> Option<Duration> {
        let (seconds, nanos) = self.changed;
        let since = jiff::Timestamp::new(seconds, i32::try_from(nanos).ok()?).ok()?;
        Duration::try_from(jiff::Timestamp::now().duration_since(since)).ok()
    }
}

fn identity(metadata: &Metadata) -> (u64, u64) {
    (metadata.dev(), metadata.ino())
}

/// Device and inode: tells a folder that was replaced by another of the same name.
pub(super) fn folder_identity(folder: &Path) -> Option<(u64, u64)> {
    fs::metadata(folder).ok().map(|metadata| identity(&metadata))
}

/// The scenario files directly in the folder, by name. Only stats, reads nothing.
pub(super) fn scan(folder: &Path) -> io::Result<BTreeMap<String, Stamp>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Some(name) = entry.file_name().to_str().map(str::to_owned) else {
            continue;
        };
        if !is_candidate(&name) {
            continue;
        }
        // A link that leads nowhere is shown as broken; a file that vanished meanwhile is just gone.
        let path = entry.path();
        let metadata = fs::metadata(&path).or_else(|_| fs::symlink_metadata(&path));
        match metadata {
            Ok(metadata) if !metadata.is_dir() => drop(files.insert(name, Stamp::of(&metadata))),
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(files)
}

/// `.wasm`, `.wat` and scripts, but not what editors and copiers leave (`.x.wasm`, `~x.wasm`, `x.tmp.wasm`, `x.part.wasm`).
pub(super) fn is_candidate(name: &str) -> bool {
    let Some((stem, ending)) = name.rsplit_once('.') else {
        return false;
    };
    let module = ending.eq_ignore_ascii_case("wasm") || ending.eq_ignore_ascii_case("wat");
    // What an editor keeps beside a script says only what the script means.
    let scenario = module || (Language::of(name).is_some() && !stem.ends_with(".d"));
    let temporary = stem.is_empty()
        || stem.starts_with(['.', '~', '#'])
        || stem.ends_with(['~', '#'])
        || stem.ends_with(".part")
        || stem.ends_with(".tmp");
    scenario && !temporary
}

/// Reads a file whole, at most `cap` bytes of it, with the stamp that these bytes have. Refuses what is no plain file,
/// lies outside of the folder, or was written meanwhile.
pub(super) fn read(folder: &Path, name: &str, cap: u64) -> Result<(Stamp, Vec<u8>), LoadError> {
    let unreadable = |what: String| LoadError::new(LoadClass::Unreadable, name, what);
    let failed = |error: io::Error| {
        let failed = unreadable(format!("{error}: check that the file exists and that dualbench may read it"));
        // Of these two a mend shows as a change of the file.
        let lasting = matches!(error.kind(), ErrorKind::NotFound | ErrorKind::PermissionDenied);
        if lasting { failed } else { failed.transient() }
    };
    let path = folder.join(name);
    let real = path.canonicalize().map_err(failed)?;
    let real_folder = folder.canonicalize().map_err(failed)?;
    if !real.starts_with(&real_folder) {
        return Err(unreadable("a link that leads out of the folder is not followed: copy the file".into()));
    }
    // Asked before opening: to open a pipe would wait for its writer.
    if !fs::metadata(&real).map_err(failed)?.is_file() {
        return Err(unreadable("not a plain file".into()));
    }
    let mut bytes = Vec::new();
    let file = File::open(&real).map_err(failed)?;
    let stamp = || file.metadata().map(|metadata| Stamp::of(&metadata)).map_err(failed);
    let before = stamp()?;
    (&file).take(cap + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > cap {
        let what = format!("more than {cap} bytes, the limit: strip debug information");
        return Err(LoadError::new(LoadClass::TooLarge, name, what));
    }
    if stamp()? != before {
        let what = "it was written while it was read: it is read again when it rests; write it elsewhere and rename it";
        return Err(unreadable(what.into()).transient());
    }
    Ok((before, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_editors_leave_is_no_scenario() {
        for name in ["a.wasm", "a.wat", "A.WASM", "a.b.wat", "a.js", "a.mjs", "a.ts", "a.py"] {
            assert!(is_candidate(name), "{name}");
        }
        for name in [
            ".a.wasm",
            "a.wasm~",
            "a.wasm.part",
            "a.part.wasm",
            "~a.wasm",
            ".wasm",
            "a",
            "a.json",
            "a.d.ts",
            ".a.js",
            "a.py~",
            "a.pyc",
        ] {
            assert!(!is_candidate(name), "{name}");
        }
    }
}

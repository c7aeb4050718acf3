//! The watched folder on the disk: which files count, whether they changed, and their bytes.

use super::data::{self, DataStamp};
use super::module::{LoadClass, LoadError};
use super::script::Language;
use std::collections::BTreeMap;
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

/// Of a scenario: its file, and the files of its data folder where it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) file: FileStamp,
    pub(super) data: Option<DataStamp>,
}

impl Stamp {
    /// Since anything of it last changed.
    pub(super) fn age(&self) -> Option<Duration> {
        match self.data {
            Some(data) => self.file.age().min(age(data.newest)),
            None => self.file.age(),
        }
    }
}

/// Two equal stamps mean that the file was not written between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct FileStamp {
    bytes: u64,
    modified: (i64, i64),
    changed: (i64, i64),
    identity: (u64, u64),
}

impl FileStamp {
    pub(super) fn of(metadata: &Metadata) -> Self {
        Self {
            bytes: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
            identity: identity(metadata),
        }
    }
}

impl FileStamp {
    /// When the file last changed in any way, its bytes, name or mode: seconds and nanoseconds of the wall clock, as file
    /// systems count.
    pub(super) fn changed(&self) -> (i64, i64) {
        self.changed
    }

    fn age(&self) -> Option<Duration> {
        age(self.changed)
    }
}

/// `None` where that is in the future.
fn age((seconds, nanos): (i64, i64)) -> Option<Duration> {
    let since = jiff::Timestamp::new(seconds, i32::try_from(nanos).ok()?).ok()?;
    Duration::try_from(jiff::Timestamp::now().duration_since(since)).ok()
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
    let mut stamps: BTreeMap<String, DataStamp> = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Some(name) = entry.file_name().to_str().map(str::to_owned) else {
            continue;
        };
        if let Some(stem) = name.strip_suffix(data::ENDING) {
            stamps.extend(data::stamp(&entry.path()).map(|stamp| (stem.to_owned(), stamp)));
            continue;
        }
        if !is_candidate(&name) {
            continue;
        }
        // A link that leads nowhere is shown as broken; a file that vanished meanwhile is just gone.
        let path = entry.path();
        let metadata = fs::metadata(&path).or_else(|_| fs::symlink_metadata(&path));
        match metadata {
            Ok(metadata) if !metadata.is_dir() => drop(files.insert(name, FileStamp::of(&metadata))),
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    let stamped = files.into_iter().map(|(name, file)| {
        let data = stamps.get(data::stem(&name)).copied();
        (name, Stamp { file, data })
    });
    Ok(stamped.collect())
}

/// `.wasm`, `.wat` and scripts, but not what editors and copiers leave (`.x.wasm`, `~x.wasm`, `x.tmp.wasm`, `x.part.wasm`).
pub(super) fn is_candidate(name: &str) -> bool {
    let Some((stem, _)) = name.rsplit_once('.') else {
        return false;
    };
    // What an editor keeps beside a script says only what the script means.
    let declares = Language::of(name).is_some() && stem.ends_with(".d");
    is_scenario_file(name) && !declares && !is_leftover(stem)
}

/// Whether a name ends as those of modules and scripts do.
pub fn is_scenario_file(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    ending.eq_ignore_ascii_case("wasm") || ending.eq_ignore_ascii_case("wat") || Language::of(name).is_some()
}

/// What an editor or a copier leaves beside a file of its own name; the name without its ending is asked as well.
pub(super) fn is_leftover(name: &str) -> bool {
    name.is_empty()
        || name.starts_with(['.', '~', '#'])
        || name.ends_with(['~', '#'])
        || name.ends_with(".part")
        || name.ends_with(".tmp")
}

/// Why a plain file was not read.
pub(super) struct Unread {
    pub(super) class: LoadClass,
    pub(super) what: String,
    pub(super) transient: bool,
}

impl Unread {
    fn new(class: LoadClass, what: impl Into<String>) -> Self {
        Self { class, what: what.into(), transient: false }
    }

    /// `name`: as it stands in the error.
    pub(super) fn of(self, name: &str) -> LoadError {
        let error = LoadError::new(self.class, name, self.what);
        if self.transient { error.transient() } else { error }
    }
}

impl From<io::Error> for Unread {
    fn from(error: io::Error) -> Self {
        // Of these two a mend shows as a change of the file.
        let lasting = matches!(error.kind(), ErrorKind::NotFound | ErrorKind::PermissionDenied);
        let what = format!("{error}: check that the file exists and that dualbench may read it");
        Self { transient: !lasting, ..Self::new(LoadClass::Unreadable, what) }
    }
}

/// Reads a scenario's file, with the stamp that its bytes have.
pub(super) fn read(folder: &Path, name: &str, cap: u64) -> Result<(FileStamp, Vec<u8>), LoadError> {
    let cure = "strip debug information";
    plain(folder, name, cap, cure).map_err(|unread| unread.of(name))
}

/// Reads a file whole, at most `cap` bytes of it, with the stamp that these bytes have. Refuses what is no plain file,
/// lies outside of the folder, or was written meanwhile. `cure`: of a file that is larger.
pub(super) fn plain(folder: &Path, name: &str, cap: u64, cure: &str) -> Result<(FileStamp, Vec<u8>), Unread> {
    let path = folder.join(name);
    let real = path.canonicalize()?;
    if !real.starts_with(folder.canonicalize()?) {
        let what = "a link that leads out of the folder is not followed: copy the file";
        return Err(Unread::new(LoadClass::Unreadable, what));
    }
    // Asked before opening: to open a pipe would wait for its writer.
    if !fs::metadata(&real)?.is_file() {
        return Err(Unread::new(LoadClass::Unreadable, "not a plain file"));
    }
    let mut bytes = Vec::new();
    let file = File::open(&real)?;
    let before = FileStamp::of(&file.metadata()?);
    (&file).take(cap + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > cap {
        return Err(Unread::new(LoadClass::TooLarge, format!("more than {cap} bytes, the limit: {cure}")));
    }
    if FileStamp::of(&file.metadata()?) != before {
        let what = "it was written while it was read: it is read again when it rests; write it elsewhere and rename it";
        return Err(Unread { transient: true, ..Unread::new(LoadClass::Unreadable, what) });
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

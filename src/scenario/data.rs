//! The files beside a module, in the folder `NAME.data`: bounded, read whole when the module is loaded, and its own from then on.

use super::config::Config;
use super::folder::{self, FileStamp, Unread};
use super::module::{LoadClass, LoadError};
use super::words::{self, NAME_BYTES};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// Of the folder's name, behind that of the module without its own ending.
pub(super) const ENDING: &str = ".data";
/// Entries of a data folder that are looked at for a change; far more than a scenario may have.
const LOOKED_AT: usize = 4096;
/// Names that an error lists.
const LISTED: usize = 8;

/// What a run reads by name. No path ever reaches the disk: a name is looked up among those that were found.
#[derive(Debug, Default)]
pub struct Data {
    files: BTreeMap<String, Vec<u8>>,
    sha256: Option<String>,
}

/// Two equal stamps mean that no file came, went or was written between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DataStamp {
    print: u64,
    /// When the newest of its files changed.
    pub(super) newest: (i64, i64),
}

impl Data {
    /// Of files that lie nowhere.
    pub fn of(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        let files: BTreeMap<String, Vec<u8>> = files.into_iter().collect();
        let mut list = Sha256::new();
        for (name, bytes) in &files {
            list.update(format!("{}  {name}\n", hex(&Sha256::digest(bytes))));
        }
        let sha256 = (!files.is_empty()).then(|| hex(&list.finalize()));
        Self { files, sha256 }
    }

    /// In order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// With their bytes, in order.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
    }

    pub(super) fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        self.files.get(name).cloned().ok_or_else(|| self.unknown(name))
    }

    fn unknown(&self, name: &str) -> String {
        let why = if name.contains(['/', '\\']) { ": a name is no path" } else { "" };
        let mut known: Vec<&str> = self.names().take(LISTED).collect();
        if self.files.len() > LISTED {
            known.push("…");
        }
        format!("no data file `{}`{why} (there are [{}])", words::line(name, NAME_BYTES), known.join(", "))
    }

    /// SHA-256 of the list of all files, a line each: the SHA-256 of its bytes, two spaces, its name. `None` where there is
    /// none.
    pub fn sha256(&self) -> Option<&str> {
        self.sha256.as_deref()
    }
}

fn hex(hash: &[u8]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `hello.wasm`: `hello`.
pub(super) fn stem(file_name: &str) -> &str {
    file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem)
}

/// Where the data of a scenario's file lies.
pub(super) fn folder_of(file: &Path) -> PathBuf {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    file.with_file_name(format!("{}{ENDING}", stem(&name)))
}

/// `None` where there is no such folder. One that cannot be read has the stamp of an empty one: reading tells why.
pub(super) fn stamp(folder: &Path) -> Option<DataStamp> {
    let own = fs::metadata(folder).ok().filter(fs::Metadata::is_dir)?;
    let mut newest = FileStamp::of(&own).changed();
    let mut files: Vec<(std::ffi::OsString, Option<FileStamp>)> = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().take(LOOKED_AT).flatten() {
        let name = entry.file_name();
        if name.to_str().is_some_and(is_leftover) {
            continue;
        }
        let stamp = fs::metadata(entry.path()).ok().map(|metadata| FileStamp::of(&metadata));
        newest = newest.max(stamp.map_or(newest, |stamp| stamp.changed()));
        files.push((name, stamp));
    }
    files.sort_by(|a, b| a.0.cmp(&b.0));
    let mut print = DefaultHasher::new();
    files.hash(&mut print);
    Some(DataStamp { print: print.finish(), newest })
}

fn is_leftover(name: &str) -> bool {
    folder::is_leftover(name) || folder::is_leftover(stem(name))
}

/// All files of `folder`, which must lie within `around` and may be missing. `module`: the file that an error is of.
pub(super) fn read(around: &Path, folder: &Path, module: &str, limits: &Config) -> Result<Data, LoadError> {
    let shown = folder.file_name().unwrap_or_default().to_string_lossy();
    let refused = |class, what: String| LoadError::new(class, module, format!("`{shown}`: {what}"));
    let failed = |error: io::Error| {
        let unread = Unread::from(error);
        let error = refused(unread.class, unread.what);
        if unread.transient { error.transient() } else { error }
    };
    let real = match folder.canonicalize() {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Data::default()),
        real => real.map_err(failed)?,
    };
    if !real.is_dir() {
        return Ok(Data::default());
    }
    if !real.starts_with(around.canonicalize().map_err(failed)?) {
        let what = "a link that leads out of the folder is not followed: copy the files";
        return Err(refused(LoadClass::Unreadable, what.to_owned()));
    }
    let (mut files, mut bytes) = (BTreeMap::new(), 0_u64);
    for entry in fs::read_dir(&real).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        let Some(name) = name.to_str().filter(|name| is_name(name)) else {
            let what = format!("the name {name:?} is no text of at most {NAME_BYTES} bytes: rename it");
            return Err(refused(LoadClass::Unreadable, what));
        };
        if is_leftover(name) {
            continue;
        }
        if files.len() >= limits.data_files as usize {
            let what = format!("more than {} files, the limit (scenarios.data_files)", limits.data_files);
            return Err(refused(LoadClass::TooLarge, what));
        }
        let file = format!("{shown}/{name}");
        if real.join(name).is_dir() {
            let what = format!("`{name}` is a folder: put plain files directly into `{shown}`");
            return Err(LoadError::new(LoadClass::Unreadable, module, what));
        }
        let read = folder::plain(&real, name, limits.data_file_bytes, "split it, or raise scenarios.data_file_bytes");
        let (_, read) =
            read.map_err(|unread| Unread { what: format!("`{file}`: {}", unread.what), ..unread }.of(module))?;
        bytes += read.len() as u64;
        if bytes > limits.data_bytes {
            let what = format!("more than {} bytes together, the limit (scenarios.data_bytes)", limits.data_bytes);
            return Err(refused(LoadClass::TooLarge, what));
        }
        files.insert(name.to_owned(), read);
    }
    Ok(Data::of(files))
}

fn is_name(name: &str) -> bool {
    name.len() <= NAME_BYTES && !name.contains(char::is_control) && !name.contains(words::turns)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two() -> Data {
        Data::of([("b.txt".to_owned(), b"two".to_vec()), ("a.txt".to_owned(), b"one".to_vec())])
    }

    #[test]
    fn a_name_that_is_a_path_is_a_name_that_is_not_there() {
        for name in
            ["../a.txt", "./a.txt", "/etc/passwd", "x/a.txt", "a.txt/", "..", "", "a.txt\0", "A.TXT", "b\\a.txt"]
        {
            let error = two().read(name).unwrap_err();
            assert!(error.contains("(there are [a.txt, b.txt])"), "{error}");
        }
        assert_eq!(two().read("a.txt").unwrap(), b"one");
        assert!(two().read("../a.txt").unwrap_err().contains("a name is no path"));
    }

    #[test]
    fn the_hash_is_that_of_a_list_which_sha256sum_makes() {
        assert_eq!(Data::default().sha256(), None);
        // cd x.data && sha256sum * | sha256sum
        let sum = "408e5b7a92221a051491158c0d15a8d6594bb09115cf53e0a1359e7a05321f40";
        assert_eq!(two().sha256().unwrap(), sum);
        let renamed = Data::of([("a.txt".to_owned(), b"two".to_vec()), ("b.txt".to_owned(), b"one".to_vec())]);
        assert_ne!(two().sha256(), renamed.sha256());
    }
}

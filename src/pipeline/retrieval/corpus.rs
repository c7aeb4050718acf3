//! The texts to index: the user's folder, or the corpus that ships. Says of each file why it is skipped.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::pipeline::corpus;
use crate::pipeline::retrieval::error::RetrievalError;

/// Bytes of one file; a longer one is skipped.
const FILE_BYTES: u64 = 8 * 1024 * 1024;
const EXTENSIONS: [&str; 3] = ["md", "markdown", "txt"];

/// One text that can be indexed.
#[derive(Debug, PartialEq)]
pub struct Document {
    /// Below the folder, with `/` between its parts.
    pub path: String,
    pub sha256: [u8; 32],
    pub text: String,
}

/// A file that might be indexed: it is read when its turn comes, so that one text at a time is in memory.
#[derive(Debug)]
pub enum Candidate {
    Shipped { path: String, bytes: Vec<u8> },
    File(PathBuf),
}

/// Everything that may be read, in the order of the names, and what was skipped already.
#[derive(Debug, Default)]
pub struct Listing {
    pub candidates: Vec<Candidate>,
    pub skipped: Vec<(PathBuf, String)>,
}

/// What lies in the folder and below it. Blocks.
pub fn list(folder: Option<&Path>) -> Result<Listing, RetrievalError> {
    let Some(folder) = folder else {
        let shipped = corpus::files().into_iter().map(|(path, bytes)| Candidate::Shipped { path, bytes });
        return Ok(Listing { candidates: shipped.collect(), skipped: Vec::new() });
    };
    // The folder itself must be readable; what lies below it may be skipped.
    std::fs::read_dir(folder)
        .map_err(|e| RetrievalError::Folder { path: folder.to_owned(), problem: e.to_string() })?;
    let mut walk = Walk { folders: vec![folder.to_owned()], ..Walk::default() };
    while let Some(folder) = walk.folders.pop() {
        walk.enter(&folder);
    }
    walk.files.sort_unstable();
    let candidates = walk.files.into_iter().map(Candidate::File).collect();
    Ok(Listing { candidates, skipped: walk.skipped })
}

#[derive(Default)]
struct Walk {
    files: Vec<PathBuf>,
    /// Not yet entered.
    folders: Vec<PathBuf>,
    skipped: Vec<(PathBuf, String)>,
}

impl Walk {
    fn enter(&mut self, folder: &Path) {
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(e) => return self.skipped.push((folder.to_owned(), e.to_string())),
        };
        for entry in entries {
            match entry {
                Ok(entry) => self.sort_out(entry.path()),
                Err(e) => self.skipped.push((folder.to_owned(), e.to_string())),
            }
        }
    }

    fn sort_out(&mut self, path: PathBuf) {
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        match std::fs::metadata(&path) {
            _ if hidden => {}
            Ok(what) if what.is_dir() && path.is_symlink() => {
                self.skipped.push((path, "a link to a folder; give the folder itself".to_owned()));
            }
            Ok(what) if what.is_dir() => self.folders.push(path),
            Ok(what) if is_text(&path) && what.is_file() => self.files.push(path),
            Ok(_) if is_text(&path) => self.skipped.push((path, "no regular file".to_owned())),
            Err(e) if is_text(&path) => self.skipped.push((path, e.to_string())),
            Ok(_) | Err(_) => {}
        }
    }
}

fn is_text(path: &Path) -> bool {
    let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    extension.is_some_and(|e| EXTENSIONS.contains(&e.as_str()))
}

impl Candidate {
    /// As far as it can be told without reading it.
    pub fn bytes(&self) -> u64 {
        match self {
            Candidate::Shipped { bytes, .. } => bytes.len() as u64,
            Candidate::File(path) => path.metadata().map_or(0, |m| m.len().min(FILE_BYTES)),
        }
    }

    /// Reads and checks it; says why it is skipped. Blocks.
    pub fn read(self, folder: Option<&Path>) -> Result<Document, (PathBuf, String)> {
        let (path, shown, bytes) = match self {
            Candidate::Shipped { path, bytes } => (Some(path.clone()), PathBuf::from(path), bytes),
            Candidate::File(file) => match bytes_of(&file) {
                Ok(bytes) => (name_below(&file, folder), file, bytes),
                Err(why) => return Err((file, why)),
            },
        };
        let Some(path) = path else { return Err((shown, "its name is not UTF-8".to_owned())) };
        let sha256 = Sha256::digest(&bytes).into();
        match String::from_utf8(bytes) {
            Ok(text) if text.contains('\0') => Err((shown, "it holds zero bytes, so it is no text".to_owned())),
            Ok(text) => Ok(Document { path, sha256, text }),
            Err(e) => {
                Err((shown, format!("not UTF-8 from byte {} on; save it as UTF-8", e.utf8_error().valid_up_to())))
            }
        }
    }
}

fn bytes_of(file: &Path) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let opened = File::open(file).map_err(|e| e.to_string())?;
    opened.take(FILE_BYTES + 1).read_to_end(&mut bytes).map_err(|e| e.to_string())?;
    if bytes.len() as u64 > FILE_BYTES {
        return Err(format!("more than {} MiB; split it", FILE_BYTES >> 20));
    }
    Ok(bytes)
}

/// The same text on every system.
fn name_below(file: &Path, folder: Option<&Path>) -> Option<String> {
    let below = folder.and_then(|f| file.strip_prefix(f).ok()).unwrap_or(file);
    let parts: Option<Vec<&str>> = below.iter().map(|part| part.to_str()).collect();
    parts.map(|parts| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(folder: &Path) -> (Vec<String>, Vec<String>) {
        let listing = list(Some(folder)).expect("a folder");
        let mut skipped = listing.skipped;
        let mut names = Vec::new();
        for candidate in listing.candidates {
            match candidate.read(Some(folder)) {
                Ok(document) => names.push(document.path),
                Err(skip) => skipped.push(skip),
            }
        }
        let skipped = skipped.iter().map(|(path, why)| format!("{}: {why}", path.display()));
        (names, skipped.collect())
    }

    #[test]
    fn texts_are_found_in_folders_below_too() {
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::create_dir_all(dir.path().join("b/c")).expect("made");
        std::fs::create_dir_all(dir.path().join(".git")).expect("made");
        for name in ["z.md", "b/c/a.TXT", "b/x.markdown", "b/y.rs", ".git/notes.md"] {
            std::fs::write(dir.path().join(name), "text").expect("written");
        }
        let (names, skipped) = read_all(dir.path());
        assert_eq!((names.join(" "), skipped.len()), ("b/c/a.TXT b/x.markdown z.md".to_owned(), 0));
    }

    #[test]
    fn what_is_no_text_is_skipped_with_its_reason() {
        let dir = tempfile::tempdir().expect("a folder");
        let file = |name: &str| dir.path().join(name);
        std::fs::write(file("latin1.txt"), b"caf\xe9").expect("written");
        std::fs::write(file("zero.md"), b"a\0b").expect("written");
        std::fs::write(file("huge.md"), vec![b'a'; 8 * 1024 * 1024 + 1]).expect("written");
        std::fs::write(file("full.md"), vec![b'a'; 8 * 1024 * 1024]).expect("written");
        std::os::unix::fs::symlink(file("nowhere"), file("dangling.md")).expect("linked");
        std::os::unix::fs::symlink(dir.path(), file("loop")).expect("linked");
        std::fs::create_dir(file("folder.md")).expect("made");
        let (names, skipped) = read_all(dir.path());
        assert_eq!(names, ["full.md"]);
        let all = skipped.join("\n");
        for reason in ["latin1.txt: not UTF-8 from byte 3", "zero bytes", "8 MiB", "dangling.md", "a link to a folder"]
        {
            assert!(all.contains(reason), "{reason} in {all}");
        }
        assert_eq!(skipped.len(), 5, "{all}");
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error_that_names_it() {
        let error = list(Some(Path::new("/nowhere/at/all"))).expect_err("no folder").to_string();
        assert!(error.contains("/nowhere/at/all"), "{error}");
    }
}

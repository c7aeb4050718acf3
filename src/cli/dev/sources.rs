//! The files that an author writes: what they hold, and whether that changed. What a build leaves is none of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use sha2::{Digest, Sha256};
use tokio::sync::Notify;

use crate::cli::out;
use crate::scenario::is_news;

/// Two equal looks at this distance make a settled save.
const SETTLE: Duration = Duration::from_millis(150);
/// A folder that never comes to rest is taken as it is.
const RESTLESS: u32 = 40;
/// A look without any event: for file systems that have none.
const RESCAN: Duration = Duration::from_secs(2);
/// Files that are looked at, and how deep below the folder.
const FILES: usize = 5_000;
const DEPTH: usize = 16;
/// A larger file is told by its time and size alone.
const HASHED_BYTES: u64 = 4 << 20;
/// A file that changes in so many builds in a row is their output.
const OUTPUT: u32 = 3;

/// Folders that builds fill.
const FILLED: [&str; 8] = ["target", "node_modules", "__pycache__", "zig-out", "dist", "build", "out", "venv"];
/// Files that builds write beside the sources.
const WRITTEN: [&str; 8] = [".wasm", ".lock", "package-lock.json", "go.sum", ".part", ".tmp", "~", ".pyc"];

/// What a file holds.
#[derive(Clone, PartialEq)]
struct Print {
    bytes: u64,
    modified: Option<SystemTime>,
    sha256: Option<[u8; 32]>,
}

type Prints = BTreeMap<PathBuf, Print>;

pub(super) struct Sources {
    root: PathBuf,
    /// What the build makes, where there is a build.
    module: Option<PathBuf>,
    /// As the build at hand, or the last one, took them.
    built: Prints,
    /// How often in a row each changed during a build.
    changes: BTreeMap<PathBuf, u32>,
    hint: Arc<Notify>,
    /// Dropping it ends the events.
    _events: Option<RecommendedWatcher>,
}

impl Sources {
    /// # Errors
    /// The folder cannot be read.
    pub(super) fn watch(root: &Path) -> Result<Sources> {
        fs::read_dir(root).with_context(|| format!("{} cannot be read", root.display()))?;
        let hint = Arc::new(Notify::new());
        let heard = Arc::clone(&hint);
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            if is_news(&event) {
                heard.notify_one();
            }
        });
        let events = watcher.and_then(|mut watcher| {
            watcher.watch(root, RecursiveMode::Recursive)?;
            Ok(watcher)
        });
        if let Err(error) = &events {
            out::note(&format!("no file events ({error}): the folder is looked at every {RESCAN:?}"));
        }
        let (root, built, changes) = (root.to_path_buf(), Prints::new(), BTreeMap::new());
        Ok(Sources { root, module: None, built, changes, hint, _events: events.ok() })
    }

    /// A build of that module begins.
    pub(super) fn begin(&mut self, module: Option<PathBuf>) {
        self.module = module;
        self.built = self.look();
    }

    /// A build has ended. Says whether sources changed meanwhile; files that are new since are its output.
    pub(super) fn end(&mut self) -> bool {
        let now = self.look();
        let differ = differing(&self.built, &now).into_iter().filter(|path| self.built.contains_key(path));
        let differ: Vec<PathBuf> = differ.collect();
        self.changes.retain(|path, times| *times >= OUTPUT || differ.contains(path));
        for path in &differ {
            let times = self.changes.entry(path.clone()).or_default();
            *times += 1;
            if *times == OUTPUT {
                out::note(&format!("{} changes with each build: it is not watched", path.display()));
            }
        }
        for (path, print) in now {
            self.built.entry(path).or_insert(print);
        }
        self.differs(&self.look()).is_some()
    }

    /// Waits for a save, and gives the name of what was saved.
    pub(super) async fn changed(&mut self) -> String {
        self.peek().await
    }

    /// The same, for whoever only wants to know that there is one: it is still there for the next who asks.
    pub(super) async fn peek(&self) -> String {
        loop {
            if let Some(path) = tokio::task::block_in_place(|| self.differs(&self.look())) {
                self.settle().await;
                return path.display().to_string();
            }
            let _quiet = tokio::time::timeout(RESCAN, self.hint.notified()).await;
        }
    }

    async fn settle(&self) {
        let look = || tokio::task::block_in_place(|| self.look());
        let mut last = look();
        for _ in 0..RESTLESS {
            tokio::time::sleep(SETTLE).await;
            let now = look();
            if now == last {
                return;
            }
            last = now;
        }
    }

    /// The first source that is not as it was built.
    fn differs(&self, now: &Prints) -> Option<PathBuf> {
        let is_output = |path: &PathBuf| self.changes.get(path).is_some_and(|times| *times >= OUTPUT);
        differing(&self.built, now).into_iter().find(|path| !is_output(path))
    }

    fn look(&self) -> Prints {
        let mut found = Prints::new();
        self.walk(&self.root, DEPTH, &mut found);
        found
    }

    fn walk(&self, folder: &Path, depth: usize, found: &mut Prints) {
        let Ok(entries) = fs::read_dir(folder) else { return };
        for entry in entries.flatten() {
            let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
            let Ok(kind) = entry.file_type() else { continue };
            if name.starts_with(['.', '#']) || found.len() >= FILES {
                continue;
            }
            if kind.is_dir() && depth > 0 && !FILLED.contains(&name.as_str()) {
                self.walk(&path, depth - 1, found);
            }
            if kind.is_file() && !WRITTEN.iter().any(|ending| name.ends_with(ending)) {
                let relative = path.strip_prefix(&self.root).unwrap_or(&path).to_path_buf();
                if self.module.as_ref() == Some(&relative) {
                    continue;
                }
                if let Some(print) = print(&path, self.built.get(&relative)) {
                    found.insert(relative, print);
                }
            }
        }
    }
}

/// `None` for a file that has just gone. A file that looks untouched is not read again.
fn print(path: &Path, known: Option<&Print>) -> Option<Print> {
    let metadata = fs::metadata(path).ok()?;
    let (bytes, modified) = (metadata.len(), metadata.modified().ok());
    if let Some(known) = known.filter(|known| known.bytes == bytes && known.modified == modified) {
        return Some(known.clone());
    }
    if bytes > HASHED_BYTES {
        return Some(Print { bytes, modified, sha256: None });
    }
    let sha256 = Sha256::digest(fs::read(path).ok()?).into();
    Some(Print { bytes, modified, sha256: Some(sha256) })
}

/// What is in one of them alone, or holds other bytes. A file that was only touched is the same.
fn differing(before: &Prints, now: &Prints) -> Vec<PathBuf> {
    let same = |path: &PathBuf, a: &Print| {
        now.get(path).is_some_and(|b| if a.sha256.is_some() { a.sha256 == b.sha256 } else { a == b })
    };
    let changed = before.iter().filter(|(path, print)| !same(path, print)).map(|(path, _)| path);
    let new = now.keys().filter(|path| !before.contains_key(*path));
    changed.chain(new).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(files: &[&str]) -> (tempfile::TempDir, Sources) {
        let folder = tempfile::tempdir().expect("a folder");
        for name in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("made");
            fs::write(path, "one").expect("written");
        }
        let mut sources = Sources::watch(folder.path()).expect("a folder");
        sources.begin(Some("made.wat".into()));
        (folder, sources)
    }

    #[test]
    fn what_builds_leave_is_no_source() {
        let files = [
            "src/lib.rs",
            "target/x.d",
            ".git/HEAD",
            "a.wasm",
            "Cargo.lock",
            "node_modules/a/b.js",
            "a.c~",
            "made.wat",
        ];
        let (_folder, sources) = sources(&files);
        assert_eq!(sources.built.keys().collect::<Vec<_>>(), [Path::new("src/lib.rs")]);
    }

    #[test]
    fn a_save_during_a_build_asks_for_another_and_its_new_files_do_not() {
        let (folder, mut sources) = sources(&["a.c"]);
        fs::write(folder.path().join("generated.h"), "new").expect("written");
        assert!(!sources.end());
        fs::write(folder.path().join("a.c"), "two").expect("written");
        assert!(sources.end());
        sources.begin(Some("made.wat".into()));
        // Touched, and not changed.
        fs::write(folder.path().join("a.c"), "two").expect("written");
        assert!(!sources.end());
    }

    #[test]
    fn a_file_that_each_build_changes_is_not_built_for_for_ever() {
        let (folder, mut sources) = sources(&["stamp.txt", "a.c"]);
        let built = (0..OUTPUT + 1).map(|n| {
            sources.begin(Some("made.wat".into()));
            fs::write(folder.path().join("stamp.txt"), n.to_string()).expect("written");
            sources.end()
        });
        assert_eq!(built.collect::<Vec<_>>(), [true, true, false, false]);
        fs::write(folder.path().join("a.c"), "two").expect("written");
        assert_eq!(sources.differs(&sources.look()), Some("a.c".into()));
    }
}

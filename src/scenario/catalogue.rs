//! Which scenarios there are: one immutable list, swapped whole at each change.

use super::module::{LoadClass, Module};
use arc_swap::ArcSwap;
use std::sync::Arc;
use tokio::sync::watch;

/// One file of the folder.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The manifest's name; the file's name without its ending while there is no manifest.
    pub name: String,
    /// The file's name, without its folder.
    pub file: String,
    /// What new runs get. It stays the last good one when a newer version is broken.
    pub ready: Option<Arc<Module>>,
    /// When `ready` was loaded.
    pub loaded_at: Option<jiff::Timestamp>,
    /// Why the newest version does not serve.
    pub failure: Option<Failure>,
}

/// A version of a file that did not load.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    pub class: LoadClass,
    pub message: String,
    pub backtrace: Option<String>,
    /// The file's name, without its folder.
    pub file: String,
    pub at: jiff::Timestamp,
}

/// What an entry is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// The newest version serves.
    Ready,
    /// There never was a version that serves.
    Broken,
    /// An older version serves; the newest is broken.
    Stale,
}

impl State {
    /// The stable word of the state: `ready`, `broken`, `stale`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Broken => "broken",
            Self::Stale => "stale",
        }
    }
}

impl Entry {
    pub fn state(&self) -> State {
        match (&self.ready, &self.failure) {
            (Some(_), None) => State::Ready,
            (Some(_), Some(_)) => State::Stale,
            (None, _) => State::Broken,
        }
    }
}

/// The list of scenarios. Reading never waits.
#[derive(Debug)]
pub struct Catalogue {
    entries: ArcSwap<Vec<Entry>>,
    folder_problem: ArcSwap<Option<String>>,
    changes: watch::Sender<u64>,
}

impl Catalogue {
    pub(super) fn new() -> Self {
        Self {
            entries: ArcSwap::from_pointee(Vec::new()),
            folder_problem: ArcSwap::from_pointee(None),
            changes: watch::Sender::new(0),
        }
    }

    /// All entries, by name.
    pub fn snapshot(&self) -> Arc<Vec<Entry>> {
        self.entries.load_full()
    }

    /// The module of this name that new runs get.
    pub fn get(&self, name: &str) -> Option<Arc<Module>> {
        let entries = self.entries.load();
        let serving = entries.iter().filter(|entry| entry.name == name);
        serving.filter_map(|entry| entry.ready.clone()).next()
    }

    /// Why the folder itself cannot be read, if so.
    pub fn folder_problem(&self) -> Option<String> {
        self.folder_problem.load().as_ref().clone()
    }

    /// Grows by one with each change.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    pub(super) fn publish(&self, mut entries: Vec<Entry>, folder_problem: Option<String>) {
        entries.sort_by(|a, b| (&a.name, &a.file).cmp(&(&b.name, &b.file)));
        self.entries.store(Arc::new(entries));
        self.folder_problem.store(Arc::new(folder_problem));
        self.changes.send_modify(|version| *version += 1);
    }
}

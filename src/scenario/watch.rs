//! Keeps the catalogue like the folder. File events are hints only; what counts is what a scan finds on the disk.

use super::catalogue::Catalogue;
use super::config::Config;
use super::folder;
use super::known::{Change, Known, name_taken};
use super::load::sha256;
use super::module::Module;
use super::runtime::Runtime;
use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

/// A scan without any event: the net under lost events, file systems without events, and a folder that comes back.
const RESCAN: Duration = Duration::from_secs(2);
/// Events of one burst are answered by one scan.
const BURST: Duration = Duration::from_millis(15);
/// A change that waits for a run to end is looked at this often.
const DEFERRED: Duration = Duration::from_millis(200);
/// A file is forgotten when it has been gone for so many settle times: longer than a change takes to be read, so that
/// a file under a new name finds its module under the old one.
const GONE_SETTLES: u32 = 2;
/// A file that never comes to rest is read all the same.
const RESTLESS: Duration = Duration::from_secs(10);

/// The running watch; dropping it ends it.
pub struct Watch {
    /// What it keeps.
    pub catalogue: Arc<Catalogue>,
    hints: SyncSender<()>,
    stopped: Arc<AtomicBool>,
}

/// Reads the folder, then watches it on a thread of its own. When this returns the catalogue is full: it blocks for as
/// long as the first compilations take. While `measuring` is true nothing is read or compiled; changes wait. A folder
/// that is missing is no error: it may come. Fails when the system gives no thread.
pub fn open(config: Config, runtime: Arc<Runtime>, measuring: Arc<AtomicBool>) -> io::Result<Watch> {
    let (hints, hinted) = sync_channel(1);
    let catalogue = Arc::new(Catalogue::new());
    let stopped = Arc::new(AtomicBool::new(false));
    let mut keeper = Keeper {
        config,
        runtime,
        measuring,
        catalogue: Arc::clone(&catalogue),
        files: BTreeMap::new(),
        seen: 0,
        folder_problem: None,
        events: None,
        hints: hints.clone(),
    };
    keeper.listen();
    keeper.step(Haste::Now);
    let end = Arc::clone(&stopped);
    thread::Builder::new().name("scenario-watch".into()).spawn(move || keeper.keep(&hinted, &end))?;
    Ok(Watch { catalogue, hints, stopped })
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Release);
        // Full means that a hint is waiting already, which wakes the thread as well.
        let _ = self.hints.try_send(());
    }
}

/// Whether a file must have come to rest before it is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Haste {
    Settled,
    Now,
}

/// The thread's own state.
struct Keeper {
    config: Config,
    runtime: Arc<Runtime>,
    measuring: Arc<AtomicBool>,
    catalogue: Arc<Catalogue>,
    files: BTreeMap<String, Known>,
    /// Files seen so far: numbers them.
    seen: u64,
    folder_problem: Option<String>,
    events: Option<((u64, u64), RecommendedWatcher)>,
    hints: SyncSender<()>,
}

impl Keeper {
    fn keep(mut self, hinted: &Receiver<()>, stopped: &AtomicBool) {
        loop {
            match hinted.recv_timeout(self.patience()) {
                Ok(()) => thread::sleep(BURST),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            if stopped.load(Ordering::Acquire) {
                return;
            }
            self.listen();
            self.step(Haste::Settled);
        }
    }

    /// How long nothing is to be done without an event.
    fn patience(&self) -> Duration {
        let settle = self.config.settle;
        let waits = self.files.values().filter_map(|known| {
            let (since, rest) = match (known.gone, known.changed) {
                (Some(gone), _) => (gone, settle * GONE_SETTLES),
                (None, change) => (change?.last, settle),
            };
            Some(rest.saturating_sub(since.elapsed()))
        });
        let wait = waits.min().unwrap_or(RESCAN);
        if self.measuring.load(Ordering::Acquire) { wait.max(DEFERRED) } else { wait }
    }

    /// Asks for the folder's events, anew when it was replaced.
    fn listen(&mut self) {
        let identity = folder::folder_identity(&self.config.folder);
        if self.events.as_ref().map(|(of, _)| *of) == identity {
            return;
        }
        self.events = None;
        let Some(identity) = identity else { return };
        let hints = self.hints.clone();
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            if event.is_ok_and(|event| !is_change(event.kind)) {
                return;
            }
            // Full means that a scan is due already. Errors and overflows are hints as well.
            let _ = hints.try_send(());
        });
        let watched = watcher.and_then(|mut watcher| {
            watcher.watch(&self.config.folder, RecursiveMode::NonRecursive)?;
            Ok(watcher)
        });
        match watched {
            Ok(watcher) => self.events = Some((identity, watcher)),
            Err(error) => {
                tracing::debug!(%error, "no file events: the folder is scanned every {RESCAN:?}");
            }
        }
    }

    fn step(&mut self, haste: Haste) {
        let now = Instant::now();
        let problem = self.compare(now);
        let mut news = problem != self.folder_problem;
        self.folder_problem = problem;
        // Before forgetting, so that a renamed file finds its module under the old name.
        for name in self.due(now, haste) {
            if haste == Haste::Settled && self.measuring.load(Ordering::Acquire) {
                break;
            }
            news |= self.read(&name);
        }
        news |= self.forget(now, haste);
        if news || haste == Haste::Now {
            self.publish();
        }
    }

    /// Notes what differs from the last scan. Gives the folder's problem, if it has one.
    fn compare(&mut self, now: Instant) -> Option<String> {
        let (found, problem) = match folder::scan(&self.config.folder) {
            Ok(found) => (found, None),
            Err(error) => {
                let folder = self.config.folder.display();
                let what = format!("folder `{folder}`: {error}: create it, or set another one");
                // Only a folder that is gone takes its files along; one that cannot be read now still has them.
                if error.kind() != io::ErrorKind::NotFound {
                    return Some(what);
                }
                (BTreeMap::new(), Some(what))
            }
        };
        for (name, known) in &mut self.files {
            if !found.contains_key(name) {
                known.gone.get_or_insert(now);
            }
        }
        for (name, stamp) in found {
            let seen = &mut self.seen;
            let known = self.files.entry(name).or_insert_with(|| {
                *seen += 1;
                Known::new(stamp, *seen)
            });
            known.gone = None;
            if known.retry.is_some_and(|at| at <= now) {
                known.read_again(now);
            }
            if known.stamp != stamp || known.never_read() {
                let change = known.changed.get_or_insert(Change { first: now, last: now });
                if known.stamp != stamp {
                    change.last = now;
                    known.stamp = stamp;
                }
            }
        }
        problem
    }

    /// Drops what has been gone for long enough: an editor may delete a file to write it anew. While a run measures
    /// nothing is dropped, since nothing is read either: a renamed file must find its module.
    fn forget(&mut self, now: Instant, haste: Haste) -> bool {
        if haste == Haste::Settled && self.measuring.load(Ordering::Acquire) {
            return false;
        }
        let before = self.files.len();
        let rest = match haste {
            Haste::Now => Duration::ZERO,
            Haste::Settled => self.config.settle * GONE_SETTLES,
        };
        self.files.retain(|name, known| {
            let stays = known.gone.is_none_or(|gone| now.duration_since(gone) < rest);
            if !stays {
                tracing::info!(file = ?name, "scenario removed");
            }
            stays
        });
        let dropped = self.files.len() != before;
        if dropped {
            // The name that they wait for may be free now.
            self.files.values_mut().filter(|known| known.waits_for_name).for_each(|known| known.read_again(now));
        }
        dropped
    }

    fn due(&self, now: Instant, haste: Haste) -> Vec<String> {
        if haste == Haste::Settled && self.measuring.load(Ordering::Acquire) {
            return Vec::new();
        }
        let settled = |change: Change| {
            haste == Haste::Now
                || now.duration_since(change.last) >= self.config.settle
                || now.duration_since(change.first) >= RESTLESS
        };
        let due = self.files.iter().filter(|(_, known)| known.gone.is_none() && known.changed.is_some_and(settled));
        due.map(|(name, _)| name.clone()).collect()
    }

    /// Reads and loads one file. Says whether the catalogue has to know.
    fn read(&mut self, name: &str) -> bool {
        let read = folder::read(&self.config.folder, name, self.config.module_bytes);
        let sha = read.as_ref().ok().map(|bytes| sha256(bytes));
        let twin = sha.as_deref().and_then(|sha| self.module_of(sha));
        if self.files.get(name).is_none_or(|known| sha.is_some() && known.sha256 == sha) {
            self.files.entry(name.to_owned()).and_modify(|known| known.changed = None);
            return false;
        }
        let loaded = match (read, twin) {
            (Ok(_), Some(twin)) => Ok(twin),
            (Ok(bytes), None) => self.runtime.load(name, &bytes).map(Arc::new),
            (Err(error), _) => Err(error),
        };
        let thief = loaded.as_ref().ok().and_then(|module| self.served_by_another(name, &module.manifest.name));
        let Some(known) = self.files.get_mut(name) else {
            return false;
        };
        known.changed = None;
        known.sha256 = sha;
        match (loaded, thief) {
            // A new version into a taken name is a failed version: the old one goes on.
            (Ok(module), Some(other)) if known.ready.is_some() => {
                known.take(name, Err(name_taken(name, &module.manifest.name, &other)));
                known.waits_for_name = true;
            }
            (loaded, _) => known.take(name, loaded),
        }
        true
    }

    /// The other file that serves this name, if this file does not serve it itself.
    fn served_by_another(&self, file: &str, scenario: &str) -> Option<String> {
        let serves = |known: &Known| known.ready.as_ref().is_some_and(|(m, _)| m.manifest.name == scenario);
        if self.files.get(file).is_some_and(serves) {
            return None;
        }
        let others = self.files.iter().filter(|(other, known)| *other != file && known.gone.is_none() && serves(known));
        others.min_by_key(|(_, known)| known.order).map(|(other, _)| other.clone())
    }

    /// A file that was renamed or copied need not be compiled again.
    fn module_of(&self, sha256: &str) -> Option<Arc<Module>> {
        let mut modules = self.files.values().filter_map(|known| known.ready.as_ref());
        let found = modules.find(|(module, _)| module.sha256 == sha256);
        found.map(|(module, _)| Arc::clone(module))
    }

    fn publish(&self) {
        let mut files: Vec<(&String, &Known)> = self.files.iter().collect();
        files.sort_by_key(|(_, known)| known.order);
        let mut serving: BTreeMap<&str, &str> = BTreeMap::new();
        let mut entries = Vec::with_capacity(files.len());
        for (file, known) in files {
            // Found, but not yet read.
            if known.ready.is_none() && known.failure.is_none() {
                continue;
            }
            let mut entry = known.entry(file);
            if let Some((module, loaded_at)) = &known.ready {
                match serving.get(module.manifest.name.as_str()) {
                    Some(other) => entry.outdo(other, *loaded_at),
                    None => {
                        serving.insert(&module.manifest.name, file);
                    }
                }
            }
            entries.push(entry);
        }
        self.catalogue.publish(entries, self.folder_problem.clone());
    }
}

/// Reading a file is no change of it.
fn is_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
        EventKind::Access(_) => false,
        _ => true,
    }
}

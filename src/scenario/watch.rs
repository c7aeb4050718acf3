//! Keeps the catalogue like the folder. File events are hints only; what counts is what a scan finds on the disk.

use super::catalogue::Catalogue;
use super::config::Config;
use super::data::{self, Data};
use super::folder::{self, Stamp};
use super::known::{Change, Known};
use super::load::sha256;
use super::module::{LoadError, Module};
use super::runtime::Runtime;
use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

/// A scan without any event: the net under lost events, file systems without events, and a folder that comes back.
const RESCAN: Duration = Duration::from_secs(2);
/// Events of one burst are answered by one scan.
const BURST: Duration = Duration::from_millis(15);
/// A change that waits for a run to end, or for a folder that cannot be read, is looked at this often.
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
/// long as the first compilations take, and for one settle time where a file was written just now. While `measuring` is true nothing is read or compiled; changes wait. A folder
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
        awaits_runner: false,
    };
    keeper.listen();
    keeper.let_settle();
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
    /// A file is due, and its runner is being made.
    awaits_runner: bool,
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
        let held_up = self.must_wait(Haste::Settled) || self.folder_problem.is_some() || self.awaits_runner;
        if held_up { wait.max(DEFERRED) } else { wait }
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
            hear(event, &hints);
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

    /// A file that was written just now may not be whole yet. One that is still young after this is read once it rests.
    fn let_settle(&self) {
        let Ok(found) = folder::scan(&self.config.folder) else { return };
        let youngest = found.values().filter_map(Stamp::age).min();
        if let Some(rest) = youngest.and_then(|age| self.config.settle.checked_sub(age)) {
            thread::sleep(rest);
        }
    }

    fn step(&mut self, haste: Haste) {
        let now = Instant::now();
        let scanned = folder::scan(&self.config.folder);
        let mut news = self.note_problem(scanned.as_ref().err());
        let found = match scanned {
            Err(error) if error.kind() == ErrorKind::NotFound => Some(BTreeMap::new()),
            // A folder that could not be read says nothing of its files.
            scanned => scanned.ok(),
        };
        if let Some(found) = found {
            self.compare(found, now);
            news |= self.follow(now, haste);
        }
        if news || haste == Haste::Now {
            self.publish();
        }
    }

    /// Says whether it is new.
    fn note_problem(&mut self, error: Option<&io::Error>) -> bool {
        let folder = self.config.folder.display();
        let problem = error.map(|error| match error.kind() {
            ErrorKind::NotFound => format!("folder `{folder}`: {error}: create it, or set another one"),
            _ => format!(
                "folder `{folder}` cannot be read: {error}: what was read before still serves; see that it is a folder \
                 and that dualbench may read it"
            ),
        });
        let new = problem != self.folder_problem;
        self.folder_problem = problem;
        new
    }

    /// Notes what differs from the last scan.
    fn compare(&mut self, found: BTreeMap<String, Stamp>, now: Instant) {
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
            known.see(stamp, now);
        }
    }

    /// Reads what is due, then drops what is gone: a renamed file finds its module under the old name, and is there
    /// under the new one before the old one goes. Says whether the catalogue has to know.
    fn follow(&mut self, now: Instant, haste: Haste) -> bool {
        let mut news = false;
        let mut whole = true;
        self.awaits_runner = false;
        for name in self.due(now, haste) {
            // Asked anew for each file: a run may have started while the last one was compiled.
            if self.must_wait(haste) {
                whole = false;
                break;
            }
            news |= self.read(&name, haste);
        }
        if whole && !self.must_wait(haste) {
            news |= self.forget(now, haste);
        }
        self.admit() || news
    }

    fn waits_for_runners(&self, haste: Haste) -> bool {
        haste == Haste::Now && self.config.await_runners
    }

    fn must_wait(&self, haste: Haste) -> bool {
        haste == Haste::Settled && self.measuring.load(Ordering::Acquire)
    }

    /// Drops what has been gone for long enough: an editor may delete a file to write it anew.
    fn forget(&mut self, now: Instant, haste: Haste) -> bool {
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
        self.files.len() != before
    }

    fn due(&self, now: Instant, haste: Haste) -> Vec<String> {
        let settled = |stamp: &Stamp, change: Change| {
            (haste == Haste::Now && stamp.age().is_none_or(|age| age >= self.config.settle))
                || now.duration_since(change.last) >= self.config.settle
                || now.duration_since(change.first) >= RESTLESS
        };
        let again = |name: &str, known: &Known| {
            // To ask for a runner may start its making: not during a run.
            known.retry_due(now) || (known.lacks_runner() && !self.must_wait(haste) && !self.runtime.lacks_runner(name))
        };
        let due = self.files.iter().filter(|(name, known)| {
            let due = |change| settled(&known.stamp, change);
            known.gone.is_none() && known.changed.map_or_else(|| again(name, known), due)
        });
        due.map(|(name, _)| name.clone()).collect()
    }

    /// Reads and loads one file. Says whether the catalogue has to know.
    fn read(&mut self, name: &str, haste: Haste) -> bool {
        // Its runner is made on a thread of its own: other files are not kept waiting, and this one is still due.
        if !self.waits_for_runners(haste) && self.runtime.is_waited_for(name) {
            self.awaits_runner = true;
            return false;
        }
        let read = self.read_all(name);
        let sha = read.as_ref().ok().map(|(_, bytes, data)| (sha256(bytes), data.sha256()));
        let twin = sha.as_ref().and_then(|(sha, data)| self.module_of(sha, *data));
        let sha = sha.map(|(sha, data)| sha + data.unwrap_or_default());
        let Some(known) = self.files.get_mut(name) else {
            return false;
        };
        // Written since the scan: it has not come to rest.
        if let Some((stamp, ..)) = read.as_ref().ok().filter(|(stamp, ..)| *stamp != known.stamp) {
            known.see(*stamp, Instant::now());
            return false;
        }
        known.changed = None;
        if sha.is_some() && known.sha256 == sha {
            return false;
        }
        known.sha256 = sha;
        let loaded = match (read, twin) {
            (Ok(_), Some(twin)) => Ok(twin),
            (Ok((_, bytes, data)), None) => {
                let file = self.config.folder.join(name);
                self.runtime.load_with(name, &bytes, data).map(|module| Arc::new(Module { file, ..module }))
            }
            (Err(error), _) => Err(error),
        };
        known.take(name, loaded);
        true
    }

    /// The file and its data, with the stamp that both have.
    fn read_all(&self, name: &str) -> Result<(Stamp, Vec<u8>, Data), LoadError> {
        let folder = &self.config.folder;
        let data = data::folder_of(&folder.join(name));
        let (file, bytes) = folder::read(folder, name, self.config.module_bytes)?;
        let read = data::read(folder, &data, name, &self.config)?;
        // Taken afterwards: where a file of it was written meanwhile, this is not the stamp that the scan found.
        Ok((Stamp { file, data: data::stamp(&data) }, bytes, read))
    }

    /// A file that was renamed or copied need not be compiled again.
    fn module_of(&self, sha256: &str, data: Option<&str>) -> Option<Arc<Module>> {
        let mut modules = self.files.values().flat_map(|known| known.ready.iter().chain(&known.waiting));
        let found = modules.find(|(module, _)| module.sha256 == sha256 && module.data.sha256() == data);
        found.map(|(module, _)| Arc::clone(module))
    }

    /// Lets good versions serve. Who serves under a name keeps it; a version that wants it too counts as failed until
    /// the name is free.
    fn admit(&mut self) -> bool {
        let mut news = false;
        while let Some(file) = self.next_to_serve() {
            if let Some(known) = self.files.get_mut(&file) {
                known.serve(&file);
            }
            news = true;
        }
        let serving = self.serving();
        for (file, known) in &mut self.files {
            let name = known.waiting.as_ref().map(|(module, _)| module.manifest.name.as_str());
            if let Some(owner) = name.and_then(|name| serving.get(name)) {
                news |= known.refuse(file, owner);
            }
        }
        news
    }

    /// The oldest file with a version whose name no other file serves.
    fn next_to_serve(&self) -> Option<String> {
        let serving = self.serving();
        let free = |file: &str, known: &Known| {
            let name = known.waiting.as_ref().map(|(module, _)| &module.manifest.name);
            name.is_some_and(|name| serving.get(name).is_none_or(|owner| owner == file))
        };
        let waiting = self.files.iter().filter(|(file, known)| free(file, known));
        waiting.min_by_key(|(_, known)| known.order).map(|(file, _)| file.clone())
    }

    /// Which file serves under which name.
    fn serving(&self) -> BTreeMap<String, String> {
        let ready = self.files.iter().filter_map(|(file, known)| Some((file, known.ready.as_ref()?)));
        ready.map(|(file, (module, _))| (module.manifest.name.clone(), file.clone())).collect()
    }

    fn publish(&self) {
        // A file that was found, but not yet read, is not told of.
        let read = self.files.iter().filter(|(_, known)| !known.never_read());
        let entries = read.map(|(file, known)| known.entry(file)).collect();
        self.catalogue.publish(entries, self.folder_problem.clone());
    }
}

/// Wakes the thread. Errors are hints as well, and so is an overflow: what was lost may have been anything.
pub(super) fn hear(event: notify::Result<notify::Event>, hints: &SyncSender<()>) {
    if is_news(&event) {
        // Full means that a scan is due already.
        let _ = hints.try_send(());
    }
}

/// Whether an event of a watched folder may tell of a change. Our own reading causes events as well.
pub fn is_news(event: &notify::Result<notify::Event>) -> bool {
    event.as_ref().map_or(true, |event| event.need_rescan() || is_change(event.kind))
}

/// Reading a file is no change of it.
fn is_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
        EventKind::Access(_) => false,
        _ => true,
    }
}

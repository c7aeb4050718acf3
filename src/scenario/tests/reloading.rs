//! The folder and the catalogue: what happens on the disk is what is served.

use super::{RUNTIME, fixture};
use crate::scenario::folder::scan;
use crate::scenario::known::Known;
use crate::scenario::load::ABANDONED;
use crate::scenario::watch::hear;
use crate::scenario::{Catalogue, Config, Entry, LoadClass, LoadError, Runtime, State, Watch, open};
use notify::event::{AccessKind, Event, EventKind, Flag};
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};
use tempfile::TempDir;

pub(super) struct Folder {
    pub(super) root: TempDir,
    pub(super) settle: Duration,
    runtime: Arc<Runtime>,
    measuring: Arc<AtomicBool>,
    watch: Option<Watch>,
}

impl Folder {
    pub(super) fn new() -> Self {
        let root = TempDir::new().unwrap();
        fs::create_dir(root.path().join("in")).unwrap();
        let runtime = Arc::clone(&RUNTIME);
        Self { root, settle: Duration::from_millis(60), runtime, measuring: Arc::default(), watch: None }
    }

    /// With a runtime of its own, which no other test uses.
    pub(super) fn alone(config: &Config) -> Self {
        Self { runtime: Runtime::new(config).unwrap(), ..Self::new() }
    }

    pub(super) fn measure(&self, measuring: bool) {
        self.measuring.store(measuring, Ordering::Release);
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.root.path().join("in").join(name)
    }

    /// A `quick` scenario under another name; as long as the old one, since the text is laid out by hand.
    pub(super) fn write(&self, file: &str, name: &str) {
        assert_eq!(name.len(), 5);
        let text = String::from_utf8(fixture("quick")).unwrap();
        fs::write(self.path(file), text.replacen("\"quick\"", &format!("\"{name}\""), 1)).unwrap();
    }

    pub(super) fn open(mut self) -> Self {
        let config = Config { folder: self.root.path().join("in"), settle: self.settle, ..Config::default() };
        self.watch = Some(open(config, Arc::clone(&self.runtime), Arc::clone(&self.measuring)).unwrap());
        self
    }

    pub(super) fn catalogue(&self) -> &Catalogue {
        &self.watch.as_ref().unwrap().catalogue
    }

    /// `name:file:state` of all entries.
    pub(super) fn told(&self) -> String {
        let told = |e: &Entry| format!("{}:{}:{}", e.name, e.file, e.state().word());
        self.catalogue().snapshot().iter().map(told).collect::<Vec<_>>().join(" ")
    }

    #[track_caller]
    pub(super) fn becomes(&self, expected: &str) {
        until(|| self.told() == expected, || format!("{} is not {expected}", self.told()));
    }

    #[track_caller]
    fn has_problem(&self, words: &str) {
        let problem = || self.catalogue().folder_problem();
        until(|| problem().is_some_and(|p| p.contains(words)), || format!("{:?} lacks {words}", problem()));
    }

    pub(super) fn is_describing(&self) -> bool {
        self.runtime.shared.ticker.running() > 0
    }

    /// Why the newest version of the file does not serve.
    pub(super) fn failure(&self, file: &str) -> String {
        let entries = self.catalogue().snapshot();
        let entry = entries.iter().find(|entry| entry.file == file).unwrap();
        entry.failure.as_ref().unwrap().message.clone()
    }

    /// Time in which a file that is gone would be forgotten several times over.
    pub(super) fn let_forget(&self) {
        std::thread::sleep(self.settle * 6);
    }
}

#[track_caller]
pub(super) fn until(is: impl Fn() -> bool, otherwise: impl Fn() -> String) {
    let began = Instant::now();
    while !is() {
        assert!(began.elapsed() < Duration::from_secs(20), "{}", otherwise());
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn the_catalogue_is_full_when_the_watch_opens() {
    let folder = Folder::new();
    folder.write("a.wat", "alpha");
    folder.write("b.wat", "bravo");
    fs::write(folder.path("c.wasm"), "no").unwrap();
    fs::write(folder.path("notes.txt"), "no scenario").unwrap();
    fs::write(folder.path(".d.wasm"), "hidden").unwrap();
    let folder = folder.open();
    assert_eq!(folder.told(), "alpha:a.wat:ready bravo:b.wat:ready c:c.wasm:broken");
    assert!(folder.catalogue().get("alpha").is_some());
    assert!(folder.catalogue().get("c").is_none());
}

#[test]
fn a_new_file_is_served_and_a_pinned_module_stays_as_it_was() {
    let folder = Folder::new().open();
    let changes = folder.catalogue().changes();
    folder.write("a.wat", "alpha");
    folder.becomes("alpha:a.wat:ready");
    assert!(changes.has_changed().unwrap());
    let pinned = folder.catalogue().get("alpha").unwrap();
    folder.write("a.wat", "bravo");
    folder.becomes("bravo:a.wat:ready");
    assert_eq!(pinned.manifest.name, "alpha");
    assert_ne!(pinned.sha256, folder.catalogue().get("bravo").unwrap().sha256);
}

#[test]
fn a_broken_version_leaves_the_good_one_serving_until_it_is_mended() {
    let folder = Folder::new();
    folder.write("a.wat", "alpha");
    let folder = folder.open();
    let good = folder.catalogue().get("alpha").unwrap();
    fs::write(folder.path("a.wat"), "(module").unwrap();
    folder.becomes("alpha:a.wat:stale");
    let entry = folder.catalogue().snapshot()[0].clone();
    assert_eq!(entry.state(), State::Stale);
    assert_eq!(entry.failure.unwrap().class.word(), "not-wasm");
    assert!(Arc::ptr_eq(&folder.catalogue().get("alpha").unwrap(), &good));
    folder.write("a.wat", "alpha");
    folder.becomes("alpha:a.wat:ready");
}

#[test]
fn deleting_and_renaming_follow_the_disk() {
    let folder = Folder::new();
    folder.write("a.wat", "alpha");
    folder.write("b.wat", "bravo");
    let folder = folder.open();
    fs::remove_file(folder.path("b.wat")).unwrap();
    folder.becomes("alpha:a.wat:ready");
    let module = folder.catalogue().get("alpha").unwrap();
    fs::rename(folder.path("a.wat"), folder.path("z.wat")).unwrap();
    folder.becomes("alpha:z.wat:ready");
    // The same bytes were not compiled again.
    assert!(Arc::ptr_eq(&folder.catalogue().get("alpha").unwrap(), &module));
}

#[test]
fn a_file_renamed_over_another_is_the_new_version() {
    let folder = Folder::new();
    folder.write("a.wat", "alpha");
    let folder = folder.open();
    folder.write(".new.wat", "bravo");
    fs::rename(folder.path(".new.wat"), folder.path("a.wat")).unwrap();
    folder.becomes("bravo:a.wat:ready");
}

#[test]
fn of_two_files_with_one_name_the_older_serves_and_the_younger_takes_over() {
    let folder = Folder::new();
    folder.write("b.wat", "alpha");
    let folder = folder.open();
    fs::copy(folder.path("b.wat"), folder.path("a.wat")).unwrap();
    folder.becomes("alpha:a.wat:broken alpha:b.wat:ready");
    let entries = folder.catalogue().snapshot();
    let message = &entries[0].failure.as_ref().unwrap().message;
    assert!(message.contains("`alpha` is already taken by `b.wat`"), "{message}");
    assert!(folder.catalogue().get("alpha").is_some());
    fs::remove_file(folder.path("b.wat")).unwrap();
    folder.becomes("alpha:a.wat:ready");
}

#[test]
fn nothing_is_compiled_while_a_run_measures() {
    let folder = Folder::new().open();
    folder.measuring.store(true, Ordering::Release);
    folder.write("a.wat", "alpha");
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(folder.told(), "");
    folder.measuring.store(false, Ordering::Release);
    folder.becomes("alpha:a.wat:ready");
}

#[test]
fn a_file_that_is_still_being_written_waits() {
    let mut folder = Folder::new();
    folder.settle = Duration::from_secs(1);
    let folder = folder.open();
    folder.write(".whole", "alpha");
    let whole = fs::read(folder.path(".whole")).unwrap();
    for part in 1..=8 {
        fs::write(folder.path("a.wat"), &whole[..whole.len() * part / 8]).unwrap();
        std::thread::sleep(Duration::from_millis(20));
        assert_eq!(folder.told(), "");
    }
    folder.becomes("alpha:a.wat:ready");
}

#[test]
fn a_link_out_of_the_folder_is_refused_and_one_within_is_followed() {
    let folder = Folder::new();
    folder.write("a.wat", "alpha");
    fs::rename(folder.path("a.wat"), folder.root.path().join("outside.wat")).unwrap();
    std::os::unix::fs::symlink("../outside.wat", folder.path("out.wat")).unwrap();
    std::os::unix::fs::symlink("nowhere", folder.path("nowhere.wat")).unwrap();
    folder.write("inside", "bravo");
    std::os::unix::fs::symlink("inside", folder.path("link.wat")).unwrap();
    let folder = folder.open();
    assert_eq!(folder.told(), "bravo:link.wat:ready nowhere:nowhere.wat:broken out:out.wat:broken");
    let entries = folder.catalogue().snapshot();
    let failure = entries[2].failure.as_ref().unwrap();
    assert_eq!(failure.class.word(), "unreadable");
    assert!(failure.message.contains("leads out of the folder"), "{}", failure.message);
}

#[test]
fn a_missing_folder_is_told_and_found_again() {
    let folder = Folder::new();
    folder.write("a.wat", "alpha");
    let away = folder.root.path().join("away");
    let home = folder.root.path().join("in");
    let folder = folder.open();
    fs::rename(&home, &away).unwrap();
    folder.becomes("");
    assert!(folder.catalogue().folder_problem().unwrap().contains("create it"));
    fs::rename(&away, &home).unwrap();
    folder.becomes("alpha:a.wat:ready");
    assert_eq!(folder.catalogue().folder_problem(), None);
    folder.write("b.wat", "bravo");
    folder.becomes("alpha:a.wat:ready bravo:b.wat:ready");
}

#[test]
fn a_folder_that_cannot_be_read_keeps_what_was_read_before() {
    let folder = Folder::new();
    folder.write("a.wat", "alpha");
    let away = folder.root.path().join("away");
    let home = folder.root.path().join("in");
    let folder = folder.open();
    fs::rename(&home, &away).unwrap();
    // Stands for whatever hinders a reading for a while, such as too many open files.
    fs::write(&home, "no folder").unwrap();
    folder.has_problem("cannot be read");
    folder.let_forget();
    assert_eq!(folder.told(), "alpha:a.wat:ready");
    fs::remove_file(&home).unwrap();
    fs::rename(&away, &home).unwrap();
    until(|| folder.catalogue().folder_problem().is_none(), || "the problem stays".to_owned());
    assert_eq!(folder.told(), "alpha:a.wat:ready");
}

#[test]
fn a_folder_replaced_by_another_of_its_name_is_the_new_one() {
    let folder = Folder::new();
    folder.write("a.wat", "alpha");
    folder.write("b.wat", "bravo");
    let home = folder.root.path().join("in");
    let other = folder.root.path().join("other");
    fs::create_dir(&other).unwrap();
    fs::copy(folder.path("b.wat"), other.join("a.wat")).unwrap();
    let folder = folder.open();
    fs::rename(&home, folder.root.path().join("away")).unwrap();
    fs::rename(&other, &home).unwrap();
    folder.becomes("bravo:a.wat:ready");
    folder.write("c.wat", "gamma");
    folder.becomes("bravo:a.wat:ready gamma:c.wat:ready");
    assert_eq!(folder.catalogue().folder_problem(), None);
}

#[test]
fn lost_events_and_errors_ask_for_a_scan_and_a_reader_does_not() {
    let hints_at = |event| {
        let (hints, hinted) = sync_channel(1);
        hear(event, &hints);
        hinted.try_recv().is_ok()
    };
    // As inotify tells that its queue ran over.
    assert!(hints_at(Ok(Event::new(EventKind::Other).set_flag(Flag::Rescan))));
    assert!(hints_at(Ok(Event::new(EventKind::Access(AccessKind::Any)).set_flag(Flag::Rescan))));
    assert!(hints_at(Err(notify::Error::generic("no more watches"))));
    assert!(!hints_at(Ok(Event::new(EventKind::Access(AccessKind::Read)))));
}

#[test]
fn a_run_that_starts_between_two_files_defers_the_second() {
    let slow = Config { describe_cpu: Duration::from_secs(1), ..Config::default() };
    let folder = Folder::alone(&slow).open();
    fs::write(folder.path(".a"), fixture("loop-in-describe")).unwrap();
    folder.write(".b", "bravo");
    fs::rename(folder.path(".a"), folder.path("a.wat")).unwrap();
    fs::rename(folder.path(".b"), folder.path("b.wat")).unwrap();
    until(|| folder.is_describing(), || "nothing describes itself".to_owned());
    folder.measure(true);
    folder.becomes("a:a.wat:broken");
    folder.measure(false);
    folder.becomes("a:a.wat:broken bravo:b.wat:ready");
}

#[test]
fn a_file_renamed_during_a_run_serves_all_the_while() {
    let folder = Folder::new();
    folder.write("a.wat", "alpha");
    folder.write("b.wat", "bravo");
    let folder = folder.open();
    folder.measure(true);
    fs::rename(folder.path("a.wat"), folder.path("z.wat")).unwrap();
    fs::remove_file(folder.path("b.wat")).unwrap();
    folder.let_forget();
    assert_eq!(folder.told(), "alpha:a.wat:ready bravo:b.wat:ready");
    folder.measure(false);
    let served = || assert!(folder.catalogue().get("alpha").is_some());
    until(
        || {
            served();
            folder.told() == "alpha:z.wat:ready"
        },
        || folder.told(),
    );
}

#[test]
fn a_new_version_takes_no_name_that_another_file_serves() {
    let folder = Folder::new();
    folder.write("a.wat", "alpha");
    folder.write("b.wat", "bravo");
    let folder = folder.open();
    let bravo = folder.catalogue().get("bravo").unwrap();
    folder.write("a.wat", "bravo");
    folder.becomes("alpha:a.wat:stale bravo:b.wat:ready");
    let message = folder.failure("a.wat");
    assert!(message.contains("the name `bravo` is already taken by `b.wat`"), "{message}");
    assert!(Arc::ptr_eq(&folder.catalogue().get("bravo").unwrap(), &bravo));
    // Once the name is free, the version that waited for it serves.
    fs::remove_file(folder.path("b.wat")).unwrap();
    folder.becomes("bravo:a.wat:ready");
}

#[test]
fn a_name_that_its_file_gives_up_goes_to_the_file_that_waited() {
    let folder = Folder::new();
    folder.write("a.wat", "alpha");
    folder.write("b.wat", "bravo");
    let folder = folder.open();
    folder.write("a.wat", "bravo");
    folder.becomes("alpha:a.wat:stale bravo:b.wat:ready");
    folder.write("b.wat", "gamma");
    folder.becomes("bravo:a.wat:ready gamma:b.wat:ready");
}

#[test]
fn a_file_that_met_a_busy_machine_is_tried_again_unchanged() {
    let folder = Folder::alone(&Config::default());
    let runtime = Arc::clone(&folder.runtime);
    runtime.shared.abandoned.store(ABANDONED, Ordering::Release);
    folder.write("a.wat", "alpha");
    let folder = folder.open();
    assert_eq!(folder.told(), "a:a.wat:broken");
    assert!(folder.failure("a.wat").contains("earlier files are still being compiled"));
    runtime.shared.abandoned.store(0, Ordering::Release);
    folder.becomes("alpha:a.wat:ready");
}

#[test]
fn tries_are_few_and_begin_anew_when_the_file_changes() {
    let folder = Folder::new();
    let stamp = || scan(&folder.root.path().join("in")).unwrap()["a.wat"];
    folder.write("a.wat", "alpha");
    let mut known = Known::new(stamp(), 0);
    let busy = || Err(LoadError::new(LoadClass::CompileFailed, "a.wat", "busy").transient());
    let later = Instant::now() + Duration::from_secs(3600);
    known.take("a.wat", busy());
    assert!(!known.retry_due(Instant::now()));
    let mut tries = 0;
    while known.retry_due(later) {
        tries += 1;
        known.take("a.wat", busy());
    }
    assert_eq!(tries, 5);
    fs::write(folder.path("a.wat"), "another").unwrap();
    known.see(stamp(), Instant::now());
    known.take("a.wat", busy());
    assert!(known.retry_due(later));
    known.take("a.wat", Err(LoadError::new(LoadClass::NotWasm, "a.wat", "no")));
    assert!(!known.retry_due(later));
}

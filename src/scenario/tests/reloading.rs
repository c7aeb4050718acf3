//! The folder and the catalogue: what happens on the disk is what is served.

use super::{RUNTIME, fixture};
use crate::scenario::{Catalogue, Config, Entry, State, Watch, open};
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;

struct Folder {
    root: TempDir,
    settle: Duration,
    measuring: Arc<AtomicBool>,
    watch: Option<Watch>,
}

impl Folder {
    fn new() -> Self {
        let root = TempDir::new().unwrap();
        fs::create_dir(root.path().join("in")).unwrap();
        Self { root, settle: Duration::from_millis(60), measuring: Arc::default(), watch: None }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join("in").join(name)
    }

    /// A `quick` scenario under another name; as long as the old one, since the text is laid out by hand.
    fn write(&self, file: &str, name: &str) {
        assert_eq!(name.len(), 5);
        let text = String::from_utf8(fixture("quick")).unwrap();
        fs::write(self.path(file), text.replacen("\"quick\"", &format!("\"{name}\""), 1)).unwrap();
    }

    fn open(mut self) -> Self {
        let config = Config { folder: self.root.path().join("in"), settle: self.settle, ..Config::default() };
        self.watch = Some(open(config, Arc::clone(&RUNTIME), Arc::clone(&self.measuring)).unwrap());
        self
    }

    fn catalogue(&self) -> &Catalogue {
        &self.watch.as_ref().unwrap().catalogue
    }

    /// `name:file:state` of all entries.
    fn told(&self) -> String {
        let told = |e: &Entry| format!("{}:{}:{}", e.name, e.file, e.state().word());
        self.catalogue().snapshot().iter().map(told).collect::<Vec<_>>().join(" ")
    }

    #[track_caller]
    fn becomes(&self, expected: &str) {
        let began = Instant::now();
        while self.told() != expected {
            assert!(began.elapsed() < Duration::from_secs(20), "{} is not {expected}", self.told());
            std::thread::sleep(Duration::from_millis(5));
        }
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
fn a_folder_that_cannot_be_read_now_keeps_its_scenarios() {
    let folder = Folder::new();
    folder.write("a.wat", "alpha");
    let (home, away) = (folder.root.path().join("in"), folder.root.path().join("away"));
    let folder = folder.open();
    // No directory is another answer than no such directory.
    fs::rename(&home, &away).unwrap();
    fs::write(&home, "").unwrap();
    let began = Instant::now();
    while folder.catalogue().folder_problem().is_none() {
        assert!(began.elapsed() < Duration::from_secs(20), "the problem is told");
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(folder.told(), "alpha:a.wat:ready");
    fs::remove_file(&home).unwrap();
    fs::rename(&away, &home).unwrap();
    folder.write("b.wat", "bravo");
    folder.becomes("alpha:a.wat:ready bravo:b.wat:ready");
}

#[test]
fn a_folder_replaced_by_another_of_its_name_is_watched_in_its_place() {
    let folder = Folder::new();
    folder.write("a.wat", "alpha");
    let (home, away) = (folder.root.path().join("in"), folder.root.path().join("away"));
    let folder = folder.open();
    fs::rename(&home, &away).unwrap();
    fs::create_dir(&home).unwrap();
    folder.write("b.wat", "bravo");
    folder.becomes("bravo:b.wat:ready");
}

#[test]
fn a_rename_during_a_run_leaves_the_scenario_until_the_run_has_ended() {
    let folder = Folder::new();
    folder.write("a.wat", "alpha");
    let folder = folder.open();
    folder.measuring.store(true, Ordering::Release);
    fs::rename(folder.path("a.wat"), folder.path("z.wat")).unwrap();
    // Far longer than a file that is gone is otherwise remembered.
    std::thread::sleep(folder.settle * 8);
    assert_eq!(folder.told(), "alpha:a.wat:ready");
    folder.measuring.store(false, Ordering::Release);
    folder.becomes("alpha:z.wat:ready");
}

#[test]
fn a_new_version_cannot_take_the_name_of_another_file_until_that_one_is_gone() {
    let folder = Folder::new();
    folder.write("a.wat", "alpha");
    folder.write("b.wat", "bravo");
    let folder = folder.open();
    folder.write("a.wat", "bravo");
    folder.becomes("alpha:a.wat:stale bravo:b.wat:ready");
    let failure = folder.catalogue().snapshot()[0].failure.clone().unwrap();
    assert!(failure.message.contains("already taken by `b.wat`"), "{}", failure.message);
    fs::remove_file(folder.path("b.wat")).unwrap();
    folder.becomes("bravo:a.wat:ready");
}

//! The folder beside a module: what is taken from it, what is refused, and when it is read again.

use super::{RUNTIME, fixture};
use crate::scenario::{Config, LoadError, Module, Runtime, open};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("crowd.wat"), fixture("crowd")).unwrap();
    fs::create_dir(dir.path().join("crowd.data")).unwrap();
    dir
}

fn load(dir: &Path) -> Result<Module, LoadError> {
    RUNTIME.load_file(&dir.join("crowd.wat"))
}

fn names(module: &Module) -> Vec<String> {
    module.data.names().map(str::to_owned).collect()
}

#[test]
fn plain_files_are_taken_and_what_editors_leave_is_not() {
    let dir = folder();
    for name in ["note.txt", "b.bin", ".hidden", "note.txt~", "b.tmp.bin", "a.part"] {
        fs::write(dir.path().join("crowd.data").join(name), name).unwrap();
    }
    let module = load(dir.path()).unwrap();
    assert_eq!(names(&module), ["b.bin", "note.txt"]);
    assert_eq!(module.data.sha256().map(str::len), Some(64));
    fs::remove_dir_all(dir.path().join("crowd.data")).unwrap();
    let module = load(dir.path()).unwrap();
    assert!(names(&module).is_empty() && module.data.sha256().is_none());
}

#[test]
fn links_that_lead_out_and_folders_within_are_refused() {
    let (dir, other) = (folder(), tempfile::tempdir().unwrap());
    let data = dir.path().join("crowd.data");
    fs::write(other.path().join("secret"), "x").unwrap();
    symlink(other.path().join("secret"), data.join("note.txt")).unwrap();
    let error = load(dir.path()).unwrap_err();
    assert!(error.message.contains("`crowd.data/note.txt`: a link that leads out"), "{error}");
    fs::remove_file(data.join("note.txt")).unwrap();
    // A file of the scenario folder itself is out of the data folder as well.
    symlink(dir.path().join("crowd.wat"), data.join("note.txt")).unwrap();
    assert!(load(dir.path()).unwrap_err().message.contains("a link that leads out"));
    fs::remove_file(data.join("note.txt")).unwrap();
    fs::create_dir(data.join("deep")).unwrap();
    assert!(load(dir.path()).unwrap_err().message.contains("`deep` is a folder"));
    fs::remove_dir_all(&data).unwrap();
    symlink(other.path(), &data).unwrap();
    let error = load(dir.path()).unwrap_err();
    assert!(error.message.contains("`crowd.data`: a link that leads out"), "{error}");
}

#[test]
fn files_bytes_and_all_bytes_are_limited() {
    let dir = folder();
    for name in ["a", "b", "c"] {
        fs::write(dir.path().join("crowd.data").join(name), "12345").unwrap();
    }
    let told = |config: Config| {
        let error = Runtime::new(&config).unwrap().load_file(&dir.path().join("crowd.wat")).unwrap_err();
        assert_eq!(error.class.word(), "too-large", "{error}");
        error.message
    };
    assert!(told(Config { data_files: 2, ..Config::default() }).contains("more than 2 files"));
    assert!(told(Config { data_file_bytes: 4, ..Config::default() }).contains("more than 4 bytes"));
    assert!(told(Config { data_bytes: 14, ..Config::default() }).contains("more than 14 bytes together"));
    let fits = Config { data_files: 3, data_file_bytes: 5, data_bytes: 15, ..Config::default() };
    assert!(Runtime::new(&fits).unwrap().load_file(&dir.path().join("crowd.wat")).is_ok());
}

#[test]
fn a_change_of_a_data_file_is_a_reload_and_who_holds_the_old_version_keeps_it() {
    let dir = folder();
    let note = dir.path().join("crowd.data/note.txt");
    fs::write(&note, "old").unwrap();
    let config = Config { folder: dir.path().into(), settle: Duration::from_millis(20), ..Config::default() };
    let watch = open(config, Arc::clone(&RUNTIME), Arc::default()).unwrap();
    let old = watch.catalogue.get("crowd").unwrap();
    fs::write(&note, "newer").unwrap();
    let end = Instant::now() + Duration::from_secs(20);
    let new = loop {
        let new = watch.catalogue.get("crowd").unwrap();
        if new.data.sha256() != old.data.sha256() {
            break new;
        }
        assert!(Instant::now() < end, "the change was never seen");
        std::thread::yield_now();
    };
    assert_eq!(old.data.read("note.txt").unwrap(), b"old");
    assert_eq!(new.data.read("note.txt").unwrap(), b"newer");
    assert_eq!(old.sha256, new.sha256);
}

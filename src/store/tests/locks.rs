//! One process a store, and one store a journal.

use std::path::{Path, PathBuf};

use super::story::{self, on_desk};
use crate::store::{Config, Store, StoreError};

/// A store in `folder` whose journal lies at `journal`.
fn config(folder: &Path, journal: PathBuf) -> Config {
    Config { journal, ..story::config(folder) }
}

/// The second of two stores with one journal is refused, whichever of them comes first.
#[track_caller]
fn check(one: &Config, other: &Config) {
    for (first, second) in [(one, other), (other, one)] {
        on_desk(async {
            let first = Store::open(first.clone()).await.expect("opens");
            let refusal = Store::open(second.clone()).await.expect_err("they share a journal");
            assert!(matches!(refusal, StoreError::InUse { .. }), "{refusal:?}");
            first.close().await;
        });
    }
}

#[test]
fn a_journal_beside_its_database_cannot_be_another_stores_too() {
    let dir = tempfile::tempdir().expect("a folder");
    let (a, b) = (dir.path().join("a"), dir.path().join("b"));
    let own = story::config(&a);
    check(&own, &config(&b, own.journal.clone()));
}

#[cfg(unix)]
#[test]
fn two_spellings_of_a_journal_are_one_journal_also_before_it_is_there() {
    let dir = tempfile::tempdir().expect("a folder");
    let (a, b) = (dir.path().join("a"), dir.path().join("b"));
    let own = story::config(&a);
    let name = own.journal.file_name().expect("a name");
    for folder in [&a, &b] {
        std::fs::create_dir_all(folder).expect("a folder");
    }
    std::os::unix::fs::symlink(&a, dir.path().join("link")).expect("a link");
    std::os::unix::fs::symlink(Path::new("../a").join(name), b.join("j.jsonl")).expect("a link to nothing yet");
    let spellings = [b.join("../a").join(name), dir.path().join("link").join(name), b.join("j.jsonl")];
    for journal in &spellings {
        check(&own, &config(&b, journal.clone()));
    }
    assert!(!own.journal.exists());
    std::fs::write(&own.journal, "").expect("written");
    for journal in spellings {
        check(&own, &config(&b, journal));
    }
}

#[cfg(unix)]
#[test]
fn a_journal_that_links_to_itself_is_an_error_and_no_endless_search() {
    let dir = tempfile::tempdir().expect("a folder");
    let journal = dir.path().join("j.jsonl");
    std::os::unix::fs::symlink("j.jsonl", &journal).expect("a link");
    on_desk(async { assert!(Store::open(config(dir.path(), journal)).await.is_err()) });
}

#[test]
fn a_journal_whose_lock_would_be_the_databases_own_can_be_opened() {
    let dir = tempfile::tempdir().expect("a folder");
    on_desk(async {
        Store::open(config(dir.path(), dir.path().join("dualbench"))).await.expect("opens").close().await
    });
}

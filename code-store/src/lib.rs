//! Machine code of big components, kept on the disk by content and engine, so that the next start maps it instead of
//! compiling for seconds. The one crate of this house with `unsafe` in it: mapped code is run as it is.
//!
//! Only what this crate wrote is ever mapped. Each entry has a seal, written after it: the SHA-256 of the code, and
//! the file's inode, size and times at that moment. Where all of these still hold, nobody has written to the file
//! since, and nothing is read but the seal. Where they do not (a copied folder), the code is read and its SHA-256
//! compared; where that differs too, the entry is removed and the component compiled again.

mod seal;

use seal::{Held, Seal};
use std::fs::{self, File, OpenOptions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use wasmtime::Engine;
use wasmtime::component::Component;

/// Entries that are kept; the ones used longest ago go first. A Python component's has about 35 MB.
const ENTRIES: usize = 12;
const CODE: &str = "code";
const SEAL: &str = "seal";

/// A folder of compiled components. Several processes may share it.
#[derive(Debug, Clone)]
pub struct CodeStore {
    folder: PathBuf,
}

impl CodeStore {
    /// The folder is made with the first entry.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// What `wasm_sha256` was compiled to by an engine of this version and these settings, if it is here and whole.
    pub fn get(&self, engine: &Engine, wasm_sha256: &str) -> Option<Component> {
        let path = self.path(engine, wasm_sha256);
        let seal = Seal::read(&path.with_extension(SEAL))?;
        let held = File::open(&path).and_then(|file| seal.held_by(&file));
        match held {
            Ok(Held::Untouched) => {}
            Ok(Held::Copied(seal)) => drop(write(&path.with_extension(SEAL), &seal.text())),
            Ok(Held::Changed) => return self.discard(&path, "it is not what was written"),
            Err(error) => return self.discard(&path, &error.to_string()),
        }
        match map(engine, &path) {
            Ok(component) => {
                mark_used(&path.with_extension(SEAL));
                Some(component)
            }
            Err(error) => self.discard(&path, &format!("{error:#}")),
        }
    }

    /// Keeps what was just compiled. A full disk costs the next start its time, and nothing else.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn put(&self, engine: &Engine, wasm_sha256: &str, component: &Component) -> io::Result<()> {
        let code = component.serialize().map_err(|error| io::Error::other(format!("{error:#}")))?;
        fs::create_dir_all(&self.folder)?;
        let path = self.path(engine, wasm_sha256);
        let file = write(&path, &code)?;
        // Asked of the very file that was written: another process may have put its own in its place by now.
        let seal = Seal::of(&file, &code)?;
        write(&path.with_extension(SEAL), &seal.text())?;
        self.thin_out(&path);
        Ok(())
    }

    fn path(&self, engine: &Engine, wasm_sha256: &str) -> PathBuf {
        let mut hasher = DefaultHasher::new();
        engine.precompile_compatibility_hash().hash(&mut hasher);
        self.folder.join(format!("{wasm_sha256}-{:016x}.{CODE}", hasher.finish()))
    }

    /// Made again by whoever asks next.
    fn discard(&self, path: &Path, why: &str) -> Option<Component> {
        tracing::info!(file = ?path, why, "compiled code is thrown away and made again");
        for part in [path.with_extension(SEAL), path.to_path_buf()] {
            let _gone_already = fs::remove_file(part);
        }
        None
    }

    fn thin_out(&self, newest: &Path) {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten().map(|entry| entry.path());
        let mut codes: Vec<(SystemTime, PathBuf)> = entries
            .filter(|path| path.extension().is_some_and(|ending| ending == CODE) && path != newest)
            .map(|path| (used(&path.with_extension(SEAL)), path))
            .collect();
        codes.sort();
        let surplus = (codes.len() + 1).saturating_sub(ENTRIES);
        for (_, path) in codes.iter().take(surplus) {
            self.discard(path, "newer ones took its place");
        }
    }
}

/// Into a file of its own first: a mapped file is never written to.
fn write(path: &Path, bytes: &[u8]) -> io::Result<File> {
    let part = path.with_extension(format!("{}.part", std::process::id()));
    let _left_by_a_crash = fs::remove_file(&part);
    let mut file = OpenOptions::new().write(true).read(true).create_new(true).mode(0o600).open(&part)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all()).and_then(|()| fs::rename(&part, path));
    if let Err(error) = written {
        let _nothing_was_there = fs::remove_file(&part);
        return Err(error);
    }
    Ok(file)
}

/// A file without a date is the oldest.
fn used(path: &Path) -> SystemTime {
    fs::metadata(path).and_then(|metadata| metadata.modified()).unwrap_or(SystemTime::UNIX_EPOCH)
}

#[expect(clippy::disallowed_methods, reason = "dates a file, measures nothing")]
fn mark_used(seal: &Path) {
    let now = SystemTime::now();
    let _only_a_hint = File::options().append(true).open(seal).and_then(|file| file.set_modified(now));
}

fn map(engine: &Engine, path: &Path) -> wasmtime::Result<Component> {
    // SAFETY: the file is one that `put` wrote from a component that wasmtime itself had just compiled: its seal has
    // been checked against the file's state or its content. wasmtime refuses what another version or other settings made.
    unsafe { Component::deserialize_file(engine, path) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Seek, SeekFrom};

    const WASM: &str = "a component";

    fn stored() -> (tempfile::TempDir, CodeStore, Engine) {
        let folder = tempfile::tempdir().expect("a folder");
        let store = CodeStore::new(folder.path().join("compiled"));
        let engine = Engine::default();
        let wat = "(component (core module $m (func (export \"f\") (result i32) (i32.const 7))) (core instance (instantiate $m)))";
        let component = Component::new(&engine, wat).expect("compiles");
        assert!(store.get(&engine, WASM).is_none());
        store.put(&engine, WASM, &component).expect("written");
        (folder, store, engine)
    }

    fn file(store: &CodeStore, engine: &Engine) -> File {
        File::options().read(true).write(true).open(store.path(engine, WASM)).expect("there")
    }

    #[test]
    fn what_was_put_is_found_again_and_by_that_engine_only() {
        let (_folder, store, engine) = stored();
        assert!(store.get(&engine, WASM).is_some());
        assert!(store.get(&engine, "another component").is_none());
        let mut settings = wasmtime::Config::new();
        settings.epoch_interruption(true);
        assert!(store.get(&Engine::new(&settings).expect("an engine"), WASM).is_none());
    }

    #[test]
    fn one_changed_byte_costs_the_entry_and_nothing_else() {
        let (_folder, store, engine) = stored();
        let mut code = file(&store, &engine);
        code.seek(SeekFrom::Start(4096)).expect("sought");
        code.write_all(&[0x90]).expect("written");
        drop(code);
        assert!(store.get(&engine, WASM).is_none());
        assert!(!store.path(&engine, WASM).exists(), "the entry is removed, so that it is made again");
    }

    #[test]
    fn a_cut_off_entry_and_one_without_a_seal_are_no_entries() {
        let (_folder, store, engine) = stored();
        file(&store, &engine).set_len(100).expect("cut");
        assert!(store.get(&engine, WASM).is_none());
        let (_folder, store, engine) = stored();
        fs::remove_file(store.path(&engine, WASM).with_extension(SEAL)).expect("removed");
        assert!(store.get(&engine, WASM).is_none());
    }

    #[test]
    fn a_copied_folder_is_read_once_and_then_believed() {
        let (_folder, store, engine) = stored();
        let copy = CodeStore::new(store.folder.with_extension("copy"));
        fs::create_dir(&copy.folder).expect("made");
        for entry in fs::read_dir(&store.folder).expect("listed").flatten() {
            fs::copy(entry.path(), copy.folder.join(entry.file_name())).expect("copied");
        }
        assert!(copy.get(&engine, WASM).is_some());
    }

    #[test]
    fn a_foreign_file_under_an_entrys_name_is_not_mapped() {
        let (_folder, store, engine) = stored();
        let path = store.path(&engine, WASM);
        fs::remove_file(&path).expect("removed");
        fs::write(&path, b"\x7fELF not ours").expect("written");
        assert!(store.get(&engine, WASM).is_none());
    }

    #[test]
    fn the_oldest_entries_go_when_there_are_too_many() {
        let (_folder, store, engine) = stored();
        let component = store.get(&engine, WASM).expect("there");
        for n in 0..ENTRIES + 3 {
            store.put(&engine, &format!("{n}"), &component).expect("written");
        }
        let left = fs::read_dir(&store.folder).expect("listed").flatten();
        let codes = left.filter(|entry| entry.path().extension().is_some_and(|ending| ending == CODE)).count();
        assert_eq!(codes, ENTRIES);
        assert!(store.get(&engine, &format!("{}", ENTRIES + 2)).is_some());
    }
}

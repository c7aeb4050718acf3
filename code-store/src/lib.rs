//! Machine code of big components, kept on the disk by content and engine, so that the next start maps it instead of
//! compiling for seconds. The one crate of the daemon with `unsafe` in it: mapped code is run as it is.
//!
//! Only what this crate wrote, on this machine and for this user, is ever mapped. The folder must be one that nobody else
//! can write to, and each entry has a seal, written after it: the file's inode, size and times at that moment. Where one
//! of these differs (a copied folder, a changed file), the entry is removed and the component compiled again.

mod seal;

use seal::Seal;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use wasmtime::Engine;
use wasmtime::component::Component;

/// Entries that are kept; the ones used longest ago go first. A Python component's has about 35 MB.
const ENTRIES: usize = 12;
/// All entries together.
const BYTES: u64 = 1 << 30;
/// A file that was begun so long ago is nobody's any more.
const ABANDONED: Duration = Duration::from_secs(3600);
const CODE: &str = "code";
const SEAL: &str = "seal";
const PART: &str = "part";

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
        if !path.exists() {
            return None;
        }
        if let Err(error) = seal::trusted(&self.folder) {
            tracing::warn!(%error, "compiled code is not used");
            return None;
        }
        match self.open(engine, &path) {
            Ok(component) => {
                mark_used(&path.with_extension(SEAL));
                Some(component)
            }
            Err(why) => self.discard(&path, &why),
        }
    }

    fn open(&self, engine: &Engine, path: &Path) -> Result<Component, String> {
        let seal = Seal::read(&path.with_extension(SEAL)).ok_or("it has no seal")?;
        let file = File::open(path).map_err(|error| error.to_string())?;
        if !seal.holds(&file).map_err(|error| error.to_string())? {
            return Err("it is not what was written here".to_owned());
        }
        map(engine, &file, path).map_err(|error| format!("{error:#}"))
    }

    /// Keeps what was just compiled, and gives the kept one, which holds no memory of its own.
    ///
    /// # Errors
    /// The folder cannot be written, or others can write to it. A full disk costs the next start its time, and nothing else.
    pub fn put(&self, engine: &Engine, wasm_sha256: &str, component: &Component) -> io::Result<Component> {
        let code = component.serialize().map_err(|error| io::Error::other(format!("{error:#}")))?;
        DirBuilder::new().recursive(true).mode(0o700).create(&self.folder)?;
        seal::trusted(&self.folder)?;
        let path = self.path(engine, wasm_sha256);
        let file = write(&path, &code)?;
        // Asked of the very file that was written: another process may have put its own in its place by now.
        write(&path.with_extension(SEAL), &Seal::of(&file)?.text())?;
        self.thin_out(&path);
        map(engine, &file, &path).map_err(|error| io::Error::other(format!("{error:#}")))
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

    /// Bounded in entries and in bytes; what a crash left half-written goes as well.
    fn thin_out(&self, newest: &Path) {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten().map(|entry| entry.path());
        let (parts, entries): (Vec<PathBuf>, Vec<PathBuf>) = entries.partition(|path| has_ending(path, PART));
        for part in parts.iter().filter(|part| used(part).elapsed().is_ok_and(|age| age > ABANDONED)) {
            let _gone_already = fs::remove_file(part);
        }
        let codes = entries.into_iter().filter(|path| has_ending(path, CODE) && path != newest);
        let mut codes: Vec<(SystemTime, PathBuf)> =
            codes.map(|path| (used(&path.with_extension(SEAL)), path)).collect();
        codes.sort_by(|a, b| b.cmp(a));
        let mut bytes = length(newest);
        for (place, (_, path)) in codes.iter().enumerate() {
            bytes += length(path);
            if place + 1 >= ENTRIES || bytes > BYTES {
                self.discard(path, "newer ones took its place");
            }
        }
    }
}

fn has_ending(path: &Path, ending: &str) -> bool {
    path.extension().is_some_and(|own| own == ending)
}

fn length(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}

/// Into a file of its own first: a mapped file is never written to.
fn write(path: &Path, bytes: &[u8]) -> io::Result<File> {
    let part = path.with_extension(format!("{}.{PART}", std::process::id()));
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

fn map(engine: &Engine, file: &File, path: &Path) -> wasmtime::Result<Component> {
    // The file that was looked at, whatever its name stands for by now.
    #[cfg(target_os = "linux")]
    let path = {
        let _same = path;
        format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(file))
    };
    #[cfg(not(target_os = "linux"))]
    let _named = file;
    // SAFETY: the file is one that `put` wrote from a component that wasmtime itself had just compiled: it is ours alone
    // and its seal holds. wasmtime refuses what another version or other settings made.
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
    fn a_copied_folder_is_not_believed() {
        let (_folder, store, engine) = stored();
        let copy = CodeStore::new(store.folder.with_extension("copy"));
        DirBuilder::new().mode(0o700).create(&copy.folder).expect("made");
        for entry in fs::read_dir(&store.folder).expect("listed").flatten() {
            fs::copy(entry.path(), copy.folder.join(entry.file_name())).expect("copied");
        }
        assert!(copy.get(&engine, WASM).is_none());
        assert!(!copy.path(&engine, WASM).exists(), "it is made anew");
    }

    #[test]
    fn where_others_may_write_nothing_is_mapped_and_nothing_kept() {
        let (_folder, store, engine) = stored();
        let component = store.get(&engine, WASM).expect("there");
        let open = |path: &Path, mode| {
            fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).expect("ours");
        };
        open(&store.folder, 0o770);
        assert!(store.get(&engine, WASM).is_none());
        let refused = store.put(&engine, WASM, &component).expect_err("others may write").to_string();
        assert!(refused.contains("remove it"), "{refused}");
        open(&store.folder, 0o700);
        assert!(store.get(&engine, WASM).is_some());
        open(&store.path(&engine, WASM), 0o622);
        assert!(store.get(&engine, WASM).is_none());
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

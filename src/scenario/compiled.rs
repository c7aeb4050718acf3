//! Machine code of a component: from the store where it is big and was compiled before, else from the compiler.

use super::load::STACK_BYTES;
use code_store::CodeStore;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::path::Path;
use std::sync::OnceLock;
use wasmtime::Engine;
use wasmtime::component::Component;

/// Compiling less than this takes no longer than keeping it.
const BIG_BYTES: usize = 512 << 10;
/// Of the threads that compile what is big, in the scheduler's terms: last of all.
const NICENESS: i32 = 19;

/// Compiles, and keeps what took long.
pub(super) struct Compiled {
    store: CodeStore,
    /// Where big components are compiled: threads that give way to whatever else runs. Made with the first of them.
    pool: OnceLock<Option<ThreadPool>>,
}

impl Compiled {
    pub(super) fn new(data_folder: &Path) -> Self {
        Self { store: CodeStore::new(data_folder.join("compiled")), pool: OnceLock::new() }
    }

    /// `sha256` is of the bytes that were asked for; the component's own may be another (a module is wrapped first).
    pub(super) fn component(&self, engine: &Engine, bytes: &[u8], sha256: &str) -> wasmtime::Result<Component> {
        if bytes.len() < BIG_BYTES {
            return Component::new(engine, bytes);
        }
        if let Some(component) = self.store.get(engine, sha256) {
            return Ok(component);
        }
        let component = match self.pool.get_or_init(pool) {
            Some(pool) => pool.install(|| Component::new(engine, bytes)),
            None => Component::new(engine, bytes),
        }?;
        if let Err(error) = self.store.put(engine, sha256, &component) {
            tracing::warn!(%error, "compiled code could not be kept: it will be compiled again at the next start");
        }
        Ok(component)
    }
}

fn pool() -> Option<ThreadPool> {
    let named = ThreadPoolBuilder::new().thread_name(|n| format!("compile-{n}"));
    named.stack_size(STACK_BYTES).start_handler(|_| give_way()).build().ok()
}

/// On Linux this is a property of the thread. Where it is refused, compiling is as urgent as everything else.
fn give_way() {
    if let Err(error) = rustix::process::nice(NICENESS) {
        tracing::debug!(%error, "compiling does not step back");
    }
}

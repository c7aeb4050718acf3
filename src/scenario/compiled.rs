//! Machine code of a component: from the store where it is big and was compiled before, else from the compiler.

use super::load::STACK_BYTES;
use super::runtime::Compiler;
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

    /// With the first compiler that takes it, or the one that took it before. `sha256` is of `bytes`.
    ///
    /// # Errors
    /// What the last compiler refused it for.
    pub(super) fn component<'a>(
        &self,
        compilers: &'a [Compiler],
        bytes: &[u8],
        sha256: &str,
    ) -> wasmtime::Result<(&'a Compiler, Component)> {
        let is_big = bytes.len() >= BIG_BYTES;
        let mut kept = compilers.iter().filter_map(|c| Some((c, self.store.get(&c.engine, sha256)?)));
        if is_big && let Some(found) = kept.next() {
            return Ok(found);
        }
        let mut refusal = wasmtime::Error::msg("no compiler runs on this machine");
        for compiler in compilers {
            match self.compile(&compiler.engine, bytes, is_big) {
                Ok(component) if is_big => return Ok((compiler, self.keep(&compiler.engine, sha256, component))),
                Ok(component) => return Ok((compiler, component)),
                Err(error) => refusal = error,
            }
        }
        Err(refusal)
    }

    fn compile(&self, engine: &Engine, bytes: &[u8], is_big: bool) -> wasmtime::Result<Component> {
        match is_big.then(|| self.pool.get_or_init(pool).as_ref()).flatten() {
            Some(pool) => pool.install(|| Component::new(engine, bytes)),
            None => Component::new(engine, bytes),
        }
    }

    /// The kept one is mapped from its file; where it cannot be kept, the compiled one serves.
    fn keep(&self, engine: &Engine, sha256: &str, component: Component) -> Component {
        self.store.put(engine, sha256, &component).unwrap_or_else(|error| {
            tracing::warn!(%error, "compiled code could not be kept: it will be compiled again at the next start");
            component
        })
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

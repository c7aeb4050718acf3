//! The private half of a runner's world (`runners/wit`): the script's text, and a way to say what is wrong with it.

use super::super::state::State;
use super::super::words::{self, ERROR_BYTES};
use wasmtime::StoreContextMut;
use wasmtime::component::Linker;

const INTERFACE: &str = "dualbench:runner/source@0.1.0";

/// The script's own failure, in its runner's words: ends the call.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct ScriptFailed {
    /// One line: what, in which file and line.
    pub(crate) message: String,
    /// The script's own stack.
    pub(crate) stack: Option<String>,
}

/// Only runners get at it: a module of an author that imports this is refused when its imports are checked.
pub(crate) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    let mut source = linker.instance(INTERFACE)?;
    source.func_wrap("file", |store: StoreContextMut<'_, State>, ()| Ok((script(&store, |s| s.file.clone())?,)))?;
    source.func_wrap("text", |store: StoreContextMut<'_, State>, ()| Ok((script(&store, |s| s.text.clone())?,)))?;
    source.func_wrap("fail", |_: StoreContextMut<'_, State>, (message, stack): (String, String)| {
        let stack = (!stack.trim().is_empty()).then(|| words::block(&stack, ERROR_BYTES));
        Err::<(), _>(wasmtime::Error::new(ScriptFailed { message, stack }))
    })?;
    Ok(())
}

fn script(store: &StoreContextMut<'_, State>, of: impl FnOnce(&super::Script) -> String) -> wasmtime::Result<String> {
    let script = store.data().script.as_deref();
    script.map(of).ok_or_else(|| wasmtime::format_err!("a runner was started without a script"))
}

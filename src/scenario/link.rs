//! Ties a compiled guest to the host functions.

use super::bindings::ScenarioPre;
use super::runtime::Compiler;
use super::state::State;
use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Component, Linker, ResourceType};

/// Fails when an import is missing or of another type than the contract's.
pub(super) fn link(compiler: &Compiler, component: &Component) -> wasmtime::Result<ScenarioPre<State>> {
    let mut linker = compiler.linker.clone();
    stub_foreign(&mut linker, component)?;
    ScenarioPre::new(linker.instantiate_pre(component)?)
}

/// Interfaces of WASI that this host does not have (`wasi:http`) become functions that trap: a language's runtime may
/// import them without ever calling.
///
/// A whole interface at a time. wasmtime's own `define_unknown_imports_as_traps` also defines aliases of resources,
/// such as `pollable`, which then do not match those of WASI.
fn stub_foreign(linker: &mut Linker<State>, component: &Component) -> wasmtime::Result<()> {
    const OURS: [&str; 6] = ["io", "clocks", "random", "cli", "filesystem", "sockets"];
    const ALIASES: [&str; 5] = ["pollable", "input-stream", "output-stream", "error", "io-error"];
    let engine = linker.engine().clone();
    for (name, item) in component.component_type().imports(&engine) {
        let Some((package, rest)) = name.strip_prefix("wasi:").and_then(|n| n.split_once('/')) else {
            continue;
        };
        let preview2 = rest.split_once('@').is_some_and(|(_, version)| version.starts_with("0.2."));
        let ComponentItem::ComponentInstance(interface) = item.ty else {
            continue;
        };
        if preview2 && OURS.contains(&package) {
            continue;
        }
        let mut stub = linker.instance(name)?;
        for (item_name, item) in interface.exports(&engine) {
            match item.ty {
                ComponentItem::ComponentFunc(_) => {
                    let call = format!("{name}#{item_name}");
                    stub.func_new(item_name, move |_, _, _, _| {
                        Err(wasmtime::format_err!("the scenario called `{call}`, which this host does not offer"))
                    })?;
                }
                ComponentItem::Resource(_) if !ALIASES.contains(&item_name) => {
                    stub.resource(item_name, ResourceType::host::<()>(), |_, _| Ok(()))?;
                }
                _ => {}
            }
        }
    }
    Ok(())
}

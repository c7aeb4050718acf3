//! The contract's names in the ways of other languages, and what both generators walk over.

use wit_bindgen_core::wit_parser::abi::{AbiVariant, WasmSignature, WasmType};
use wit_bindgen_core::wit_parser::{Function, Interface, Resolve, WorldId, WorldItem};

/// `offset-ms`: `offset_ms`.
pub fn snake(name: &str) -> String {
    name.replace('-', "_")
}

/// `offset-ms`: `OffsetMs`.
pub fn pascal(name: &str) -> String {
    name.split('-').map(capital).collect()
}

/// `offset-ms`: `offsetMs`.
pub fn camel(name: &str) -> String {
    let pascal = pascal(name);
    pascal[..1].to_lowercase() + &pascal[1..]
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The interfaces that a scenario imports, in the order of the contract: `dualbench:scenario/engines@0.1.0` and so on.
pub fn interfaces(resolve: &Resolve, world: WorldId) -> Vec<(String, &Interface)> {
    let imports = resolve.worlds[world].imports.values();
    let found = imports.filter_map(|item| match item {
        WorldItem::Interface { id, .. } => Some((resolve.id_of(*id)?, &resolve.interfaces[*id])),
        _ => None,
    });
    found.collect()
}

pub fn signature(resolve: &Resolve, function: &Function) -> WasmSignature {
    resolve.wasm_signature(AbiVariant::GuestImport, function)
}

/// The plain number behind one, on wasm32.
pub fn plain(ty: WasmType) -> &'static str {
    match ty {
        WasmType::I32 => "i32",
        WasmType::I64 | WasmType::PointerOrI64 => "i64",
        WasmType::F32 => "f32",
        WasmType::F64 => "f64",
        WasmType::Pointer | WasmType::Length => "usize",
    }
}

/// Lines of documentation, each behind `prefix`.
pub fn docs(text: Option<&str>, prefix: &str) -> String {
    text.into_iter().flat_map(str::lines).map(|line| format!("{prefix} {line}").trim_end().to_owned() + "\n").collect()
}

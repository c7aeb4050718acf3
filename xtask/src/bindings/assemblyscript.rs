//! `sdk/assemblyscript/lib/abi.ts`: where each field of the contract's records lies, its enums, and its functions.

use super::names::{camel, docs, interfaces, pascal, plain, signature, snake};
use std::fmt::Write;
use wit_bindgen_core::wit_parser::{Function, Resolve, SizeAlign, Type, TypeDef, TypeDefKind, WorldId};

const HEAD: &str = "\
// Made of the contract by `cargo xtask bindings`; the files beside it give it words.
//
// Of a record: the offset of each field, in bytes; of an optional one, behind it, that of its value; and the SIZE of all.
// Of a variant: the cases of its tag, at 0, and the offset of what they carry.
";

pub fn text(resolve: &Resolve, world: WorldId) -> String {
    let mut sizes = SizeAlign::default();
    if let Err(error) = sizes.fill(resolve) {
        return format!("{HEAD}// {error}\n");
    }
    let mut text = HEAD.to_owned();
    for (name, interface) in interfaces(resolve, world) {
        for (own, id) in &interface.types {
            text += &definition(resolve, &sizes, own, &Type::Id(*id), &resolve.types[*id], &name);
        }
        for function in interface.functions.values() {
            text += &import(resolve, &sizes, &name, function);
        }
    }
    text
}

fn definition(resolve: &Resolve, sizes: &SizeAlign, name: &str, ty: &Type, def: &TypeDef, interface: &str) -> String {
    let (head, name) = (docs(def.docs.contents.as_deref(), "///"), pascal(name));
    let size = sizes.size(ty).size_wasm32();
    let body = match &def.kind {
        TypeDefKind::Record(record) => {
            let types = record.fields.iter().map(|field| &field.ty);
            let offsets: Vec<usize> = sizes.field_offsets(types).iter().map(|(at, _)| at.size_wasm32()).collect();
            let fields = record.fields.iter().zip(offsets).map(|(field, at)| {
                let docs = docs(field.docs.contents.as_deref(), "  ///");
                let own = escaped(&field.name);
                let value = optional(resolve, sizes, &field.ty)
                    .map(|behind| format!("  export const {own}_value: usize = {};\n", at + behind));
                format!("{docs}  export const {own}: usize = {at};\n{}", value.unwrap_or_default())
            });
            fields.collect::<String>() + &format!("  export const SIZE: usize = {size};\n")
        }
        TypeDefKind::Variant(variant) => {
            let cases = variant.cases.iter().enumerate();
            let tags = cases.map(|(tag, case)| format!("  export const {}: u8 = {tag};\n", upper(&case.name)));
            let payload = sizes.payload_offset(variant.tag(), variant.cases.iter().map(|case| case.ty.as_ref()));
            format!(
                "{}  export const payload: usize = {};\n  export const SIZE: usize = {size};\n",
                tags.collect::<String>(),
                payload.size_wasm32()
            )
        }
        TypeDefKind::Enum(cases) => {
            let cases: Vec<String> = cases.cases.iter().map(|case| pascal(&case.name)).collect();
            return format!("\n{head}export enum {name} {{ {} }}\n", cases.join(", "));
        }
        TypeDefKind::Resource => {
            let own = def.name.as_deref().unwrap_or_default();
            return format!(
                "\n{head}@external(\"{interface}\", \"[resource-drop]{own}\")\nexport declare function {}_drop(self: i32): void;\n",
                snake(own)
            );
        }
        _ => return String::new(),
    };
    format!("\n{head}export namespace {name} {{\n{body}}}\n")
}

/// How far behind an option its value lies.
fn optional(resolve: &Resolve, sizes: &SizeAlign, ty: &Type) -> Option<usize> {
    let Type::Id(id) = ty else { return None };
    match &resolve.types[*id].kind {
        TypeDefKind::Option(inner) => Some(sizes.align(inner).align_wasm32()),
        _ => None,
    }
}

fn import(resolve: &Resolve, sizes: &SizeAlign, interface: &str, function: &Function) -> String {
    let signature = signature(resolve, function);
    let params = signature.params.iter().enumerate().map(|(at, ty)| format!("p{at}: {}", plain(*ty)));
    let params: Vec<String> = params.collect();
    let result = signature.results.first().map_or("void", |ty| plain(*ty));
    let own = snake(&function.name).replace("[method]", "").replace('.', "_");
    let mut text = format!("\n{}", docs(function.docs.contents.as_deref(), "///"));
    let _infallible = writeln!(
        text,
        "@external(\"{interface}\", \"{}\")\nexport declare function {own}({}): {result};",
        function.name,
        params.join(", ")
    );
    if let (true, Some(result)) = (signature.retptr, &function.result) {
        let size = sizes.size(result).size_wasm32();
        let behind = payload(resolve, sizes, result).map(|at| format!("; what it carries lies at {at}"));
        text = text.trim_end().to_owned()
            + &format!(" // the last one is a place of {size} bytes{}\n", behind.unwrap_or_default());
    }
    text
}

/// Where a result's value or error lies.
fn payload(resolve: &Resolve, sizes: &SizeAlign, ty: &Type) -> Option<usize> {
    let Type::Id(id) = ty else { return None };
    let TypeDefKind::Result(result) = &resolve.types[*id].kind else { return None };
    let sides = [&result.ok, &result.err].into_iter().flatten();
    sides.map(|side| sizes.align(side).align_wasm32()).max()
}

/// A field as AssemblyScript can name it.
fn escaped(name: &str) -> String {
    match name {
        "default" => "default_".to_owned(),
        name => camel(name),
    }
}

/// `at-most`: `AT_MOST`.
fn upper(name: &str) -> String {
    snake(name).to_uppercase()
}

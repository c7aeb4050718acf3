//! `sdk/zig/lib/abi.zig`: the contract's records as extern structs, whose layout is the canonical ABI's on wasm32, and its
//! functions as extern functions.

use super::names::{docs, interfaces, pascal, plain, signature, snake};
use std::fmt::Write;
use wit_bindgen_core::wit_parser::{Function, Handle, Resolve, Type, TypeDef, TypeDefKind, WorldId};

const HEAD: &str = "\
//! Made of the contract by `cargo xtask bindings`; dualbench.zig gives it words.

/// Where a slice lies. An empty one may lie anywhere in Zig, but within the memory for the host.
pub fn at(slice: anytype) usize {
    return if (slice.len == 0) 8 else @intFromPtr(slice.ptr);
}
pub const Str = extern struct {
    ptr: [*]const u8,
    len: usize,
    pub fn of(text: []const u8) Str {
        return .{ .ptr = @ptrFromInt(at(text)), .len = text.len };
    }
    pub fn get(self: Str) []const u8 {
        return self.ptr[0..self.len];
    }
};
pub fn List(comptime T: type) type {
    return extern struct {
        ptr: [*]const T,
        len: usize,
        pub fn of(items: []const T) @This() {
            return .{ .ptr = @ptrFromInt(at(items)), .len = items.len };
        }
        pub fn get(self: @This()) []const T {
            return self.ptr[0..self.len];
        }
    };
}
pub fn Option(comptime T: type) type {
    return extern struct {
        is_some: bool,
        value: T,
        pub fn of(value: ?T) @This() {
            return if (value) |some| .{ .is_some = true, .value = some } else .{ .is_some = false, .value = undefined };
        }
        pub fn get(self: @This()) ?T {
            return if (self.is_some) self.value else null;
        }
    };
}
pub fn Result(comptime T: type, comptime E: type) type {
    return extern struct { is_err: bool, payload: extern union { ok: T, err: E } };
}
pub fn Tuple(comptime A: type, comptime B: type) type {
    return extern struct { a: A, b: B };
}
";

pub fn text(resolve: &Resolve, world: WorldId) -> String {
    let mut text = HEAD.to_owned();
    for (name, interface) in interfaces(resolve, world) {
        for (own, id) in &interface.types {
            text += &definition(resolve, own, &resolve.types[*id]);
        }
        for function in interface.functions.values() {
            text += &import(resolve, &name, function);
        }
    }
    text
}

/// Types that are used of another interface have a definition already.
fn definition(resolve: &Resolve, name: &str, ty: &TypeDef) -> String {
    let (head, name) = (docs(ty.docs.contents.as_deref(), "///"), pascal(name));
    match &ty.kind {
        TypeDefKind::Record(record) => {
            let fields = record.fields.iter().map(|field| {
                let docs = docs(field.docs.contents.as_deref(), "    ///");
                format!("{docs}    {}: {},\n", escaped(&field.name), of(resolve, &field.ty))
            });
            format!("\n{head}pub const {name} = extern struct {{\n{}}};\n", fields.collect::<String>())
        }
        TypeDefKind::Enum(cases) => {
            let cases: Vec<String> = cases.cases.iter().map(|case| escaped(&case.name)).collect();
            format!("\n{head}pub const {name} = enum(u8) {{ {} }};\n", cases.join(", "))
        }
        TypeDefKind::Variant(variant) => {
            let tags: Vec<String> = variant.cases.iter().map(|case| escaped(&case.name)).collect();
            let payloads = variant.cases.iter().filter_map(|case| {
                let ty = case.ty.as_ref()?;
                let docs = docs(case.docs.contents.as_deref(), "        ///");
                Some(format!("{docs}        {}: {},\n", escaped(&case.name), of(resolve, ty)))
            });
            format!(
                "\n{head}pub const {name} = extern struct {{\n    pub const Tag = enum(u8) {{ {} }};\n    tag: Tag,\n    \
                 payload: extern union {{\n{}    }},\n}};\n",
                tags.join(", "),
                payloads.collect::<String>()
            )
        }
        TypeDefKind::Resource => format!(
            "\n{head}pub const {name}Handle = i32;\npub extern \"{}\" fn @\"[resource-drop]{}\"({name}Handle) void;\n",
            owner(resolve, ty),
            ty.name.as_deref().unwrap_or_default()
        ),
        _ => String::new(),
    }
}

fn import(resolve: &Resolve, interface: &str, function: &Function) -> String {
    let signature = signature(resolve, function);
    let mut params: Vec<String> = signature.params.iter().map(|ty| plain(*ty).to_owned()).collect();
    if let (true, Some(result), Some(last)) = (signature.retptr, &function.result, params.last_mut()) {
        *last = format!("*{}", of(resolve, result));
    }
    let result = signature.results.first().map_or("void", |ty| plain(*ty));
    let mut text = format!("\n{}", docs(function.docs.contents.as_deref(), "///"));
    let _infallible =
        writeln!(text, "pub extern \"{interface}\" fn @\"{}\"({}) {result};", function.name, params.join(", "));
    text
}

fn owner(resolve: &Resolve, ty: &TypeDef) -> String {
    match ty.owner {
        wit_bindgen_core::wit_parser::TypeOwner::Interface(id) => resolve.id_of(id).unwrap_or_default(),
        _ => String::new(),
    }
}

fn of(resolve: &Resolve, ty: &Type) -> String {
    match ty {
        Type::Bool => "bool".to_owned(),
        Type::U8 => "u8".to_owned(),
        Type::U32 => "u32".to_owned(),
        Type::S32 => "i32".to_owned(),
        Type::U64 => "u64".to_owned(),
        Type::S64 => "i64".to_owned(),
        Type::F32 => "f32".to_owned(),
        Type::F64 => "f64".to_owned(),
        Type::String => "Str".to_owned(),
        Type::Id(id) => named(resolve, &resolve.types[*id]),
        other => unreachable!("the contract has no {other:?}: teach it to xtask/src/bindings/zig.rs"),
    }
}

fn named(resolve: &Resolve, ty: &TypeDef) -> String {
    match &ty.kind {
        TypeDefKind::List(inner) => format!("List({})", of(resolve, inner)),
        TypeDefKind::Option(inner) => format!("Option({})", of(resolve, inner)),
        TypeDefKind::Result(result) => {
            let side = |side: &Option<Type>| side.as_ref().map_or_else(|| "u8".to_owned(), |ty| of(resolve, ty));
            format!("Result({}, {})", side(&result.ok), side(&result.err))
        }
        TypeDefKind::Tuple(tuple) => {
            let types: Vec<String> = tuple.types.iter().map(|ty| of(resolve, ty)).collect();
            format!("Tuple({})", types.join(", "))
        }
        TypeDefKind::Handle(Handle::Own(id) | Handle::Borrow(id)) => {
            format!("{}Handle", pascal(resolve.types[*id].name.as_deref().unwrap_or_default()))
        }
        _ => pascal(ty.name.as_deref().unwrap_or_default()),
    }
}

/// Words that Zig keeps for itself.
fn escaped(name: &str) -> String {
    let name = snake(name);
    match name.as_str() {
        "error" | "test" | "align" | "var" | "const" => format!("@\"{name}\""),
        _ => name,
    }
}

//! What the host sees of a module from outside: imports, exports and the embedded component types. Two builds of the same
//! sources agree on these, whatever the compiler; byte by byte they need not.

use anyhow::Result;
use std::collections::BTreeSet;
use wasmparser::{CompositeInnerType, ExternalKind, Parser, Payload, TypeRef};

/// Prefix of the custom sections that hold the world.
const COMPONENT_TYPE: &str = "component-type";

/// One line for each import, export and component type.
#[derive(Debug, PartialEq)]
pub struct Shape(BTreeSet<String>);

/// Types and functions so far: a module declares them before it uses them.
#[derive(Default)]
struct Declared {
    types: Vec<String>,
    functions: Vec<u32>,
}

impl Shape {
    pub fn read(module: &[u8]) -> Result<Self> {
        let mut lines = BTreeSet::new();
        let mut declared = Declared::default();
        for payload in Parser::new(0).parse_all(module) {
            match payload? {
                Payload::TypeSection(types) => {
                    for group in types {
                        let types = group?.into_types();
                        declared.types.extend(types.map(|t| signature(&t.composite_type.inner)));
                    }
                }
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        let import = import?;
                        let kind = declared.import(import.ty);
                        lines.insert(format!("import {} {} {kind}", import.module, import.name));
                    }
                }
                Payload::FunctionSection(functions) => {
                    for function in functions {
                        declared.functions.push(function?);
                    }
                }
                Payload::ExportSection(exports) => {
                    for export in exports {
                        let export = export?;
                        let kind = declared.export(export.kind, export.index);
                        lines.insert(format!("export {} {kind}", export.name));
                    }
                }
                Payload::CustomSection(section) if section.name().starts_with(COMPONENT_TYPE) => {
                    let bytes: String = section.data().iter().map(|b| format!("{b:02x}")).collect();
                    lines.insert(format!("{} {bytes}", section.name()));
                }
                _ => {}
            }
        }
        Ok(Self(lines))
    }

    /// What `self` (the old one) lacks of `other`, and has too much; empty where they agree.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let lacks = other.0.difference(&self.0).map(|line| format!("lacks {}", short(line)));
        let surplus = self.0.difference(&other.0).map(|line| format!("has a surplus {}", short(line)));
        lacks.chain(surplus).collect()
    }
}

impl Declared {
    fn import(&mut self, ty: TypeRef) -> String {
        match ty {
            TypeRef::Func(index) | TypeRef::FuncExact(index) => {
                self.functions.push(index);
                self.signature_of(index)
            }
            other => format!("{other:?}"),
        }
    }

    fn export(&self, kind: ExternalKind, index: u32) -> String {
        match (kind, self.functions.get(index as usize)) {
            (ExternalKind::Func, Some(ty)) => self.signature_of(*ty),
            (kind, _) => format!("{kind:?}").to_lowercase(),
        }
    }

    fn signature_of(&self, ty: u32) -> String {
        self.types.get(ty as usize).cloned().unwrap_or_else(|| "of an unknown type".into())
    }
}

fn signature(ty: &CompositeInnerType) -> String {
    let list = |types: &[wasmparser::ValType]| types.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    match ty {
        CompositeInnerType::Func(function) => {
            format!("({}) -> ({})", list(function.params()), list(function.results()))
        }
        _ => "of no function type".into(),
    }
}

/// Component types are long: their first bytes tell nothing, so only the name is shown.
fn short(line: &str) -> &str {
    match line.starts_with(COMPONENT_TYPE) {
        true => line.rsplit_once(' ').map_or(line, |(name, _)| name),
        false => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(old: &str, new: &str, expected: &[&str]) {
        let shape = |text: &str| Shape::read(&wat::parse_str(text).unwrap()).unwrap();
        assert_eq!(shape(old).differences(&shape(new)), expected);
    }

    const RUN: &str =
        "(module (import \"host\" \"log\" (func (param i32))) (func (export \"run\") (result i32) i32.const 1))";

    #[test]
    fn other_code_with_the_same_face_is_no_difference() {
        check(RUN, &RUN.replace("i32.const 1", "i32.const 2"), &[]);
    }

    #[test]
    fn another_signature_of_an_export_is_a_difference() {
        check(
            RUN,
            &RUN.replace("(result i32) i32.const 1", ""),
            &["lacks export run () -> ()", "has a surplus export run () -> (i32)"],
        );
    }

    #[test]
    fn another_import_is_a_difference() {
        check(
            RUN,
            &RUN.replace("(param i32)", "(param i64)"),
            &["lacks import host log (i64) -> ()", "has a surplus import host log (i32) -> ()"],
        );
    }

    #[test]
    fn another_component_type_is_a_difference() {
        let with = |data: &str| format!("(module (@custom \"component-type:w\" \"{data}\"))");
        check(&with("old"), &with("new"), &["lacks component-type:w", "has a surplus component-type:w"]);
    }
}

//! What can be read off a WebAssembly binary without compiling it: kind, imports, exports, source language.

use super::words;
use std::collections::BTreeSet;
use wasmparser::{
    BinaryReaderError, ComponentTypeRef, CustomSectionReader, Encoding, KnownCustom, Parser, Payload,
    ProducersSectionReader,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Binary {
    Component,
    Module,
}

/// Name of a language, in bytes.
const LANGUAGE_BYTES: usize = 32;

/// One import. Components name a whole interface: there the module is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) module: String,
    pub(super) name: String,
}

/// The outside of a binary; what lies nested in it counts for the language only.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) binary: Binary,
    pub(super) imports: Vec<Name>,
    pub(super) exports: Vec<String>,
    /// A core module that carries its own world.
    pub(super) has_component_type: bool,
    /// From the first `producers` section that names one: `Rust`, `C11`.
    pub(super) language: Option<String>,
}

/// Interfaces that are told of one module; the rest is a number.
const TOLD: usize = 32;
/// Name of one, in bytes.
const INTERFACE_BYTES: usize = 128;

impl Facts {
    /// What the imports belong to, each once, in order.
    pub(super) fn interfaces(&self) -> Vec<String> {
        let whole = |import: &Name| if import.module.is_empty() { import.name.clone() } else { import.module.clone() };
        let all: BTreeSet<String> = self.imports.iter().map(whole).collect();
        let left_out = all.len().saturating_sub(TOLD);
        let told = all.iter().take(TOLD).map(|name| words::line(name.trim_start_matches("cm32p2|"), INTERFACE_BYTES));
        told.chain((left_out > 0).then(|| format!("and {left_out} more"))).collect()
    }
}

/// Walks the sections once. Fails on a malformed or cut-off binary.
pub(super) fn inspect(bytes: &[u8]) -> Result<Facts, BinaryReaderError> {
    let mut facts = Facts {
        binary: Binary::Module,
        imports: Vec::new(),
        exports: Vec::new(),
        has_component_type: false,
        language: None,
    };
    let mut depth = 0_usize;
    for payload in Parser::new(0).parse_all(bytes) {
        match payload? {
            Payload::Version { encoding, .. } if depth == 0 && encoding == Encoding::Component => {
                facts.binary = Binary::Component;
            }
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::CustomSection(section) => facts.read_custom(&section, depth),
            payload if depth == 0 => facts.read_outside(payload)?,
            _ => {}
        }
    }
    Ok(facts)
}

impl Facts {
    fn read_outside(&mut self, payload: Payload<'_>) -> Result<(), BinaryReaderError> {
        match payload {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import?;
                    self.import(import.module, import.name);
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    self.exports.push(export?.name.to_owned());
                }
            }
            Payload::ComponentImportSection(section) => {
                for import in section {
                    let import = import?;
                    // A named type asks nothing of the host: it repeats one of an interface.
                    if !matches!(import.ty, ComponentTypeRef::Type(_)) {
                        self.import("", import.name.name);
                    }
                }
            }
            Payload::ComponentExportSection(section) => {
                for export in section {
                    self.exports.push(export?.name.name.to_owned());
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn import(&mut self, module: &str, name: &str) {
        self.imports.push(Name { module: module.to_owned(), name: name.to_owned() });
    }

    fn read_custom(&mut self, section: &CustomSectionReader<'_>, depth: usize) {
        if depth == 0 && section.name().starts_with("component-type") {
            self.has_component_type = true;
        }
        if let (None, KnownCustom::Producers(producers)) = (&self.language, section.as_known()) {
            self.language = language(producers);
        }
    }
}

/// A malformed section names no language; it is decoration. Rust's compiler, from 1.96 on, names itself alone.
fn language(producers: ProducersSectionReader<'_>) -> Option<String> {
    let mut by_rustc = None;
    for field in producers {
        let field = field.ok()?;
        let value = field.values.into_iter().next()?.ok()?;
        match field.name {
            "language" => return Some(words::line(value.name, LANGUAGE_BYTES)),
            "processed-by" if value.name == "rustc" => by_rustc = Some("Rust".to_owned()),
            _ => {}
        }
    }
    by_rustc
}

//! Makes one function of a module of JavaScript or TypeScript, line for line: a runner can call that, and no other
//! module can be asked for.

use super::Refusal;
use super::edits::Edits;
use super::erase::erase;
use oxc_allocator::Allocator;
use oxc_ast::ast::*;
use oxc_diagnostics::Diagnostics;
use oxc_parser::Parser;
use oxc_span::{GetSpan, SourceType};
use std::fmt::Write;

/// The one module that a script may import.
const SDK: &str = "dualbench";
/// As long as `export default `, so that columns stay.
const DEFAULT: &str = "const _default=";

/// Gives `(dualbench) => exports`, as the text of an expression.
pub(super) fn function(text: &str, typed: bool) -> Result<String, Refusal> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, text, source_type(typed)).parse();
    refuse(text, &parsed.diagnostics)?;
    let mut module = Module { edits: Edits::new(text), head: String::new(), exports: Vec::new() };
    if let Some(hashbang) = &parsed.program.hashbang {
        module.edits.blank(hashbang.span.start, hashbang.span.end);
    }
    for statement in &parsed.program.body {
        module.take(statement)?;
    }
    if typed {
        erase(&parsed.program, &mut module.edits)?;
    }
    let (head, exports) = (module.head, module.exports.join(", "));
    let body = module.edits.apply();
    let function = format!("(function(dualbench){{\"use strict\";{head}{body}\nreturn {{ {exports} }};\n}})");
    if typed {
        check_erased(&function)?;
    }
    Ok(function)
}

fn source_type(typed: bool) -> SourceType {
    if typed { SourceType::ts().with_module(true) } else { SourceType::mjs() }
}

fn refuse(text: &str, diagnostics: &Diagnostics) -> Result<(), Refusal> {
    let Some(first) = diagnostics.errors().next() else { return Ok(()) };
    let label = first.labels.first();
    let help = first.help.as_ref().map(|help| format!(": {help}")).unwrap_or_default();
    let found = label.and_then(|label| label.label()).map(|label| format!(" ({label})")).unwrap_or_default();
    let at = label.map_or(0, |label| label.offset() as usize);
    Err(Refusal::at(text, at, format!("{}{found}{help}", first.message)))
}

/// The eraser knows the forms of TypeScript that people write; what it leaves must be JavaScript.
fn check_erased(function: &str) -> Result<(), Refusal> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, function, SourceType::script()).parse();
    refuse(function, &parsed.diagnostics).map_err(|refusal| Refusal {
        what: format!("its types cannot be left out here ({}): write this in a simpler form", refusal.what),
        ..refusal
    })
}

struct Module<'t> {
    edits: Edits<'t>,
    /// What stands before the first line, in the same line.
    head: String,
    /// `describe`, `local as exported` in the words of an object: `exported: local`.
    exports: Vec<String>,
}

impl Module<'_> {
    fn take(&mut self, statement: &Statement<'_>) -> Result<(), Refusal> {
        match statement {
            Statement::ImportDeclaration(import) => self.import(import),
            Statement::ExportDeclaration(export) => {
                self.edits.blank(export.span.start, export.declaration.span().start);
                self.export(&export.declaration);
                Ok(())
            }
            Statement::ExportNamedDeclaration(export) => {
                self.edits.blank(export.span.start, export.span.end);
                if export.export_kind == ImportOrExportKind::Value {
                    self.export_names(&export.specifiers);
                }
                Ok(())
            }
            Statement::ExportDefaultDeclaration(export) => {
                self.edits.replace(export.span.start, export.declaration.span().start, DEFAULT);
                self.exports.push("default: _default".to_owned());
                Ok(())
            }
            Statement::ExportAllDeclaration(export) => Err(self.foreign(&export.source)),
            Statement::ExportFromDeclaration(export) => Err(self.foreign(&export.source)),
            _ => Ok(()),
        }
    }

    /// Imports are there before the first statement, wherever they stand.
    fn import(&mut self, import: &ImportDeclaration<'_>) -> Result<(), Refusal> {
        self.edits.blank(import.span.start, import.span.end);
        if import.import_kind == ImportOrExportKind::Type {
            return Ok(());
        }
        if import.source.value != SDK {
            return Err(self.foreign(&import.source));
        }
        for specifier in import.specifiers.iter().flatten() {
            match specifier {
                ImportDeclarationSpecifier::ImportSpecifier(one) if one.import_kind == ImportOrExportKind::Type => {}
                ImportDeclarationSpecifier::ImportSpecifier(one) => {
                    let _fits = write!(self.head, "const {{{:?}: {}}}=dualbench;", one.imported.name(), one.local.name);
                }
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(all) if all.local.name == SDK => {}
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(all) => {
                    let _fits = write!(self.head, "const {}=dualbench;", all.local.name);
                }
                ImportDeclarationSpecifier::ImportDefaultSpecifier(default) => {
                    let what = "`dualbench` has no default export: write `import { … } from \"dualbench\"`";
                    return Err(self.edits.refusal(default.span.start, what));
                }
            }
        }
        Ok(())
    }

    fn foreign(&self, source: &StringLiteral<'_>) -> Refusal {
        let what = format!(
            "`{}` cannot be imported: a plain script has \"{SDK}\" and nothing else; a scenario of several files is \
             built with `dualbench new NAME --lang js`",
            source.value
        );
        self.edits.refusal(source.span.start, what)
    }

    fn export(&mut self, declaration: &Declaration<'_>) {
        match declaration {
            Declaration::VariableDeclaration(variables) if !variables.declare => {
                for declarator in &variables.declarations {
                    let names = declarator.id.get_binding_identifiers();
                    self.exports.extend(names.iter().map(|name| name.name.to_string()));
                }
            }
            Declaration::FunctionDeclaration(function) if function.body.is_some() => {
                self.exports.extend(function.id.iter().map(|id| id.name.to_string()));
            }
            Declaration::ClassDeclaration(class) if !class.declare => {
                self.exports.extend(class.id.iter().map(|id| id.name.to_string()));
            }
            _ => {}
        }
    }

    fn export_names(&mut self, specifiers: &[ExportSpecifier<'_>]) {
        let values = specifiers.iter().filter(|one| one.export_kind == ImportOrExportKind::Value);
        self.exports.extend(values.map(|one| format!("{:?}: {}", one.exported.name(), one.local.name())));
    }
}

//! Takes the types out of TypeScript, and nothing else: what is left stands in its old line and column.

use super::Refusal;
use super::edits::Edits;
use oxc_ast::ast::*;
use oxc_ast_visit::{Visit, walk};
use oxc_span::{GetSpan, Span};
use oxc_syntax::scope::ScopeFlags;

/// Words before a member of a class that only the type checker reads.
const MODIFIERS: [&str; 7] = ["public", "private", "protected", "readonly", "override", "abstract", "declare"];

/// Notes what has to go. Fails at what is more than a type: an enum is a program of its own.
pub(super) fn erase<'a>(program: &Program<'a>, edits: &mut Edits<'_>) -> Result<(), Refusal> {
    let mut eraser = Eraser { edits, refused: None };
    eraser.visit_program(program);
    eraser.refused.map_or(Ok(()), Err)
}

struct Eraser<'e, 't> {
    edits: &'e mut Edits<'t>,
    refused: Option<Refusal>,
}

impl Eraser<'_, '_> {
    fn blank(&mut self, span: Span) {
        self.edits.blank(span.start, span.end);
    }

    fn refuse(&mut self, span: Span, what: &str, cure: &str) {
        let refusal =
            self.edits.refusal(span.start, format!("{what} is more than a type and cannot be left out: {cure}"));
        self.refused.get_or_insert(refusal);
    }

    /// A statement or a member that is gone still ends the one before it, which may have no `;` of its own.
    fn leave_out(&mut self, span: Span) {
        self.edits.replace(span.start, span.end, ";");
    }

    /// ` as T`: without it a next line that starts with `(` would go on with this one.
    fn keep_operand(&mut self, whole: Span, kept: Span) {
        let end = if self.edits.next_line_goes_on(whole.end) { ";" } else { "" };
        self.edits.replace(kept.end, whole.end, end);
    }

    /// From the end of what stays to the end of the whole: `!`, `<T>`.
    fn keep_front(&mut self, whole: Span, kept: Span) {
        self.edits.blank(kept.end, whole.end);
    }

    /// The `?` or `!` behind a name.
    fn mark(&mut self, mark: char, from: u32, until: u32) {
        if let Some(at) = self.edits.find(mark, from, until) {
            self.edits.blank(at, at + 1);
        }
    }
}

impl<'a> Visit<'a> for Eraser<'_, '_> {
    fn visit_ts_type_annotation(&mut self, it: &TSTypeAnnotation<'a>) {
        self.blank(it.span);
    }

    fn visit_ts_type_parameter_declaration(&mut self, it: &TSTypeParameterDeclaration<'a>) {
        self.blank(it.span);
    }

    fn visit_ts_type_parameter_instantiation(&mut self, it: &TSTypeParameterInstantiation<'a>) {
        self.blank(it.span);
    }

    fn visit_ts_type_alias_declaration(&mut self, it: &TSTypeAliasDeclaration<'a>) {
        self.leave_out(it.span);
    }

    fn visit_ts_interface_declaration(&mut self, it: &TSInterfaceDeclaration<'a>) {
        self.leave_out(it.span);
    }

    fn visit_ts_this_parameter(&mut self, it: &TSThisParameter<'a>) {
        self.blank(it.span);
    }

    fn visit_ts_as_expression(&mut self, it: &TSAsExpression<'a>) {
        self.keep_operand(it.span, it.expression.span());
        self.visit_expression(&it.expression);
    }

    fn visit_ts_satisfies_expression(&mut self, it: &TSSatisfiesExpression<'a>) {
        self.keep_operand(it.span, it.expression.span());
        self.visit_expression(&it.expression);
    }

    fn visit_ts_non_null_expression(&mut self, it: &TSNonNullExpression<'a>) {
        self.keep_front(it.span, it.expression.span());
        self.visit_expression(&it.expression);
    }

    fn visit_ts_instantiation_expression(&mut self, it: &TSInstantiationExpression<'a>) {
        self.keep_front(it.span, it.expression.span());
        self.visit_expression(&it.expression);
    }

    fn visit_ts_type_assertion(&mut self, it: &TSTypeAssertion<'a>) {
        self.edits.blank(it.span.start, it.expression.span().start);
        self.visit_expression(&it.expression);
    }

    fn visit_variable_declaration(&mut self, it: &VariableDeclaration<'a>) {
        if it.declare {
            return self.leave_out(it.span);
        }
        walk::walk_variable_declaration(self, it);
    }

    fn visit_variable_declarator(&mut self, it: &VariableDeclarator<'a>) {
        if it.definite {
            self.mark('!', it.id.span().end, it.span.end);
        }
        walk::walk_variable_declarator(self, it);
    }

    fn visit_function(&mut self, it: &Function<'a>, flags: ScopeFlags) {
        if it.declare || it.body.is_none() {
            return self.leave_out(it.span);
        }
        if let Some(this) = &it.this_param {
            let next = it.params.items.first().map(|first| first.span.start);
            let rest = it.params.rest.as_ref().map(|rest| rest.span.start);
            self.edits.blank(this.span.start, next.or(rest).unwrap_or(this.span.end));
        }
        walk::walk_function(self, it, flags);
    }

    fn visit_formal_parameter(&mut self, it: &FormalParameter<'a>) {
        if it.accessibility.is_some() || it.readonly || it.r#override {
            self.refuse(it.span, "a parameter that is also a property", "assign it in the constructor");
        }
        if it.optional {
            self.mark('?', it.pattern.span().end, it.span.end);
        }
        walk::walk_formal_parameter(self, it);
    }

    fn visit_class(&mut self, it: &Class<'a>) {
        if it.declare {
            return self.leave_out(it.span);
        }
        let name = it.id.as_ref().map_or(it.body.span.start, |id| id.span.start);
        self.edits.blank_words(&["abstract"], it.span.start, name);
        if let (Some(first), Some(last)) = (it.implements.first(), it.implements.last()) {
            let before = it.heritage.as_ref().map(|heritage| heritage.expression.span().end);
            let before = before.or(it.id.as_ref().map(|id| id.span.end)).unwrap_or(it.span.start);
            self.edits.blank_words(&["implements"], before, first.span.start);
            self.edits.blank(first.span.start, last.span.end);
        }
        walk::walk_class(self, it);
    }

    fn visit_class_element(&mut self, it: &ClassElement<'a>) {
        match it {
            ClassElement::TSIndexSignature(signature) => self.leave_out(signature.span),
            ClassElement::MethodDefinition(method) if method.value.body.is_none() => self.leave_out(method.span),
            ClassElement::PropertyDefinition(property) if property.declare || is_abstract(property) => {
                self.leave_out(property.span);
            }
            _ => walk::walk_class_element(self, it),
        }
    }

    fn visit_method_definition(&mut self, it: &MethodDefinition<'a>) {
        self.edits.blank_words(&MODIFIERS, it.span.start, it.key.span().start);
        if it.optional {
            self.mark('?', it.key.span().end, it.value.span.start);
        }
        walk::walk_method_definition(self, it);
    }

    fn visit_property_definition(&mut self, it: &PropertyDefinition<'a>) {
        self.edits.blank_words(&MODIFIERS, it.span.start, it.key.span().start);
        let end = it.value.as_ref().map_or(it.span.end, |value| value.span().start);
        let end = it.type_annotation.as_ref().map_or(end, |annotation| annotation.span.start);
        if it.optional {
            self.mark('?', it.key.span().end, end);
        }
        if it.definite {
            self.mark('!', it.key.span().end, end);
        }
        walk::walk_property_definition(self, it);
    }

    fn visit_ts_enum_declaration(&mut self, it: &TSEnumDeclaration<'a>) {
        if it.declare {
            return self.leave_out(it.span);
        }
        self.refuse(it.span, "an `enum`", "write an object and a union of its values");
    }

    fn visit_ts_namespace_declaration(&mut self, it: &TSNamespaceDeclaration<'a>) {
        if it.declare {
            return self.leave_out(it.span);
        }
        self.refuse(it.span, "a `namespace`", "write an object");
    }

    fn visit_ts_external_module_declaration(&mut self, it: &TSExternalModuleDeclaration<'a>) {
        self.leave_out(it.span);
    }

    fn visit_ts_global_declaration(&mut self, it: &TSGlobalDeclaration<'a>) {
        self.leave_out(it.span);
    }

    fn visit_ts_import_equals_declaration(&mut self, it: &TSImportEqualsDeclaration<'a>) {
        self.refuse(it.span, "`import … =`", "write `import { … } from \"dualbench\"`");
    }

    fn visit_ts_export_assignment(&mut self, it: &TSExportAssignment<'a>) {
        self.refuse(it.span, "`export =`", "write `export`");
    }

    fn visit_decorator(&mut self, it: &Decorator<'a>) {
        self.refuse(it.span, "a decorator", "call the function yourself");
    }
}

fn is_abstract(property: &PropertyDefinition<'_>) -> bool {
    property.r#type == PropertyDefinitionType::TSAbstractPropertyDefinition
}

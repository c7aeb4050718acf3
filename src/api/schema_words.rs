//! What schemas are made of: types, lists, objects, and what may be null or absent. An object is closed and has all its keys
//! unless it says otherwise.

use serde_json::Value;
use utoipa::openapi::schema::{AdditionalProperties, ArrayBuilder, Object, ObjectBuilder, OneOfBuilder, SchemaType};
use utoipa::openapi::{RefOr, Schema, SchemaFormat, Type};

pub(super) fn formatted(format: SchemaFormat) -> Schema {
    of_type(Type::String).format(Some(format)).into()
}

pub(super) fn text() -> Schema {
    of_type(Type::String).into()
}

pub(super) fn number() -> Schema {
    of_type(Type::Number).into()
}

pub(super) fn flag() -> Schema {
    of_type(Type::Boolean).into()
}

/// A whole number that is never below 0.
pub(super) fn count() -> Schema {
    of_type(Type::Integer).minimum(Some(0)).into()
}

pub(super) fn between(least: i64, most: i64) -> Schema {
    of_type(Type::Integer).minimum(Some(least)).maximum(Some(most)).into()
}

pub(super) fn words<const N: usize>(words: [&'static str; N]) -> Schema {
    of_type(Type::String).enum_values(Some(words)).into()
}

pub(super) fn any() -> Schema {
    ObjectBuilder::new().schema_type(SchemaType::AnyValue).into()
}

pub(super) fn any_object() -> Schema {
    map(any())
}

pub(super) fn of_type(kind: Type) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::Type(kind))
}

pub(super) fn list(item: Schema) -> Schema {
    ArrayBuilder::new().items(RefOr::T(item)).into()
}

pub(super) fn map(value: Schema) -> Schema {
    ObjectBuilder::new().additional_properties(Some(AdditionalProperties::RefOr(RefOr::T(value)))).into()
}

pub(super) fn object(fields: Vec<(&str, Schema)>) -> Schema {
    let nothing_else = Some(AdditionalProperties::FreeForm(false));
    let empty = ObjectBuilder::new().additional_properties(nothing_else);
    fields.into_iter().fold(empty, |object, (name, schema)| object.property(name, schema).required(name)).into()
}

pub(super) fn edited(schema: Schema, edit: impl FnOnce(&mut Object)) -> Schema {
    match schema {
        Schema::Object(mut object) => {
            edit(&mut object);
            Schema::Object(object)
        }
        other => other,
    }
}

pub(super) fn open(schema: Schema) -> Schema {
    edited(schema, |object| object.additional_properties = None)
}

pub(super) fn with_optional(schema: Schema, fields: Vec<(&str, Schema)>) -> Schema {
    edited(schema, |object| {
        object.properties.extend(fields.into_iter().map(|(name, field)| (name.to_owned(), RefOr::T(field))));
    })
}

pub(super) fn described(schema: Schema, text: &str) -> Schema {
    edited(schema, |object| object.description = Some(text.to_owned()))
}

/// Null as well. An enumeration has to name it.
pub(super) fn nullable(schema: Schema) -> Schema {
    if !matches!(schema, Schema::Object(_)) {
        return OneOfBuilder::new().item(of_type(Type::Null)).item(schema).into();
    }
    edited(schema, |object| {
        if let SchemaType::Type(kind) = object.schema_type.clone() {
            object.schema_type = SchemaType::from_iter([kind, Type::Null]);
        }
        if let Some(words) = &mut object.enum_values {
            words.push(Value::Null);
        }
    })
}

//! What a run was given: one value for each parameter.

use crate::bindings::dualbench::scenario::types::Value;
use crate::choice::{Choice, value_of};

/// The values of the parameters, complete and checked by the host.
///
/// Asking for a name that `describe` does not declare, or for another type than its default has, is a mistake in the
/// scenario: it panics, and the run's log says which name and what is known.
#[derive(Debug, Clone)]
pub struct Arguments(Vec<(String, Value)>);

impl Arguments {
    /// Takes what the host gives to `run`; a test of a scenario may call it too.
    pub fn new(values: Vec<(String, Value)>) -> Self {
        Self(values)
    }

    /// The value of [`Param::integer`](crate::Param::integer).
    #[track_caller]
    pub fn integer(&self, name: &str) -> i32 {
        match self.value(name) {
            Value::Integer(value) => *value,
            other => wrong_type(name, "an integer", other),
        }
    }

    /// The value of an integer that cannot be negative: tokens, users, repetitions.
    /// Panics below 0, so give such a parameter a range.
    #[track_caller]
    pub fn count(&self, name: &str) -> u32 {
        let value = self.integer(name);
        match u32::try_from(value) {
            Ok(count) => count,
            Err(_) => panic!("argument `{name}` is {value}, which is no count; give the parameter a range from 0 up"),
        }
    }

    /// The value of [`Param::number`](crate::Param::number).
    #[track_caller]
    pub fn number(&self, name: &str) -> f64 {
        match self.value(name) {
            Value::Number(value) => *value,
            other => wrong_type(name, "a number", other),
        }
    }

    /// The value of [`Param::flag`](crate::Param::flag).
    #[track_caller]
    pub fn flag(&self, name: &str) -> bool {
        match self.value(name) {
            Value::Flag(value) => *value,
            other => wrong_type(name, "a flag", other),
        }
    }

    /// The value of [`Param::text`](crate::Param::text).
    #[track_caller]
    pub fn text(&self, name: &str) -> &str {
        match self.value(name) {
            Value::Text(value) => value,
            other => wrong_type(name, "a text", other),
        }
    }

    /// The value of [`Param::choice`](crate::Param::choice).
    #[track_caller]
    pub fn choice<C: Choice>(&self, name: &str) -> C {
        let text = self.text(name);
        match value_of(text) {
            Some(value) => value,
            None => panic!("argument `{name}` is `{text}`, which is no value of its choice"),
        }
    }

    #[track_caller]
    fn value(&self, name: &str) -> &Value {
        match self.0.iter().find(|(known, _)| known == name) {
            Some((_, value)) => value,
            None => {
                let known: Vec<&str> = self.0.iter().map(|(known, _)| known.as_str()).collect();
                panic!("no parameter `{name}`; the manifest declares: {}", known.join(", "))
            }
        }
    }
}

#[track_caller]
fn wrong_type(name: &str, asked: &str, found: &Value) -> ! {
    let found = match found {
        Value::Flag(_) => "a flag",
        Value::Integer(_) => "an integer",
        Value::Number(_) => "a number",
        Value::Text(_) => "a text",
    };
    panic!("parameter `{name}` was asked for as {asked}, but its default is {found}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bindings::dualbench::scenario::engines::Cache;

    fn arguments() -> Arguments {
        Arguments::new(vec![
            ("users".into(), Value::Integer(4)),
            ("below".into(), Value::Integer(-1)),
            ("cache".into(), Value::Text("warm".into())),
        ])
    }

    #[test]
    fn a_value_is_found_by_its_name() {
        assert_eq!(arguments().count("users"), 4);
        assert_eq!(arguments().integer("below"), -1);
        assert_eq!(arguments().choice::<Cache>("cache"), Cache::Warm);
    }

    #[test]
    #[should_panic(expected = "no parameter `user`; the manifest declares: users, below, cache")]
    fn an_unknown_name_says_what_is_known() {
        arguments().integer("user");
    }

    #[test]
    #[should_panic(expected = "parameter `users` was asked for as a text")]
    fn a_value_of_another_type_is_a_mistake() {
        arguments().text("users");
    }

    #[test]
    #[should_panic(expected = "which is no count")]
    fn a_negative_integer_is_no_count() {
        arguments().count("below");
    }
}

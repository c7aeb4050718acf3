//! The parameters of a scenario: what a person may set before a run.

use crate::bindings::dualbench::scenario::types::{Param, Value};
use crate::choice::{Choice, name_of};

impl Param {
    /// A whole number. `name`: lower-case words joined by `_`, unique in the scenario.
    pub fn integer(name: &str, default: i32) -> Self {
        Self::with_default(name, Value::Integer(default))
    }

    /// A number with a fraction.
    pub fn number(name: &str, default: f64) -> Self {
        Self::with_default(name, Value::Number(default))
    }

    /// Yes or no.
    pub fn flag(name: &str, default: bool) -> Self {
        Self::with_default(name, Value::Flag(default))
    }

    /// Free text.
    pub fn text(name: &str, default: &str) -> Self {
        Self::with_default(name, Value::Text(default.into()))
    }

    /// One of the named values of a [`Choice`]; read it with [`Arguments::choice`](crate::Arguments::choice).
    pub fn choice<C: Choice>(name: &str, default: C) -> Self {
        let mut param = Self::with_default(name, Value::Text(name_of(default).into()));
        param.choices = C::NAMED.iter().map(|(name, _)| (*name).into()).collect();
        param
    }

    /// Leaves only these of a choice's values: an engine that may be `main` or `mini`, but not `pipeline`.
    pub fn only<C: Choice>(mut self, allowed: &[C]) -> Self {
        self.choices = allowed.iter().map(|value| name_of(*value).into()).collect();
        self
    }

    /// Unit of the value, shown beside the field: `tokens`, `s`, `1/s`.
    pub fn unit(mut self, unit: &str) -> Self {
        self.unit = Some(unit.into());
        self
    }

    /// Smallest and largest value allowed, both included (integer and number).
    pub fn range(self, min: impl Into<f64>, max: impl Into<f64>) -> Self {
        self.at_least(min).at_most(max)
    }

    /// Smallest value allowed (integer and number).
    pub fn at_least(mut self, min: impl Into<f64>) -> Self {
        self.min = Some(min.into());
        self
    }

    /// Largest value allowed (integer and number).
    pub fn at_most(mut self, max: impl Into<f64>) -> Self {
        self.max = Some(max.into());
        self
    }

    /// One sentence for the person who fills in the form.
    pub fn help(mut self, help: &str) -> Self {
        self.help = help.into();
        self
    }

    fn with_default(name: &str, default: Value) -> Self {
        Self { name: name.into(), help: String::new(), default, unit: None, min: None, max: None, choices: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bindings::dualbench::scenario::engines::Cache;
    use crate::bindings::dualbench::scenario::types::Target;

    #[test]
    fn a_range_sets_both_ends() {
        let param = Param::integer("output_tokens", 128).unit("tokens").range(1, 4096);
        assert_eq!((param.min, param.max), (Some(1.0), Some(4096.0)));
        assert_eq!(param.unit.as_deref(), Some("tokens"));
    }

    #[test]
    fn a_choice_offers_the_names_of_its_values() {
        let param = Param::choice("cache", Cache::Warm);
        assert_eq!(param.choices, ["cold", "warm"]);
        assert!(matches!(param.default, Value::Text(text) if text == "warm"));
    }

    #[test]
    fn only_leaves_the_values_that_it_names() {
        let param = Param::choice("engine", Target::Main).only(&[Target::Main, Target::Mini]);
        assert_eq!(param.choices, ["main", "mini"]);
    }
}

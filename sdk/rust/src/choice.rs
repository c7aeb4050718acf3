//! Values that a person picks by name.

use crate::bindings::dualbench::scenario::engines::{Cache, Spacing};
use crate::bindings::dualbench::scenario::types::Target;

/// A closed set of values with a name each, for [`Param::choice`](crate::Param::choice) and
/// [`Arguments::choice`](crate::Arguments::choice). Implement it for an enum of your own.
pub trait Choice: Copy + PartialEq + 'static {
    /// Every value with its name, lower case, in the order in which the form offers them.
    const NAMED: &'static [(&'static str, Self)];
}

impl Choice for Target {
    const NAMED: &'static [(&'static str, Self)] =
        &[("main", Target::Main), ("mini", Target::Mini), ("pipeline", Target::Pipeline)];
}

impl Choice for Cache {
    const NAMED: &'static [(&'static str, Self)] = &[("cold", Cache::Cold), ("warm", Cache::Warm)];
}

impl Choice for Spacing {
    const NAMED: &'static [(&'static str, Self)] = &[("constant", Spacing::Constant), ("poisson", Spacing::Poisson)];
}

/// The name of a value; empty where `NAMED` lacks it, which the host refuses when the module is loaded.
pub(crate) fn name_of<C: Choice>(value: C) -> &'static str {
    C::NAMED.iter().find(|(_, named)| *named == value).map_or("", |(name, _)| *name)
}

/// The value of a name.
pub(crate) fn value_of<C: Choice>(name: &str) -> Option<C> {
    C::NAMED.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
}

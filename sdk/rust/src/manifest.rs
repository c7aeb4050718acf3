//! What a scenario says of itself.

use crate::bindings::dualbench::scenario::types::{Manifest, Param, Target};

impl Manifest {
    /// A manifest with no parameter and no target yet. `name`: lower-case words joined by `-`, at most 64 bytes;
    /// `version`: a semantic version, mostly `env!("CARGO_PKG_VERSION")`.
    pub fn new(name: &str, version: &str) -> Self {
        Self {
            name: name.into(),
            version: version.into(),
            description: String::new(),
            params: Vec::new(),
            targets: Vec::new(),
        }
    }

    /// One or two sentences: what is measured, and what one learns from it.
    pub fn description(mut self, description: &str) -> Self {
        self.description = description.into();
        self
    }

    /// The targets that this scenario may ask; any other is refused with [`Error::NotAllowed`](crate::Error::NotAllowed).
    pub fn targets(mut self, targets: &[Target]) -> Self {
        self.targets = targets.to_vec();
        self
    }

    /// Adds a parameter. The form shows them in this order.
    pub fn param(mut self, param: Param) -> Self {
        self.params.push(param);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_keep_the_order_in_which_they_were_added() {
        let manifest =
            Manifest::new("order", "1.0.0").param(Param::integer("second", 2)).param(Param::integer("first", 1));
        let names: Vec<&str> = manifest.params.iter().map(|p| p.name.as_str()).collect();
        assert_eq!(names, ["second", "first"]);
    }
}

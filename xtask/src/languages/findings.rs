//! What was found of one language, and how it differs from what Rust does.

use super::language::Toolchain;
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::collections::BTreeMap;

/// Calls that a guest must survive in one run.
const SOAK: u64 = 100_000;

pub struct Findings {
    pub name: &'static str,
    pub title: &'static str,
    pub notes: &'static str,
    pub toolchain: Toolchain,
    /// Of a run of the parity guest on the simulated engines.
    pub metrics: BTreeMap<String, String>,
    /// Calls of that run's replay, which gave the same record.
    pub replayed_calls: u64,
    /// The parity guest on a host that always answers the same.
    pub bench: Value,
}

impl Findings {
    /// Fails at the first thing that is not as in `measure`.
    pub fn hold_against(&self, measure: &Findings) -> Result<()> {
        let same = self.bench["manifest"] == measure.bench["manifest"];
        ensure!(same, "another manifest:\n  {}\n  {}", self.bench["manifest"], measure.bench["manifest"]);
        let runs =
            measure.bench["runs"].as_object().filter(|runs| !runs.is_empty()).context("Rust's guest made no run")?;
        for (name, theirs) in runs {
            ensure!(theirs.as_array().is_some_and(|calls| !calls.is_empty()), "Rust's run `{name}` called nothing");
            if let Some(difference) = difference(&self.bench["runs"][name], theirs) {
                bail!("the run `{name}` is another: {difference}");
            }
        }
        ensure!(
            self.metrics == measure.metrics,
            "other metrics on the simulated engines: {:?} instead of {:?}",
            self.metrics,
            measure.metrics
        );
        self.survives()
    }

    fn survives(&self) -> Result<()> {
        let soak = &self.bench["soak"];
        ensure!(soak["error"].is_null(), "after {} calls of `next`: {}", soak["calls"], soak["error"]);
        ensure!(soak["calls"].as_u64() > Some(SOAK), "only {} calls of `next`", soak["calls"]);
        Ok(())
    }

    pub fn number(&self, path: &str) -> Option<f64> {
        self.bench.pointer(path).and_then(Value::as_f64)
    }
}

fn difference(ours: &Value, theirs: &Value) -> Option<String> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let (ours, theirs) = (list(ours), list(theirs));
    let words = |list: &[Value], at: usize| list.get(at).map_or("nothing".to_owned(), Value::to_string);
    let at = (0..ours.len().max(theirs.len())).find(|at| ours.get(*at) != theirs.get(*at))?;
    Some(format!("line {} is {} instead of {}", at + 1, words(&ours, at), words(&theirs, at)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_first_line_that_differs_is_told() {
        assert_eq!(difference(&json!(["a", "b"]), &json!(["a", "b"])), None);
        let told = difference(&json!(["a", "x"]), &json!(["a", "b"])).unwrap();
        assert_eq!(told, "line 2 is \"x\" instead of \"b\"");
        let told = difference(&json!(["a"]), &json!(["a", "b"])).unwrap();
        assert_eq!(told, "line 2 is nothing instead of \"b\"");
    }
}

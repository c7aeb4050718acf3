//! `dualbench history`: past runs, read from the journal, also while a daemon holds the store.

use anyhow::{Context, Result};
use clap::Args;
use serde_json::Value;

use crate::cli::{Exit, Global, out};
use crate::events::simulated_names;
use crate::store::Past;

#[derive(Args)]
pub struct History {
    /// Runs to show, the latest first
    #[arg(long, short = 'n', default_value_t = 20)]
    limit: usize,
    /// Only runs of this scenario
    #[arg(long)]
    scenario: Option<String>,
    /// Print the journal's own lines, of each run the last
    #[arg(long)]
    json: bool,
}

impl History {
    pub fn execute(self, global: &Global) -> Result<Exit> {
        let config = global.load(Vec::new())?;
        let path = &config.store.journal;
        let past = Past::read(path, self.limit, self.scenario.as_deref())
            .with_context(|| format!("cannot read {}", path.display()))?;
        if let Some(note) = foreign(past.foreign) {
            out::note(&note);
        }
        if self.json {
            past.lines.iter().for_each(|line| out::line(line));
            return Ok(Exit::Done);
        }
        if past.lines.is_empty() {
            if let Some(name) = &self.scenario {
                out::note(&format!(
                    "no run of `{name}` in {}; `dualbench scenarios` lists what there is",
                    path.display()
                ));
                return Ok(Exit::Done);
            }
            out::note(&format!("no run in {} yet; `dualbench run engine-speed` makes the first", path.display()));
            return Ok(Exit::Done);
        }
        let header = [
            "started",
            "run",
            "scenario",
            "state",
            "verdict",
            "main ttft",
            "main tok/s",
            "mini ttft",
            "mini tok/s",
            "",
        ];
        out::line(&out::table(&header, past.lines.iter().map(|line| row(line)).collect()));
        Ok(Exit::Done)
    }
}

/// What is said of lines that are shown nowhere.
fn foreign(lines: u32) -> Option<String> {
    match lines {
        0 => None,
        1 => Some("1 line of the journal is not of this program".to_owned()),
        n => Some(format!("{n} lines of the journal are not of this program")),
    }
}

fn row(line: &str) -> Vec<String> {
    let v: Value = serde_json::from_str(line).unwrap_or_default();
    let text = |v: &Value| v.as_str().unwrap_or("–").to_owned();
    let valid = v["verdict"]["state"] == "valid";
    let median = |target: &str, measure: &str, unit: &str| match v["targets"][target][measure]["median"].as_f64() {
        Some(n) if valid => format!("{n:.1}{unit}"),
        _ => "–".to_owned(),
    };
    vec![
        text(&v["started_at"]),
        text(&v["run_id"]),
        text(&v["scenario"]["name"]),
        text(&v["state"]),
        text(&v["verdict"]["state"]),
        median("main", "ttft_ms", " ms"),
        median("main", "tokens_per_second", ""),
        median("mini", "ttft_ms", " ms"),
        median("mini", "tokens_per_second", ""),
        simulated(&v),
    ]
}

/// Whose figures are simulated: a real engine may stand beside a simulated one.
fn simulated(v: &Value) -> String {
    let engines = v["engines"].as_object().into_iter().flatten();
    let named = engines.map(|(role, engine)| (role.as_str(), engine["simulated"] == true));
    match simulated_names(v["simulated"] == true, named) {
        None => String::new(),
        Some(names) if names.is_empty() => "simulated".to_owned(),
        Some(names) => format!("simulated: {names}"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_simulated_engine_beside_a_real_one_is_named() {
        let engines = |main: bool, mini: bool| {
            let of = |simulated: bool| json!({ "simulated": simulated });
            simulated(&json!({ "simulated": main || mini, "engines": { "main": of(main), "mini": of(mini) } }))
        };
        assert_eq!(engines(true, true), "simulated");
        assert_eq!(engines(false, true), "simulated: mini");
        assert_eq!(engines(false, false), "");
        assert_eq!(simulated(&json!({ "simulated": true })), "simulated");
    }

    #[test]
    fn what_the_store_does_not_know_is_counted_in_words() {
        assert_eq!(foreign(0), None);
        assert_eq!(foreign(1).as_deref(), Some("1 line of the journal is not of this program"));
        assert_eq!(foreign(2).as_deref(), Some("2 lines of the journal are not of this program"));
    }
}

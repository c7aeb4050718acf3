//! `dualbench history`: past runs, read from the journal, also while a daemon holds the store.

use anyhow::{Context, Result};
use clap::Args;
use serde_json::Value;

use crate::cli::{Exit, Global, out};

#[derive(Args)]
pub struct History {
    /// Runs to show, the latest first
    #[arg(long, short = 'n', default_value_t = 20)]
    limit: usize,
    /// Only runs of this scenario
    #[arg(long)]
    scenario: Option<String>,
    /// Print the journal's own lines
    #[arg(long)]
    json: bool,
}

impl History {
    pub fn execute(self, global: &Global) -> Result<Exit> {
        let config = global.load(Vec::new())?;
        let path = &config.store.journal;
        let text = match std::fs::read(path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(e) => return Err(e).with_context(|| format!("cannot read {}", path.display())),
        };
        let read = |line: &str| serde_json::from_str::<Value>(line).ok().map(|v| (line.to_owned(), v));
        let runs: Vec<(String, Value)> = text
            .lines()
            .rev()
            .filter_map(read)
            .filter(|(_, v)| self.scenario.as_deref().is_none_or(|s| v["scenario"]["name"] == s))
            .take(self.limit)
            .collect();
        if self.json {
            runs.iter().for_each(|(line, _)| out::line(line));
            return Ok(Exit::Done);
        }
        if runs.is_empty() {
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
        out::line(&out::table(&header, runs.iter().map(|(_, v)| row(v)).collect()));
        Ok(Exit::Done)
    }
}

fn row(v: &Value) -> Vec<String> {
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
        if v["simulated"] == true { "simulated".into() } else { String::new() },
    ]
}

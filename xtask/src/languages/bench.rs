//! The bench `guests`, built once: what a parity guest asks and tells, and what it costs.

use crate::process::output;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// For all runs of one guest, 200 000 calls among them.
const TRIAL: Duration = Duration::from_secs(180);

pub struct Bench {
    program: PathBuf,
    /// Where the runs of a guest find what is kept for them, as `dualbench run` does.
    dir: PathBuf,
}

impl Bench {
    pub fn build(root: &Path) -> Result<Self> {
        let mut cargo = Command::new("cargo");
        cargo.args(["bench", "--bench", "guests", "--no-run", "--quiet", "--message-format=json"]).current_dir(root);
        let built = output(Duration::from_secs(1800), &mut cargo)?;
        let lines = String::from_utf8_lossy(&built);
        let messages = lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let mut ours = messages.filter(|m| m["target"]["name"] == "guests");
        let program = ours.find_map(|m| m["executable"].as_str().map(PathBuf::from));
        let program = program.context("cargo told of no bench `guests`")?;
        Ok(Self { program, dir: root.join("target/languages/runs") })
    }

    pub fn of(&self, module: &Path) -> Result<Value> {
        // How long a big module takes to compile is to be seen, not how fast it is found again.
        let _absent = std::fs::remove_dir_all(self.dir.join("dualbench-data/compiled"));
        let told = output(TRIAL, Command::new(&self.program).arg(module).current_dir(&self.dir))?;
        let found: Value = serde_json::from_slice(&told).context("the bench told no JSON")?;
        match found["error"].as_str() {
            Some(error) => bail!("{}: {error}", module.display()),
            None => Ok(found),
        }
    }
}

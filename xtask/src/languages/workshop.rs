//! The folder where guests are built, and the program that makes and runs them.

use super::tools::Tools;
use crate::process::{last_lines, run, told, within};
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// For one run on the simulated engines, twenty times as fast as the card that they play.
const RUN: Duration = Duration::from_secs(120);

pub struct Workshop {
    pub root: PathBuf,
    /// `target/languages`.
    pub dir: PathBuf,
    program: PathBuf,
}

impl Workshop {
    /// Builds the program, and empties the folder of guests.
    pub fn open(root: &Path) -> Result<Self> {
        let mut build = Command::new("cargo");
        build.args(["build", "--release", "--quiet", "--bin", "dualbench"]).current_dir(root);
        run(&mut build)?;
        let dir = root.join("target/languages");
        let _absent = fs::remove_dir_all(dir.join("guests"));
        fs::create_dir_all(dir.join("guests"))?;
        fs::create_dir_all(dir.join("runs"))?;
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        Ok(Self { root: root.to_owned(), dir, program: target.join("release/dualbench") })
    }

    pub fn tools(&self) -> Tools {
        Tools { root: self.root.clone(), dir: self.dir.join("tools") }
    }

    /// `dualbench new`, as an author types it; gives the folder.
    pub fn new_folder(&self, language: &str, name: &str) -> Result<PathBuf> {
        let parent = self.dir.join("guests").join(language);
        fs::create_dir_all(&parent)?;
        let mut new = Command::new(&self.program);
        within(RUN, new.args(["new", name, "--lang", language, "--in"]).arg(&parent).stdout(Stdio::null()))?;
        Ok(parent.join(name))
    }

    /// `dualbench run`, on the embedded simulated engines; gives the record.
    pub fn record(&self, module: &Path) -> Result<serde_json::Value> {
        let mut run = Command::new(&self.program);
        run.arg("--dir").arg(self.dir.join("runs"));
        run.args(["--simulated", "--set", "simulated.speed=20", "run", "--json", "--seed", "7"]).arg(module);
        // A busy machine may void a run, which has an exit code of its own: its record counts here all the same.
        let told = told(RUN, &mut run)?;
        let line = String::from_utf8_lossy(&told.stdout);
        serde_json::from_str(&line)
            .with_context(|| format!("{} gave no record: {}", module.display(), last_lines(&told.stderr)))
    }

    /// `dualbench replay` of such a run, which must give the same record; gives how many calls it followed.
    pub fn replayed(&self, run: &str) -> Result<u64> {
        let mut replay = Command::new(&self.program);
        replay.arg("--dir").arg(self.dir.join("runs")).args(["replay", "--json", run]);
        let told = told(RUN, &mut replay)?;
        let line = String::from_utf8_lossy(&told.stdout);
        let proof: serde_json::Value =
            serde_json::from_str(&line).with_context(|| format!("no replay of {run}: {}", last_lines(&told.stderr)))?;
        ensure!(proof["same"] == true, "the replay of {run} is another run: {line}");
        proof["calls"].as_u64().context("the replay tells no calls")
    }
}

//! Virtual environments with pinned packages.

use anyhow::Result;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::process::within;

/// For the packages of one environment to be fetched and unpacked; the largest is 100 MB.
const INSTALL: Duration = Duration::from_secs(300);

/// A virtual environment at `dir` with these packages (`name==version`); made anew where it has others, or was left half
/// made. Gives its folder.
pub fn venv(dir: &Path, packages: &[&str]) -> Result<PathBuf> {
    let (installed, asked) = (dir.join(".installed"), packages.join(" "));
    if fs::read_to_string(&installed).ok().as_deref() != Some(asked.as_str()) {
        within(INSTALL, Command::new("python3").args(["-m", "venv", "--clear"]).arg(dir))?;
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
        within(INSTALL, Command::new(dir.join("bin/python")).args(pip).args(packages))?;
        fs::write(&installed, asked)?;
    }
    Ok(dir.to_owned())
}

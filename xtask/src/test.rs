//! `cargo xtask test`: everything that must hold, in one command.

use anyhow::{Context, Result};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::bindings;
use crate::engines::{Engines, wait_for};
use crate::languages;
use crate::process::run;
use crate::scenarios;
use crate::schema;
use crate::sdk;
use crate::steps::Steps;

pub fn test(root: &Path, options: &[String]) -> Result<()> {
    let mut steps = Steps::parse(options)?;
    let cargo = |args: &[&str]| run(Command::new("cargo").args(args).current_dir(root));
    let npm = |args: &[&str]| run(Command::new("npm").args(args).current_dir(root.join("web")));

    steps.step("format", || cargo(&["fmt", "--all", "--check"]));
    steps.step("build", || cargo(&["build", "--release", "--workspace", "--all-targets"]));
    steps.step("tests", || cargo(&["test", "--release", "--workspace", "--no-fail-fast"]));
    steps
        .step("tests that run alone", || cargo(&["test", "--release", "--lib", "--", "--ignored", "--test-threads=1"]));
    steps.step("sdk for rust", || cargo(&["test", "--manifest-path", "sdk/rust/Cargo.toml"]));
    steps.step("sdk for javascript", || sdk::javascript(root));
    steps.step("sdk for python", || sdk::python(root));
    steps.step("scenarios' own tests", || cargo(&["test", "--manifest-path", "scenarios-wasm/Cargo.toml"]));
    steps.step("built-in scenarios", || scenarios::run(root, &scenarios::Options::parse(&["--check".to_owned()])?));
    steps.step("bindings of the sdks", || bindings::run(root, &["--check".to_owned()]));
    steps.step("languages", || languages::run(root, &languages::Options::parse(&["--check".to_owned()])?));
    steps.step("cockpit types", || npm(&["run", "check"]));
    steps.step("cockpit tests", || npm(&["test"]));
    steps.step("cockpit in a browser", || cockpit(root));
    steps.step("api against its schema", || schema::api(root));
    steps.step("real engines", || real_engines(root));
    steps.finish()
}

/// The whole program against two llama.cpp servers.
fn real_engines(root: &Path) -> Result<()> {
    let engines = Engines::start(root)?;
    run(Command::new("cargo")
        .args(["test", "--release", "--test", "it", "--", "--nocapture", "--test-threads=1", "real_engines"])
        .env("DUALBENCH_TEST_MAIN_URL", &engines.main_url)
        .env("DUALBENCH_TEST_MINI_URL", &engines.mini_url)
        .current_dir(root))
}

/// A daemon on a free port with simulated engines, and a real Chromium that clicks through the cockpit.
fn cockpit(root: &Path) -> Result<()> {
    let dir = root.join("target/cockpit");
    with_own_scenarios(root, &dir, |url, folder| {
        run(Command::new("node")
            .arg("e2e/cockpit.mjs")
            .arg(dir.join("cockpit.png"))
            .env("DUALBENCH_URL", url)
            .env("DUALBENCH_FOLDER", folder)
            .current_dir(root.join("web")))
    })
}

/// A daemon whose scenario folder is a copy of the built-ins: `work` may break a file of it.
pub fn with_own_scenarios(root: &Path, dir: &Path, work: impl FnOnce(&str, &Path) -> Result<()>) -> Result<()> {
    let folder = dir.join("scenarios");
    let setting = format!("scenarios.folder={}", folder.display());
    let _absent = std::fs::remove_dir_all(dir);
    std::fs::create_dir_all(&folder)?;
    for entry in std::fs::read_dir(root.join("scenarios-wasm"))? {
        let path = entry?.path();
        if let (Some(name), Some("wasm")) = (path.file_name(), path.extension().and_then(|e| e.to_str())) {
            std::fs::copy(&path, folder.join(name))?;
        }
    }
    let daemon = Daemon::start(root, dir, &[&setting])?;
    work(&daemon.url, &folder)
}

/// A daemon with simulated engines and an empty store in `dir`, for as long as `work` takes.
pub fn with_daemon(root: &Path, dir: &Path, work: impl FnOnce(&str) -> Result<()>) -> Result<()> {
    with_daemon_set(root, dir, &[], work)
}

/// The same with `settings`, each a KEY=VALUE.
pub fn with_daemon_set(
    root: &Path,
    dir: &Path,
    settings: &[&str],
    work: impl FnOnce(&str) -> Result<()>,
) -> Result<()> {
    let _absent = std::fs::remove_dir_all(dir);
    std::fs::create_dir_all(dir)?;
    let daemon = Daemon::start(root, dir, settings)?;
    work(&daemon.url)
}

struct Daemon {
    child: Child,
    url: String,
}

impl Daemon {
    fn start(root: &Path, dir: &Path, settings: &[&str]) -> Result<Daemon> {
        let mut child = Command::new("cargo")
            .args([
                "run",
                "--release",
                "--quiet",
                "--bin",
                "dualbench",
                "--",
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--dir",
            ])
            .arg(dir)
            .arg("--set")
            .arg(format!("scenarios.folder={}", root.join("scenarios-wasm").display()))
            .args(settings.iter().flat_map(|setting| ["--set", setting]))
            .current_dir(root)
            .stdout(Stdio::piped())
            .spawn()
            .context("the daemon did not start")?;
        let output = child.stdout.take().context("the daemon has no output")?;
        let mut daemon = Daemon { child, url: String::new() };
        let line = wait_for(output, "dualbench cockpit: ")?;
        daemon.url = line.trim_start_matches("dualbench cockpit: ").trim().to_owned();
        Ok(daemon)
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _gone_already = self.child.kill();
        let _reaped = self.child.wait();
    }
}

//! `cargo xtask check`: what a reviewer should not have to say.

use anyhow::Result;
use std::path::Path;
use std::process::Command;

use crate::process::run;
use crate::steps::Steps;

pub fn check(root: &Path, options: &[String]) -> Result<()> {
    let mut steps = Steps::parse(options)?;
    let cargo = |args: &[&str]| run(Command::new("cargo").args(args).current_dir(root));
    steps.step("format", || cargo(&["fmt", "--all", "--check"]));
    steps.step("clippy", || cargo(&["clippy", "--release", "--workspace", "--all-targets", "--", "-D", "warnings"]));
    steps.step("docs", || {
        run(Command::new("cargo")
            .args(["doc", "--release", "--no-deps", "--workspace"])
            .env("RUSTDOCFLAGS", "-D warnings")
            .current_dir(root))
    });
    steps.step("arrows", || cargo(&["test", "--release", "--test", "it", "arrows"]));
    steps.step("licences", || {
        let there = Command::new("cargo").args(["deny", "--version"]).output().is_ok_and(|o| o.status.success());
        anyhow::ensure!(there, "cargo-deny is missing: `cargo install --locked cargo-deny`, or `--skip licences`");
        cargo(&["deny", "check", "bans", "licenses", "sources"])
    });
    steps.step("cockpit types", || run(Command::new("npm").args(["run", "check"]).current_dir(root.join("web"))));
    steps.finish()
}

//! `cargo xtask shots`: remakes the README's pictures, and one of every view, to be looked at.

use anyhow::Result;
use std::path::Path;
use std::process::Command;

use crate::process::run;
use crate::test::{with_daemon, with_own_scenarios};

pub fn shots(root: &Path) -> Result<()> {
    let node = |script: &str| {
        let mut command = Command::new("node");
        command.arg(script).current_dir(root.join("web"));
        command
    };
    let pictures = [root.join("docs/cockpit.png"), root.join("docs/cockpit-run.png")];
    with_daemon(root, &root.join("target/shots/daemon"), |url| {
        run(node("dev/portrait.mjs").args(&pictures).env("DUALBENCH_URL", url))
    })?;
    with_own_scenarios(root, &root.join("target/shots/daemon"), |url, folder| {
        run(node("dev/shots.mjs")
            .arg(root.join("target/shots"))
            .env("DUALBENCH_URL", url)
            .env("DUALBENCH_FOLDER", folder))
    })?;
    println!("docs/cockpit.png and docs/cockpit-run.png are new; the views are under target/shots");
    Ok(())
}

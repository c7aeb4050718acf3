//! `cargo xtask shots`: remakes the README's picture, and one of every state of the page, to be looked at.

use anyhow::Result;
use std::path::Path;
use std::process::Command;

use crate::engines::run;
use crate::test::with_daemon;

pub fn shots(root: &Path) -> Result<()> {
    let node = |script: &str| {
        let mut command = Command::new("node");
        command.arg(script).current_dir(root.join("web"));
        command
    };
    // First, because starting the daemon builds the page that both show.
    with_daemon(root, &root.join("target/shots/daemon"), |url| {
        run(node("dev/portrait.mjs").arg(root.join("docs/cockpit.png")).env("DUALBENCH_URL", url))
    })?;
    run(node("dev/shots.mjs").arg(root.join("target/shots")))?;
    println!("docs/cockpit.png is new; the states of the page are under target/shots");
    Ok(())
}

//! Other programs, run to their end within a bounded time.

use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::process::{Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

/// Runs a command to a good end, however long it takes: a build, whose own steps are bounded.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("{:?} cannot be started", command.get_program()))?;
    if !status.success() {
        bail!("{command:?} ended with {status}");
    }
    Ok(())
}

/// Runs a command to a good end, and ends it where it takes longer.
pub fn within(limit: Duration, command: &mut Command) -> Result<()> {
    let status = ended(limit, command)?;
    ensure!(status.success(), "{command:?} ended with {status}");
    Ok(())
}

/// As [`within`], and gives what it printed on standard output.
pub fn output(limit: Duration, command: &mut Command) -> Result<Vec<u8>> {
    let told = told(limit, command)?;
    ensure!(told.status.success(), "{command:?} ended with {}:\n{}", told.status, last_lines(&told.stderr));
    Ok(told.stdout)
}

/// However it ends. What it prints goes through files, so that no full pipe can stop it.
pub fn told(limit: Duration, command: &mut Command) -> Result<Output> {
    let dir = std::env::temp_dir().join(format!("dualbench-xtask-{}", std::process::id()));
    fs::create_dir_all(&dir)?;
    let (out, err) = (dir.join("out"), dir.join("err"));
    command.stdin(Stdio::null()).stdout(fs::File::create(&out)?).stderr(fs::File::create(&err)?);
    let status = ended(limit, command);
    let (stdout, stderr) = (fs::read(&out)?, fs::read(&err)?);
    fs::remove_dir_all(&dir)?;
    let status = status.with_context(|| last_lines(&stderr))?;
    Ok(Output { status, stdout, stderr })
}

fn ended(limit: Duration, command: &mut Command) -> Result<ExitStatus> {
    let since = Instant::now();
    let mut child = command.spawn().with_context(|| format!("{:?} cannot be started", command.get_program()))?;
    loop {
        match child.try_wait()? {
            Some(status) => return Ok(status),
            None if since.elapsed() > limit => {
                let _gone_already = child.kill();
                let _reaped = child.wait();
                bail!("{command:?} was not done within {limit:?}");
            }
            None => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

/// Of what a program said, for an error.
pub fn last_lines(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let lines: Vec<&str> = text.trim_end().lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}

//! One run of an author's build command: its output shown up to a bound, its time bounded, nothing left behind.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::cli::out;

/// Lines shown as they come; of the rest, the last few are shown at the end.
const LINES: usize = 300;
const LAST_LINES: usize = 40;
/// One line; a longer one is shown in pieces.
const LINE_BYTES: u64 = 4 << 10;
/// How often an end, a stop and the time are looked for.
const LOOK: Duration = Duration::from_millis(20);

pub(super) struct Build {
    /// For `sh -c`.
    pub command: String,
    pub folder: PathBuf,
    pub limit: Duration,
}

/// Tells the thread that nobody waits for its build any more.
struct Leave(Arc<AtomicBool>);

impl Drop for Leave {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

impl Build {
    /// Waits for the end. Dropped before that, it ends the command.
    ///
    /// # Errors
    /// The command does not start, fails, or takes too long.
    pub(super) async fn run(self) -> Result<()> {
        let leave = Leave(Arc::default());
        let left = Arc::clone(&leave.0);
        let ended = tokio::task::spawn_blocking(move || self.work(&left)).await?;
        drop(leave);
        ended
    }

    fn work(&self, left: &AtomicBool) -> Result<()> {
        let mut child = Command::new("sh")
            .args(["-c", &format!("exec 2>&1\n{}", self.command)])
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .process_group(0)
            .spawn()
            .context("the build command does not start")?;
        let output = child.stdout.take().context("the build command has no output")?;
        let showing = thread::Builder::new().name("build-output".into()).spawn(move || show(output));
        let ended = self.wait(&mut child, left);
        // What the command left in the background would hold its output open.
        end_group(&child);
        let shown = showing.context("no thread for the output of the build")?;
        if shown.join().is_err() {
            bail!("showing the output of the build panicked: a bug of ours");
        }
        match ended? {
            status if status.success() => Ok(()),
            status => bail!("the build failed ({status}): mend what it says above, and save"),
        }
    }

    fn wait(&self, child: &mut Child, left: &AtomicBool) -> Result<ExitStatus> {
        let end = Instant::now() + self.limit;
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(status);
            }
            let late = Instant::now() >= end;
            if late || left.load(Ordering::Acquire) {
                end_group(child);
                child.wait()?;
                bail!("the build did not end within {:?}: see --build-timeout", self.limit);
            }
            thread::sleep(LOOK);
        }
    }
}

/// Ends the command with all that it started.
fn end_group(child: &Child) {
    let group = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw);
    // It is no error that nothing is left.
    let _gone = group.map(|group| rustix::process::kill_process_group(group, rustix::process::Signal::KILL));
}

fn show(output: impl Read) {
    let mut output = BufReader::new(output);
    let (mut lines, mut held) = (0_usize, VecDeque::new());
    loop {
        let mut line = Vec::new();
        match output.by_ref().take(LINE_BYTES).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => break,
            Ok(_) => {}
        }
        let line = out::tame(&String::from_utf8_lossy(&line).trim_end().replace('\t', "    "));
        lines += 1;
        if lines <= LINES {
            out::note(&line);
            continue;
        }
        if held.len() == LAST_LINES {
            held.pop_front();
        }
        held.push_back(line);
    }
    if lines > LINES + held.len() {
        out::note(&format!("… {} lines are left out …", lines - LINES - held.len()));
    }
    held.iter().for_each(|line| out::note(line));
}

//! The API against its own document: schemathesis makes requests of `/api/openapi.json` and holds each answer to it.

use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::engines::run;
use crate::test::with_daemon_set;

const PACKAGE: &str = "schemathesis==4.32.5";
/// For all requests together; they take about two minutes on two cores.
const LIMIT: Duration = Duration::from_secs(420);
/// Requests of one operation, beside those of its bounds and examples.
const EXAMPLES: &str = "4";
/// No 5xx and no answer off its schema. Whether every odd request is refused is another question: a bound that the hooks
/// made small is one for them only.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,\
                      response_schema_conformance,unsupported_method";

pub fn api(root: &Path) -> Result<()> {
    let dir = root.join("target/schemathesis");
    let program = install(&dir)?;
    // The runs that it starts are small and wait; a full queue would be a 503 of the schema's own.
    with_daemon_set(root, &dir.join("daemon"), &["simulated.speed=20", "run.queue=2000"], |url| {
        let mut command = Command::new(&program);
        command
            .args(["run", &format!("{}/api/openapi.json", url.trim_end_matches('/')), "--no-color", "--checks", CHECKS])
            .args(["--max-examples", EXAMPLES, "--request-timeout", "60", "--generation-database", "none"])
            // The stream of what happens has no end.
            .args(["--exclude-path", "/api/live"])
            .env("SCHEMATHESIS_HOOKS", root.join("xtask/schemathesis/hooks.py"))
            .env("DUALBENCH_URL", url.trim_end_matches('/'))
            .current_dir(&dir);
        within(LIMIT, &mut command)
    })
}

fn install(dir: &Path) -> Result<PathBuf> {
    let (venv, done) = (dir.join("venv"), dir.join("installed"));
    // Its text is the version, so that another one is installed anew.
    if fs::read_to_string(&done).ok().as_deref() != Some(PACKAGE) {
        fs::create_dir_all(dir)?;
        run(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
        run(Command::new(venv.join("bin/python")).args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            PACKAGE,
        ]))?;
        fs::write(&done, PACKAGE)?;
    }
    Ok(venv.join("bin/schemathesis"))
}

/// Runs a command to its end, and ends it where it takes longer than `limit`.
fn within(limit: Duration, command: &mut Command) -> Result<()> {
    let since = Instant::now();
    let mut child = command.spawn().with_context(|| format!("{:?} cannot be started", command.get_program()))?;
    loop {
        match child.try_wait()? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => bail!("schemathesis ended with {status}; what it found stands above"),
            None if since.elapsed() > limit => {
                let _gone_already = child.kill();
                let _reaped = child.wait();
                bail!("schemathesis was not done within {limit:?}; look for a request that hangs, or lower EXAMPLES");
            }
            None => std::thread::sleep(Duration::from_millis(200)),
        }
    }
}

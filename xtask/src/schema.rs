//! The API against its own document: schemathesis makes requests of `/api/openapi.json` and holds each answer to it.

use anyhow::{Context, Result};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::pip;
use crate::process::within;
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
    let program = pip::venv(&dir.join("venv"), &[PACKAGE])?.join("bin/schemathesis");
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
        within(LIMIT, &mut command).context("what it found stands above; for a request that hangs, lower EXAMPLES")
    })
}

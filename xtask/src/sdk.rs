//! The tests of those SDKs that run outside of a component as well.

use anyhow::Result;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::process::run;
use crate::runners;

pub fn javascript(root: &Path) -> Result<()> {
    run(Command::new("node").args(["--test", "sdk/javascript/tests/load.test.mjs"]).current_dir(root))
}

/// On the contract's bindings as componentize-py makes them: what is asked of the host is of their types, and a call of it
/// fails unless a test answers.
pub fn python(root: &Path) -> Result<()> {
    let place = root.join("target/sdk-python");
    let _absent = fs::remove_dir_all(&place);
    fs::create_dir_all(place.join("dualbench"))?;
    for entry in fs::read_dir(root.join("sdk/python/lib"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "py") {
            fs::copy(&path, place.join("dualbench").join(path.file_name().unwrap_or_default()))?;
        }
    }
    let venv = runners::venv(root)?;
    run(Command::new(venv.join("bin").join(runners::COMPILER))
        .args(["-d", "sdk/wit", "-w", "scenario-with-users", "bindings"])
        .arg(&place)
        .current_dir(root))?;
    run(Command::new(venv.join("bin/python"))
        .args(["-B", "-m", "unittest", "discover", "-s", "sdk/python/tests"])
        .env("PYTHONPATH", &place)
        .current_dir(root))
}

//! Plain scripts, which the daemon takes as they are: the parity scenarios of JavaScript, TypeScript and Python, not built.

use super::language::{Language, Toolchain};
use super::tools::Tools;
use crate::runners::runners;
use anyhow::Result;

const PAGE: &str = "scripts";

pub struct JavaScript;
pub struct TypeScript;
pub struct Python;

impl Language for JavaScript {
    fn name(&self) -> &'static str {
        "js-script"
    }

    fn title(&self) -> &'static str {
        "plain .js"
    }

    fn install(&self, _: &Tools) -> Result<Toolchain> {
        Ok(none_needed())
    }

    fn script(&self) -> Option<&'static str> {
        Some("javascript/parity/scenario.js")
    }

    fn page(&self) -> &'static str {
        PAGE
    }

    fn notes(&self) -> &'static str {
        "all of the contract; one file; live in milliseconds; an error tells its line"
    }
}

impl Language for TypeScript {
    fn name(&self) -> &'static str {
        "ts-script"
    }

    fn title(&self) -> &'static str {
        "plain .ts"
    }

    fn install(&self, _: &Tools) -> Result<Toolchain> {
        Ok(none_needed())
    }

    fn script(&self) -> Option<&'static str> {
        Some("typescript/parity/scenario.ts")
    }

    fn page(&self) -> &'static str {
        PAGE
    }

    fn notes(&self) -> &'static str {
        "as plain .js; types are left out, not checked; no enum, namespace or decorator"
    }
}

impl Language for Python {
    fn name(&self) -> &'static str {
        "py-script"
    }

    fn title(&self) -> &'static str {
        "plain .py"
    }

    /// The runner, where the runs of this chore look for it.
    fn install(&self, tools: &Tools) -> Result<Toolchain> {
        let data = tools.dir.with_file_name("runs").join("dualbench-data");
        runners(&tools.root, &["--to".to_owned(), data.display().to_string()])?;
        Ok(Toolchain { version: "`cargo xtask runners`".to_owned(), ..none_needed() })
    }

    fn script(&self) -> Option<&'static str> {
        Some("python/parity/parity.py")
    }

    fn page(&self) -> &'static str {
        PAGE
    }

    fn notes(&self) -> &'static str {
        "all of the contract; one file; the larger half of the standard library; an error tells its line"
    }
}

fn none_needed() -> Toolchain {
    Toolchain { version: "none needed".to_owned(), path: Vec::new(), env: Vec::new() }
}

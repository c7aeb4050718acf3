//! Python: CPython in the component, put there by componentize-py.

use super::language::{Language, Toolchain};
use super::tools::Tools;
use anyhow::Result;

/// What makes components of Python, and of the runner of plain scripts.
pub const COMPILER: &str = "componentize-py";
pub const VERSION: &str = "0.25.1";

pub struct Python;

impl Language for Python {
    fn name(&self) -> &'static str {
        "python"
    }

    fn title(&self) -> &'static str {
        "Python"
    }

    fn install(&self, tools: &Tools) -> Result<Toolchain> {
        let venv = tools.pip(COMPILER, VERSION)?;
        Ok(Toolchain { version: format!("{COMPILER} {VERSION}"), path: vec![venv.join("bin")], env: Vec::new() })
    }

    fn notes(&self) -> &'static str {
        "all of the contract; CPython 3.14 with the standard library and packages in pure Python; no threads; an \
         exception tells its line, the log has the traceback"
    }
}

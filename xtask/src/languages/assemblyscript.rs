//! AssemblyScript, by its own compiler from npm.

use super::language::{Language, Toolchain};
use super::tools::Tools;
use anyhow::Result;

const VERSION: &str = "0.28.20";

pub struct AssemblyScript;

impl Language for AssemblyScript {
    fn name(&self) -> &'static str {
        "assemblyscript"
    }

    fn title(&self) -> &'static str {
        "AssemblyScript"
    }

    fn install(&self, tools: &Tools) -> Result<Toolchain> {
        let cache = tools.npm("assemblyscript", VERSION, "asc")?;
        Ok(Toolchain { version: format!("asc {VERSION}"), path: Vec::new(), env: vec![("npm_config_cache", cache)] })
    }

    fn notes(&self) -> &'static str {
        "all of the contract; strings are UTF-16 on both sides; no exceptions, so a failed call ends the run at once"
    }
}

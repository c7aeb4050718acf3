//! WebAssembly text: the host itself reads it.

use super::language::{Language, Toolchain};
use super::tools::Tools;
use anyhow::Result;

pub struct Wat;

impl Language for Wat {
    fn name(&self) -> &'static str {
        "wat"
    }

    fn title(&self) -> &'static str {
        "WAT, by hand"
    }

    fn install(&self, _: &Tools) -> Result<Toolchain> {
        Ok(Toolchain { version: "none needed".to_owned(), path: Vec::new(), env: Vec::new() })
    }

    fn notes(&self) -> &'static str {
        "all of the contract, record by record; the text is the module, errors name line and column"
    }
}

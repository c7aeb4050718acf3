//! C, by Zig's compiler.

use super::language::{Language, Toolchain};
use super::tools::Tools;
use super::zig;
use anyhow::Result;

pub struct C;

impl Language for C {
    fn name(&self) -> &'static str {
        "c"
    }

    fn title(&self) -> &'static str {
        "C"
    }

    fn install(&self, tools: &Tools) -> Result<Toolchain> {
        let zig = zig::toolchain(tools)?;
        Ok(Toolchain { version: zig.version.replacen("Zig", "zig cc", 1), ..zig })
    }

    fn notes(&self) -> &'static str {
        "all of the contract; printf and malloc, no files; a trap names its functions"
    }
}

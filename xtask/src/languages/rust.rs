//! Rust, the measure of the others.

use super::language::{Language, Toolchain};
use super::tools::Tools;
use crate::scenarios::{Toolchain as Compiler, Which};
use anyhow::Result;
use std::path::PathBuf;

/// The least that the SDK needs; each machine has its own.
const VERSION: &str = "rustc 1.88 or later";

pub struct Rust;

impl Language for Rust {
    fn name(&self) -> &'static str {
        "rust"
    }

    fn title(&self) -> &'static str {
        "Rust"
    }

    fn install(&self, tools: &Tools) -> Result<Toolchain> {
        let mut env = Compiler::find(&tools.root, Which::Any)?.env();
        // Guests share what they are built of; each keeps its module in a folder of its own.
        env.push(("CARGO_BUILD_BUILD_DIR", tools.dir.join("rust-build")));
        env.push(("CARGO_TARGET_DIR", PathBuf::from("target")));
        Ok(Toolchain { version: VERSION.to_owned(), path: Vec::new(), env })
    }

    fn notes(&self) -> &'static str {
        "all of the contract; a panic's message is in the run's log, a trap names its functions"
    }
}

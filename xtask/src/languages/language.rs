//! What sets one language apart from the others: its toolchain, and what is to be said of it.

use super::tools::Tools;
use anyhow::Result;
use std::path::PathBuf;

pub trait Language {
    /// Its folder under `sdk/`, and the word of `dualbench new --lang`.
    fn name(&self) -> &'static str;
    /// As the table names it.
    fn title(&self) -> &'static str;
    /// Puts the pinned toolchain under `target/`, where it is not there yet.
    fn install(&self, tools: &Tools) -> Result<Toolchain>;
    /// Of a plain script: its file, seen from `sdk/`. Then nothing is built.
    fn script(&self) -> Option<&'static str> {
        None
    }
    /// Its page in `docs/languages`.
    fn page(&self) -> &'static str {
        self.name()
    }
    /// What works and what does not, in one line of the table.
    fn notes(&self) -> &'static str;
}

/// What a build of this language needs.
pub struct Toolchain {
    /// As the table tells it: `Zig 0.17.1`.
    pub version: String,
    /// Before everything else on the PATH.
    pub path: Vec<PathBuf>,
    pub env: Vec<(&'static str, PathBuf)>,
}

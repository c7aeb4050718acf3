//! A checked and compiled scenario, and the ways in which a file fails to become one.

use super::bindings::{Manifest, ScenarioPre};
use super::data::Data;
use super::load::sha256_of;
use super::script::Script;
use super::state::State;
use super::ticker::Ticker;
use super::words::{self, ERROR_BYTES};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// A scenario that can run. Runs hold it, so a hot reload never changes one in flight.
pub struct Module {
    /// Checked: names, ranges and lengths are as `manifest` demands.
    pub manifest: Manifest,
    /// Of the file's bytes, as they lay on the disk; of a script, its runner's too. Lower-case hex.
    pub sha256: String,
    /// What the file was called when it was read, as a path where that is known.
    pub file: PathBuf,
    /// Of the file.
    pub size_bytes: u64,
    /// The world it is made for: `dualbench:scenario@0.1.0`.
    pub world: String,
    /// The interfaces that it imports, ours and WASI's; of a script, those of its runner are not its own.
    pub imports: Vec<String>,
    /// What it was written in, where the file says so.
    pub language: Option<String>,
    /// From bytes to machine code.
    pub compile: Duration,
    /// `winch` or `cranelift`.
    pub compiler: &'static str,
    /// What lay beside the file when it was loaded.
    pub data: Arc<Data>,
    /// Whether it exports `user`; a runner of scripts always does.
    pub(super) has_user: bool,
    pub(super) pre: ScenarioPre<State>,
    /// What `pre` runs, where that is a runner of scripts.
    pub(super) script: Option<Arc<Script>>,
    /// What is hashed behind the file's bytes: the identity of a script's runner.
    pub(super) salt: String,
    /// Held so that epochs go on as long as anyone can run this.
    pub(super) ticker: Arc<Ticker>,
}

impl Module {
    /// Whether a file of these bytes would be this module.
    pub fn is_made_of(&self, bytes: &[u8]) -> bool {
        sha256_of(&[bytes, self.salt.as_bytes()]) == self.sha256
    }
}

impl fmt::Debug for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Module")
            .field("name", &self.manifest.name)
            .field("version", &self.manifest.version)
            .field("sha256", &self.sha256)
            .finish_non_exhaustive()
    }
}

/// Which gate a file did not pass, in the order of the gates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LoadClass {
    /// The file could not be read.
    Unreadable,
    /// Larger than the limit.
    TooLarge,
    /// Neither a WebAssembly binary nor its text, or cut off.
    NotWasm,
    /// Its imports, exports or version do not fit what this host offers.
    WorldMismatch,
    /// It does not validate or compile, or took too long to.
    CompileFailed,
    /// A script whose runner is not there.
    NoRunner,
    /// It compiled, but `describe` failed or told nonsense.
    DescribeFailed(DescribeFault),
}

/// How `describe` failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DescribeFault {
    Trap,
    Cpu,
    Wall,
    Memory,
    /// The manifest breaks a rule.
    Invalid,
}

impl LoadClass {
    /// The stable word of the class.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::TooLarge => "too-large",
            Self::NotWasm => "not-wasm",
            Self::WorldMismatch => "world-mismatch",
            Self::CompileFailed => "compile-failed",
            Self::NoRunner => "no-runner",
            Self::DescribeFailed(_) => "describe-failed",
        }
    }

    /// What more is known of the class: how `describe` failed.
    pub fn detail(self) -> Option<&'static str> {
        match self {
            Self::DescribeFailed(fault) => Some(fault.word()),
            _ => None,
        }
    }
}

impl DescribeFault {
    /// The stable word of the fault.
    pub fn word(self) -> &'static str {
        match self {
            Self::Trap => "trap",
            Self::Cpu => "cpu",
            Self::Wall => "wall",
            Self::Memory => "memory",
            Self::Invalid => "invalid",
        }
    }
}

/// Why a file is no scenario, in words for its author.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}: {message}", class.word())]
pub struct LoadError {
    pub class: LoadClass,
    /// What, where and the cure; starts with the file's name. One line of at most 8 KiB, without control characters.
    pub message: String,
    /// The guest's stack and its own last log lines, or the place in a text, where there are any.
    pub backtrace: Option<String>,
    /// It says nothing of the file: the machine had no time or no means. The same bytes may load later.
    pub transient: bool,
}

impl LoadError {
    pub(super) fn new(class: LoadClass, file_name: &str, what: impl fmt::Display) -> Self {
        let message = words::line(&format!("`{file_name}`: {what}"), ERROR_BYTES);
        Self { class, message, backtrace: None, transient: false }
    }

    pub(super) fn transient(self) -> Self {
        Self { transient: true, ..self }
    }
}

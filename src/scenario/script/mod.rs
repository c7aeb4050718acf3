//! Scenarios that are plain text: what a runner is handed over, and what is wrong with it before anything runs.

mod edits;
mod erase;
mod javascript;
mod runners;
mod source;
#[cfg(test)]
mod tests;

pub(super) use runners::{Asked, RunnerKind, Runners};
pub(super) use source::{ScriptFailed, add_to_linker};

use std::borrow::Cow;

/// What a script is written in, by the ending of its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Language {
    JavaScript,
    TypeScript,
    Python,
}

/// A script as its runner gets it.
#[derive(Debug)]
pub(super) struct Script {
    /// As the author knows it; stands in every error.
    pub(super) file: String,
    /// An expression for QuickJS, the text itself for CPython.
    pub(super) text: String,
}

/// Why a text is no script.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Refusal {
    pub(super) line: usize,
    /// From 1, in characters.
    pub(super) column: usize,
    pub(super) what: String,
    /// The line itself, where it helps.
    pub(super) shown: String,
}

impl Language {
    /// `None` for what is no script: `a.wasm`.
    pub(super) fn of(file: &str) -> Option<Self> {
        let (_, ending) = file.rsplit_once('.')?;
        let is = |known: &[&str]| known.iter().any(|known| ending.eq_ignore_ascii_case(known));
        match () {
            () if is(&["js", "mjs"]) => Some(Self::JavaScript),
            () if is(&["ts", "mts"]) => Some(Self::TypeScript),
            () if is(&["py"]) => Some(Self::Python),
            () => None,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::JavaScript => "JavaScript",
            Self::TypeScript => "TypeScript",
            Self::Python => "Python",
        }
    }

    pub(super) fn runner(self) -> RunnerKind {
        match self {
            Self::JavaScript | Self::TypeScript => RunnerKind::JavaScript,
            Self::Python => RunnerKind::Python,
        }
    }
}

impl Script {
    /// Looks for what can be found without running anything.
    pub(super) fn read(file: &str, language: Language, bytes: &[u8]) -> Result<Self, Refusal> {
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text.trim_start_matches('\u{feff}'),
            Err(error) => {
                let good = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
                return Err(Refusal::at(&good, good.len(), "it is not UTF-8 here: save it as UTF-8".to_owned()));
            }
        };
        let text = match language {
            Language::JavaScript => Cow::Owned(javascript::function(text, false)?),
            Language::TypeScript => Cow::Owned(javascript::function(text, true)?),
            Language::Python => Cow::Borrowed(text),
        };
        Ok(Self { file: file.to_owned(), text: text.into_owned() })
    }
}

impl Refusal {
    /// At an offset in bytes.
    fn at(text: &str, offset: usize, what: String) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let shown = text[start..].lines().next().unwrap_or_default().to_owned();
        Self { line: before.matches('\n').count() + 1, column: before[start..].chars().count() + 1, what, shown }
    }
}

//! JavaScript and TypeScript, on QuickJS: npm fetches what the templates name, pinned by their lock files.

use super::language::{Language, Toolchain};
use super::tools::Tools;
use anyhow::Result;

/// As in the templates' package.json.
const COMPILER: &str = "componentize-qjs 0.4.5";
const TYPES: &str = "tsc 7.0.2, componentize-qjs 0.4.5";

pub struct JavaScript;
pub struct TypeScript;

impl Language for JavaScript {
    fn name(&self) -> &'static str {
        "javascript"
    }

    fn title(&self) -> &'static str {
        "JavaScript"
    }

    fn install(&self, _: &Tools) -> Result<Toolchain> {
        Ok(by_npm(COMPILER))
    }

    fn notes(&self) -> &'static str {
        "all of the contract; ES2023 and packages that need no Node; an exception tells its line; no async, no timers"
    }
}

impl Language for TypeScript {
    fn name(&self) -> &'static str {
        "typescript"
    }

    fn title(&self) -> &'static str {
        "TypeScript"
    }

    fn install(&self, _: &Tools) -> Result<Toolchain> {
        Ok(by_npm(TYPES))
    }

    fn notes(&self) -> &'static str {
        "as JavaScript; `run` gets the types of its parameters; types are checked at each build"
    }
}

fn by_npm(version: &str) -> Toolchain {
    Toolchain { version: version.to_owned(), path: Vec::new(), env: Vec::new() }
}

//! Zig, and what C has of it.

use super::language::{Language, Toolchain};
use super::tools::Tools;
use anyhow::Result;

const VERSION: &str = "0.17.1";

pub struct Zig;

impl Language for Zig {
    fn name(&self) -> &'static str {
        "zig"
    }

    fn title(&self) -> &'static str {
        "Zig"
    }

    fn install(&self, tools: &Tools) -> Result<Toolchain> {
        toolchain(tools)
    }

    fn notes(&self) -> &'static str {
        "all of the contract; error unions, no WASI; a trap names its functions"
    }
}

/// The wheel has the whole of Zig in its folder; the program finds the rest beside itself.
pub fn toolchain(tools: &Tools) -> Result<Toolchain> {
    let venv = tools.pip("ziglang", VERSION)?;
    let cache = tools.dir.join("zig-cache");
    Ok(Toolchain {
        version: format!("Zig {VERSION}"),
        path: vec![tools.site(&venv, "ziglang")?],
        env: vec![("ZIG_GLOBAL_CACHE_DIR", cache.clone()), ("ZIG_LOCAL_CACHE_DIR", cache)],
    })
}

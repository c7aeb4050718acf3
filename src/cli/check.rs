//! `dualbench check FILE`: the loader's own path, one exit code per class of error.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::cli::{Exit, Global, out};
use crate::scenario::{LoadError, Module, Runtime};

#[derive(Args)]
pub struct Check {
    /// A .wasm component, a core module, .wat text, or a .js, .ts or .py script
    file: PathBuf,
}

impl Check {
    pub async fn execute(self, global: &Global) -> Result<Exit> {
        let config = global.load(Vec::new())?;
        let runtime = Runtime::new(&config.scenario)?;
        let file = self.file.clone();
        let loaded = tokio::task::spawn_blocking(move || runtime.load_file(&file)).await?;
        match loaded {
            Ok(module) => {
                out::line(&describe(&module));
                Ok(Exit::Done)
            }
            Err(e) => Ok(refused(&e)),
        }
    }
}

/// Shows why a file is no scenario, and gives the exit code of that class.
pub(super) fn refused(error: &LoadError) -> Exit {
    out::error(&error.to_string());
    error.backtrace.iter().for_each(|trace| out::note(&out::tame(trace)));
    Exit::Unloadable(error.class)
}

fn describe(m: &Module) -> String {
    let manifest = &m.manifest;
    let names: Vec<&str> = m.data.names().collect();
    let data =
        if names.is_empty() { String::new() } else { format!("\n{} data files: {}", names.len(), names.join(", ")) };
    out::tame(&format!(
        "ok: {} {} ({}, {} bytes, compiled in {:.1} ms)\n{}\nsha256 {}\n{} parameters: {}{data}",
        manifest.name,
        manifest.version,
        m.world,
        m.size_bytes,
        m.compile.as_secs_f64() * 1e3,
        manifest.description,
        m.sha256,
        manifest.params.len(),
        manifest.params.iter().map(|p| p.name.as_str()).collect::<Vec<_>>().join(", "),
    ))
}

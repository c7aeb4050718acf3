//! `dualbench check FILE`: the loader's own path, one exit code per class of error.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::cli::{Exit, Global, out};
use crate::scenario::{LoadClass, Module, Runtime};

#[derive(Args)]
pub struct Check {
    /// A .wasm component, a core module, .wat text, or a .js, .ts or .py script
    file: PathBuf,
}

impl Check {
    pub async fn execute(self, global: &Global) -> Result<Exit> {
        let config = global.load(Vec::new())?;
        let limit = config.scenario.module_bytes;
        let bytes = match std::fs::metadata(&self.file) {
            Ok(meta) if meta.len() > limit => {
                out::error(&format!(
                    "too-large: {} has {} bytes, the limit is {limit}",
                    self.file.display(),
                    meta.len()
                ));
                return Ok(Exit::Unloadable(LoadClass::TooLarge));
            }
            Ok(_) => std::fs::read(&self.file),
            Err(e) => Err(e),
        };
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(e) => {
                out::error(&format!("unreadable: {}: {e}", self.file.display()));
                return Ok(Exit::Unloadable(LoadClass::Unreadable));
            }
        };
        let runtime = Runtime::new(&config.scenario)?;
        let name = self.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let loaded = tokio::task::spawn_blocking(move || runtime.load(&name, &bytes)).await?;
        match loaded {
            Ok(module) => {
                out::line(&describe(&module));
                Ok(Exit::Done)
            }
            Err(e) => {
                out::error(&format!("{}: {}", e.class.word(), e.message));
                if let Some(trace) = &e.backtrace {
                    out::note(&out::tame(trace));
                }
                Ok(Exit::Unloadable(e.class))
            }
        }
    }
}

fn describe(m: &Module) -> String {
    let manifest = &m.manifest;
    out::tame(&format!(
        "ok: {} {} ({}, {} bytes, compiled in {:.1} ms)\n{}\nsha256 {}\n{} parameters: {}",
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

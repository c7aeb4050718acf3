//! `dualbench scenarios`.

use anyhow::Result;
use clap::Args;

use crate::cli::{Exit, Global, out};
use crate::scenario::{self, Param, Runtime, Value};

#[derive(Args)]
pub struct Scenarios {
    /// Also show the parameters
    #[arg(long, short)]
    params: bool,
}

impl Scenarios {
    pub async fn execute(self, global: &Global) -> Result<Exit> {
        let mut config = global.load(Vec::new())?;
        config.scenario.await_runners = true;
        let runtime = Runtime::new(&config.scenario)?;
        let folder = config.scenario.folder.display().to_string();
        let opened = tokio::task::spawn_blocking(move || scenario::open(config.scenario, runtime, Default::default()));
        let watch = opened.await??;
        let entries = watch.catalogue.snapshot();
        if entries.is_empty() {
            out::note(&format!("no scenario in {folder}; put a .wasm, .wat, .js, .ts or .py file there"));
        }
        let mut rows = Vec::new();
        for e in entries.iter() {
            let about = match (&e.ready, &e.failure) {
                (_, Some(f)) => format!("{}: {}", f.class.word(), f.message),
                (Some(m), None) => m.manifest.description.clone(),
                (None, None) => String::new(),
            };
            let version = e.ready.as_ref().map(|m| m.manifest.version.clone()).unwrap_or_default();
            rows.push(vec![e.name.clone(), version, e.state().word().to_owned(), e.file.clone(), about]);
            if let Some(m) = e.ready.as_ref().filter(|_| self.params) {
                rows.extend(m.manifest.params.iter().map(param));
            }
        }
        out::line(&out::table(&["name", "version", "state", "file", "about"], rows));
        let broken = entries.iter().any(|e| e.failure.is_some());
        Ok(if broken { Exit::BadInput } else { Exit::Done })
    }
}

fn param(p: &Param) -> Vec<String> {
    let default = match &p.default {
        Value::Flag(v) => v.to_string(),
        Value::Integer(v) => v.to_string(),
        Value::Number(v) => v.to_string(),
        Value::Text(v) => v.clone(),
    };
    let unit = p.unit.as_ref().map(|u| format!(" {u}")).unwrap_or_default();
    vec![String::new(), String::new(), String::new(), format!("{}={default}{unit}", p.name), p.help.clone()]
}

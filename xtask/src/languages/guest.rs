//! One guest: a folder as `dualbench new` makes it, other sources over it where there are any, and the build that the
//! template itself tells.

use super::language::{Language, Toolchain};
use super::workshop::Workshop;
use crate::process::output;
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// For one build from a cold cache.
const BUILD: Duration = Duration::from_secs(240);

pub struct Guest {
    name: String,
    pub module: PathBuf,
}

/// A run of a guest that ended well.
pub struct Ran {
    pub metrics: BTreeMap<String, String>,
    /// Calls of the replay, which gave the same record.
    pub replayed_calls: u64,
}

/// The template as it is.
pub fn template(language: &dyn Language, workshop: &Workshop, toolchain: &Toolchain) -> Result<Guest> {
    build(language, workshop, toolchain, "first-try", None)
}

/// `sdk/LANGUAGE/parity`.
pub fn parity(language: &dyn Language, workshop: &Workshop, toolchain: &Toolchain) -> Result<Guest> {
    let sources = workshop.root.join("sdk").join(language.name()).join("parity");
    build(language, workshop, toolchain, "parity", Some(&sources))
}

/// One of `sdk/LANGUAGE/examples`.
pub fn example(language: &dyn Language, workshop: &Workshop, toolchain: &Toolchain, sources: &Path) -> Result<Guest> {
    let name = sources.file_name().unwrap_or_default().to_string_lossy();
    build(language, workshop, toolchain, &name, Some(sources))
}

/// The worked scenarios of a language, in order.
pub fn examples(language: &dyn Language, workshop: &Workshop) -> Result<Vec<PathBuf>> {
    let folder = workshop.root.join("sdk").join(language.name()).join("examples");
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut found: Vec<PathBuf> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    found.sort();
    Ok(found)
}

/// A script is the module.
pub fn script(workshop: &Workshop, file: &str) -> Result<Guest> {
    let module = workshop.root.join("sdk").join(file);
    ensure!(module.is_file(), "there is no {}", module.display());
    Ok(Guest { name: file.to_owned(), module })
}

fn build(
    language: &dyn Language,
    workshop: &Workshop,
    toolchain: &Toolchain,
    name: &str,
    sources: Option<&Path>,
) -> Result<Guest> {
    let folder = workshop.new_folder(language.name(), name)?;
    if let Some(sources) = sources {
        copy(sources, &folder).with_context(|| format!("cannot copy {}", sources.display()))?;
    }
    let recipe = fs::read_to_string(folder.join("scenario.toml"))?;
    let module = folder.join(value(&recipe, "module").context("scenario.toml names no module")?);
    if let Some(command) = value(&recipe, "build") {
        eprintln!("── {}: {name}: {command}", language.name());
        let mut shell = Command::new("sh");
        shell.args(["-c", &command]).current_dir(&folder).env("PATH", path(toolchain));
        shell.envs(toolchain.env.iter().map(|(name, value)| (name, value)));
        output(BUILD, &mut shell).with_context(|| format!("{name} in {} does not build", language.title()))?;
    }
    ensure!(module.is_file(), "the build of {name} left no {}", module.display());
    Ok(Guest { name: name.to_owned(), module })
}

impl Guest {
    /// Runs it on the simulated engines, and again from its transcript, which must give the same record.
    pub fn finishes(&self, workshop: &Workshop) -> Result<Ran> {
        let record = workshop.record(&self.module)?;
        if record["state"] != "finished" {
            bail!("{} is {}: {}", self.name, record["state"], record["failure"]);
        }
        let targets = record["targets"].as_object().into_iter().flatten();
        let mut exchanges = 0;
        for (target, summary) in targets {
            let of = |what: &str| summary["exchanges"][what].as_u64().unwrap_or(0);
            ensure!(of("failed") == 0, "{}: {} exchanges with {target} failed", self.name, of("failed"));
            exchanges += of("complete") + of("length");
        }
        ensure!(exchanges > 0, "{}: no exchange was measured", self.name);
        let metrics = record["metrics"].as_array().into_iter().flatten();
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let metrics = metrics.map(|m| (text(&m["name"]), format!("{} {}", m["value"], text(&m["unit"])))).collect();
        let run = record["run_id"].as_str().context("a record without an id")?;
        let replayed_calls = workshop.replayed(run).with_context(|| self.name.clone())?;
        Ok(Ran { metrics, replayed_calls })
    }
}

/// A line `key = "value"`: a recipe has no others.
fn value(recipe: &str, key: &str) -> Option<String> {
    let line = recipe.lines().find_map(|line| line.strip_prefix(key)?.trim_start().strip_prefix('='))?;
    Some(line.trim().trim_matches('"').replace("\\\"", "\""))
}

fn path(toolchain: &Toolchain) -> OsString {
    let old = std::env::var_os("PATH").unwrap_or_default();
    let all: Vec<PathBuf> = toolchain.path.iter().cloned().chain(std::env::split_paths(&old)).collect();
    std::env::join_paths(all).unwrap_or(old)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let place = to.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true => copy(&entry.path(), &place)?,
            false => {
                fs::copy(entry.path(), place)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recipe_is_read_by_its_keys() {
        let recipe = "# how\nbuild = \"zig cc -o \\\"a.wasm\\\" a.c\"\nmodule = \"a.wasm\"\n";
        assert_eq!(value(recipe, "build").unwrap(), "zig cc -o \"a.wasm\" a.c");
        assert_eq!(value(recipe, "module").unwrap(), "a.wasm");
        assert_eq!(value(recipe, "lib"), None);
    }
}

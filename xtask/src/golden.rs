//! `cargo xtask golden`: freezes the world of `sdk/wit` as it is. Its text, one guest made for it, as a bare module and as a
//! component, and what a run of that guest tells, are kept under `tests/golden/VERSION` for ever; `tests/it/golden.rs` runs them.

use crate::bindings;
use crate::languages::golden_guest;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};

pub fn golden(root: &Path) -> Result<()> {
    let (resolve, world) = bindings::contract(root, bindings::ALONE)?;
    let package = resolve.worlds[world].package.context("the world has no package")?;
    let version = resolve.packages[package].name.version.clone().context("the contract has no version")?;
    let folder = root.join(format!("tests/golden/{version}"));
    if folder.exists() {
        bail!("{version} is published, and what is published is never changed: give the contract a new version");
    }
    let (module, metrics) = golden_guest(root)?;
    let mut typed = module.clone();
    embed_component_metadata(&mut typed, &resolve, world, StringEncoding::UTF8, false)?;
    let component = ComponentEncoder::default().module(&typed)?.validate(true).encode()?;
    fs::create_dir_all(&folder)?;
    fs::copy(root.join("sdk/wit/scenario.wit"), folder.join("scenario.wit"))?;
    fs::write(folder.join("module.wasm"), module)?;
    fs::write(folder.join("component.wasm"), component)?;
    fs::write(folder.join("metrics.json"), serde_json::to_string_pretty(&metrics)? + "\n")?;
    println!("{version} is frozen in {}", folder.display());
    Ok(())
}

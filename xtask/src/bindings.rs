//! `cargo xtask bindings`: what the SDKs hold of the contract's own names and layouts, made from `sdk/wit`; or, with
//! `--check`, whether what is committed is what the contract gives.

mod assemblyscript;
mod go;
mod names;
mod zig;

use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use wit_bindgen_core::wit_parser::{Resolve, WorldId};
use wit_bindgen_core::{Files, WorldGenerator};

/// The world of a scenario without users, and of one with them.
pub const ALONE: &str = "scenario";
const WITH_USERS: &str = "scenario-with-users";

/// Path seen from the checkout, to its text.
type Texts = BTreeMap<PathBuf, String>;

pub fn run(root: &Path, options: &[String]) -> Result<()> {
    let texts = texts(root)?;
    match options {
        [] => write(root, &texts),
        [check] if check == "--check" => compare(root, &texts),
        _ => bail!("known: --check"),
    }
}

fn texts(root: &Path) -> Result<Texts> {
    let mut texts = Texts::new();
    let c = wit_bindgen_c::Opts { no_object_file: true, ..Default::default() };
    for (name, text) in generate(root, c.build(), ALONE)? {
        texts.insert(Path::new("sdk/c/lib").join(name), without_link(&text));
    }
    texts.extend(go::texts(root)?);
    let (resolve, world) = contract(root, ALONE)?;
    texts.insert("sdk/zig/lib/abi.zig".into(), zig::text(&resolve, world));
    texts.insert("sdk/assemblyscript/lib/abi.ts".into(), assemblyscript::text(&resolve, world));
    Ok(texts)
}

/// The host adds the component type to a module that has none: no object file is linked for it.
fn without_link(text: &str) -> String {
    let end = text.find("\n// Ensure that the *_component_type.o object is linked in");
    text[..end.unwrap_or(text.len())].to_owned()
}

fn generate(root: &Path, mut generator: Box<dyn WorldGenerator>, world: &str) -> Result<Vec<(String, String)>> {
    let (mut resolve, world) = contract(root, world)?;
    let mut files = Files::default();
    generator.generate(&mut resolve, world, &mut files)?;
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).context("a binding is no text");
    files.iter().map(|(name, bytes)| Ok((name.to_owned(), text(bytes)?))).collect()
}

/// The contract of `sdk/wit`, and one of its worlds.
pub fn contract(root: &Path, world: &str) -> Result<(Resolve, WorldId)> {
    let mut resolve = Resolve::default();
    let package = resolve.push_file(root.join("sdk/wit/scenario.wit"))?;
    let world = resolve.select_world(&[package], Some(world))?;
    Ok((resolve, world))
}

fn write(root: &Path, texts: &Texts) -> Result<()> {
    for (name, text) in texts {
        let path = root.join(name);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        println!("{:>7} bytes  {}", text.len(), name.display());
    }
    Ok(())
}

fn compare(root: &Path, texts: &Texts) -> Result<()> {
    let stale = texts.iter().filter(|(name, text)| fs::read(root.join(name)).ok().as_deref() != Some(text.as_bytes()));
    let stale: Vec<String> = stale.map(|(name, _)| name.display().to_string()).collect();
    if !stale.is_empty() {
        bail!("{} do not fit sdk/wit: run `cargo xtask bindings` and commit them", stale.join(", "));
    }
    Ok(())
}

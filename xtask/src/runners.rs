//! `cargo xtask runners`: makes the runner of plain Python scripts (CPython and the SDK, 20 MB) where dualbench looks for
//! it. The one of JavaScript is part of the program.

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub use crate::languages::COMPONENTIZE_PY as COMPILER;
use crate::languages::COMPONENTIZE_PY_VERSION as COMPILER_VERSION;
use crate::pip;
use crate::process::run;

/// What the runner is made with.
fn compiler() -> String {
    format!("{COMPILER}=={COMPILER_VERSION}")
}

/// Where it is installed.
pub fn venv(root: &Path) -> Result<PathBuf> {
    pip::venv(&root.join("target/runners/venv"), &[&compiler()])
}

/// The section that says what a runner was made of; `src/scenario/script/runners.rs` reads it.
const IDENTITY: &str = "dualbench-runner";

pub fn runners(root: &Path, options: &[String]) -> Result<()> {
    let folder = match options {
        [] => root.join("dualbench-data"),
        [to, folder] if to == "--to" => PathBuf::from(folder),
        _ => bail!("known: --to FOLDER, the data folder (scenarios.data_folder) that gets the runner"),
    };
    let sources = Sources::read(root)?;
    let identity = sources.identity();
    let out = folder.join("runners/python.wasm");
    if fs::read(&out).is_ok_and(|there| there.ends_with(&section(&identity))) {
        println!("{} is made of these sources already", out.display());
        return Ok(());
    }
    let dir = root.join("target/runners");
    let compiler = venv(root)?.join("bin").join(COMPILER);
    let mut component = sources.componentize(&dir, &compiler)?;
    component.extend(section(&identity));
    fs::create_dir_all(folder.join("runners"))?;
    // Renamed into its place: a running dualbench may look at any moment.
    let part = out.with_extension("part");
    fs::write(&part, &component).and_then(|()| fs::rename(&part, &out))?;
    println!("{:>9} bytes  {}", component.len(), out.display());
    Ok(())
}

/// Path within the folder that is built, and content.
struct Sources(Vec<(PathBuf, Vec<u8>)>);

impl Sources {
    fn read(root: &Path) -> Result<Self> {
        let mut files = vec![
            ("runner.py".into(), root.join("runners/python/runner.py")),
            ("wit/runner.wit".into(), root.join("runners/wit/runner.wit")),
            ("wit/deps/scenario/scenario.wit".into(), root.join("sdk/wit/scenario.wit")),
        ];
        for entry in fs::read_dir(root.join("sdk/python/lib"))? {
            let path = entry?.path();
            if path.extension().is_some_and(|ending| ending == "py") {
                files.push((Path::new("dualbench").join(path.file_name().unwrap_or_default()), path));
            }
        }
        files.sort();
        let read = |(name, path): (PathBuf, PathBuf)| {
            let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            Ok((name, bytes))
        };
        files.into_iter().map(read).collect::<Result<_>>().map(Self)
    }

    /// No two components of the same sources are alike, since the interpreter's memory is photographed.
    fn identity(&self) -> String {
        let mut hasher = Sha256::new();
        hasher.update(compiler());
        for (name, bytes) in &self.0 {
            hasher.update(name.to_string_lossy().as_bytes());
            hasher.update(bytes);
        }
        hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn componentize(&self, dir: &Path, compiler: &Path) -> Result<Vec<u8>> {
        let app = dir.join("app");
        let _absent = fs::remove_dir_all(&app);
        for (name, bytes) in &self.0 {
            let path = app.join(name);
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::write(path, bytes)?;
        }
        run(Command::new(compiler)
            .args(["-d", "wit", "-w", "runner", "componentize", "runner", "-o", "python.wasm"])
            .current_dir(&app))?;
        Ok(fs::read(app.join("python.wasm"))?)
    }
}

/// A custom section of a component.
fn section(identity: &str) -> Vec<u8> {
    let text = |value: &str| [&[value.len() as u8], value.as_bytes()].concat();
    let content = [text(IDENTITY), identity.as_bytes().to_vec()].concat();
    [vec![0, content.len() as u8], content].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_identity_is_a_section_that_a_parser_finds() {
        let identity = "0123456789abcdef".repeat(4);
        let component = [b"\0asm\x0d\0\x01\0".to_vec(), section(&identity)].concat();
        let sections: Vec<_> = wasmparser::Parser::new(0).parse_all(&component).map(Result::unwrap).collect();
        let found = sections.iter().any(|payload| {
            matches!(payload, wasmparser::Payload::CustomSection(s) if s.name() == IDENTITY && s.data() == identity.as_bytes())
        });
        assert!(found);
    }
}

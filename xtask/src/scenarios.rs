//! `cargo xtask scenarios`: builds the built-in scenarios and copies them into the watched folder, or checks that the
//! committed ones are what the sources give.

mod debian;
mod shape;
mod sources;
mod toolchain;

use anyhow::{Context, Result, bail};
use shape::Shape;
use std::fs;
use std::path::{Path, PathBuf};
pub use toolchain::{Toolchain, Which};

/// A built-in module is looked at by people and compiled while they wait: it stays below this.
const MAX_MODULE_BYTES: usize = 100_000;

/// What the command line asks for.
#[derive(Debug, Default, PartialEq)]
pub struct Options {
    /// Compare with the committed modules instead of replacing them.
    check: bool,
    toolchain: Which,
}

impl Options {
    pub fn parse(options: &[String]) -> Result<Self> {
        let mut parsed = Self::default();
        let mut rest = options.iter();
        while let Some(option) = rest.next() {
            match (option.as_str(), rest.as_slice().first().map(String::as_str)) {
                ("--check", _) => parsed.check = true,
                ("--toolchain", Some(name)) => {
                    parsed.toolchain = Which::parse(name)?;
                    rest.next();
                }
                ("--toolchain", None) => bail!("`--toolchain` needs a value: installed or debian"),
                (unknown, _) => bail!("no option `{unknown}`; known: --check, --toolchain"),
            }
        }
        Ok(parsed)
    }
}

/// One built-in scenario: a folder of sources, and the module that is committed.
struct Builtin {
    name: String,
    module: Vec<u8>,
    committed: PathBuf,
}

pub fn run(root: &Path, options: &Options) -> Result<()> {
    let toolchain = Toolchain::find(root, options.toolchain)?;
    toolchain.build(root)?;
    let mut stale = Vec::new();
    for name in names(root)? {
        let builtin = Builtin::collect(root, name)?;
        if options.check {
            stale.extend(builtin.differences()?);
        } else {
            fs::write(&builtin.committed, &builtin.module)
                .with_context(|| format!("cannot write {}", builtin.committed.display()))?;
        }
        println!("{:>7} bytes  {}.wasm", builtin.module.len(), builtin.name);
    }
    if !stale.is_empty() {
        bail!("{}\ncure: run `cargo xtask scenarios` and commit the modules", stale.join("\n"));
    }
    Ok(())
}

/// The folders in `scenarios-wasm/src` that hold a crate, in order. Folder, crate and module have the same name.
fn names(root: &Path) -> Result<Vec<String>> {
    let folder = root.join("scenarios-wasm/src");
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let entry = entry?;
        if entry.path().join("Cargo.toml").is_file() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

impl Builtin {
    fn collect(root: &Path, name: String) -> Result<Self> {
        let built = toolchain::target_dir(root)
            .join("wasm32-unknown-unknown/release")
            .join(format!("{}.wasm", name.replace('-', "_")));
        let mut module = fs::read(&built).with_context(|| format!("the build left no {}", built.display()))?;
        sources::stamp(&mut module, &sources::digest(root, &name)?);
        if module.len() > MAX_MODULE_BYTES {
            bail!("{name}.wasm has {} bytes; a built-in has at most {MAX_MODULE_BYTES}", module.len());
        }
        let committed = root.join(format!("scenarios-wasm/{name}.wasm"));
        Ok(Self { name, module, committed })
    }

    /// What sets the committed module apart from the one just built. The code itself is not compared: another compiler
    /// makes other code of the same sources, and the digest of the sources says whether they are the same.
    fn differences(&self) -> Result<Vec<String>> {
        let name = &self.name;
        let Ok(committed) = fs::read(&self.committed) else {
            return Ok(vec![format!("{name}.wasm is not committed")]);
        };
        let old = Shape::read(&committed).with_context(|| format!("committed {name}.wasm"))?;
        let new = Shape::read(&self.module).with_context(|| format!("built {name}.wasm"))?;
        let mut differences = old.differences(&new);
        if sources::read(&committed)? != sources::read(&self.module)? {
            differences.push("was built from other sources".into());
        }
        Ok(differences.into_iter().map(|text| format!("{name}.wasm {text}")).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Options::parse(&words)
    }

    #[test]
    fn options_are_read_in_any_order() {
        let expected = Options { check: true, toolchain: Which::Debian };
        assert_eq!(parse("--toolchain debian --check").unwrap(), expected);
        assert_eq!(parse("--check --toolchain debian").unwrap(), expected);
        assert_eq!(parse("").unwrap(), Options::default());
    }

    #[test]
    fn an_unknown_option_is_an_error_that_lists_the_known_ones() {
        let error = parse("--chek").unwrap_err().to_string();
        assert_eq!(error, "no option `--chek`; known: --check, --toolchain");
    }
}

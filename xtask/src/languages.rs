//! `cargo xtask languages`: builds the guests of every language from source with its real toolchain, runs them, and holds
//! what they do against what the same logic does in Rust.

mod assemblyscript;
mod bench;
mod c;
mod findings;
mod go;
mod guest;
mod javascript;
mod language;
mod python;
mod rust;
mod scripts;
mod table;
mod tools;
mod wat;
mod workshop;
mod zig;

use anyhow::{Context, Result, bail};
use bench::Bench;
use findings::Findings;
use guest::Guest;
use language::{Language, Toolchain};
pub use python::{COMPILER as COMPONENTIZE_PY, VERSION as COMPONENTIZE_PY_VERSION};
use std::collections::BTreeMap;
use std::path::Path;
use workshop::Workshop;

/// In the order of the table. The first is what the others are held against.
fn all() -> Vec<Box<dyn Language>> {
    vec![
        Box::new(rust::Rust),
        Box::new(javascript::JavaScript),
        Box::new(javascript::TypeScript),
        Box::new(python::Python),
        Box::new(go::Go),
        Box::new(c::C),
        Box::new(zig::Zig),
        Box::new(assemblyscript::AssemblyScript),
        Box::new(wat::Wat),
        Box::new(scripts::JavaScript),
        Box::new(scripts::TypeScript),
        Box::new(scripts::Python),
    ]
}

/// What the command line asks for.
#[derive(Debug, Default, PartialEq)]
pub struct Options {
    /// Only these, and Rust; all where empty.
    only: Vec<String>,
    /// The table is compared with the committed one, not written.
    check: bool,
}

impl Options {
    pub fn parse(options: &[String]) -> Result<Self> {
        let mut parsed = Self::default();
        let mut rest = options.iter();
        while let Some(option) = rest.next() {
            match option.as_str() {
                "--check" => parsed.check = true,
                "--only" => parsed.only.push(rest.next().context("`--only` needs a language")?.clone()),
                unknown => bail!("no option `{unknown}`; known: --only LANGUAGE, --check"),
            }
        }
        let names: Vec<&str> = all().iter().map(|language| language.name()).collect();
        match parsed.only.iter().find(|name| !names.contains(&name.as_str())) {
            Some(unknown) => bail!("no language `{unknown}`; known: {}", names.join(", ")),
            None => Ok(parsed),
        }
    }

    fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == name)
    }
}

pub fn run(root: &Path, options: &Options) -> Result<()> {
    let workshop = Workshop::open(root)?;
    let bench = Bench::build(root)?;
    let mut all = all().into_iter();
    let rust = all.next().context("no language")?;
    let measure = findings(rust.as_ref(), &workshop, &bench).context("rust, the measure of the others")?;
    let mut done = Vec::new();
    let mut failed = Vec::new();
    for language in all.filter(|language| options.wants(language.name())) {
        let name = language.name();
        let found = findings(language.as_ref(), &workshop, &bench).and_then(|found| {
            found.hold_against(&measure)?;
            Ok(found)
        });
        match found {
            Ok(found) => done.push(found),
            Err(error) => {
                eprintln!("{name} FAILED: {error:#}");
                failed.push(name);
            }
        }
    }
    done.insert(0, measure);
    println!("{}", table::rows(&done));
    if !failed.is_empty() {
        bail!("not as in Rust: {}", failed.join(", "));
    }
    match (options.only.is_empty(), options.check) {
        (true, false) => table::write(root, &done),
        (true, true) => table::compare(root, &done),
        // A part of the table would replace the whole.
        (false, _) => Ok(()),
    }
}

fn findings(language: &dyn Language, workshop: &Workshop, bench: &Bench) -> Result<Findings> {
    let name = language.name();
    eprintln!("── {name}: toolchain");
    let toolchain = language.install(&workshop.tools())?;
    eprintln!("── {name}: {}", toolchain.version);
    let parity = match language.script() {
        Some(file) => guest::script(workshop, file)?,
        None => built(language, workshop, &toolchain)?,
    };
    let ran = parity.finishes(workshop)?;
    let bench = bench.of(&parity.module)?;
    let name = language.page();
    Ok(Findings {
        name,
        title: language.title(),
        notes: language.notes(),
        toolchain,
        metrics: ran.metrics,
        replayed_calls: ran.replayed_calls,
        bench,
    })
}

/// All guests of a language are built and run; gives the one that is held against the others.
fn built(language: &dyn Language, workshop: &Workshop, toolchain: &Toolchain) -> Result<Guest> {
    guest::template(language, workshop, toolchain)?.finishes(workshop)?;
    for example in guest::examples(language, workshop)? {
        guest::example(language, workshop, toolchain, &example)?.finishes(workshop)?;
    }
    guest::parity(language, workshop, toolchain)
}

/// The parity guest in C, which needs nothing of WASI, and the metrics of its run.
pub fn golden_guest(root: &Path) -> Result<(Vec<u8>, BTreeMap<String, String>)> {
    let workshop = Workshop::open(root)?;
    let toolchain = c::C.install(&workshop.tools())?;
    let parity = guest::parity(&c::C, &workshop, &toolchain)?;
    Ok((std::fs::read(&parity.module)?, parity.finishes(&workshop)?.metrics))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Options::parse(&words)
    }

    #[test]
    fn several_languages_may_be_named() {
        let options = parse("--only c --only zig").unwrap();
        assert!(options.wants("c") && options.wants("zig") && !options.wants("go"));
        assert!(parse("").unwrap().wants("go"));
    }

    #[test]
    fn an_unknown_language_is_an_error_that_lists_the_known_ones() {
        let error = parse("--only cobol").unwrap_err().to_string();
        assert!(error.starts_with("no language `cobol`; known: rust, "), "{error}");
    }
}

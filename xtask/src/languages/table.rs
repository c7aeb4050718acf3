//! `docs/languages.md`: one row a language, as this machine found it.

use super::findings::Findings;
use anyhow::{Context, Result, ensure};
use std::fmt::Write;
use std::fs;
use std::path::Path;

const FILE: &str = "docs/languages.md";
const BEGIN: &str = "<!-- languages: made by `cargo xtask languages` -->\n";
const END: &str = "<!-- languages: end -->\n";
const HEAD: &str = "\
| language | toolchain | module | compile, ms | start, ms | one call, µs | replay | works, and does not |
| --- | --- | --- | --- | --- | --- | --- | --- |
";

pub fn rows(all: &[Findings]) -> String {
    all.iter().fold(HEAD.to_owned(), |mut text, found| {
        let number = |path: &str| found.number(path).unwrap_or(f64::NAN);
        let _infallible = writeln!(
            text,
            "| [{}](languages/{}.md) | {} | {} | {:.0} ({}) | {:.2} | {:.2} | same, bit for bit ({} calls) | {} |",
            found.title,
            found.name,
            found.toolchain.version,
            size(number("/size_bytes")),
            number("/compile_ms"),
            found.bench["compiler"].as_str().unwrap_or("?"),
            number("/start_us") / 1e3,
            number("/soak/call_us"),
            found.replayed_calls,
            found.notes,
        );
        text
    })
}

fn size(bytes: f64) -> String {
    if bytes < 1e6 { format!("{:.1} KB", bytes / 1e3) } else { format!("{:.1} MB", bytes / 1e6) }
}

/// Puts the rows in the place of the old ones.
pub fn write(root: &Path, all: &[Findings]) -> Result<()> {
    let path = root.join(FILE);
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {FILE}"))?;
    let (before, rest) = text.split_once(BEGIN).context("docs/languages.md lacks the mark of the table")?;
    let (_, after) = rest.split_once(END).context("docs/languages.md lacks the table's end")?;
    fs::write(&path, format!("{before}{BEGIN}{}{END}{after}", rows(all)))?;
    Ok(())
}

/// Times differ from machine to machine; languages, toolchains and remarks must not.
pub fn compare(root: &Path, all: &[Findings]) -> Result<()> {
    let text = fs::read_to_string(root.join(FILE)).with_context(|| format!("cannot read {FILE}"))?;
    for found in all {
        let row = text.lines().find(|line| line.contains(&format!("[{}](languages/{}.md)", found.title, found.name)));
        let fits = row.is_some_and(|row| row.contains(&found.toolchain.version) && row.contains(found.notes));
        ensure!(fits, "{FILE} tells another thing of {}: run `cargo xtask languages` and commit it", found.title);
        let page = root.join(format!("docs/languages/{}.md", found.name));
        ensure!(page.is_file(), "{} has no page: write docs/languages/{}.md", found.title, found.name);
    }
    Ok(())
}

//! `dualbench new NAME --lang LANGUAGE`: a folder for a scenario of one's own, which needs nothing of this checkout.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;

use crate::cli::recipe::{FILE_NAME, Recipe};
use crate::cli::{Exit, out};
use crate::scenario::is_scenario_name;
use crate::scenario::templates::{self, File};

#[derive(Args)]
pub struct New {
    /// Name of the scenario, and of the folder made here: lower-case words joined by `-`
    name: String,
    /// Its language: rust, javascript, typescript, python, go, c, zig, assemblyscript or wat
    #[arg(long, short, value_name = "LANGUAGE")]
    lang: String,
    /// Where the folder is made [default: here]
    #[arg(long = "in", value_name = "FOLDER")]
    parent: Option<PathBuf>,
}

impl New {
    pub fn execute(self) -> Result<Exit> {
        let bad = |what: String| {
            out::error(&what);
            Ok(Exit::BadInput)
        };
        if !is_scenario_name(&self.name) {
            return bad(format!(
                "`{}` is no name for a scenario: lower-case words of letters and digits joined by `-`, at most 64 \
                 bytes, such as first-try",
                self.name
            ));
        }
        let Some(language) = templates::language(&self.lang) else {
            let known = templates::languages().join(", ");
            return bad(format!("no template for `{}`; there are: {known}", self.lang));
        };
        let folder = self.parent.unwrap_or_default().join(&self.name);
        if folder.exists() {
            return bad(format!("{} is there already and is left as it is; choose another name", folder.display()));
        }
        let files = templates::files(&language, &self.name);
        let recipe = recipe(&files)?;
        write(&folder, &files).with_context(|| format!("cannot write {}", folder.display()))?;
        out::line(&told(&folder, &files, &recipe));
        Ok(Exit::Done)
    }
}

fn recipe(files: &[File]) -> Result<Recipe> {
    let file = files.iter().find(|file| file.path == FILE_NAME).context("the template has no scenario.toml")?;
    Recipe::parse(&String::from_utf8_lossy(&file.bytes), Path::new(FILE_NAME))
}

/// Into a folder beside it first, so that a full disk leaves no half of one.
fn write(folder: &Path, files: &[File]) -> Result<()> {
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(parent)?;
    let part = tempfile::Builder::new().prefix(".dualbench-new-").tempdir_in(parent)?;
    let whole = part.path().join("whole");
    for file in files {
        let path = whole.join(&file.path);
        path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
        std::fs::write(path, &file.bytes)?;
    }
    Ok(std::fs::rename(whole, folder)?)
}

fn told(folder: &Path, files: &[File], recipe: &Recipe) -> String {
    let own: Vec<&str> = files.iter().map(|file| file.path.as_str()).filter(|path| !path.contains('/')).collect();
    let module = folder.join(&recipe.module);
    let folder = folder.display();
    let build = match &recipe.build {
        Some(build) => format!("build it:  cd {folder} && {build}\n"),
        None => "build it:  nothing to do\n".to_owned(),
    };
    format!(
        "wrote {folder}/: {}, and the SDK in dualbench/ and wit/\n{build}run it:    dualbench run {} --simulated\n\
         the rest:  {folder}/README.md",
        own.join(", "),
        module.display()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::templates::{NAME, files, languages};

    #[test]
    fn every_template_has_a_recipe_a_readme_and_the_contract() {
        assert!(!languages().is_empty());
        for language in languages() {
            let files = files(&language, "first-try");
            let text = |path: &str| {
                let file = files.iter().find(|f| f.path == path).unwrap_or_else(|| panic!("{language}: no {path}"));
                String::from_utf8(file.bytes.clone()).expect("utf-8")
            };
            let recipe = Recipe::parse(&text(FILE_NAME), Path::new(FILE_NAME)).expect("a recipe");
            let readme = text("README.md");
            if let Some(build) = &recipe.build {
                assert!(readme.contains(build), "{language}: the README lacks `{build}`");
            }
            assert!(text("wit/scenario.wit").contains("package dualbench:scenario"));
            // The SDK's own files are nobody's template: its tests may speak of one.
            let mut own = files.iter().filter(|f| !f.path.starts_with("dualbench/"));
            let left = own.find(|f| String::from_utf8_lossy(&f.bytes).contains(NAME) || f.path.contains(NAME));
            assert!(left.is_none(), "{language}: {} keeps the template's name", left.map_or("", |f| &f.path));
        }
    }
}

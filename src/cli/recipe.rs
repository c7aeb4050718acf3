//! `scenario.toml`: how the folder of one scenario becomes a module.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;

pub const FILE_NAME: &str = "scenario.toml";

/// Read from a folder that `dualbench new` made, or that somebody wrote by hand.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Run by the shell in the folder; absent where there is nothing to build.
    pub build: Option<String>,
    /// What the build leaves, or the source itself; seen from the folder.
    pub module: PathBuf,
}

impl Recipe {
    /// The recipe of a text; `file` names it in the error.
    pub fn parse(text: &str, file: &Path) -> Result<Recipe> {
        toml::from_str(text).with_context(|| {
            format!(
                "{} must hold `module = \"FILE\"`, and `build = \"COMMAND\"` where there is something to build",
                file.display()
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recipe_names_the_module_and_perhaps_a_command() {
        let parse = |text: &str| Recipe::parse(text, Path::new(FILE_NAME));
        let both = parse("build = \"make\"\nmodule = \"a.wasm\"").expect("a recipe");
        assert_eq!(both, Recipe { build: Some("make".into()), module: "a.wasm".into() });
        assert_eq!(parse("module = \"a.wat\"").expect("a recipe").build, None);
        let error = format!("{:#}", parse("biuld = \"make\"").expect_err("no recipe"));
        assert!(error.contains("scenario.toml must hold") && error.contains("biuld"), "{error}");
    }
}

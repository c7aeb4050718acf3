//! The folders that `dualbench new` writes: whatever `sdk/LANGUAGE/template` there was when the program was built.
//!
//! A folder gets the template, the SDK's own files under `dualbench/`, and the contract under `wit/`, so that it needs
//! nothing of this checkout.

use std::collections::BTreeSet;

use rust_embed::RustEmbed;

/// The name of the scenario, and of everything called after it, in a template.
pub const NAME: &str = "my-scenario";
/// The same where no `-` may stand.
const IDENTIFIER: &str = "my_scenario";

#[derive(RustEmbed)]
#[folder = "sdk"]
#[include = "wit/*"]
#[include = "*/template/*"]
#[include = "*/lib/*"]
#[include = "rust/Cargo.toml"]
#[include = "rust/README.md"]
#[include = "rust/src/*"]
#[exclude = "*/target/*"]
#[exclude = "*/node_modules/*"]
#[exclude = "*/__pycache__/*"]
struct Sdk;

/// One file of a new folder; its path is seen from there, with `/`.
pub struct File {
    pub path: String,
    pub bytes: Vec<u8>,
}

/// Every language that has a template, in order.
pub fn languages() -> Vec<String> {
    let found = Sdk::iter().filter_map(|path| {
        let (language, rest) = path.split_once('/')?;
        rest.starts_with("template/").then(|| language.to_owned())
    });
    found.collect::<BTreeSet<_>>().into_iter().collect()
}

/// The language by one of its names.
pub fn language(asked: &str) -> Option<String> {
    let name = match asked {
        "js" => "javascript",
        "ts" => "typescript",
        "py" => "python",
        "rs" => "rust",
        "as" => "assemblyscript",
        name => name,
    };
    languages().into_iter().find(|known| known == name)
}

/// All files of a folder for a scenario of that name.
pub fn files(language: &str, name: &str) -> Vec<File> {
    let mut files: Vec<File> = Sdk::iter().filter_map(|path| file(&path, language, name)).collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn file(path: &str, language: &str, name: &str) -> Option<File> {
    let bytes = Sdk::get(path)?.data.into_owned();
    if path.starts_with("wit/") {
        return Some(File { path: path.to_owned(), bytes });
    }
    // One SDK for both; its types are read by the editor of either.
    let own = if language == "typescript" && path.starts_with("javascript/lib/") { "javascript" } else { language };
    let inside = path.strip_prefix(own)?.strip_prefix('/')?;
    if let Some(own) = inside.strip_prefix("template/") {
        let bytes = named(bytes, language, name);
        return Some(File { path: renamed(own, name), bytes });
    }
    // Of Rust the SDK is a crate, and lies at the top of its folder.
    let lib = inside.strip_prefix("lib/").unwrap_or(inside);
    Some(File { path: format!("dualbench/{lib}"), bytes })
}

fn named(bytes: Vec<u8>, language: &str, name: &str) -> Vec<u8> {
    match String::from_utf8(bytes) {
        Ok(text) if language == "rust" => {
            renamed(&text, name).replace("path = \"..\"", "path = \"dualbench\"").into_bytes()
        }
        Ok(text) => renamed(&text, name).into_bytes(),
        Err(binary) => binary.into_bytes(),
    }
}

fn renamed(text: &str, name: &str) -> String {
    text.replace(NAME, name).replace(IDENTIFIER, &name.replace('-', "_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_found_by_its_short_and_its_long_name() {
        assert_eq!(language("rs").as_deref(), Some("rust"));
        assert_eq!(language("cobol"), None);
    }
}

//! The corpus that ships: short texts of our own about two models on one card, for whoever has configured no folder.

use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "src/pipeline/corpus"]
struct Files;

/// Name and bytes of each text, in the order of their names.
pub(super) fn files() -> Vec<(String, Vec<u8>)> {
    let mut names: Vec<_> = Files::iter().collect();
    names.sort_unstable();
    names.into_iter().filter_map(|name| Files::get(&name).map(|f| (name.into_owned(), f.data.into_owned()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_that_ships_is_short_and_has_a_title() {
        let files = files();
        assert!((12..=16).contains(&files.len()), "{} files", files.len());
        for (name, bytes) in files {
            let text = String::from_utf8(bytes).expect("UTF-8");
            let words = text.split_whitespace().count();
            assert!(name.ends_with(".md") && text.starts_with("# "), "{name}");
            assert!((150..=300).contains(&words), "{name} has {words} words");
        }
    }
}

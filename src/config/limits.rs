//! Holds docs/limits.md against the program: keys, defaults and tests, so that the page cannot rot.

use std::path::Path;

use crate::config::keys::KNOWN;
use crate::config::{Config, Override};

const PAGE: &str = include_str!("../../docs/limits.md");

/// One row of the table: limit, default, key, what happens beyond it, test.
struct Row<'a> {
    default: &'a str,
    key: &'a str,
    test: &'a str,
}

fn rows() -> Vec<Row<'static>> {
    let table = PAGE.split("\n## ").next().unwrap_or_default();
    let lines = table.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| ---"));
    // The first line is the header.
    let rows = lines.skip(1).map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`')).collect();
        let [_limit, default, key, _beyond, test] = cells[..] else { panic!("five columns: {line}") };
        Row { default, key, test }
    });
    rows.collect()
}

/// The number that a key has where nobody sets it.
fn default_of(key: &str) -> Option<u128> {
    let dir = tempfile::tempdir().expect("a folder");
    let config = Config::load(dir.path(), None, &[]).expect("nothing is set");
    config.limits().into_iter().find_map(|(name, value)| (name == key).then_some(value.into()))
}

#[test]
fn every_row_of_the_page_names_a_key_that_can_be_set_and_its_default() {
    assert!(rows().len() >= 20, "only {} rows were found", rows().len());
    for Row { default, key, .. } in rows() {
        assert!(KNOWN.contains(&key), "docs/limits.md: no key `{key}`");
        let told: String = default.chars().take_while(|c| c.is_ascii_digit() || *c == ' ').collect();
        let told: Option<u128> = told.replace(' ', "").parse().ok();
        assert_eq!(told, default_of(key), "docs/limits.md: the default of `{key}`");
        let dir = tempfile::tempdir().expect("a folder");
        Config::load(dir.path(), None, &[Override::new(key, "65536")]).expect("it takes a number");
    }
}

#[test]
fn every_limit_of_a_scenario_is_on_the_page() {
    let is_limit = |key: &str| key.starts_with("scenarios.") && !key.ends_with("folder") && !key.ends_with("settle_ms");
    for key in KNOWN.iter().filter(|key| is_limit(key)) {
        assert!(rows().iter().any(|row| row.key == *key), "docs/limits.md lacks `{key}`");
    }
}

#[test]
fn every_test_that_the_page_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let named = PAGE.split('`').filter(|word| word.contains(".rs::"));
    let mut seen = 0;
    for (file, test) in named.filter_map(|word| word.split_once("::")) {
        let text = std::fs::read_to_string(root.join(file)).unwrap_or_else(|e| panic!("docs/limits.md: {file}: {e}"));
        assert!(text.contains(&format!("fn {test}(")), "docs/limits.md: no test `{test}` in {file}");
        seen += 1;
    }
    assert!(seen >= 40, "only {seen} tests were found");
}

#[test]
fn a_row_tells_its_test() {
    assert!(rows().iter().all(|row| row.test.contains(".rs::")));
}

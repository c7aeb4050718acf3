//! Worlds that were published: a guest made for each runs today, and the contract of today has all that it had.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::daemon::{folder, output, text};

const CONTRACT: &str = include_str!("../../sdk/wit/scenario.wit");

/// `tests/golden/VERSION`, each made once by `cargo xtask golden`.
fn published() -> Vec<PathBuf> {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut found: Vec<PathBuf> =
        std::fs::read_dir(golden).expect("a folder").map(|e| e.expect("an entry").path()).collect();
    found.sort();
    assert!(!found.is_empty(), "no world was published");
    found
}

fn version(folder: &Path) -> String {
    folder.file_name().expect("a name").to_string_lossy().into_owned()
}

#[test]
fn a_guest_of_every_published_world_runs_and_tells_the_same() {
    for golden in published() {
        let told = std::fs::read_to_string(golden.join("metrics.json")).expect("metrics");
        let told: BTreeMap<String, String> = serde_json::from_str(&told).expect("names and values");
        for file in ["module.wasm", "component.wasm"] {
            let (dir, module) = (folder(), golden.join(file));
            let run = output(dir.path(), &["run", "--json", "--seed", "7", module.to_str().expect("utf-8")]);
            let record: Value =
                serde_json::from_slice(&run.stdout).unwrap_or_else(|e| panic!("{e}: {}", text(&run.stderr)));
            assert_eq!(record["state"], "finished", "{}: {}", module.display(), record["failure"]);
            let world = format!("dualbench:scenario@{}", version(&golden));
            assert_eq!(record["scenario"]["world"], world.as_str());
            assert_eq!(metrics(&record), told, "{}", module.display());
        }
    }
}

fn metrics(record: &Value) -> BTreeMap<String, String> {
    let all = record["metrics"].as_array().expect("a list");
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    all.iter().map(|m| (word(&m["name"]), format!("{} {}", m["value"], word(&m["unit"])))).collect()
}

#[test]
fn the_contract_has_all_that_its_version_had_when_it_was_published() {
    let today = items(CONTRACT);
    let current = package(CONTRACT);
    for golden in published() {
        let frozen = std::fs::read_to_string(golden.join("scenario.wit")).expect("a contract");
        assert_eq!(package(&frozen), format!("package dualbench:scenario@{}", version(&golden)));
        if package(&frozen) != current {
            // An older world stands beside today's; that a guest of it runs is held above.
            continue;
        }
        let lost: Vec<String> = items(&frozen).difference(&today).cloned().collect();
        assert!(lost.is_empty(), "published {} had, and sdk/wit has no longer: {lost:#?}", version(&golden));
    }
}

/// The line that names the package, without what is behind it.
fn package(wit: &str) -> String {
    let line = wit.lines().find(|line| line.starts_with("package ")).expect("a package");
    line.trim_end_matches(';').to_owned()
}

/// Every declaration with the blocks around it, one space between words. Of an interface, a world and a resource each item is
/// one of its own, so that more may be added; a record, a variant and an enum are one thing.
fn items(wit: &str) -> BTreeSet<String> {
    let bare: Vec<&str> = wit.lines().map(|line| line.split("//").next().unwrap_or_default()).collect();
    let mut found = BTreeSet::new();
    let mut around: Vec<String> = Vec::new();
    let (mut item, mut depth) = (String::new(), 0_usize);
    for c in bare.join("\n").chars() {
        match c {
            '{' if depth == 0 && ["interface", "world", "resource"].iter().any(|w| item.trim().starts_with(w)) => {
                around.push(words(&std::mem::take(&mut item)));
            }
            '}' if depth == 0 => {
                around.pop();
            }
            _ => {
                item.push(c);
                depth = depth + usize::from(c == '{') - usize::from(c == '}');
                // `use types.{a, b};` ends by its semicolon, a record by its brace.
                let ended = c == ';' || (c == '}' && !item.trim().starts_with("use"));
                if depth == 0 && ended {
                    let one = std::mem::take(&mut item);
                    found.insert(format!("{}: {}", around.join(" / "), words(&one)));
                }
            }
        }
    }
    found
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn what_is_added_is_no_change_and_what_is_altered_is() {
    let old = "package a:b@0.1.0;\ninterface i { // why\n record r { x: u32 }\n f: func() -> u32; }";
    let more = old.replace("f: func", "g: func();\n f: func");
    let other = old.replace("x: u32", "x: u32, y: u32");
    assert_eq!(items(old).difference(&items(&more)).count(), 0);
    assert_eq!(items(old).difference(&items(&other)).count(), 1);
    assert_eq!(items(old).len(), 3);
    // What was `use`d may be used with more beside it only by a line of its own.
    assert!(items(CONTRACT).iter().any(|item| item.contains("use types.{target};")));
}

//! Which layer may know which: the arrows of ARCHITECTURE.md.

use std::path::{Path, PathBuf};

/// Layer → the layers that it may import.
const ARROWS: &[(&str, &[&str])] = &[
    ("measure", &[]),
    ("scenario", &[]),
    ("events", &["measure"]),
    ("engines", &["measure"]),
    ("gpu", &["measure"]),
    ("pipeline", &["engines", "measure"]),
    ("store", &["events", "measure"]),
    ("run", &["engines", "pipeline", "gpu", "scenario", "events", "measure"]),
    ("api", &["run", "store", "scenario", "engines", "pipeline", "gpu", "events", "measure"]),
    ("config", &["engines", "pipeline", "gpu", "scenario", "store", "measure"]),
    ("app", &["api", "config", "run", "store", "scenario", "engines", "pipeline", "gpu", "events", "measure"]),
    ("cli", &["app", "config", "run", "store", "scenario", "engines", "pipeline", "gpu", "events", "measure"]),
];

fn sources(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).expect("readable").map(|e| e.expect("an entry").path());
    entries
        .flat_map(|p| if p.is_dir() { sources(&p) } else { vec![p] })
        .filter(|p| p.extension().is_some_and(|e| e == "rs"))
        .collect()
}

#[test]
fn no_layer_imports_one_that_it_must_not_know() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut seen = 0;
    let mut wrong = Vec::new();
    for file in sources(&src) {
        let inside = file.strip_prefix(&src).expect("below src");
        let layer = inside.components().next().expect("a part").as_os_str().to_string_lossy().replace(".rs", "");
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == layer) else { continue };
        let text = std::fs::read_to_string(&file).expect("readable");
        for (number, line) in text.lines().enumerate() {
            for after in line.split("crate::").skip(1) {
                let target: String = after.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if !ARROWS.iter().any(|(name, _)| *name == target) {
                    continue;
                }
                seen += 1;
                if target != layer && !allowed.contains(&target.as_str()) {
                    wrong.push(format!("{}:{}: {layer} → {target}", inside.display(), number + 1));
                }
            }
        }
    }
    assert!(seen > 100, "only {seen} imports were seen: the search is broken");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

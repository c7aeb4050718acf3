//! A folder that changes at chance moments under a daemon that runs what lies in it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rand::{RngExt, SeedableRng, rngs::ChaCha12Rng};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::daemon::{Daemon, eventually, fixture, folder};

/// Versions of one scenario: each has its number in its manifest, and its code tells the same number as a metric.
fn versions() -> Vec<String> {
    let text = std::fs::read_to_string(fixture("hello.wat")).expect("readable");
    let count = "(f64.convert_i32_u (local.get $chunks))";
    assert!(text.contains(count));
    let version = |n: usize| {
        text.replacen("\"0.1.0\"", &format!("\"0.1.{n}\""), 1).replacen(count, &format!("(f64.const {n})"), 1)
    };
    (0..6).map(version).collect()
}

fn sha256(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// One of the ways in which a file comes to change.
fn disturb(file: &Path, version: &str, dice: &mut ChaCha12Rng) {
    let beside = file.with_extension("part");
    match dice.random_range(0..5) {
        0 => std::fs::write(file, version).expect("overwritten"),
        1 => {
            std::fs::write(&beside, version).expect("written");
            std::fs::rename(&beside, file).expect("renamed");
        }
        2 => drop(std::fs::remove_file(file)),
        3 => std::fs::write(file, &version.as_bytes()[..dice.random_range(0..version.len())]).expect("cut"),
        _ => {
            std::fs::write(file, &version.as_bytes()[..version.len() / 2]).expect("half");
            std::thread::sleep(Duration::from_millis(dice.random_range(0..30)));
            std::fs::write(file, version).expect("whole");
        }
    }
}

#[test]
fn reloads_at_chance_moments_never_change_a_run_of_the_daemon() {
    let dir = folder();
    let daemon = Daemon::start_with(dir.path(), &["--set", "scenarios.settle_ms=20"]);
    let versions = versions();
    let numbers: BTreeMap<String, usize> = versions.iter().enumerate().map(|(n, text)| (sha256(text), n)).collect();
    let file = dir.path().join("scenarios-wasm/hello.wat");
    let done = Arc::new(AtomicBool::new(false));
    let changing = std::thread::spawn({
        let (file, done, versions) = (file.clone(), done.clone(), versions.clone());
        move || {
            let mut dice = ChaCha12Rng::seed_from_u64(13);
            for _ in 0..200 {
                disturb(&file, &versions[dice.random_range(0..versions.len())], &mut dice);
                std::thread::sleep(Duration::from_millis(dice.random_range(0..120)));
            }
            done.store(true, Ordering::Release);
        }
    });
    let mut runs = 0;
    while !done.load(Ordering::Acquire) {
        let answer = daemon.post("/api/runs", &json!({ "scenario": "hello", "params": { "tokens": 8 } }));
        if answer.status != 202 {
            // The file is gone, or not yet whole.
            std::thread::sleep(Duration::from_millis(10));
            continue;
        }
        let record = daemon.wait_run(answer.json()["run_id"].as_str().expect("an id"));
        assert_eq!(record["state"], "finished", "{record}");
        let sha = record["scenario"]["sha256"].as_str().expect("a hash");
        let number = numbers.get(sha).unwrap_or_else(|| panic!("a version that never was whole ran: {record}"));
        assert_eq!(record["scenario"]["version"], format!("0.1.{number}"), "{record}");
        assert_eq!(record["metrics"][0]["value"].as_f64(), Some(*number as f64), "{record}");
        runs += 1;
    }
    changing.join().expect("the changes");
    assert!(runs > 2, "{runs} runs");
    std::fs::write(&file, &versions[5]).expect("written");
    eventually("the last version serves", || {
        let list = daemon.get("/api/scenarios").json();
        let hello: Value = list["scenarios"].as_array()?.iter().find(|s| s["name"] == "hello").cloned()?;
        (hello["state"] == "ready" && hello["ready"]["sha256"] == json!(sha256(&versions[5]))).then_some(())
    });
}

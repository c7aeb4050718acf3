//! Scripted users and data files, as a user of the program meets them.

use serde_json::{Value, json};

use crate::daemon::{Daemon, eventually, fixture, folder, output, text};

fn record(dir: &std::path::Path, arguments: &[&str]) -> Value {
    let run = output(dir, &[&["run"], arguments, &["--json", "--seed", "7"]].concat());
    serde_json::from_slice(&run.stdout).unwrap_or_else(|e| panic!("{e}: {}", text(&run.stderr)))
}

#[test]
fn users_hold_conversations_at_the_same_time() {
    let dir = folder();
    let module = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios-wasm/conversations.wasm");
    let asked = [module, "-p", "users=3", "-p", "conversations=2", "-p", "turns=3", "-p", "output_tokens=8"];
    let record = record(dir.path(), &asked);
    assert_eq!(record["state"], "finished", "{record}");
    let exchanges = &record["targets"]["main"]["exchanges"];
    let count = |of: &str| exchanges[of].as_u64().unwrap_or(0);
    assert_eq!(count("complete") + count("length"), 18, "{record}");
    assert_eq!(record["counters"]["turns"], json!(18.0));
    let metrics = record["metrics"].as_array().expect("a list");
    let of_turn = |n: u32| metrics.iter().filter(|m| m["name"] == format!("turn {n} ttft")).count();
    assert_eq!([of_turn(1), of_turn(2), of_turn(3)], [6, 6, 6]);
    let marks = record["marks"].as_array().expect("a list");
    assert_eq!(marks.last().expect("one")["name"], "all talks are over");
    assert!(marks.iter().all(|m| m["at_ms"].as_f64().is_some_and(|at| at >= 0.0)));
}

#[test]
fn a_run_has_the_data_that_lay_beside_its_module() {
    let dir = folder();
    let module = dir.path().join("crowd.wat");
    std::fs::copy(fixture("crowd.wat"), &module).expect("copied");
    let path = module.to_str().expect("utf-8");
    let bare = record(dir.path(), &[path]);
    assert_eq!((&bare["state"], &bare["scenario"]["data_sha256"]), (&json!("finished"), &Value::Null), "{bare}");
    std::fs::create_dir(dir.path().join("crowd.data")).expect("made");
    std::fs::write(dir.path().join("crowd.data/note.txt"), "seven b").expect("written");
    let with = record(dir.path(), &[path]);
    assert_eq!(with["scenario"]["sha256"], bare["scenario"]["sha256"]);
    assert_eq!(with["scenario"]["data_sha256"].as_str().map(str::len), Some(64));
    let read = with["metrics"].as_array().expect("a list").iter().filter(|m| m["name"] == "bytes");
    assert!(read.clone().count() == 4 && read.clone().all(|m| m["value"] == 7.0), "{with}");
    assert_eq!(with["counters"], json!({ "rounds": 6.0 }));
}

#[test]
fn a_data_file_that_changes_during_a_run_changes_the_next_one_only() {
    let dir = folder();
    let scenarios = dir.path().join("scenarios-wasm");
    let wat = std::fs::read_to_string(fixture("crowd.wat")).expect("readable");
    let lasting = "(call $users (i32.const 2) (i32.const 1) (i64.reinterpret_f64 (f64.const 1.5))";
    let ends = "(i32.store8 (i32.const 2048) (i32.const 0))\n    (i32.const 2048)))";
    let drops = format!(
        "(call $finish (i32.load (i32.const 3004)) (i32.const 4096)) (call $drop (i32.load (i32.const 3004))) {ends}"
    );
    let wat =
        wat.replacen("(call $users (i32.const 2) (i32.const 0) (i64.const 2)", lasting, 1).replacen(ends, &drops, 1);
    std::fs::write(scenarios.join("crowd.wat"), wat).expect("written");
    std::fs::create_dir(scenarios.join("crowd.data")).expect("made");
    let note = scenarios.join("crowd.data/note.txt");
    std::fs::write(&note, "old").expect("written");
    let daemon = Daemon::start_with(dir.path(), &["--set", "scenarios.settle_ms=20"]);
    let run = daemon.start_run("crowd", json!({}));
    eventually("the first rounds", || {
        let log = daemon.get(&format!("/api/runs/{run}/log")).json();
        log["marks"].as_array().filter(|marks| !marks.is_empty()).map(drop)
    });
    std::fs::write(&note, "newer").expect("written");
    let record = daemon.wait_run(&run);
    assert_eq!(bytes(&record), [3].into(), "{record}");
    let next = eventually("the change is seen", || {
        let next = daemon.wait_run(&daemon.start_run("crowd", json!({})));
        (next["scenario"]["data_sha256"] != record["scenario"]["data_sha256"]).then_some(next)
    });
    assert_eq!(bytes(&next), [5].into(), "{next}");
    assert_eq!(next["scenario"]["sha256"], record["scenario"]["sha256"]);
}

/// What the users read, in whole bytes.
fn bytes(record: &Value) -> std::collections::BTreeSet<u64> {
    let metrics = record["metrics"].as_array().expect("a list").iter().filter(|m| m["name"] == "bytes");
    metrics.map(|m| m["value"].as_f64().expect("a number") as u64).collect()
}

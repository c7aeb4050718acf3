//! Limits and faults as a user sees them: what is told, and what is kept.

use serde_json::{Value, json};

use crate::daemon::{fixture, folder, output, text};

/// The fixture with some of its text changed, run to its end: the exit code and the record.
#[track_caller]
fn run_changed(name: &str, changes: &[(&str, &str)]) -> (Option<i32>, Value) {
    let dir = folder();
    let mut wat = std::fs::read_to_string(fixture(name)).expect("readable");
    for (old, new) in changes {
        assert!(wat.contains(old), "{name} lacks {old}");
        wat = wat.replacen(old, new, 1);
    }
    let file = dir.path().join("changed.wat");
    std::fs::write(&file, wat).expect("written");
    // A long answer at the card's own speed: over a second, of which a guest can see the beginning.
    let slow = ["--set", "simulated.speed=1", "-p", "tokens=256"];
    let run = output(dir.path(), &[&["run", file.to_str().expect("utf-8"), "--json"], &slow[..]].concat());
    let record = serde_json::from_slice(&run.stdout).unwrap_or_else(|e| panic!("{e}: {}", text(&run.stderr)));
    (run.status.code(), record)
}

#[test]
fn a_run_makes_as_many_exchanges_as_it_may() {
    let dir = folder();
    let few = ["run", "engine-speed", "-p", "repetitions=3", "-p", "output_tokens=4", "--set", "run.exchanges_max=1"];
    let run = output(dir.path(), &few);
    assert_eq!(run.status.code(), Some(4), "{}", text(&run.stderr));
    let said = text(&run.stdout);
    assert!(said.contains("a run may make 1 exchanges; raise run.exchanges_max"), "{said}");
}

#[test]
fn a_trap_keeps_what_was_measured_before_it() {
    // The first answer is read to its end and its metrics are told; then the guest gives up.
    let (code, record) = run_changed("hello.wat", &[("(call $drop (local.get $exchange))", "(unreachable)")]);
    assert_eq!((code, &record["state"], &record["failure"]["class"]), (Some(4), &json!("failed"), &json!("trap")));
    assert_eq!(record["targets"]["mini"]["ttft_ms"]["n"], 1, "{record}");
    let names: Vec<&Value> = record["metrics"].as_array().expect("a list").iter().map(|m| &m["name"]).collect();
    assert_eq!(names, ["chunks", "first chunk"]);
    // In the middle of an answer: the exchange is there, cut short, and in no distribution.
    let (_, record) =
        run_changed("hello.wat", &[("(call $progress (local.get $chunks) (local.get $tokens))", "(unreachable)")]);
    let exchanges = &record["targets"]["mini"]["exchanges"];
    assert_eq!((&record["state"], &exchanges["cancelled"]), (&json!("failed"), &json!(1)), "{record}");
}

#[test]
fn next_after_the_end_gives_the_end_again() {
    let finish = "(call $finish (local.get $exchange) (i32.const 2048))";
    let again = "(call $next (local.get $exchange) (i32.const 2048))
        (if (i32.or (i32.load8_u (i32.const 2048)) (i32.load8_u (i32.const 2056))) (then (unreachable)))";
    let (code, record) = run_changed("hello.wat", &[(finish, &[again, again, finish].concat())]);
    assert_eq!((code, &record["state"]), (Some(0), &json!("finished")), "{record}");
}

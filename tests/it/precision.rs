//! A run that goes on until its medians are known, through the command and the API.

use std::path::Path;

use serde_json::{Value, json};

use crate::daemon::{Daemon, folder, output, text};

/// A quick run on which a busy machine has no say; its journal line and what was said meanwhile.
#[track_caller]
fn run(dir: &Path, repetitions: u32, more: &[&str]) -> (Value, String) {
    let repetitions = format!("repetitions={repetitions}");
    let quick = ["run", "engine-speed", "-p", "output_tokens=4", "-p", "warm_up=1", "-p", &repetitions];
    let run = output(dir, &[&quick[..], &["--set", "run.lag_limit_us=1e9"], more].concat());
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    let journal = std::fs::read_to_string(dir.join("benchmark_history.jsonl")).expect("a journal");
    let line = serde_json::from_str(journal.lines().last().expect("a line")).expect("JSON");
    (line, text(&run.stderr) + &text(&run.stdout))
}

fn made(line: &Value) -> (u64, u64, &Value) {
    let main = &line["targets"]["main"];
    let complete = ["complete", "length"].iter().filter_map(|e| main["exchanges"][e].as_u64()).sum();
    let load = &main["asked_load"][0];
    (complete, load["started"].as_u64().expect("a number"), &load["precision"])
}

#[test]
fn what_cannot_be_known_so_tightly_is_tried_for_its_time_and_said() {
    let dir = folder();
    let (line, said) = run(dir.path(), 3, &["--repeat-until", "ci=0.1%", "--repeat-budget", "2"]);
    let (complete, started, precision) = made(&line);
    assert!(complete > 3 && started == complete, "{line}");
    assert_eq!((&precision["asked"], &precision["repetitions_asked"]), (&json!(0.001), &json!(3)));
    let reached = precision["reached"].as_f64();
    assert_eq!(reached.is_none(), complete < 11, "{precision}");
    let missed = said.contains("not known as tightly as asked (±0.1 %)");
    assert_eq!(missed, reached.is_none_or(|r| r > 0.001), "{said}");
}

#[test]
fn medians_that_are_tight_enough_already_cost_nothing_more() {
    let dir = folder();
    let (line, said) = run(dir.path(), 12, &["--repeat-until", "ci=50%"]);
    let (complete, _, precision) = made(&line);
    assert_eq!((complete, &precision["repetitions_asked"]), (12, &json!(12)), "{said}");
    assert!(precision["reached"].as_f64().is_some_and(|r| r <= 0.5), "{precision}");
    assert!(said.contains("known as tightly as asked (±50 %)"), "{said}");
    let (line, _) = run(dir.path(), 12, &[]);
    assert_eq!(made(&line).2, &Value::Null, "nobody asked");
}

#[test]
fn a_load_that_lasts_its_time_has_nothing_to_go_on_with_and_the_run_says_so() {
    let dir = folder();
    let timed = ["-p", "duration_s=0.5", "-p", "repetitions=0", "-p", "output_tokens=4", "--repeat-until", "ci=1%"];
    let run = output(dir.path(), &[&["run", "load"], &timed[..]].concat());
    assert!(text(&run.stderr).contains("repeat_until had nothing to do"), "{}", text(&run.stderr));
}

#[test]
fn bad_demands_are_told_by_their_field() {
    let dir = folder();
    let bad = output(dir.path(), &["run", "engine-speed", "--repeat-until", "ci=99%", "--repeat-budget", "0"]);
    let said = text(&bad.stderr);
    assert_eq!(bad.status.code(), Some(5), "{said}");
    assert!(
        said.contains("repeat_until: ") && said.contains("0.1 to 50") && said.contains("repeat_budget_s: "),
        "{said}"
    );
    let daemon = Daemon::start(dir.path());
    let answer = daemon.post("/api/runs", &json!({ "scenario": "engine-speed", "repeat_until": "1%" }));
    assert_eq!((answer.status, &answer.json()["problems"][0]["field"]), (422, &json!("repeat_until")));
    let params = json!({ "repetitions": 12, "output_tokens": 4 });
    let body = json!({ "scenario": "engine-speed", "params": params, "repeat_until": "ci=50%", "repeat_budget_s": 5 });
    let answer = daemon.post("/api/runs", &body);
    assert_eq!(answer.status, 202, "{}", answer.text);
    let line = daemon.wait_run(answer.json()["run_id"].as_str().expect("an id"));
    assert_eq!(made(&line).2["asked"], json!(0.5));
}

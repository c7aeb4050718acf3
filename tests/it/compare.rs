//! Thresholds, comparison and baselines, through the commands and the API.

use std::path::Path;

use serde_json::{Value, json};

use crate::daemon::{Daemon, fixture, folder, output, program, text};

/// A busy machine makes no run here void. A `--set` behind the command takes the place of those before it.
const PATIENT: [&str; 4] = ["--set", "run.lag_limit_us=1e9", "--set", "simulated.speed=10"];

/// A quick run of 12 exchanges; its journal line.
#[track_caller]
fn run(dir: &Path, more: &[&str]) -> Value {
    let mut args = vec!["run", "engine-speed", "-p", "repetitions=12", "-p", "output_tokens=8", "-p", "warm_up=1"];
    args.extend(["--json"].iter().chain(&PATIENT).chain(more));
    let run = output(dir, &args);
    assert!(!run.stdout.is_empty(), "{}", text(&run.stderr));
    serde_json::from_slice(&run.stdout).expect("a journal line")
}

fn id(run: &Value) -> String {
    run["run_id"].as_str().expect("an id").to_owned()
}

#[test]
fn a_planted_slow_down_is_a_regression_on_the_command_line_and_at_the_api() {
    let dir = folder();
    let dir = dir.path();
    let a = id(&run(dir, &[]));
    // A fifth of the speed: far beyond what a busy machine adds.
    let slow = id(&run(dir, &["--set", "simulated.speed=2"]));
    let compared = output(dir, &["compare", &a, "latest", "--json"]);
    assert_eq!(compared.status.code(), Some(0), "{}", text(&compared.stderr));
    let compared: Value = serde_json::from_slice(&compared.stdout).expect("JSON");
    let comparison = &compared["comparisons"][0];
    assert_eq!((&compared["a"]["run_id"], &comparison["b"]["run_id"]), (&json!(a), &json!(slow)));
    assert_eq!(comparison["differs"], json!([]), "the speed of a simulated engine is no fact it tells");
    let ttft = &comparison["targets"]["main"]["ttft_ms"];
    assert_eq!((&ttft["n_a"], &ttft["call"], &ttft["noise_floor"]), (&json!(12), &json!("regression"), &json!(null)));
    assert!(ttft["relative"].as_f64().is_some_and(|r| r > 0.5), "{ttft}");
    assert_eq!(comparison["targets"]["main"]["tokens_per_second"]["call"], "regression");

    let failing = |args: &[&str]| output(dir, &[&["compare", "--fail-on-regression"], args].concat()).status.code();
    assert_eq!(failing(&["latest~1", "latest"]), Some(6));
    assert_eq!(failing(&["latest", "latest~1"]), Some(0), "the other way round it is an improvement");
    let table = text(&output(dir, &["compare", "latest~1", "latest"]).stdout);
    assert!(table.contains("run A again") && table.contains("regression") && table.contains("SIMULATED"), "{table}");

    let daemon = Daemon::start(dir);
    let answer = daemon.get(&format!("/api/compare?a={a}&b={slow}"));
    assert_eq!((answer.status, answer.json()), (200, compared));
}

#[test]
fn a_run_again_gives_the_noise_floor_and_other_parameters_are_told_first() {
    let dir = folder();
    let dir = dir.path();
    let (a, again) = (id(&run(dir, &[])), id(&run(dir, &[])));
    let other = run(dir, &["-p", "prompt_tokens=64"]);
    let compared = output(dir, &["compare", &a, &again, &id(&other), "--json"]);
    let compared: Value = serde_json::from_slice(&compared.stdout).expect("JSON");
    assert_eq!(compared["comparisons"][0]["noise_runs"], json!([a]), "runs held against A are no noise");
    assert_eq!(
        compared["comparisons"][1]["differs"],
        json!([{ "field": "params.prompt_tokens", "a": "256", "b": "64" }])
    );
    let compared = output(dir, &["compare", &a, "latest", "--json"]);
    let compared: Value = serde_json::from_slice(&compared.stdout).expect("JSON");
    let ttft = &compared["comparisons"][0]["targets"]["main"]["ttft_ms"];
    assert!(ttft["noise_floor"].as_f64().is_some_and(|f| f >= 0.0), "{ttft}");
    let table = text(&output(dir, &["compare", &a, "latest"]).stdout);
    let (differs, figures) = (table.find("params.prompt_tokens"), table.find("median A"));
    assert!(differs.is_some() && differs < figures, "{table}");
}

#[test]
fn a_baseline_is_pinned_used_and_removed_also_beside_a_daemon() {
    let dir = folder();
    let dir = dir.path();
    let a = id(&run(dir, &[]));
    let code = |args: &[&str]| output(dir, args).status.code();
    assert_eq!(code(&["baseline", "set", "release", "latest"]), Some(0));
    assert_eq!(code(&["baseline", "set", "latest", &a]), Some(5));
    assert_eq!(code(&["baseline", "set", "release", "ffffffff"]), Some(5));
    let b = id(&run(dir, &[]));
    let compared = output(dir, &["compare", "--baseline", "release", &b, "--json"]);
    let compared: Value = serde_json::from_slice(&compared.stdout).expect("JSON");
    assert_eq!(compared["a"]["run_id"], json!(a));

    let daemon = Daemon::start(dir);
    let list = daemon.get("/api/baselines").json();
    assert_eq!((&list["baselines"][0]["name"], &list["baselines"][0]["run_id"]), (&json!("release"), &json!(a)));
    let pin = daemon.post("/api/baselines", &json!({ "name": "today", "run": b }));
    assert_eq!((pin.status, &pin.json()["scenario"]), (201, &json!("engine-speed")));
    assert_eq!(daemon.post("/api/baselines", &json!({ "name": "a/b", "run": b })).status, 422);
    assert_eq!(daemon.get(&format!("/api/compare?baseline=today&b={a}")).json()["a"]["run_id"], json!(b));
    assert_eq!(daemon.get("/api/compare?a=latest&b=nothing").status, 404);
    assert_eq!(daemon.get("/api/compare?a=latest").status, 422);
    assert_eq!(code(&["baseline", "set", "beside", &a]), Some(0), "the daemon holds the store");
    assert_eq!(code(&["baseline", "remove", "release"]), Some(0));
    assert_eq!(code(&["baseline", "remove", "release"]), Some(5));
    let listed = text(&output(dir, &["baseline", "list"]).stdout);
    assert!(listed.contains("beside") && listed.contains("today") && !listed.contains("release"), "{listed}");
    assert_eq!(daemon.delete("/api/baselines/today").status, 204);
    assert_eq!(daemon.delete("/api/baselines/today").status, 404);
}

#[test]
fn a_void_run_is_no_baseline() {
    let dir = folder();
    let dir = dir.path();
    run(dir, &[]);
    let void = run(dir, &["--set", "run.lag_limit_us=0.001"]);
    assert_eq!(void["verdict"]["state"], "void");
    let refused = output(dir, &["compare", "latest", "latest~1"]);
    assert_eq!(refused.status.code(), Some(5));
    assert!(text(&refused.stderr).contains("void"), "{}", text(&refused.stderr));
    assert_eq!(output(dir, &["baseline", "set", "release", "latest"]).status.code(), Some(5));
    let withheld = text(&output(dir, &["compare", "latest~1", "latest"]).stdout);
    assert!(withheld.contains("no figures of B") && !withheld.contains("ttft_ms"), "{withheld}");
    let forced = text(&output(dir, &["compare", "latest", "latest~1", "--force"]).stdout);
    assert!(forced.contains("ttft_ms"), "{forced}");
}

#[test]
fn a_store_rebuilt_from_the_journal_alone_has_nothing_to_compare() {
    let dir = folder();
    let dir = dir.path();
    run(dir, &[]);
    run(dir, &[]);
    for entry in std::fs::read_dir(dir).expect("readable").map(|e| e.expect("an entry")) {
        if entry.file_name().to_string_lossy().contains(".db") {
            std::fs::remove_file(entry.path()).expect("removed");
        }
    }
    assert_eq!(output(dir, &["baseline", "set", "release", "latest"]).status.code(), Some(5));
    let gone = output(dir, &["compare", "latest~1", "latest"]);
    assert_eq!(gone.status.code(), Some(5));
    assert!(text(&gone.stderr).contains("rebuilt from the journal"), "{}", text(&gone.stderr));
}

#[test]
fn a_broken_threshold_ends_with_6_and_stands_in_the_journal() {
    let dir = folder();
    let dir = dir.path();
    let ended = |more: &[&str]| {
        let short = ["run", "engine-speed", "-p", "repetitions=12", "-p", "output_tokens=8", "--json"];
        let run = output(dir, &[&short, &PATIENT[..], more].concat());
        let line: Value = serde_json::from_slice(&run.stdout).unwrap_or_default();
        (run.status.code(), line["thresholds"].clone(), text(&run.stderr))
    };
    let (code, held, _) = ended(&["--threshold", "ttft_ms.p50 < 5000", "--threshold", "failed < 1"]);
    assert_eq!((code, &held[0]["outcome"], &held[1]["value"]), (Some(0), &json!("held"), &json!(0.0)));
    let (code, broken, _) = ended(&["--fail-if", "main.ttft_ms.p50 >= 0.1"]);
    assert_eq!((code, &broken[0]["expr"]), (Some(6), &json!("main.ttft_ms.p50 < 0.1")));
    assert_eq!(broken[0]["outcome"], "broken");
    let (code, open, _) = ended(&["--threshold", "ttft_ms.p95 < 5000"]);
    assert_eq!((code, &open[0]["outcome"]), (Some(6), &json!("not-decidable")));
    let (code, _, said) = ended(&["--threshold", "ttft.p95 < 1", "--fail-if", "ttft_ms.p95"]);
    assert_eq!(code, Some(5));
    assert!(said.contains("thresholds[0]") && said.contains("`ttft_ms`") && said.contains("fail_if[0]"), "{said}");
    let (code, _, _) = ended(&["--threshold", "ttft_ms.p50 < 0.1", "--set", "run.lag_limit_us=0.001"]);
    assert_eq!(code, Some(3), "void wins");
}

#[test]
fn a_scenario_states_what_its_run_must_hold_before_it_asks_anything() {
    let dir = folder();
    let file = fixture("thresholds.wat");
    let run = ["run", file.to_str().expect("utf-8"), "--json"];
    let out = program(dir.path()).args(run).output().expect("it runs");
    let record: Value = serde_json::from_slice(&out.stdout).expect("one object");
    let told: Vec<_> =
        record["thresholds"].as_array().expect("a list").iter().map(|t| (&t["expr"], &t["outcome"])).collect();
    let expected = (json!("mini.ttft_ms.max < 0.001"), json!("failed < 1"), json!("broken"), json!("held"));
    assert_eq!(told, [(&expected.0, &expected.2), (&expected.1, &expected.3)], "{record}");
    assert_eq!(out.status.code(), Some(6));
    let out = program(dir.path()).args(&run[..2]).output().expect("it runs");
    let said = String::from_utf8_lossy(&out.stderr);
    assert!(said.contains("`ttft_ms`") && said.contains("before the first exchange"), "{said}");
}

#[test]
fn a_run_that_cannot_hold_is_stopped_at_once_where_that_is_asked() {
    let dir = folder();
    let daemon = Daemon::start(dir.path());
    let body = json!({
        "scenario": "engine-speed", "params": { "repetitions": 10000, "output_tokens": 4 },
        "thresholds": ["ttft_ms.median < 0.01", "complete > 5000"], "abort_on_fail": true,
    });
    let answer = daemon.post("/api/runs", &body);
    assert_eq!(answer.status, 202, "{}", answer.text);
    let run = answer.json()["run_id"].as_str().expect("an id").to_owned();
    let record = daemon.wait_run(&run);
    assert_eq!(record["state"], "cancelled");
    let outcomes = [&record["thresholds"][0]["outcome"], &record["thresholds"][1]["outcome"]];
    assert_eq!(outcomes, [&json!("broken"), &json!("not-decidable")]);
    assert!(record["reasons_for_null"]["verdict"].as_str().is_some_and(|w| w.contains("ttft_ms.median < 0.01")));
    let log = daemon.get(&format!("/api/runs/{run}/log")).text;
    assert!(log.contains("the run was stopped"), "{log}");
    let bad = daemon.post("/api/runs", &json!({ "scenario": "engine-speed", "thresholds": ["ttft_ms < 4", "x"] }));
    assert_eq!((bad.status, bad.json()["problems"].as_array().map(Vec::len)), (422, Some(2)), "{}", bad.text);
}

#[test]
fn an_aborted_run_ends_with_6() {
    let dir = folder();
    let stopped = output(
        dir.path(),
        &[
            &["run", "engine-speed", "-p", "repetitions=10000", "-p", "output_tokens=4"][..],
            &["--fail-if", "ttft_ms.median > 0.01", "--abort-on-fail"],
        ]
        .concat(),
    );
    assert_eq!(stopped.status.code(), Some(6), "{}", text(&stopped.stderr));
    assert!(text(&stopped.stdout).contains("broken"), "{}", text(&stopped.stdout));
}

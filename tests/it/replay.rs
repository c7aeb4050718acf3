//! A recorded run made again: the same record, byte by byte, and no engine asked.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::{Value, json};

use crate::daemon::{Daemon, eventually, fixture, folder, output, text};

fn replay(dir: &Path, more: &[&str]) -> Output {
    output(dir, &[&["replay", "last"], more].concat())
}

/// Runs a scenario and gives its record.
#[track_caller]
fn run(dir: &Path, scenario: &str, more: &[&str]) -> Value {
    let run = output(dir, &[&["run", scenario, "--json"], more].concat());
    serde_json::from_slice(&run.stdout).unwrap_or_else(|e| panic!("{e}: {}", text(&run.stderr)))
}

#[track_caller]
fn is_the_same(dir: &Path, run: &str) -> Value {
    let again = output(dir, &["replay", run, "--json"]);
    let proof: Value = serde_json::from_slice(&again.stdout).unwrap_or_else(|e| panic!("{e}: {}", text(&again.stderr)));
    assert_eq!((again.status.code(), &proof["same"]), (Some(0), &json!(true)), "{proof}");
    proof
}

/// A fixture with some of its text changed, in a file of its own.
#[track_caller]
fn changed(dir: &Path, name: &str, changes: &[(&str, &str)]) -> String {
    let mut wat = std::fs::read_to_string(fixture(name)).expect("readable");
    for (old, new) in changes {
        assert!(wat.contains(old), "{name} lacks {old}");
        wat = wat.replacen(old, new, 1);
    }
    let file = dir.join("changed.wat");
    std::fs::write(&file, wat).expect("written");
    file.to_str().expect("utf-8").to_owned()
}

fn hello() -> String {
    fixture("hello.wat").to_str().expect("utf-8").to_owned()
}

fn transcripts(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir.join("dualbench-data/transcripts"));
    let paths = entries.into_iter().flatten().map(|e| e.expect("an entry").path());
    paths.filter(|p| p.extension().is_some_and(|e| e == "zst")).collect()
}

fn lines(dir: &Path) -> String {
    let file = File::open(&transcripts(dir)[0]).expect("kept");
    String::from_utf8(zstd::decode_all(file).expect("whole")).expect("UTF-8")
}

/// Changes the one transcript.
#[track_caller]
fn edit(dir: &Path, old: &str, new: &str) {
    let text = lines(dir);
    assert!(text.contains(old), "the transcript lacks {old}");
    let packed = zstd::encode_all(text.replacen(old, new, 1).as_bytes(), 1).expect("packed");
    std::fs::write(&transcripts(dir)[0], packed).expect("written");
}

#[test]
fn a_replay_makes_the_same_record_beside_a_daemon_and_is_no_run() {
    let dir = folder();
    let daemon = Daemon::start(dir.path());
    let few = json!({ "repetitions": 3, "output_tokens": 16 });
    let of_each = [
        ("engine-speed", few.clone()),
        ("dual", json!({ "repetitions": 2 })),
        ("full-pipeline", json!({ "repetitions": 2 })),
        ("load", json!({ "duration_s": 1.0, "rate_per_second": 20.0, "output_tokens": 8 })),
        ("load", json!({ "stages": "0.5:40, 0.5:40", "prompt_mix": "32, 64", "output_tokens": 8 })),
    ];
    let mut ids = Vec::new();
    for (scenario, params) in of_each {
        let answer = daemon.post("/api/runs", &json!({ "scenario": scenario, "params": params }));
        let Some(id) = answer.json()["run_id"].as_str().map(str::to_owned) else { panic!("{}", answer.text) };
        daemon.wait_run(&id);
        eventually("its transcript is kept", || (transcripts(dir.path()).len() > ids.len()).then_some(()));
        let proof = is_the_same(dir.path(), &id);
        assert!(proof["exchanges"].as_u64() > Some(0) && proof["calls"] == proof["followed"], "{proof}");
        ids.push(id);
    }
    let runs = daemon.get("/api/runs").json();
    assert_eq!(runs["runs"].as_array().map(Vec::len), Some(ids.len()), "a replay is no run");
    assert_eq!(daemon.stop(), Some(0));
}

#[test]
fn a_guest_that_dawdles_or_fails_is_replayed_to_the_same_record() {
    let busy = [
        ("(local $first-ms f64)", "(local $first-ms f64) (local $spin i32)"),
        (
            "(br $more)",
            "(local.set $spin (i32.const 5000000))
             (loop $busy (local.set $spin (i32.sub (local.get $spin) (i32.const 1))) (br_if $busy (local.get $spin)))
             (br $more)",
        ),
    ];
    let trap = [("(call $drop (local.get $exchange))", "(unreachable)")];
    let endless = [("(call $drop (local.get $exchange))", "(loop $ever (br $ever))")];
    for (changes, state) in [(&busy[..], "finished"), (&trap, "failed"), (&endless, "failed")] {
        let dir = folder();
        let file = changed(dir.path(), "hello.wat", changes);
        let record = run(dir.path(), &file, &["--set", "scenarios.cpu_ms=400"]);
        assert_eq!(record["state"], state, "{record}");
        is_the_same(dir.path(), record["run_id"].as_str().expect("an id"));
    }
}

#[test]
fn a_cancelled_run_is_replayed_to_the_same_record() {
    let dir = folder();
    let daemon = Daemon::start(dir.path());
    let id = daemon.start_run("engine-speed", json!({ "repetitions": 1000 }));
    eventually("it measures", || (daemon.get(&format!("/api/runs/{id}")).json()["state"] == "measuring").then_some(()));
    assert_eq!(daemon.post(&format!("/api/runs/{id}/cancel"), &json!({})).status, 202);
    assert_eq!(daemon.wait_run(&id)["state"], "cancelled");
    eventually("its transcript is kept", || transcripts(dir.path()).pop());
    is_the_same(dir.path(), &id);
}

#[test]
fn what_a_guests_clocks_showed_they_show_again() {
    let dir = folder();
    let file = changed(
        dir.path(),
        "wasi.wat",
        &[
            (
                "\"random_get\" (func $random_get (param i32 i32) (result i32))",
                "\"clock_time_get\" (func $clock_time_get (param i32 i64 i32) (result i32))",
            ),
            (
                "(call $random_get (i32.const 512) (i32.const 8))",
                "(call $clock_time_get (i32.const 1) (i64.const 0) (i32.const 512))",
            ),
        ],
    );
    // Its one line of log is made of what the clock showed: another time would be another call.
    let record = run(dir.path(), &file, &[]);
    assert_eq!(record["state"], "finished", "{record}");
    assert!(lines(dir.path()).contains("\"clock\""));
    assert_eq!(is_the_same(dir.path(), "last")["calls"], 1);
    edit(dir.path(), "\"us\":[", "\"us\":[7");
    let other = replay(dir.path(), &[]);
    assert_eq!(other.status.code(), Some(7));
    assert!(text(&other.stdout).contains("not the same: call 1 is log("), "{}", text(&other.stdout));
}

#[test]
fn a_changed_stamp_changes_the_record_and_a_changed_call_is_named() {
    let dir = folder();
    run(dir.path(), &hello(), &[]);
    let (before, after) = ("\"trace\":{\"connect\":", "\"headers\":");
    let whole = lines(dir.path());
    let headers = whole.split(before).nth(1).and_then(|rest| rest.split_once(after)).expect("a trace").1;
    let headers = headers.split(',').next().expect("a number");
    let chunks = whole.split("\"chunks\":[[").nth(1).and_then(|rest| rest.split(',').next()).expect("a chunk");
    assert_ne!(headers, chunks);
    edit(dir.path(), &format!("\"chunks\":[[{chunks}"), &format!("\"chunks\":[[{chunks}0"));
    let other = replay(dir.path(), &["--json"]);
    let proof: Value = serde_json::from_slice(&other.stdout).expect("JSON");
    assert_eq!((other.status.code(), &proof["same"]), (Some(7), &json!(false)));
    let field = proof["difference"]["field"].as_str().expect("a field");
    assert!(field.starts_with("targets.mini."), "{field}");

    edit(dir.path(), "\"asked\":[\"hello\"]", "\"asked\":[\"other\"]");
    let other = replay(dir.path(), &[]);
    assert_eq!(other.status.code(), Some(7));
    let said = text(&other.stdout);
    assert!(said.contains("not the same: call 1 is phase(\"hello\"), the transcript has phase(\"other\")"), "{said}");
}

#[test]
fn a_transcript_that_is_cut_or_was_not_kept_says_so_with_the_cure() {
    let dir = folder();
    run(dir.path(), &hello(), &["--set", "transcripts.run_bytes=2000"]);
    let cut = replay(dir.path(), &[]);
    assert_eq!(cut.status.code(), Some(5));
    assert!(
        text(&cut.stderr).contains("proves nothing: it is longer than transcripts.run_bytes = 2000"),
        "{}",
        text(&cut.stderr)
    );

    let dir = folder();
    run(dir.path(), &hello(), &["--set", "transcripts.run_bytes=0"]);
    assert_eq!(transcripts(dir.path()), Vec::<PathBuf>::new());
    let none = replay(dir.path(), &[]);
    assert_eq!(none.status.code(), Some(5));
    assert!(text(&none.stderr).contains("has no transcript"), "{}", text(&none.stderr));
}

#[test]
fn the_oldest_transcripts_give_way() {
    let dir = folder();
    let first = run(dir.path(), &hello(), &[]);
    let one = transcripts(dir.path())[0].metadata().expect("there").len();
    let module = std::fs::metadata(fixture("hello.wat")).expect("there").len();
    let bound = format!("transcripts.total_bytes={}", module + one * 3 / 2);
    run(dir.path(), &hello(), &["--set", &bound]);
    let left = transcripts(dir.path());
    assert_eq!(left.len(), 1, "{left:?}");
    let id = first["run_id"].as_str().expect("an id");
    assert!(!left[0].to_string_lossy().contains(id), "the younger one is left");
    is_the_same(dir.path(), "last");
}

#[test]
fn a_transcript_without_texts_says_nothing_of_what_was_read() {
    let dir = folder();
    run(dir.path(), &hello(), &["--set", "transcripts.texts=false"]);
    let kept = lines(dir.path());
    assert!(!kept.contains("Say hello") && kept.contains("xxxxxxxx"), "{kept}");
    is_the_same(dir.path(), "last");
    let said = replay(dir.path(), &[]);
    assert!(text(&said.stdout).contains("its transcript has no texts"), "{}", text(&said.stdout));
}

#[test]
fn a_module_that_is_gone_is_told_and_another_one_can_be_tried() {
    let dir = folder();
    let file = changed(dir.path(), "hello.wat", &[]);
    let record = run(dir.path(), &file, &[]);
    let edited = changed(dir.path(), "hello.wat", &[("\"0.1.0\"", "\"0.2.0\"")]);
    is_the_same(dir.path(), "last");
    std::fs::remove_dir_all(dir.path().join("dualbench-data/transcripts/modules")).expect("removed");
    let gone = replay(dir.path(), &[]);
    assert_eq!(gone.status.code(), Some(5));
    let said = text(&gone.stderr);
    assert!(said.contains("the module that ran was not kept") && said.contains("--scenario FILE"), "{said}");

    // Under its name in the folder, but another version by now.
    std::fs::copy(&edited, dir.path().join("scenarios-wasm/changed.wat")).expect("copied");
    let other = replay(dir.path(), &[]);
    assert_eq!(other.status.code(), Some(5));
    assert!(text(&other.stderr).contains("is gone: what is there now is"), "{}", text(&other.stderr));

    let tried = replay(dir.path(), &["--scenario", &edited, "--json"]);
    let shown: Value = serde_json::from_slice(&tried.stdout).expect("JSON");
    assert_eq!((&shown["replay_of"], &shown["parting"]), (&record["run_id"], &Value::Null), "{shown}");
    assert_eq!(shown["record"]["scenario"]["version"], "0.2.0");
    assert_eq!(shown["record"]["targets"], record["targets"]);
}

#[test]
fn a_changed_scenario_goes_its_own_way_on_the_recorded_streams() {
    let dir = folder();
    let record = run(dir.path(), &hello(), &[]);
    // Another phase from the first call on, and no metric.
    let changes = [
        ("(call $phase (i32.const 0) (i32.const 5))", "(call $phase (i32.const 0) (i32.const 4))"),
        ("(call $metric (i32.const 288)", "(call $nothing (i32.const 288)"),
        ("  ;; describe: func()", "  (func $nothing (param i32 i32 f64 i32 i32))\n  ;; describe: func()"),
    ];
    let file = changed(dir.path(), "hello.wat", &changes);
    let tried = replay(dir.path(), &["--scenario", &file, "--json"]);
    let shown: Value = serde_json::from_slice(&tried.stdout).unwrap_or_else(|e| panic!("{e}: {}", text(&tried.stderr)));
    assert_eq!(shown["parting"]["call"], 1, "{shown}");
    assert_eq!(shown["record"]["targets"]["mini"]["ttft_ms"], record["targets"]["mini"]["ttft_ms"]);
    let names: Vec<&Value> =
        shown["record"]["metrics"].as_array().expect("a list").iter().map(|m| &m["name"]).collect();
    assert_eq!(names, ["first chunk"]);
    assert_eq!(shown["record"]["metrics"][0]["value"], record["metrics"][1]["value"]);

    // One exchange more than were recorded.
    let twice =
        [("(call $drop (local.get $exchange))", "(return (call $run (local.get $arguments) (local.get $count)))")];
    let file = changed(dir.path(), "hello.wat", &twice);
    let tried = replay(dir.path(), &["--scenario", &file]);
    let said = text(&tried.stdout);
    assert_eq!(tried.status.code(), Some(4), "{said}");
    assert!(said.starts_with("REPLAY on the streams of run") && said.contains("not a run, not stored"), "{said}");
    assert!(said.contains("as recorded for") && said.contains("the transcript has no further call"), "{said}");
    let history = output(dir.path(), &["history", "--json"]);
    assert_eq!(text(&history.stdout).lines().count(), 1, "a replay is no run");
}

#[test]
fn scripted_users_are_replayed_each_by_its_own_calls() {
    let dir = folder();
    let talks = ["-p", "users=5", "-p", "conversations=2", "-p", "turns=3", "-p", "output_tokens=8", "-p", "doubt=0.5"];
    let record = run(dir.path(), "conversations", &talks);
    assert_eq!((&record["state"], &record["counters"]["turns"]), (&json!("finished"), &json!(30.0)), "{record}");
    let proof = is_the_same(dir.path(), "last");
    assert_eq!(proof["exchanges"], 30, "{proof}");

    // As long as there is time: how many rounds each user makes is in the transcript and not in the replay's own time.
    let seconds = [
        (
            "(call $users (i32.const 2) (i32.const 0) (i64.const 2)",
            "(call $users (i32.const 3) (i32.const 1) (i64.const 4602678819172646912)",
        ),
        (
            "(i32.const 0) (f32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 3000))",
            "(i32.const 0) (f32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 3000))
             (call $finish (i32.load (i32.const 3004)) (i32.const 3000))",
        ),
    ];
    let file = changed(dir.path(), "crowd.wat", &seconds);
    let record = run(dir.path(), &file, &[]);
    assert!(record["counters"]["rounds"].as_f64() > Some(4.5), "{record}");
    is_the_same(dir.path(), record["run_id"].as_str().expect("an id"));
}

#[test]
fn users_that_fail_or_are_stopped_are_replayed_to_the_same_record() {
    let dir = folder();
    // User 1 traps in its second round, and user 0 goes on.
    let trap = [(
        "(call $mark (i32.const 144)",
        "(if (i32.and (local.get $index) (i32.eq (global.get $rounds) (i32.const 2))) (then (unreachable)))\n(call $mark (i32.const 144)",
    )];
    let file = changed(dir.path(), "crowd.wat", &trap);
    let record = run(dir.path(), &file, &[]);
    assert_eq!((&record["state"], &record["counters"]["rounds"]), (&json!("finished"), &json!(4.5)), "{record}");
    is_the_same(dir.path(), "last");

    let daemon = Daemon::start(dir.path());
    let id = daemon.start_run("conversations", json!({ "users": 8, "conversations": 1000 }));
    eventually("they talk", || {
        let exchanges = daemon.get(&format!("/api/runs/{id}/exchanges?limit=100")).json();
        exchanges["exchanges"].as_array().is_some_and(|e| e.len() > 20).then_some(())
    });
    assert_eq!(daemon.post(&format!("/api/runs/{id}/cancel"), &json!({})).status, 202);
    assert_eq!(daemon.wait_run(&id)["state"], "cancelled");
    eventually("its transcript is kept", || transcripts(dir.path()).get(1).cloned());
    is_the_same(dir.path(), &id);
}

#[test]
fn the_data_of_a_scenario_is_kept_with_its_module() {
    let dir = folder();
    let file = changed(dir.path(), "crowd.wat", &[]);
    std::fs::create_dir(dir.path().join("changed.data")).expect("made");
    std::fs::write(dir.path().join("changed.data/note.txt"), "seven b").expect("written");
    let record = run(dir.path(), &file, &[]);
    assert_eq!(record["scenario"]["data_sha256"].as_str().map(str::len), Some(64), "{record}");
    std::fs::write(dir.path().join("changed.data/note.txt"), "other").expect("written");
    is_the_same(dir.path(), "last");
    std::fs::remove_dir_all(dir.path().join("dualbench-data/transcripts/modules")).expect("removed");
    std::fs::copy(&file, dir.path().join("scenarios-wasm/changed.wat")).expect("copied");
    let gone = replay(dir.path(), &[]);
    assert_eq!(gone.status.code(), Some(5));
    assert!(text(&gone.stderr).contains("the data folder of the module that ran"), "{}", text(&gone.stderr));
}

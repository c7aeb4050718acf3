//! Scenarios that change while the daemon runs, and guests that misbehave.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::daemon::{Daemon, eventually, fixture, folder};

fn scenario(daemon: &Daemon, name: &str) -> Option<Value> {
    let list = daemon.get("/api/scenarios").json();
    list["scenarios"].as_array()?.iter().find(|s| s["name"] == name).cloned()
}

/// The same module with one more custom section: other bytes, same behaviour.
fn changed(bytes: &[u8]) -> Vec<u8> {
    [bytes, &[0, 5, 3, b'n', b'e', b'w', 1]].concat()
}

#[test]
fn a_run_keeps_the_module_it_began_with_and_the_next_takes_the_new_one() {
    let dir = folder();
    let daemon = Daemon::start(dir.path());
    let file = dir.path().join("scenarios-wasm/engine-speed.wasm");
    let old = std::fs::read(&file).expect("readable");
    let sha = |v: &Value| v["ready"]["sha256"].as_str().map(str::to_owned);
    let before = sha(&scenario(&daemon, "engine-speed").expect("listed")).expect("ready");

    let run = daemon.start_run("engine-speed", json!({ "repetitions": 6, "warm_up": 0 }));
    eventually("it measures", || {
        (daemon.get(&format!("/api/runs/{run}")).json()["state"] == "measuring").then_some(())
    });
    std::fs::write(&file, changed(&old)).expect("overwritten");
    let record = daemon.wait_run(&run);
    assert_eq!((&record["state"], &record["scenario"]["sha256"]), (&json!("finished"), &json!(before)));

    let after =
        eventually("the new version is live", || sha(&scenario(&daemon, "engine-speed")?).filter(|s| *s != before));
    let next = daemon.start_run("engine-speed", json!({ "repetitions": 1, "output_tokens": 4 }));
    assert_eq!(daemon.wait_run(&next)["scenario"]["sha256"], json!(after));

    std::fs::write(&file, &old[..old.len() / 2]).expect("broken");
    let stale = eventually("the broken version is seen", || {
        scenario(&daemon, "engine-speed").filter(|s| s["state"] == "stale")
    });
    assert_eq!(sha(&stale), Some(after.clone()));
    for field in ["class", "message", "file", "at"] {
        assert!(stale["error"][field].is_string(), "{field}: {stale}");
    }
    let still = daemon.start_run("engine-speed", json!({ "repetitions": 1, "output_tokens": 4 }));
    assert_eq!(daemon.wait_run(&still)["scenario"]["sha256"], json!(after));
}

#[test]
fn a_small_scenario_is_live_within_a_second_of_its_last_write() {
    let dir = folder();
    let daemon = Daemon::start(dir.path());
    let bytes = std::fs::read(fixture("hello.wat")).expect("readable");
    std::fs::write(dir.path().join("scenarios-wasm/hello.wat"), bytes).expect("written");
    let written = Instant::now();
    let hello = eventually("it is live", || {
        let list = daemon.get("/api/scenarios").json();
        list["scenarios"].as_array()?.iter().find(|s| s["file"] == "hello.wat" && s["state"] == "ready").cloned()
    });
    // Settle time (250 ms), compile and swap; the bound is the promise, four times what it takes here.
    assert!(written.elapsed() < Duration::from_secs(1), "{:?}", written.elapsed());
    std::fs::remove_file(dir.path().join("scenarios-wasm/hello.wat")).expect("removed");
    let name = hello["name"].as_str().expect("a name").to_owned();
    eventually("it is gone", || scenario(&daemon, &name).is_none().then_some(()));
}

#[test]
fn guests_that_misbehave_fail_alone() {
    let dir = folder();
    let daemon = Daemon::start_with(dir.path(), &["--set", "scenarios.cpu_ms=300"]);
    let bad = ["loop.wat", "memory-bomb.wat", "trap-in-run.wat", "trap-in-describe.wat"];
    for name in bad {
        std::fs::copy(fixture(name), dir.path().join("scenarios-wasm").join(name)).expect("copied");
    }
    let listed = eventually("all are seen", || {
        let list = daemon.get("/api/scenarios").json()["scenarios"].as_array().cloned()?;
        bad.iter().all(|name| list.iter().any(|s| s["file"] == *name)).then_some(list)
    });
    let by_file = |file: &str| listed.iter().find(|s| s["file"] == file).cloned().unwrap_or_default();
    let broken = by_file("trap-in-describe.wat");
    assert_eq!(
        (&broken["state"], &broken["error"]["class"]),
        (&json!("broken"), &json!("describe-failed")),
        "{broken}"
    );
    for (file, class) in [("loop.wat", "cpu"), ("memory-bomb.wat", "memory"), ("trap-in-run.wat", "trap")] {
        let name = by_file(file)["name"].as_str().expect("a name").to_owned();
        let record = daemon.wait_run(&daemon.start_run(&name, json!({})));
        assert_eq!(record["state"], "failed", "{file}: {record}");
        assert!(
            record["failure"]["class"].as_str().is_some_and(|c| c.contains(class)),
            "{file}: {}",
            record["failure"]
        );
    }
    let good = daemon.wait_run(&daemon.start_run("engine-speed", json!({ "repetitions": 1, "output_tokens": 4 })));
    assert_eq!(good["verdict"]["state"], "valid");
}

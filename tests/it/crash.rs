//! kill -9, and what is there afterwards.

use std::time::Duration;

use serde_json::json;

use crate::daemon::{Daemon, eventually, folder, output, text};

#[test]
fn a_killed_run_is_interrupted_and_what_was_stored_is_there() {
    let dir = folder();
    let mut runs = Vec::new();
    for moment_ms in [0, 70, 190, 410] {
        let daemon = Daemon::start(dir.path());
        let run = daemon.start_run("engine-speed", json!({ "repetitions": 10000, "output_tokens": 8, "warm_up": 0 }));
        eventually("exchanges are stored", || {
            let list = daemon.get(&format!("/api/runs/{run}/exchanges")).json();
            (list["exchanges"].as_array()?.len() >= 3).then_some(())
        });
        std::thread::sleep(Duration::from_millis(moment_ms));
        let acknowledged =
            daemon.get(&format!("/api/runs/{run}/exchanges")).json()["exchanges"].as_array().expect("a list").len();
        daemon.kill();
        runs.push((run, acknowledged));
    }
    let daemon = Daemon::start(dir.path());
    let journal = std::fs::read_to_string(dir.path().join("benchmark_history.jsonl")).expect("a journal");
    for (run, acknowledged) in &runs {
        let record = daemon.get(&format!("/api/runs/{run}"));
        assert_eq!(record.json()["state"], "interrupted");
        assert_eq!(journal.lines().filter(|l| l.contains(run.as_str())).collect::<Vec<_>>(), [record.text.as_str()]);
        let stored =
            daemon.get(&format!("/api/runs/{run}/exchanges")).json()["exchanges"].as_array().expect("a list").len();
        assert!(stored >= *acknowledged, "{stored} of {acknowledged}");
    }
    let health = daemon.get("/api/health").json();
    assert_eq!((&health["store"]["runs"], &health["store"]["set_aside"]), (&json!(4), &json!(0)));
}

#[test]
fn a_second_daemon_on_the_same_store_names_the_first() {
    let dir = folder();
    let daemon = Daemon::start(dir.path());
    let second = output(dir.path(), &["run", "engine-speed"]);
    assert_eq!(second.status.code(), Some(1));
    assert!(text(&second.stderr).contains(&daemon.pid().to_string()), "{}", text(&second.stderr));
}

#[test]
fn a_torn_journal_is_mended_and_a_lost_database_is_rebuilt_from_it() {
    let dir = folder();
    let made = output(
        dir.path(),
        &["run", "engine-speed", "-p", "repetitions=1", "-p", "engine=mini", "-p", "output_tokens=8", "--json"],
    );
    assert_eq!(made.status.code(), Some(0), "{}", text(&made.stderr));
    let journal = dir.path().join("benchmark_history.jsonl");
    let line = std::fs::read_to_string(&journal).expect("a journal");
    assert_eq!(line, text(&made.stdout));
    std::fs::write(&journal, format!("{line}not json\n{}", &line[..line.len() / 2])).expect("torn");
    for end in ["", "-wal", "-shm"] {
        let _absent = std::fs::remove_file(dir.path().join(format!("dualbench.db{end}")));
    }
    let daemon = Daemon::start(dir.path());
    let health = daemon.get("/api/health").json();
    assert_eq!((&health["store"]["runs"], &health["store"]["set_aside"]), (&json!(1), &json!(2)), "{health}");
    assert_eq!(std::fs::read_to_string(&journal).expect("a journal"), line);
    let run = daemon.get("/api/runs").json()["runs"][0]["run_id"].as_str().expect("an id").to_owned();
    assert_eq!(daemon.get(&format!("/api/runs/{run}")).text, line.trim_end());
}

//! A run that is ended where it stands.

use serde_json::json;

use crate::daemon::{Daemon, eventually, fixture, folder};

#[test]
fn a_killed_run_ends_at_once_whatever_its_grace_and_keeps_what_it_had() {
    let dir = folder();
    std::fs::copy(fixture("stubborn.wat"), dir.path().join("scenarios-wasm/stubborn.wat")).expect("copied");
    // A graceful stop of this guest would take longer than anything here is waited for.
    let daemon = Daemon::start_with(dir.path(), &["--set", "scenarios.grace_ms=600000"]);
    let run = daemon.start_run("stubborn", json!({}));
    eventually("it measures", || {
        let seen = daemon.get(&format!("/api/runs/{run}/exchanges")).status == 200;
        let at_work = daemon.get("/api/health").json()["measuring"] == true;
        (seen && at_work).then_some(())
    });
    let kill = || daemon.post(&format!("/api/runs/{run}/kill"), &json!({})).status;
    assert_eq!(kill(), 202);
    let record = daemon.wait_run(&run);
    assert_eq!(record["state"], "cancelled", "{record}");
    eventually("the next run may begin", || (daemon.get("/api/health").json()["measuring"] == false).then_some(()));
    assert_eq!(kill(), 409);
    let next = daemon.start_run("engine-speed", json!({ "engine": "mini", "repetitions": 1, "output_tokens": 4 }));
    assert_eq!(daemon.wait_run(&next)["state"], "finished");
}

//! Scripted users: what each gets, what bounds it, and that its end is its own.

use super::fake_host::{FakeHost, Script};
use super::{RUNTIME, changed, fixture};
use crate::scenario::{Data, Invocation, Limits, RunClass, RunError, arguments, run};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// Where a user of the fixture starts its exchange.
const STARTS: &str = ";; main, a text";
/// The end of one round of a user.
const ENDS: &str = "(i32.store8 (i32.const 2048) (i32.const 0))\n    (i32.const 2048)))";
/// A user waits for a chunk of its exchange, whatever comes of it.
const WAITS: &str = "(call $next (i32.load (i32.const 3004)) (i32.const 3104))";
/// Where the fixture asks for two users.
const TWO: &str = "(call $users (i32.const 2)";

struct Crowd {
    host: Arc<FakeHost>,
    limits: Limits,
    cancel: CancellationToken,
}

impl Crowd {
    fn new() -> Self {
        let limits = Limits { cpu: Duration::from_millis(100), grace: Duration::from_millis(200), ..Limits::default() };
        Self { host: Arc::new(FakeHost::new(Script::Silent)), limits, cancel: CancellationToken::new() }
    }

    async fn run(&self, changes: &[(&str, &str)]) -> Result<(), RunError> {
        let bytes = changed("crowd", changes);
        let data = Data::of([("note.txt".to_owned(), b"four".to_vec())]);
        let load = move || RUNTIME.load_with("crowd.wat", &bytes, data).unwrap();
        let module = tokio::task::spawn_blocking(load).await.unwrap();
        let arguments = arguments(&module.manifest, &[]).unwrap();
        let (module, host) = (Arc::new(module), Arc::clone(&self.host) as _);
        let (limits, cancel) = (self.limits.clone(), self.cancel.clone());
        let ended = run(Invocation { module, arguments, host, limits, cancel, seed: 1 }).await;
        let told = self.host.told();
        assert_eq!(told.started, told.released, "an exchange was left open");
        drop(told);
        ended
    }

    fn words(&self, of: &str) -> Vec<String> {
        self.host.told().words.iter().filter(|words| words.contains(of)).cloned().collect()
    }
}

#[tokio::test]
async fn each_user_has_an_instance_a_seed_and_the_runs_data() {
    let crowd = Crowd::new();
    crowd.run(&[]).await.unwrap();
    assert_eq!(crowd.words("count rounds +1.5").len(), 4, "two rounds of each of two");
    assert_eq!(crowd.words("mark met").len(), 4);
    assert!(crowd.words("metric bytes=4 bytes").len() >= 2);
    let seeds: std::collections::BTreeSet<String> = crowd.words("metric seed=").into_iter().collect();
    assert_eq!(seeds.len(), 2, "{seeds:?}");
    assert_eq!(crowd.host.told().started, 4);
}

#[tokio::test]
async fn a_user_that_traps_or_loops_ends_alone_and_is_told_by_its_index() {
    for (what, class) in [("(unreachable)", "(trap)"), ("(loop $ever (br $ever))", "(cpu)")] {
        let crowd = Crowd::new();
        let at_fault = format!("(if (local.get $index) (then {what})) {STARTS}");
        crowd.run(&[(STARTS, &at_fault)]).await.unwrap();
        let told = crowd.words("user 1 failed");
        assert!(told.len() == 1 && told[0].contains(class), "{told:?}");
        assert!(crowd.words("user 0 failed").is_empty());
        assert_eq!(crowd.host.told().started, 2, "the other did its rounds");
    }
}

#[tokio::test]
async fn where_all_users_fail_the_call_fails() {
    let crowd = Crowd::new();
    let error = crowd.run(&[(STARTS, &format!("(unreachable) {STARTS}"))]).await.unwrap_err();
    assert_eq!(error.class, RunClass::Returned);
    assert!(error.message.contains("all 2 users failed; first, user 0 failed (trap)"), "{error}");
}

#[tokio::test]
async fn the_stop_reaches_users_that_wait_and_those_that_do_not_listen() {
    for (place, what) in [(ENDS, WAITS), (STARTS, "(loop $ever (br $ever))")] {
        let crowd = Crowd { limits: Limits { grace: Duration::from_millis(200), ..Limits::default() }, ..Crowd::new() };
        let behind = format!("{what} {place}");
        let (stop, began) = (crowd.cancel.clone(), Instant::now());
        let stopping = async move {
            tokio::time::sleep(Duration::from_millis(50)).await;
            stop.cancel();
        };
        let changes = [(place, behind.as_str())];
        let (ended, ()) = tokio::join!(crowd.run(&changes), stopping);
        assert_eq!(ended.unwrap_err().class, RunClass::Cancelled);
        assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
        assert!(crowd.words("failed").is_empty(), "a stop is no failure");
    }
}

#[tokio::test]
async fn more_users_than_a_run_may_have_are_refused() {
    let crowd = Crowd { limits: Limits { users: 1, ..Limits::default() }, ..Crowd::new() };
    let error = crowd.run(&[]).await.unwrap_err();
    assert!(error.message.contains("2 users; a run may have 1 at the same time (scenarios.users)"), "{error}");
    let none = Crowd::new().run(&[(TWO, "(call $users (i32.const 0)")]).await.unwrap_err();
    assert!(none.message.contains("count: no users"), "{none}");
}

#[tokio::test]
async fn users_share_a_bound_of_memory() {
    let limits = Limits { users_memory_bytes: 65_536, ..Limits::default() };
    // The first one waits for a chunk when the second one is made.
    let host = Arc::new(FakeHost::new(Script::Slow(2)));
    let crowd = Crowd { limits, host, ..Crowd::new() };
    crowd.run(&[(ENDS, &format!("{WAITS} {ENDS}"))]).await.unwrap();
    let told = crowd.words("failed (memory)");
    assert!(told.len() == 1 && told[0].contains("scenarios.users_memory_bytes"), "{told:?}");
    let large = Crowd { host: Arc::new(FakeHost::new(Script::Slow(2))), ..Crowd::new() };
    large.run(&[(ENDS, &format!("{WAITS} {ENDS}"))]).await.unwrap();
    assert!(large.words("failed").is_empty());
}

#[tokio::test]
async fn a_user_makes_no_users_and_a_scenario_without_the_export_has_none() {
    let again = "(call $users (i32.const 1) (i32.const 0) (i64.const 1) (i32.const 3000)) (return (call $told))";
    let error = Crowd::new().run(&[(STARTS, &format!("{again} {STARTS}"))]).await.unwrap_err();
    assert!(error.message.contains("a user makes no users"), "{error}");
    let error = Crowd::new().run(&[("(export \"user\")", "")]).await.unwrap_err();
    assert!(error.message.contains("exports no function `user`"), "{error}");
}

#[test]
fn a_user_of_another_type_is_no_module_of_this_world() {
    let text = String::from_utf8(fixture("crowd")).unwrap();
    let text = text.replace("(param $arguments i32) (param $of i32) (param $index i32)", "(param $index i32)");
    let error = RUNTIME.load("crowd.wat", text.as_bytes()).unwrap_err();
    assert_eq!(error.class.word(), "world-mismatch", "{error}");
}

#[tokio::test]
async fn marks_and_counters_are_limited_and_a_count_is_finite() {
    let limits = Limits { marks: 1, counters: 0, ..Limits::default() };
    let crowd = Crowd { limits, ..Crowd::new() };
    crowd.run(&[]).await.unwrap();
    assert_eq!((crowd.words("mark met").len(), crowd.words("count rounds").len()), (1, 0));
    let told = crowd.words("beyond the limits");
    assert!(told[0].contains("3 marks and 4 counts"), "{told:?}");
    let crowd = Crowd::new();
    crowd.run(&[("(f64.const 1.5)", "(f64.const inf)")]).await.unwrap();
    assert!(crowd.words("count rounds").is_empty());
    assert_eq!(crowd.words("counter `rounds`: inf more is no finite number").len(), 4);
}

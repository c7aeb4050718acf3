//! Guests at the edges of what they may have: stack, host calls, log lines, and features that are off.

use super::fake_host::{FakeHost, Script};
use super::{RUNTIME, changed, fixture};
use crate::scenario::{Config, Invocation, Limits, RunClass, RunError, Runtime, arguments, run};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Where each fixture's own code begins.
const HEAP: &str = "(global $heap";
/// The end of a fixture's `run`, before it gives `ok`.
const ENDS: &str = "(i32.store8 (i32.const 2048) (i32.const 0))";

async fn run_on(runtime: &Arc<Runtime>, bytes: Vec<u8>, host: &Arc<FakeHost>) -> Result<(), RunError> {
    let limits = Limits { cpu: Duration::from_millis(200), log_line_bytes: 2, ..Limits::default() };
    let loading = Arc::clone(runtime);
    let load = move || loading.load("guest.wat", &bytes).unwrap();
    let module = tokio::task::spawn_blocking(load).await.unwrap();
    let arguments = arguments(&module.manifest, &[]).unwrap();
    let (module, host, cancel) = (Arc::new(module), Arc::clone(host) as _, CancellationToken::new());
    run(Invocation { module, arguments, host, limits, cancel, seed: 1 }).await
}

async fn run_guest(bytes: Vec<u8>) -> Result<(), RunError> {
    run_on(&RUNTIME, bytes, &Arc::new(FakeHost::new(Script::Chunks(2)))).await
}

#[track_caller]
fn trapped(ended: Result<(), RunError>, words: &str) {
    let error = ended.unwrap_err();
    assert_eq!(error.class, RunClass::Trap, "{error}");
    assert!(error.message.contains(words), "{error} lacks {words:?}");
}

/// Twenty thousand calls deep, then back; each takes some 50 bytes of stack.
fn deep() -> Vec<u8> {
    let ends = "(func $deeper (param i32) (result i32)\n    (if (i32.eq (local.get 0) (i32.const 20000)) (then (return (i32.const 0))))";
    changed("recursion", &[("(func $deeper (param i32) (result i32)", ends)])
}

#[tokio::test]
async fn the_stack_of_a_guest_is_as_large_as_it_is_set() {
    trapped(run_guest(deep()).await, "stack overflow");
    let large = Runtime::new(&Config { stack_bytes: 8 << 20, ..Config::default() }).unwrap();
    let host = Arc::new(FakeHost::new(Script::Silent));
    run_on(&large, deep(), &host).await.unwrap();
    trapped(run_on(&large, fixture("recursion"), &host).await, "stack overflow");
}

#[tokio::test]
async fn locals_of_a_mebibyte_overflow_the_stack_and_not_the_process() {
    let locals = "i64 ".repeat(45_000);
    let sum = (0..45_000).map(|n| format!("(local.set {n} (i64.const {n}))")).collect::<String>();
    let functions = (0..3)
        .map(|n| {
            let inner = if n == 0 { String::new() } else { format!("(call $f{})", n - 1) };
            format!("(func $f{n} (local {locals}) {sum} {inner} (drop (local.get 44999)))")
        })
        .collect::<String>();
    let heap = format!("{functions} {HEAP}");
    let ends = format!("(call $f2) {ENDS}");
    trapped(run_guest(changed("quick", &[(HEAP, &heap), (ENDS, &ends)])).await, "stack overflow");
}

#[tokio::test]
async fn a_loop_where_the_host_asks_for_memory_ends_at_the_cpu_limit() {
    let endless = ("(local.set $at (i32.and\n", "(loop $ever (br $ever)) (local.set $at (i32.and\n");
    let error = run_guest(changed("hello", &[endless])).await.unwrap_err();
    assert_eq!(error.class, RunClass::Cpu, "{error}");
}

#[tokio::test]
async fn a_guest_that_calls_the_host_while_the_host_calls_it_is_stopped() {
    let again = "(call $phase (i32.const 0) (i32.const 5)) (local.set $at (i32.and\n";
    trapped(run_guest(changed("hello", &[("(local.set $at (i32.and\n", again)])).await, "cannot leave component");
}

#[tokio::test]
async fn memory_that_is_not_there_is_a_trap_with_its_function() {
    let beyond = "(i32.store8 (i32.const 0x7fffffff) (i32.const 0))";
    trapped(run_guest(changed("quick", &[(ENDS, beyond)])).await, "out of bounds");
}

#[tokio::test]
async fn a_line_of_the_log_is_cut_where_it_is_too_long() {
    let host = Arc::new(FakeHost::new(Script::Silent));
    run_on(&RUNTIME, fixture("chatty"), &host).await.unwrap();
    assert!(host.told().words.contains(&"Level::Info bl…".to_owned()), "{:?}", host.told().words);
}

#[test]
fn describe_has_a_wall_time_of_its_own() {
    let config = Config {
        describe_cpu: Duration::from_secs(60),
        describe_wall: Duration::from_millis(100),
        ..Config::default()
    };
    let runtime = Runtime::new(&config).unwrap();
    let error = runtime.load("loop.wat", &fixture("loop-in-describe")).unwrap_err();
    assert_eq!(error.class.detail(), Some("wall"), "{error}");
}

#[test]
fn what_webassembly_has_and_this_host_has_not_is_refused_with_its_name() {
    let features = [
        ("(type (struct (field i32)))", "gc"),
        ("(tag $t)", "exceptions"),
        ("(memory $m 1 1 shared)", "threads"),
        ("(memory $wide i64 1)", "memory64"),
    ];
    for (feature, word) in features {
        let text = changed("quick", &[(HEAP, &format!("{feature} {HEAP}"))]);
        let error = RUNTIME.load("modern.wat", &text).unwrap_err();
        assert_eq!(error.class.word(), "compile-failed", "{word}: {error}");
        assert!(error.message.contains(word) && error.message.contains("build it"), "{word}: {error}");
    }
}

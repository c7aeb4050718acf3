//! Runs of a guest: what it gets, what bounds it, and that its end is its own.

use super::fake_host::{FakeHost, Script};
use super::{RUNTIME, changed, fixture, harmless, load};
use crate::scenario::{Invocation, Limits, RawArg, RunClass, RunError, arguments, run};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

struct Case {
    host: Arc<FakeHost>,
    limits: Limits,
    cancel: CancellationToken,
}

impl Case {
    fn new(script: Script) -> Self {
        Self {
            host: Arc::new(FakeHost::new(script)),
            limits: Limits { cpu: Duration::from_millis(200), ..Limits::default() },
            cancel: CancellationToken::new(),
        }
    }

    async fn run(&self, name: &str) -> Result<(), RunError> {
        self.run_with(name, &[]).await
    }

    async fn run_with(&self, name: &str, given: &[(String, RawArg)]) -> Result<(), RunError> {
        self.run_bytes(fixture(name), given).await
    }

    /// The fixture with some of its text changed.
    async fn run_changed(&self, name: &str, changes: &[(&str, &str)]) -> Result<(), RunError> {
        self.run_bytes(changed(name, changes), &[]).await
    }

    async fn run_bytes(&self, bytes: Vec<u8>, given: &[(String, RawArg)]) -> Result<(), RunError> {
        let load = move || RUNTIME.load("guest.wat", &bytes).unwrap();
        let module = tokio::task::spawn_blocking(load).await.unwrap();
        let arguments = arguments(&module.manifest, given).unwrap();
        run(Invocation {
            module: Arc::new(module),
            arguments,
            host: Arc::clone(&self.host) as _,
            limits: self.limits.clone(),
            cancel: self.cancel.clone(),
            seed: 1,
        })
        .await
    }

    #[track_caller]
    fn all_released(&self) {
        let told = self.host.told();
        assert_eq!(told.started, told.released);
    }
}

#[track_caller]
fn failed(ended: Result<(), RunError>, class: RunClass, words: &str) -> RunError {
    let error = ended.unwrap_err();
    assert_eq!(error.class, class, "{error}");
    assert!(error.message.contains(words), "{error} lacks {words:?}");
    error
}

#[tokio::test]
async fn a_scenario_asks_reads_and_reports() {
    let case = Case::new(Script::Chunks(3));
    let given = [("tokens".to_owned(), RawArg::Text("5".into())), ("engine".to_owned(), RawArg::Text("main".into()))];
    case.run_with("hello", &given).await.unwrap();
    let words: Vec<String> = case.host.told().words.clone();
    let steady: Vec<&String> = words.iter().filter(|w| !w.starts_with("progress")).collect();
    assert_eq!(
        steady,
        [
            "phase hello",
            "start main Prompt::Text(\"Say hello in one sentence.\") Length::AtMost(5)",
            "finish 1",
            "metric chunks=3 count",
            "metric first chunk=101 ms",
            "Level::Info wörd1 wörd2 \u{fffd}[2J",
        ]
    );
    assert!(words.contains(&"progress 3/5".to_owned()), "{words:?}");
    case.all_released();
}

#[tokio::test]
async fn wait_any_gives_the_indexes_of_the_host() {
    let case = Case::new(Script::Chunks(1));
    case.run("waits").await.unwrap();
    let words = case.host.told().words.clone();
    assert!(words.contains(&"wait-any [1, 2]".to_owned()), "{words:?}");
    assert!(words.contains(&"Level::Info x".to_owned()), "{words:?}");
    case.all_released();
}

/// On a runtime with one thread, the guest shares it with the heartbeat.
#[tokio::test(flavor = "current_thread")]
async fn a_looping_guest_ends_at_its_cpu_limit_and_blocks_nobody() {
    let case = Case::new(Script::Silent);
    let module = Arc::new(load("loop").unwrap());
    let beats = async {
        let mut longest = Duration::ZERO;
        let mut beats = 0;
        loop {
            let began = Instant::now();
            tokio::time::sleep(Duration::from_millis(1)).await;
            longest = longest.max(began.elapsed());
            beats += 1;
            if case.cancel.is_cancelled() {
                return (beats, longest);
            }
        }
    };
    let guest = async {
        let ended = run(Invocation {
            module,
            arguments: Vec::new(),
            host: Arc::clone(&case.host) as _,
            limits: case.limits.clone(),
            cancel: CancellationToken::new(),
            seed: 1,
        })
        .await;
        case.cancel.cancel();
        ended
    };
    let (ended, (beats, longest)) = tokio::join!(guest, beats);
    failed(ended, RunClass::Cpu, "200ms of CPU time");
    assert!(beats >= 5, "{beats} beats, the longest took {longest:?}");
}

#[tokio::test]
async fn waiting_for_an_engine_costs_no_cpu() {
    let mut case = Case::new(Script::Slow(30));
    case.limits.cpu = Duration::from_millis(60);
    case.run("hello").await.unwrap();
}

#[tokio::test]
async fn wall_time_ends_a_guest_that_waits() {
    let mut case = Case::new(Script::Silent);
    case.limits.wall = Duration::from_millis(100);
    failed(case.run("blocked").await, RunClass::Wall, "within 100ms");
    case.all_released();
}

#[tokio::test]
async fn memory_and_tables_have_their_own_class() {
    let mut case = Case::new(Script::Silent);
    case.limits.memory_bytes = 16 << 20;
    failed(case.run("memory-bomb").await, RunClass::Memory, "its limit is 16777216");
    failed(case.run("table-bomb").await, RunClass::Memory, "table elements");
    case.limits.memory_bytes = 64 << 20;
    failed(case.run("big-call").await, RunClass::Memory, "too much to one host call");
}

#[tokio::test]
async fn a_trap_names_its_functions_and_releases_what_was_open() {
    let case = Case::new(Script::Silent);
    let error = failed(case.run("trap-in-run").await, RunClass::Trap, "divide by zero");
    assert!(error.message.contains("in `divide`"), "{error}");
    let backtrace = error.backtrace.unwrap();
    assert!(backtrace.contains("divide") && backtrace.contains("run"), "{backtrace}");
    case.all_released();
    let case = Case::new(Script::Silent);
    failed(case.run("recursion").await, RunClass::Trap, "stack overflow");
}

#[tokio::test]
async fn the_guests_own_error_is_its_own_class() {
    let case = Case::new(Script::Silent);
    let error = failed(case.run("returns-error").await, RunClass::Returned, "the engine is too slow");
    assert_eq!(error.to_string(), "run-failed (returned): the engine is too slow");
}

#[tokio::test]
async fn the_guests_own_words_are_one_line_of_bounded_length() {
    let case = Case::new(Script::Silent);
    let forged = [("the engine is too slow", r"a\0aERROR forged\1b[2J!!!!")];
    let error = failed(case.run_changed("returns-error", &forged).await, RunClass::Returned, "a⏎ERROR forged");
    harmless(&error.message);
    let long = [
        ("(memory (export \"memory\") 1)", "(memory (export \"memory\") 64)"),
        ("(i32.store (i32.const 2052) (i32.const 300))", "(i32.store (i32.const 2052) (i32.const 65536))"),
        ("(i32.store (i32.const 2056) (i32.const 22))", "(i32.store (i32.const 2056) (i32.const 3000000))"),
    ];
    let error = failed(case.run_changed("returns-error", &long).await, RunClass::Returned, "\u{fffd}…");
    harmless(&error.message);
}

#[tokio::test]
async fn names_of_functions_forge_no_line_of_an_error() {
    let case = Case::new(Script::Silent);
    let forged = [("$divide", r#"$"divide\0aERROR forged""#)];
    let error = failed(case.run_changed("trap-in-run", &forged).await, RunClass::Trap, "divide⏎ERROR forged");
    harmless(&error.message);
    let backtrace = error.backtrace.unwrap();
    assert!(backtrace.contains("ERROR forged"), "{backtrace}");
    assert!(backtrace.lines().skip(1).all(|line| line.starts_with(' ')), "{backtrace}");
}

#[tokio::test]
async fn a_failed_run_shows_the_last_lines_of_the_guests_log() {
    let mut case = Case::new(Script::Silent);
    // What is beyond the limit of the log is in the tail all the same.
    case.limits.log_lines = 2;
    let gives_up = [("(i32.store8 (i32.const 2048) (i32.const 0))", "(unreachable)")];
    let error = failed(case.run_changed("chatty", &gives_up).await, RunClass::Trap, "unreachable");
    assert_eq!(error.log, ["bla"; 5]);
    let details = error.details().unwrap();
    assert!(
        details.contains("wasm backtrace")
            && details.ends_with("its log:\n    bla\n    bla\n    bla\n    bla\n    bla")
    );
    let silent = failed(case.run("returns-error").await, RunClass::Returned, "slow");
    assert_eq!(silent.details(), None);
}

#[tokio::test]
async fn logs_and_names_stay_one_line() {
    let case = Case::new(Script::Silent);
    case.run_changed("chatty", &[("\"bla\"", r#""b\0aa""#)]).await.unwrap();
    let words = case.host.told().words.clone();
    assert!(words.iter().any(|word| word.starts_with("Level::") && word.ends_with(" b⏎a")), "{words:?}");
    assert!(words.contains(&"metric b⏎a=1 ".to_owned()), "{words:?}");
}

#[tokio::test]
async fn the_text_of_a_log_is_limited_as_a_whole() {
    let mut case = Case::new(Script::Silent);
    case.limits.log_bytes = 30;
    case.run("chatty").await.unwrap();
    let told = case.host.told();
    // Ten lines of three bytes, a warning at the limit, one at the end.
    assert_eq!(told.log_lines, 12);
    let last = told.words.last().unwrap();
    assert!(last.contains("990 log lines, 0 metrics and 0 phases"), "{last}");
}

#[tokio::test]
async fn phases_are_limited() {
    let mut case = Case::new(Script::Silent);
    case.limits.phases = 7;
    let phases = [
        ("\"metric\" (func $metric (param i32 i32 f64 i32 i32))", "\"phase\" (func $phase (param i32 i32))"),
        (
            "(call $metric (i32.const 300) (i32.const 3) (f64.const 1) (i32.const 300) (i32.const 0))",
            "(call $phase (i32.const 300) (i32.const 3))",
        ),
    ];
    case.run_changed("chatty", &phases).await.unwrap();
    let told = case.host.told();
    assert_eq!(told.words.iter().filter(|word| *word == "phase bla").count(), 7);
    assert!(told.words.iter().any(|word| word.contains("the limit of 7 phases in a run is reached")));
    let last = told.words.last().unwrap();
    assert!(last.contains("0 log lines, 0 metrics and 993 phases"), "{last}");
}

#[tokio::test]
async fn a_run_can_be_declared_void_however_many_phases_it_had() {
    let mut case = Case::new(Script::Silent);
    case.limits.phases = 0;
    let voids = [
        ("\"metric\" (func $metric (param i32 i32 f64 i32 i32))", "\"void-run\" (func $void (param i32 i32))"),
        (
            "(call $metric (i32.const 300) (i32.const 3) (f64.const 1) (i32.const 300) (i32.const 0))",
            "(call $void (i32.const 300) (i32.const 3))",
        ),
    ];
    case.run_changed("chatty", &voids).await.unwrap();
    let told = case.host.told();
    assert_eq!(told.words.iter().filter(|word| *word == "void bla").count(), 64);
}

#[tokio::test]
async fn a_target_that_the_manifest_does_not_name_is_refused() {
    let case = Case::new(Script::Silent);
    let words = "does not name the target `main`, only [mini]";
    failed(case.run("asks-for-main").await, RunClass::Returned, words);
    assert_eq!(case.host.told().started, 0);
}

#[tokio::test]
async fn handles_are_limited_and_all_released_at_the_end() {
    let mut case = Case::new(Script::Silent);
    case.limits.open_exchanges = 50;
    failed(case.run("leak").await, RunClass::Returned, "50 exchanges are open");
    assert_eq!(case.host.told().started, 50);
    case.all_released();
}

#[tokio::test]
async fn what_is_said_beyond_the_limits_is_dropped_and_counted() {
    let mut case = Case::new(Script::Silent);
    case.limits.log_lines = 10;
    case.limits.metrics = 20;
    case.run("chatty").await.unwrap();
    let told = case.host.told();
    // Ten lines, two warnings at the limits, one at the end.
    assert_eq!((told.log_lines, told.metrics), (13, 20));
    let last = told.words.last().unwrap();
    assert!(last.contains("990 log lines, 980 metrics"), "{last}");
}

#[tokio::test]
async fn a_stop_reaches_a_guest_that_waits_and_it_may_end_itself() {
    let mut case = Case::new(Script::Silent);
    let began = Instant::now();
    case.limits.grace = Duration::from_secs(60);
    let (ended, ()) = tokio::join!(case.run("blocked"), async {
        while case.host.told().started == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        case.cancel.cancel();
    });
    failed(ended, RunClass::Cancelled, "ended after the stop");
    assert!(began.elapsed() < Duration::from_secs(30));
    case.all_released();
}

#[tokio::test]
async fn a_guest_that_does_not_listen_is_dropped_after_the_grace() {
    let mut case = Case::new(Script::Silent);
    case.limits.grace = Duration::from_millis(50);
    case.limits.cpu = Duration::from_secs(60);
    let (ended, ()) = tokio::join!(case.run("stubborn"), async {
        while case.host.told().started == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        case.cancel.cancel();
    });
    failed(ended, RunClass::Cancelled, "was dropped");
    case.all_released();
}

#[tokio::test]
async fn a_panic_of_the_host_fails_the_run_alone() {
    let case = Case::new(Script::Panic);
    let error = failed(case.run("blocked").await, RunClass::Host, "the host's `next` panicked: a bug of ours");
    assert!(error.backtrace.unwrap().contains("run"));
    case.all_released();
    case.run("quick").await.unwrap();
}

#[tokio::test]
async fn a_dropped_run_releases_its_exchanges() {
    let case = Case::new(Script::Silent);
    let started = async {
        while case.host.told().started == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        ended = case.run("blocked") => panic!("{ended:?}"),
        () = started => {}
    }
    case.all_released();
}

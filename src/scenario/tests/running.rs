//! Runs of a guest: what it gets, what bounds it, and that its end is its own.

use super::fake_host::{FakeHost, Script};
use super::load;
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
        let name = name.to_owned();
        let module = tokio::task::spawn_blocking(move || load(&name).unwrap()).await.unwrap();
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

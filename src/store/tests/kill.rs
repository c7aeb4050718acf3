//! kill -9 in mid-run: nothing that was acknowledged is lost, and both halves agree.

use std::collections::HashSet;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use super::story::{self, Desk, on_desk};
use crate::events::{RunEvent, RunId, RunState};

/// The folder of the process that is to be killed.
const FOLDER: &str = "DUALBENCH_TEST_KILL_FOLDER";
/// How many times it is killed; more of them for a long look.
const ROUNDS: &str = "DUALBENCH_TEST_KILL_ROUNDS";

/// Not a test of its own: the process that is killed. It writes down what was acknowledged.
#[test]
#[ignore = "the process that the kill test starts"]
fn victim() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    on_desk(async {
        let folder = Path::new(&folder);
        let mut acked = std::fs::File::options().append(true).create(true).open(folder.join("acked")).expect("a file");
        let desk = Desk::open(folder).await;
        loop {
            let header = story::header();
            assert!(desk.tell_durably(RunEvent::Queued(Arc::new(header.clone()))).await);
            for n in 0..3 {
                let record = Arc::new(story::exchange(n));
                assert!(desk.tell_durably(RunEvent::Exchange { run: header.run, record }).await);
                writeln!(acked, "exchange {} {n}", header.run).expect("written");
            }
            assert!(desk.tell_durably(RunEvent::Ended(Arc::new(story::report(&header)))).await);
            writeln!(acked, "ended {}", header.run).expect("written");
        }
    });
}

fn kill_after(folder: &Path, life: Duration) {
    let mut victim = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "store::tests::kill::victim", "--ignored"])
        .env(FOLDER, folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a process");
    std::thread::sleep(life);
    victim.kill().expect("still alive");
    victim.wait().expect("gone");
}

#[test]
fn a_kill_at_any_moment_loses_nothing_that_was_acknowledged() {
    let dir = tempfile::tempdir().expect("a folder");
    #[expect(clippy::disallowed_methods, reason = "a test's own switch")]
    let rounds: u64 = std::env::var(ROUNDS).ok().and_then(|n| n.parse().ok()).unwrap_or(12);
    for round in 0..rounds {
        // Spread over the life of the process: its start, its reconciling, its writing.
        kill_after(dir.path(), Duration::from_millis(10 + (round * 37) % 290));
        on_desk(check(dir.path()));
    }
    let acked = std::fs::read_to_string(dir.path().join("acked")).unwrap_or_default();
    assert!(acked.lines().any(|l| l.starts_with("ended")), "the process never came to write anything");
}

async fn check(folder: &Path) {
    let store = story::open(folder).await.expect("opens after a kill");
    let rows = store.runs(u32::MAX, None, None).await.expect("rows");
    assert!(rows.iter().all(|r| matches!(r.state, Some(RunState::Finished | RunState::Interrupted))));
    let journal = story::journal_text(folder);
    let lines: Vec<&str> = journal.lines().collect();
    assert_eq!(lines.len(), rows.len(), "one line a run");
    let unique: HashSet<RunId> = rows.iter().map(|r| r.run).collect();
    assert_eq!(unique.len(), rows.len());
    for row in &rows {
        let json = store.run_json(row.run).await.expect("json").expect("a run");
        assert!(lines.contains(&json.as_str()), "both halves say the same");
    }
    for acked in std::fs::read_to_string(folder.join("acked")).unwrap_or_default().lines() {
        let mut words = acked.split(' ');
        let (what, run) = (words.next(), words.next().and_then(RunId::parse));
        let Some(run) = run else { continue };
        match words.next().and_then(|n| n.parse::<u32>().ok()) {
            Some(n) if what == Some("exchange") => {
                let kept = store.exchanges(run, u32::MAX, None).await.expect("rows");
                assert!(kept.iter().any(|e| e.exchange == n), "exchange {n} of {run}");
            }
            _ => {
                let row = rows.iter().find(|r| r.run == run).expect("the run");
                assert_eq!(row.state, Some(RunState::Finished), "{run}");
            }
        }
    }
}

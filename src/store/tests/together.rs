//! The two halves of the store come to say the same, whichever of them knows less.

use std::io::Write;
use std::sync::Arc;

use super::story::{self, Desk, on_desk};
use crate::events::{RunEvent, RunState};
use crate::measure::Verdict;
use crate::store::line::journal_line;
use crate::store::{Reconciled, StoreError};

#[test]
fn two_halves_that_agree_are_left_alone() {
    on_desk(async {
        let dir = tempfile::tempdir().expect("a folder");
        let desk = Desk::open(dir.path()).await;
        desk.finish().await;
        let before = story::journal_text(dir.path());
        story::close(desk.leave().await).await;
        let store = story::open(dir.path()).await.expect("opens");
        assert_eq!(store.reconciled(), Reconciled::default());
        assert_eq!(story::journal_text(dir.path()), before);
    });
}

#[test]
fn a_run_that_had_not_ended_is_closed_with_what_it_had() {
    on_desk(async {
        let dir = tempfile::tempdir().expect("a folder");
        let desk = Desk::open(dir.path()).await;
        let header = story::header();
        desk.tell_all(&header).await;
        drop(desk.leave().await);
        let store = story::open(dir.path()).await.expect("opens");
        assert_eq!(store.reconciled(), Reconciled { interrupted: 1, ..Reconciled::default() });
        let row = store.runs(1, None, None).await.expect("rows").remove(0);
        assert_eq!(row.state, Some(RunState::Interrupted));
        assert!(matches!(row.verdict, Some(Verdict::Void(_))));
        assert_eq!(row.main.ttft_ms, None);
        let line: serde_json::Value = serde_json::from_str(&story::journal_text(dir.path())).expect("one line");
        assert_eq!(line["targets"]["main"]["exchanges"]["length"], 2);
        assert_eq!(line["targets"]["main"]["ttft_ms"]["median"], 50.0);
        assert_eq!(line["params"], serde_json::json!({"engine": "main", "repetitions": 2, "rate": 3.0, "warm": false}));
        assert_eq!(line["engines"]["main"]["identity"]["raw"]["id"], "simulated-14b");
        assert_eq!(line["metrics"][0]["name"], "recall");
        assert_eq!(line["marks"][0]["name"], "cache filled");
        assert_eq!(line["duration_ms"], 900.0);
        assert_eq!(line["client"]["store_wait_max_ms"], serde_json::Value::Null);
        assert_eq!(store.records(header.run).await.expect("records").len(), 2);
    });
}

#[test]
fn a_database_that_is_gone_is_rebuilt_and_answers_the_same() {
    on_desk(async {
        let dir = tempfile::tempdir().expect("a folder");
        let desk = Desk::open(dir.path()).await;
        let first = desk.finish().await.run;
        let mut void = story::report(&story::header());
        void.verdict = Some(Verdict::Void(vec!["shed".into()]));
        assert!(desk.tell_durably(RunEvent::Ended(Arc::new(void))).await);
        let rows = desk.store.runs(9, None, None).await.expect("rows");
        let json = desk.store.run_json(first).await.expect("json");
        story::close(desk.leave().await).await;
        std::fs::remove_file(story::config(dir.path()).database).expect("gone");
        let store = story::open(dir.path()).await.expect("opens");
        assert_eq!(store.reconciled(), Reconciled { rebuilt: 2, ..Reconciled::default() });
        assert_eq!(store.runs(9, None, None).await.expect("rows"), rows);
        assert_eq!(store.run_json(first).await.expect("json"), json);
    });
}

#[test]
fn a_journal_that_is_gone_is_written_again() {
    on_desk(async {
        let dir = tempfile::tempdir().expect("a folder");
        let desk = Desk::open(dir.path()).await;
        for _ in 0..3 {
            desk.finish().await;
        }
        story::close(desk.leave().await).await;
        let before = story::journal_text(dir.path());
        std::fs::remove_file(story::config(dir.path()).journal).expect("gone");
        let store = story::open(dir.path()).await.expect("opens");
        assert_eq!(store.reconciled(), Reconciled { appended: 3, ..Reconciled::default() });
        assert_eq!(story::journal_text(dir.path()), before);
    });
}

#[test]
fn a_crash_between_the_line_and_the_row_is_repaired_from_the_line() {
    on_desk(async {
        let dir = tempfile::tempdir().expect("a folder");
        let desk = Desk::open(dir.path()).await;
        let header = story::header();
        desk.tell_all(&header).await;
        drop(desk.leave().await);
        let line = journal_line(&story::report(&header));
        std::fs::write(story::config(dir.path()).journal, format!("{line}\n")).expect("written");
        let store = story::open(dir.path()).await.expect("opens");
        assert_eq!(store.reconciled(), Reconciled { rebuilt: 1, ..Reconciled::default() });
        assert_eq!(store.runs(1, None, None).await.expect("rows")[0].state, Some(RunState::Finished));
        assert_eq!(store.exchanges(header.run, u32::MAX, None).await.expect("rows").len(), 2);
        assert_eq!(story::journal_text(dir.path()), line + "\n");
    });
}

#[test]
fn of_two_lines_for_one_run_the_last_one_wins_and_both_stay() {
    on_desk(async {
        let dir = tempfile::tempdir().expect("a folder");
        let desk = Desk::open(dir.path()).await;
        let header = desk.finish().await;
        story::close(desk.leave().await).await;
        let mut other = story::report(&header);
        other.verdict = Some(Verdict::Void(vec!["on a second look".into()]));
        let mut file = std::fs::File::options().append(true).open(story::config(dir.path()).journal).expect("a file");
        writeln!(file, "{}", journal_line(&other)).expect("written");
        let store = story::open(dir.path()).await.expect("opens");
        assert_eq!(store.reconciled(), Reconciled { rebuilt: 1, duplicates: 1, ..Reconciled::default() });
        assert_eq!(store.runs(9, None, None).await.expect("rows")[0].verdict, other.verdict);
        assert_eq!(story::journal_text(dir.path()).lines().count(), 2);
        story::close(store).await;
        assert!(story::open(dir.path()).await.expect("opens").reconciled().is_nothing(), "put right once and for all");
    });
}

#[test]
fn a_line_that_is_there_twice_is_nothing_to_put_right_and_its_row_is_left_alone() {
    on_desk(async {
        let dir = tempfile::tempdir().expect("a folder");
        let desk = Desk::open(dir.path()).await;
        desk.finish().await;
        sqlx::query("create trigger settled before update on run begin select raise(abort, 'a row is rewritten'); end")
            .execute(&desk.store.writer)
            .await
            .expect("a trigger");
        story::close(desk.leave().await).await;
        let once = story::journal_text(dir.path());
        std::fs::write(story::config(dir.path()).journal, once.repeat(2)).expect("written");
        let store = story::open(dir.path()).await.expect("opens");
        assert_eq!(store.reconciled(), Reconciled { duplicates: 1, ..Reconciled::default() });
        assert!(store.reconciled().is_nothing());
        assert_eq!(story::journal_text(dir.path()), once.repeat(2));
    });
}

#[test]
fn unknown_keys_of_a_line_are_kept() {
    on_desk(async {
        let dir = tempfile::tempdir().expect("a folder");
        let header = story::header();
        let line = journal_line(&story::report(&header));
        let line = line.replacen("\"seed\":7", "\"seed\":7,\"mood\": {\"of\":  \"the day\"}", 1);
        std::fs::write(story::config(dir.path()).journal, format!("{line}\n")).expect("written");
        let store = story::open(dir.path()).await.expect("opens");
        assert_eq!(store.run_json(header.run).await.expect("json"), Some(line));
    });
}

#[test]
fn a_line_of_a_newer_schema_stays_and_its_run_is_shown_as_unknown() {
    on_desk(async {
        let dir = tempfile::tempdir().expect("a folder");
        let header = story::header();
        let line = journal_line(&story::report(&header)).replacen("\"schema\":1", "\"schema\":2", 1);
        let text = format!("{line}\n{{\"schema\":3,\"something\":\"else\"}}\n");
        std::fs::write(story::config(dir.path()).journal, &text).expect("written");
        for round in 0..2 {
            let store = story::open(dir.path()).await.expect("opens");
            assert_eq!((store.reconciled().newer, store.reconciled().rebuilt), (2, 1 - round));
            let rows = store.runs(9, None, None).await.expect("rows");
            assert_eq!((rows.len(), rows[0].schema, rows[0].state), (1, 2, None));
            assert_eq!(story::journal_text(dir.path()), text);
        }
    });
}

#[test]
fn garbage_in_the_journal_is_set_aside_and_counted() {
    on_desk(async {
        let dir = tempfile::tempdir().expect("a folder");
        let desk = Desk::open(dir.path()).await;
        desk.finish().await;
        story::close(desk.leave().await).await;
        let path = story::config(dir.path()).journal;
        let good = story::journal_text(dir.path());
        std::fs::write(&path, [b"hello\n\0\0\0\0", good.as_bytes(), b"{\"schema\":1,\"run_"].concat())
            .expect("written");
        let store = story::open(dir.path()).await.expect("opens");
        assert_eq!(store.reconciled(), Reconciled { set_aside: 3, ..Reconciled::default() });
        assert_eq!(store.health().await.set_aside, 3);
        assert_eq!(story::journal_text(dir.path()), good);
        drop(store);
        let again = story::open(dir.path()).await.expect("opens");
        assert_eq!((again.reconciled().set_aside, again.health().await.set_aside), (0, 3));
    });
}

#[test]
fn a_store_of_a_newer_dualbench_is_refused() {
    on_desk(async {
        let dir = tempfile::tempdir().expect("a folder");
        let store = story::open(dir.path()).await.expect("opens");
        sqlx::query("insert into _sqlx_migrations (version, description, success, checksum, execution_time) values (999, 'later', 1, x'00', 0)")
            .execute(&store.writer)
            .await
            .expect("a later migration");
        story::close(store).await;
        let refusal = story::open(dir.path()).await.expect_err("newer");
        assert!(matches!(refusal, StoreError::Newer { version: 999, .. }), "{refusal}");
    });
}

#[test]
fn a_damaged_database_is_refused_with_the_way_out() {
    on_desk(async {
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::write(story::config(dir.path()).database, vec![b'x'; 8_192]).expect("written");
        let refusal = story::open(dir.path()).await.expect_err("damaged");
        assert!(matches!(refusal, StoreError::Damaged { .. }), "{refusal:?}");
        assert!(refusal.to_string().contains("rebuilt from the journal"), "{refusal}");
    });
}

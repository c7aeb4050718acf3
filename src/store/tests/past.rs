//! The journal, read beside the daemon.

use super::story;
use crate::measure::Verdict;
use crate::store::{Past, journal_line};

#[test]
fn of_each_run_the_last_line_is_told_and_what_names_no_run_is_counted() {
    let dir = tempfile::tempdir().expect("a folder");
    let journal = dir.path().join("j.jsonl");
    let first = story::report(&story::header());
    let mut again = first.clone();
    again.verdict = Some(Verdict::Void(vec!["on a second look".into()]));
    let mut second = story::report(&story::header());
    second.header.scenario.name = "dual".into();
    let [first, again, second] = [&first, &again, &second].map(journal_line);
    let text = format!("{first}\n{second}\n{{\"schema\":9,\"x\":1}}\nhello\n\n{again}\n");
    std::fs::write(&journal, &text).expect("written");
    let read = |limit, scenario| Past::read(&journal, limit, scenario).expect("readable");
    let past = |lines: &[&String]| Past { lines: lines.iter().map(|l| (*l).clone()).collect(), foreign: 2 };
    assert_eq!(read(9, None), past(&[&second, &again]));
    assert_eq!(read(1, None), past(&[&second]));
    assert_eq!(read(1, Some("engine-speed")), past(&[&again]));
    assert_eq!(read(9, Some("no-such")), past(&[]));
    assert_eq!(std::fs::read_to_string(&journal).expect("text"), text, "a reader mends nothing");
}

#[test]
fn a_run_of_a_newer_schema_is_told_as_it_stands() {
    let dir = tempfile::tempdir().expect("a folder");
    let journal = dir.path().join("j.jsonl");
    let line = journal_line(&story::report(&story::header())).replacen("\"schema\":1", "\"schema\":2", 1);
    std::fs::write(&journal, &line).expect("written");
    assert_eq!(Past::read(&journal, 9, None).expect("readable"), Past { lines: vec![line], foreign: 0 });
}

#[test]
fn a_journal_that_is_not_there_tells_of_no_run() {
    let dir = tempfile::tempdir().expect("a folder");
    assert_eq!(Past::read(&dir.path().join("j.jsonl"), 9, None).expect("no error"), Past::default());
}

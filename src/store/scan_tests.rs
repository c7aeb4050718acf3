use super::*;
use crate::store::line::journal_line;
use crate::store::tests::story;

/// What is in the journal after mending, and what was set aside.
#[track_caller]
fn mended(bytes: &[u8]) -> (Vec<u8>, String, u32) {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("j.jsonl");
    std::fs::write(&path, bytes).expect("written");
    let scan = Scan::of(&path).expect("read");
    if scan.needs_mending() {
        scan.mend(&path).expect("mended");
    }
    let again = Scan::of(&path).expect("read");
    assert!(!again.needs_mending(), "mending once is enough");
    assert_eq!(again.lines.len(), scan.lines.len());
    assert_eq!(count_aside(&path), u64::from(scan.to_set_aside()));
    let aside = std::fs::read(aside_path(&path)).unwrap_or_default();
    (std::fs::read(&path).expect("text"), String::from_utf8_lossy(&aside).into_owned(), scan.to_set_aside())
}

fn line() -> String {
    journal_line(&story::report(&story::header()))
}

#[test]
fn a_tail_torn_at_any_byte_leaves_the_lines_before_it() {
    let (good, torn) = (line() + "\n", line());
    for kept in 1..torn.len() {
        let (journal, aside, n) = mended(&[good.as_bytes(), &torn.as_bytes()[..kept]].concat());
        assert_eq!((journal.as_slice(), n), (good.as_bytes(), 1), "{kept} bytes");
        assert!(aside.contains(&torn[..kept]) && aside.contains("torn last line"), "{kept} bytes");
    }
}

#[test]
fn a_last_line_without_its_break_is_whole() {
    let text = line();
    let (journal, _, n) = mended(text.as_bytes());
    assert_eq!((journal, n), ((text + "\n").into_bytes(), 0));
}

#[test]
fn garbage_in_the_middle_costs_no_other_line() {
    let (a, b) = (line(), line());
    let text = format!("{a}\n[1,2]\n{{\"schema\":1}}\nno json\n\u{0}\u{0}\u{0}\n{b}\n");
    let (journal, aside, n) = mended(text.as_bytes());
    assert_eq!((String::from_utf8(journal).expect("text"), n), (format!("{a}\n{b}\n"), 4));
    assert!(aside.contains("\n[1,2]\n") && aside.contains("missing field"), "{aside}");
}

#[test]
fn a_line_behind_zeros_or_behind_a_torn_one_is_found() {
    let (a, b) = (line(), line());
    let text = format!("\u{0}\u{0}{a}\n{}{b}\n", &a[..100]);
    let (journal, _, n) = mended(text.as_bytes());
    assert_eq!((String::from_utf8(journal).expect("text"), n), (format!("{a}\n{b}\n"), 2));
}

#[test]
fn a_run_that_has_not_ended_has_no_line() {
    let (journal, _, n) = mended(line().replacen("\"finished\"", "\"measuring\"", 1).as_bytes());
    assert_eq!((journal.len(), n), (0, 1));
}

#[test]
fn blank_lines_and_windows_line_ends_are_no_fault() {
    let text = format!("\r\n{}\r\n\n", line());
    assert_eq!(mended(text.as_bytes()), (text.clone().into_bytes(), String::new(), 0));
}

#[test]
fn a_folder_in_the_journals_place_is_an_error() {
    let dir = tempfile::tempdir().expect("a folder");
    assert!(Scan::of(dir.path()).is_err());
}

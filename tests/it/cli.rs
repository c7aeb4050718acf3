//! The commands, by their exit codes and what they print.

use crate::daemon::{fixture, folder, output, text};

#[test]
fn a_valid_run_ends_with_0_and_json_is_the_journals_line() {
    let dir = folder();
    let run = output(dir.path(), &["run", "engine-speed", "-p", "repetitions=2", "-p", "output_tokens=8", "--json"]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    let journal = std::fs::read_to_string(dir.path().join("benchmark_history.jsonl")).expect("a journal");
    assert_eq!(text(&run.stdout), journal);
    let table = output(dir.path(), &["run", "engine-speed", "-p", "repetitions=2", "-p", "output_tokens=8"]);
    let table = text(&table.stdout);
    assert!(table.contains("SIMULATED") && table.contains("verdict: valid") && table.contains("needs 64"), "{table}");
    let history = text(&output(dir.path(), &["history"]).stdout);
    assert_eq!(history.matches("engine-speed").count(), 2, "{history}");
}

#[test]
fn bad_input_ends_with_5_and_a_failed_run_with_4() {
    let dir = folder();
    let code = |args: &[&str]| output(dir.path(), args).status.code();
    assert_eq!(code(&["run", "no-such"]), Some(5));
    assert_eq!(code(&["run", "engine-speed", "-p", "repetitions=many"]), Some(5));
    assert_eq!(code(&["run", "engine-speed", "--set", "engins.main=1"]), Some(5));
    assert_eq!(code(&["run", fixture("trap-in-run.wat").to_str().expect("utf-8")]), Some(4));
    let gone = ["run", "engine-speed", "--main-url", "http://127.0.0.1:1", "-p", "repetitions=1"];
    assert_eq!(code(&gone), Some(4));
}

#[test]
fn a_void_run_ends_with_3() {
    let dir = folder();
    // A lag limit that no machine holds.
    let run = output(
        dir.path(),
        &["run", "engine-speed", "-p", "repetitions=1", "-p", "output_tokens=8", "--set", "run.lag_limit_us=0.001"],
    );
    assert_eq!(run.status.code(), Some(3), "{}", text(&run.stdout));
    assert!(text(&run.stdout).contains("lagged"), "{}", text(&run.stdout));
}

#[test]
fn check_has_one_exit_code_for_each_class() {
    let dir = folder();
    let write = |name: &str, bytes: &[u8]| {
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        path.to_str().expect("utf-8").to_owned()
    };
    let code = |path: &str| output(dir.path(), &["check", path]).status.code();
    assert_eq!(code(fixture("hello.wat").to_str().expect("utf-8")), Some(0));
    assert_eq!(code("/no/such/file.wasm"), Some(10));
    assert_eq!(code(&write("elf.wasm", b"\x7fELF\x02\x01\x01")), Some(11));
    assert_eq!(code(&write("huge.wasm", &vec![0; 33 << 20])), Some(12));
    assert_eq!(code(&write("foreign.wat", b"(module (import \"env\" \"x\" (func)))")), Some(13));
    assert_eq!(code(fixture("trap-in-describe.wat").to_str().expect("utf-8")), Some(15));
}

#[test]
fn init_never_overwrites_and_what_it_writes_is_read() {
    let dir = folder();
    assert_eq!(output(dir.path(), &["init"]).status.code(), Some(0));
    let first = std::fs::read(dir.path().join("dualbench.toml")).expect("written");
    assert_eq!(output(dir.path(), &["init"]).status.code(), Some(5));
    assert_eq!(std::fs::read(dir.path().join("dualbench.toml")).expect("there"), first);
    assert_eq!(output(dir.path(), &["scenarios", "--simulated"]).status.code(), Some(0));
}

#[test]
fn doctor_looks_at_everything_and_completions_are_printed() {
    let dir = folder();
    let doctor = text(&output(dir.path(), &["doctor"]).stdout);
    for what in ["configuration", "engines", "GPU", "clock", "own error", "scenarios", "store"] {
        assert!(doctor.contains(what), "{what} is missing: {doctor}");
    }
    assert!(text(&output(dir.path(), &["completions", "bash"]).stdout).contains("dualbench"));
}

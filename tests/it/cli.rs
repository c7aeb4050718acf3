//! The commands, by their exit codes and what they print.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::os::unix::ffi::OsStrExt;
use std::process::Stdio;

use crate::daemon::{fixture, folder, output, program, text};

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
fn a_new_folder_is_made_where_one_is_and_runs_as_it_is_told() {
    let dir = folder();
    let new = |name: &str, language: &str| {
        program(dir.path()).args(["new", name, "--lang", language]).current_dir(dir.path()).output().expect("it runs")
    };
    let made = new("first-try", "wat");
    assert_eq!(made.status.code(), Some(0), "{}", text(&made.stderr));
    assert!(text(&made.stdout).contains("dualbench run first-try/first-try.wat --simulated"), "{}", text(&made.stdout));
    let module = dir.path().join("first-try/first-try.wat");
    let run = output(dir.path(), &["run", module.to_str().expect("utf-8"), "--simulated", "-p", "answers=1"]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    assert_eq!(new("first-try", "wat").status.code(), Some(5), "what is there stays as it is");
    assert_eq!(new("First", "wat").status.code(), Some(5));
    assert_eq!(new("second", "cobol").status.code(), Some(5));
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
fn a_record_names_the_language_of_its_scenario() {
    let dir = folder();
    let run = output(dir.path(), &["run", "engine-speed", "-p", "repetitions=1", "-p", "output_tokens=4", "--json"]);
    let record: serde_json::Value = serde_json::from_slice(&run.stdout).expect("one line of JSON");
    assert_eq!(record["scenario"]["language"], "Rust");
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
    for what in ["configuration", "engines", "pipeline", "GPU", "clock", "own error", "scenarios", "store"] {
        assert!(doctor.contains(what), "{what} is missing: {doctor}");
    }
    assert!(text(&output(dir.path(), &["completions", "bash"]).stdout).contains("dualbench"));
}

#[test]
fn a_variable_that_is_no_utf_8_stands_in_nobodys_way() {
    let dir = folder();
    let odd = std::ffi::OsStr::from_bytes(b"\xff\xfe");
    let run = program(dir.path()).env("SOMEBODY_ELSES", odd).arg("scenarios").output().expect("the program runs");
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
}

#[test]
fn completions_whose_reader_has_gone_are_no_error() {
    let dir = folder();
    let mut child = program(dir.path())
        .args(["completions", "bash"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    drop(child.stdout.take());
    let ended = child.wait_with_output().expect("it ends");
    assert_eq!((ended.status.code(), text(&ended.stderr).as_str()), (Some(0), ""));
}

#[test]
fn what_cannot_be_used_is_bad_input_and_named() {
    let dir = folder();
    std::fs::write(
        dir.path().join("dualbench.toml"),
        "[engines.main]\nbase_url = \"http://127.0.0.1:1\"\ntokenizer = \"gone.json\"\n",
    )
    .expect("written");
    let run = output(dir.path(), &["run", "engine-speed"]);
    assert_eq!((run.status.code(), text(&run.stderr).contains("gone.json")), (Some(5), true), "{}", text(&run.stderr));
    let odd = output(dir.path(), &["history", "--dialect", "klingon"]);
    assert_eq!((odd.status.code(), text(&odd.stderr).contains("klingon")), (Some(5), true), "{}", text(&odd.stderr));
    let none = output(dir.path(), &["history", "--scenario", "nope"]);
    assert!(text(&none.stderr).contains("nope"), "{}", text(&none.stderr));
}

/// An engine that lists a model and refuses all else with the key that it was given.
fn echoing() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut reader = BufReader::new(stream.try_clone().expect("a handle"));
            let head: Vec<String> =
                reader.by_ref().lines().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
            let header = |name: &str| head.iter().find(|l| l.to_ascii_lowercase().starts_with(name)).cloned();
            let length = header("content-length:").and_then(|l| l[15..].trim().parse().ok()).unwrap_or(0);
            let _body = reader.read_exact(&mut vec![0; length]);
            let (status, body) = if head.first().is_some_and(|line| line.contains("/v1/models")) {
                (200, r#"{"data":[{"id":"m"}]}"#.to_owned())
            } else {
                (
                    401,
                    format!(
                        r#"{{"error":{{"message":"no such key: {}"}}}}"#,
                        header("authorization:").unwrap_or_default()
                    ),
                )
            };
            let answer = format!(
                "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            );
            let _gone = stream.write_all(answer.as_bytes());
        }
    });
    url
}

#[test]
fn a_key_that_an_engine_echoes_is_in_no_file_and_in_no_output() {
    const CANARY: &str = "sk-canary-4711";
    let dir = folder();
    let config = format!("[engines.main]\nbase_url = \"{}\"\napi_key_env = \"CANARY_KEY\"\n", echoing());
    std::fs::write(dir.path().join("dualbench.toml"), config).expect("written");
    let run = program(dir.path())
        .env("CANARY_KEY", CANARY)
        .env("DUALBENCH_LOG", "debug")
        .args(["run", "engine-speed", "-p", "repetitions=2", "-p", "output_tokens=8"])
        .output()
        .expect("the program runs");
    let said = [text(&run.stdout), text(&run.stderr)].concat();
    assert!(said.contains("no such key"), "the engine's words are told: {said}");
    assert!(!said.contains("canary"), "{said}");
    for entry in std::fs::read_dir(dir.path()).expect("a folder").flatten().filter(|e| e.path().is_file()) {
        let bytes = std::fs::read(entry.path()).expect("readable");
        assert!(!text(&bytes).contains("canary"), "{:?}", entry.path());
    }
}

//! Plain scripts in the folder: live, run, wrong, mended.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::daemon::{Daemon, eventually, folder, output, text};

const HELLO: &str = r#"import { integer, main, report, scenario } from "dualbench";

export const { describe, run } = scenario({
  name: "hello-js",
  version: "VERSION",
  description: "Says hello.",
  targets: [main],
  params: { answers: integer(2, { min: 1, max: 9, unit: "answers", help: "How often." }) },
  run({ answers }) {
    report.phase("hello");
    let chunks = 0;
    for (let n = 0; n < answers; n++) for (const _chunk of main.start({ prompt: "Hello.", exactly: 8 })) chunks++;
    report.metric("chunks", chunks, "chunks");
    report.metric("random", Math.random(), "");
    const before = Date.now();
    const began = report.elapsedMs();
    while (report.elapsedMs() < began + 40);
    report.metric("clock_ms", Date.now() - before, "ms");
  },
});
"#;

fn hello(version: &str) -> String {
    HELLO.replace("VERSION", version)
}

/// A scenario whose `run` has this body, from line 5 on.
fn script(name: &str, body: &str) -> String {
    format!(
        "import {{ main, report, scenario }} from \"dualbench\";\n\
         export const {{ describe, run }} = scenario({{\n  name: \"{name}\", description: \"A test.\",\n  targets: [main], run() {{\n{body}\n  }},\n}});\n"
    )
}

fn write(dir: &Path, file: &str, content: &str) {
    std::fs::write(dir.join("scenarios-wasm").join(file), content).expect("written");
}

fn by_file(daemon: &Daemon, file: &str) -> Option<Value> {
    let list = daemon.get("/api/scenarios").json();
    list["scenarios"].as_array()?.iter().find(|s| s["file"] == file).cloned()
}

#[track_caller]
fn in_state(daemon: &Daemon, file: &str, state: &str) -> Value {
    eventually(&format!("{file} is {state}"), || by_file(daemon, file).filter(|s| s["state"] == state))
}

fn metric(record: &Value, name: &str) -> f64 {
    let metrics = record["metrics"].as_array().expect("metrics");
    let found = metrics.iter().find(|m| m["name"] == name).unwrap_or_else(|| panic!("no {name}: {record}"));
    found["value"].as_f64().expect("a number")
}

#[test]
fn a_script_dropped_into_the_folder_is_a_scenario_and_its_next_version_is_live_at_once() {
    let dir = folder();
    let daemon = Daemon::start(dir.path());
    write(dir.path(), "hello.js", &hello("1.0.0"));
    let first = in_state(&daemon, "hello.js", "ready");
    assert_eq!((&first["name"], &first["ready"]["language"]), (&json!("hello-js"), &json!("JavaScript")), "{first}");

    let record = daemon.wait_run(&daemon.start_run("hello-js", json!({ "answers": 3 })));
    assert_eq!((&record["state"], &record["verdict"]["state"]), (&json!("finished"), &json!("valid")), "{record}");
    assert_eq!(record["scenario"]["sha256"], first["ready"]["sha256"]);
    assert_eq!(record["targets"]["main"]["exchanges"]["length"], 3, "{record}");
    assert!(metric(&record, "chunks") >= 3.0);
    assert!((38.0..5_000.0).contains(&metric(&record, "clock_ms")), "Date.now goes on with the run");

    write(dir.path(), "hello.js", &hello("1.1.0"));
    let written = Instant::now();
    eventually("the new version is live", || {
        by_file(&daemon, "hello.js").filter(|s| s["ready"]["version"] == "1.1.0" && s["state"] == "ready")
    });
    // The settle time is 250 ms; there is nothing to compile.
    assert!(written.elapsed() < Duration::from_secs(1), "{:?}", written.elapsed());
    let second = in_state(&daemon, "hello.js", "ready");
    assert_ne!(second["ready"]["sha256"], first["ready"]["sha256"]);
}

#[test]
fn a_broken_new_version_leaves_the_last_good_one_serving_and_names_its_line() {
    let dir = folder();
    let daemon = Daemon::start(dir.path());
    write(dir.path(), "hello.js", &hello("1.0.0"));
    let good = in_state(&daemon, "hello.js", "ready");
    write(dir.path(), "hello.js", &hello("1.1.0").replace("let chunks = 0;", "let chunks = ;"));
    let stale = in_state(&daemon, "hello.js", "stale");
    let message = stale["error"]["message"].as_str().expect("a message");
    assert!(message.starts_with("`hello.js`, line 11: "), "{message}");
    assert_eq!(
        (&stale["error"]["class"], &stale["ready"]["sha256"]),
        (&json!("compile-failed"), &good["ready"]["sha256"])
    );
    let record = daemon.wait_run(&daemon.start_run("hello-js", json!({})));
    assert_eq!((&record["state"], &record["scenario"]["sha256"]), (&json!("finished"), &good["ready"]["sha256"]));
    write(dir.path(), "hello.js", &hello("1.2.0"));
    assert_eq!(in_state(&daemon, "hello.js", "ready")["ready"]["version"], "1.2.0");
}

#[test]
fn what_goes_wrong_names_the_file_and_the_line() {
    let dir = folder();
    let daemon = Daemon::start(dir.path());
    write(dir.path(), "top.js", "const a = 1;\nnull.x;\n");
    write(dir.path(), "empty.js", "export const a = 1;\n");
    write(dir.path(), "name.js", &script("Not A Name", ""));
    write(dir.path(), "throws.js", &script("throws", "    const deep = () => missing.x;\n    deep();"));
    write(
        dir.path(),
        "typed.ts",
        &script("typed", "    interface A { b: 1 }\n\n    throw new RangeError((\"too far\" as string)!);"),
    );
    write(dir.path(), "refused.js", &script("refused", "    main.start({ prompt: \"x\", atMost: 0 });"));
    let message =
        |file: &str| in_state(&daemon, file, "broken")["error"]["message"].as_str().map(str::to_owned).expect("words");
    let top = message("top.js");
    assert!(top.contains("`describe`") && top.contains("TypeError") && top.contains("top.js:2"), "{top}");
    let empty = message("empty.js");
    assert!(empty.contains("exports no function `describe`") && empty.contains("scenario({"), "{empty}");
    let name = message("name.js");
    assert!(name.contains("its manifest breaks the rules"), "{name}");

    let failure = |file: &str| {
        let scenario = in_state(&daemon, file, "ready")["name"].as_str().map(str::to_owned).expect("a name");
        let record = daemon.wait_run(&daemon.start_run(&scenario, json!({})));
        assert_eq!(record["state"], "failed", "{record}");
        record["failure"]["message"].as_str().map(str::to_owned).expect("words")
    };
    let thrown = failure("throws.js");
    assert!(
        thrown.contains("ReferenceError") && thrown.contains("missing") && thrown.contains("throws.js:5"),
        "{thrown}"
    );
    let typed = failure("typed.ts");
    assert!(typed.contains("RangeError: too far") && typed.contains("typed.ts:7"), "{typed}");
    let refused = failure("refused.js");
    assert!(refused.contains("refused.js:5"), "{refused}");
}

#[test]
fn chance_differs_between_runs_and_is_the_same_for_the_same_seed() {
    let dir = folder();
    write(dir.path(), "hello.js", &hello("1.0.0"));
    let drawn = |seed: &[&str]| {
        let args = [&["run", "scenarios-wasm/hello.js", "--json"], seed].concat();
        let file = dir.path().join("scenarios-wasm/hello.js").display().to_string();
        let args: Vec<&str> = args.iter().map(|a| if a.ends_with(".js") { file.as_str() } else { *a }).collect();
        let run = output(dir.path(), &args);
        let line: Value = serde_json::from_slice(&run.stdout).unwrap_or_else(|e| panic!("{e}: {}", text(&run.stderr)));
        metric(&line, "random")
    };
    let (first, second) = (drawn(&["--seed", "7"]), drawn(&["--seed", "8"]));
    assert_eq!(first, drawn(&["--seed", "7"]));
    assert_ne!(first, second);
    assert_ne!(drawn(&[]), drawn(&[]));
}

#[test]
fn a_runner_is_compiled_once_and_what_is_kept_may_be_spoilt() {
    let dir = folder();
    write(dir.path(), "hello.js", &hello("1.0.0"));
    // A file that was just written is not read yet.
    let listed = |how: &str| {
        eventually(how, || {
            let shown = output(dir.path(), &["scenarios"]);
            text(&shown.stdout).contains("hello-js").then_some(())
        });
    };
    listed("it is listed");
    let kept = || std::fs::read_dir(dir.path().join("dualbench-data/compiled")).expect("kept").flatten();
    let code = kept().map(|e| e.path()).find(|p| p.extension().is_some_and(|e| e == "code")).expect("code");
    let written = || std::fs::metadata(&code).and_then(|m| m.modified()).expect("there");
    let first = written();
    listed("it is listed again");
    assert_eq!(written(), first, "compiled code was made again");
    std::fs::write(&code, b"not code").expect("spoilt");
    listed("it is listed although the code is spoilt");
    assert!(std::fs::metadata(&code).expect("made again").len() > 100_000);
}

#[test]
fn a_missing_python_runner_is_an_error_with_the_cure() {
    let dir = folder();
    let daemon = Daemon::start(dir.path());
    write(dir.path(), "a.py", "from dualbench import main, scenario\n");
    let broken = in_state(&daemon, "a.py", "broken");
    assert_eq!(broken["error"]["class"], "no-runner", "{broken}");
    let message = broken["error"]["message"].as_str().expect("words");
    assert!(message.contains("cargo xtask runners") && message.contains("runners/python.wasm"), "{message}");
}

//! `dualbench dev`: a source is built, loaded and run, and again when it is saved.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};

use crate::daemon::{Daemon, eventually, fixture, folder, output, program, text};

/// A folder whose build copies the source.
fn project(source: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    recipe(dir.path(), "echo building; cp source.wat made.wat");
    std::fs::write(dir.path().join("source.wat"), source).expect("written");
    dir
}

fn recipe(dir: &Path, build: &str) {
    let recipe = format!("build = \"{build}\"\nmodule = \"made.wat\"\n");
    std::fs::write(dir.join("scenario.toml"), recipe).expect("written");
}

fn hello() -> String {
    std::fs::read_to_string(fixture("hello.wat")).expect("readable")
}

/// The command at work, and what it has said so far.
struct Dev {
    child: Child,
    said: Arc<Mutex<String>>,
}

impl Dev {
    fn start(home: &Path, project: &Path) -> Dev {
        let mut child = program(home)
            .args(["dev", project.to_str().expect("utf-8")])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let said = Arc::new(Mutex::new(String::new()));
        let listen = |output: Box<dyn Read + Send>| {
            let said = said.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(output).lines().map_while(Result::ok) {
                    said.lock().expect("no panic").push_str(&(line + "\n"));
                }
            });
        };
        listen(Box::new(child.stdout.take().expect("piped")));
        listen(Box::new(child.stderr.take().expect("piped")));
        Dev { child, said }
    }

    /// Waits until all is said since the last call, and that the next save is waited for; then forgets it.
    #[track_caller]
    fn says(&self, words: &[&str]) -> String {
        eventually(&format!("it says {words:?}"), || {
            let mut said = self.said.lock().expect("no panic");
            let all = said.contains("waiting for the next save") && words.iter().all(|word| said.contains(word));
            all.then(|| std::mem::take(&mut *said))
        })
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        let _gone_already = self.child.kill();
        let _reaped = self.child.wait();
    }
}

#[test]
fn a_source_is_run_at_first_and_again_at_each_save_beside_a_daemon() {
    let home = folder();
    let daemon = Daemon::start(home.path());
    let project = project(&hello());
    let save = |text: &str| std::fs::write(project.path().join("source.wat"), text).expect("saved");
    let mut dev = Dev::start(home.path(), project.path());
    dev.says(&["building", "phase: hello", "metric: chunks = ", "hello 0.1.0", "verdict: valid"]);

    save("(module");
    let said = dev.says(&["saved: source.wat", "error: not-wasm"]);
    assert!(!said.contains("verdict"), "{said}");

    save(&hello().replacen("\"0.1.0\"", "\"0.1.1\"", 1));
    dev.says(&["hello 0.1.1", "verdict: valid"]);

    save(&hello().replacen("(call $drop (local.get $exchange))", "(unreachable)", 1));
    dev.says(&["failed (trap)", "in `run`", "metric: chunks = "]);

    recipe(project.path(), "echo no such compiler; exit 3");
    dev.says(&["no such compiler", "the build failed (exit status: 3)"]);

    let pid = rustix::process::Pid::from_raw(dev.child.id() as i32).expect("a pid");
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("signalled");
    let ended = eventually("it stops", || dev.child.try_wait().expect("waited"));
    assert_eq!(ended.code(), Some(0));
    assert_eq!(daemon.get("/api/runs").json()["runs"], serde_json::json!([]), "its runs are its own");
    assert_eq!(daemon.stop(), Some(0));
}

#[test]
fn once_ends_with_the_code_of_the_run_or_of_what_stood_in_its_way() {
    let home = folder();
    let once = |source: &str| {
        let project = project(source);
        output(home.path(), &["dev", "--once", project.path().to_str().expect("utf-8")])
    };
    let good = once(&hello());
    assert_eq!(good.status.code(), Some(0), "{}", text(&good.stderr));
    assert!(text(&good.stdout).contains("verdict: valid"));
    assert_eq!(once(&hello().replacen("(call $drop", "(unreachable) (call $drop", 1)).status.code(), Some(4));
    assert_eq!(once("(module").status.code(), Some(11));
    assert_eq!(once("(module (import \"env\" \"x\" (func)))").status.code(), Some(13));
    assert!(!home.path().join("benchmark_history.jsonl").exists(), "its journal is its own");

    let project = project(&hello());
    let path = project.path().to_str().expect("utf-8");
    recipe(project.path(), "sleep 600");
    let endless = output(home.path(), &["dev", "--once", "--build-timeout", "1", path]);
    assert_eq!((endless.status.code(), text(&endless.stderr).contains("--build-timeout")), (Some(5), true));
    std::fs::remove_file(project.path().join("scenario.toml")).expect("removed");
    let none = output(home.path(), &["dev", path]);
    assert_eq!((none.status.code(), text(&none.stderr).contains("dualbench new")), (Some(5), true));
}

#[test]
fn the_output_of_a_build_is_bounded() {
    let project = project(&hello());
    recipe(project.path(), "seq 1 100000; cp source.wat made.wat");
    let home = folder();
    let run = output(home.path(), &["dev", "--once", project.path().to_str().expect("utf-8")]);
    let said = text(&run.stderr);
    assert_eq!(run.status.code(), Some(0), "{said}");
    assert!(said.lines().count() < 500 && said.contains("lines are left out") && said.contains("\n100000\n"), "{said}");
}

#[test]
fn on_the_streams_of_a_recorded_run_no_engine_is_asked() {
    let home = folder();
    let recorded = output(home.path(), &["run", fixture("hello.wat").to_str().expect("utf-8"), "--seed", "7"]);
    assert_eq!(recorded.status.code(), Some(0), "{}", text(&recorded.stderr));
    let project = project(&hello().replacen("\"0.1.0\"", "\"0.1.1\"", 1));
    let path = project.path().to_str().expect("utf-8");
    let tried = output(home.path(), &["dev", "--once", "--replay", "last", path]);
    let said = text(&tried.stdout);
    assert_eq!(tried.status.code(), Some(0), "{said}{}", text(&tried.stderr));
    assert!(
        said.contains("hello 0.1.1") && said.contains("REPLAY") && said.contains("every call was as recorded"),
        "{said}"
    );
    let unknown = output(home.path(), &["dev", "--once", "--replay", "00000000", path]);
    assert_eq!(unknown.status.code(), Some(5), "{}", text(&unknown.stderr));
}

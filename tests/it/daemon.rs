//! A daemon of one's own: the real binary, port 0, a temporary folder with the built-in scenarios.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};

use serde_json::Value;

/// The longest that anything here may take.
pub const PATIENCE: Duration = Duration::from_secs(60);
const BINARY: &str = env!("CARGO_BIN_EXE_dualbench");

/// A folder with the built-in scenarios.
pub fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    let scenarios = dir.path().join("scenarios-wasm");
    std::fs::create_dir(&scenarios).expect("made");
    for name in ["engine-speed.wasm", "dual.wasm", "load.wasm", "full-pipeline.wasm", "conversations.wasm"] {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios-wasm").join(name);
        std::fs::copy(from, scenarios.join(name)).expect("copied");
    }
    dir
}

pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/scenarios").join(name)
}

/// The program, at home in `dir`, with engines ten times as fast as the card they play.
pub fn program(dir: &Path) -> Command {
    let mut command = Command::new(BINARY);
    command.arg("--dir").arg(dir).args(["--set", "simulated.speed=10"]).stdin(Stdio::null());
    command
}

pub fn output(dir: &Path, args: &[&str]) -> Output {
    program(dir).args(args).output().expect("the program runs")
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub struct Daemon {
    child: Child,
    pub url: String,
    client: reqwest::Client,
    runtime: tokio::runtime::Runtime,
}

pub struct Answer {
    pub status: u16,
    pub kind: String,
    pub text: String,
}

impl Answer {
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }
}

impl Daemon {
    pub fn start(dir: &Path) -> Daemon {
        Daemon::start_with(dir, &[])
    }

    pub fn start_with(dir: &Path, more: &[&str]) -> Daemon {
        let mut child = program(dir)
            .args(more)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the daemon starts");
        let output = child.stdout.take().expect("piped");
        let (tell, told) = sync_channel(1);
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if let Some(url) = line.strip_prefix("dualbench cockpit: ") {
                    let _nobody_waits = tell.send(url.to_owned());
                }
            }
        });
        let url = told.recv_timeout(PATIENCE).expect("the daemon prints its address");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let client = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().expect("a client");
        Daemon { child, url, client, runtime }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn port(&self) -> u16 {
        self.url.rsplit(':').next().and_then(|p| p.parse().ok()).expect("a port")
    }

    fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        self.runtime.block_on(async {
            let response = request.send().await.expect("an answer");
            let kind =
                response.headers().get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
            Answer { status: response.status().as_u16(), kind, text: response.text().await.expect("a body") }
        })
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send(self.client.get(format!("{}{path}", self.url)))
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(self.client.post(format!("{}{path}", self.url)).json(body))
    }

    pub fn post_file(&self, path: &str, bytes: Vec<u8>) -> Answer {
        let request =
            self.client.post(format!("{}{path}", self.url)).header("content-type", "application/octet-stream");
        self.send(request.body(bytes))
    }

    pub fn delete(&self, path: &str) -> Answer {
        self.send(self.client.delete(format!("{}{path}", self.url)))
    }

    pub fn post_for_events(&self, path: &str, body: &Value) -> Answer {
        self.send(self.client.post(format!("{}{path}", self.url)).json(body).header("accept", "text/event-stream"))
    }

    /// Starts a run and gives its id.
    #[track_caller]
    pub fn start_run(&self, scenario: &str, params: Value) -> String {
        let answer = self.post("/api/runs", &serde_json::json!({ "scenario": scenario, "params": params }));
        assert_eq!(answer.status, 202, "{}", answer.text);
        answer.json()["run_id"].as_str().expect("an id").to_owned()
    }

    /// Waits until the run has ended and gives its record.
    #[track_caller]
    pub fn wait_run(&self, run: &str) -> Value {
        eventually("the run ends", || {
            let answer = self.get(&format!("/api/runs/{run}"));
            let record = answer.json();
            let ended = ["finished", "failed", "cancelled", "interrupted"].contains(&record["state"].as_str()?);
            ended.then_some(record)
        })
    }

    pub fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("reaped");
    }

    /// SIGTERM, and how it ended.
    pub fn stop(mut self) -> Option<i32> {
        let pid = rustix::process::Pid::from_raw(self.child.id() as i32).expect("a pid");
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("signalled");
        eventually("the daemon stops", || self.child.try_wait().expect("waited")).code()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _gone_already = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// Asks again and again until there is an answer, for a bounded time.
#[track_caller]
pub fn eventually<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < end, "{what}: not within {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

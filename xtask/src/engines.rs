//! Two real llama.cpp servers with tiny random-weight models, for the tests: real protocol, real timings, no download
//! of weights. Everything lies under `target/engines`.

use anyhow::{Context, Result};
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use crate::pip;
use crate::process::run;

/// llama.cpp's HTTP server as one prebuilt wheel, and what writes the models.
const PACKAGES: [&str; 3] = ["xllamacpp==2026.10.11549", "gguf==0.19.0", "numpy"];
/// For one server to load its model.
const START: Duration = Duration::from_secs(90);

/// Both servers; ended when dropped.
pub struct Engines {
    pub main_url: String,
    pub mini_url: String,
    children: Vec<Child>,
}

impl Engines {
    /// Installs what is missing, makes the models, starts both and waits until they answer.
    pub fn start(root: &Path) -> Result<Engines> {
        let dir = root.join("target/engines");
        let python = install(root, &dir)?;
        let mut engines = Engines { main_url: String::new(), mini_url: String::new(), children: Vec::new() };
        for (name, slots) in [("main", 1), ("mini", 2)] {
            let url = engines.serve(root, &dir, &python, name, slots)?;
            if name == "main" { engines.main_url = url } else { engines.mini_url = url }
        }
        Ok(engines)
    }

    fn serve(&mut self, root: &Path, dir: &Path, python: &Path, name: &str, slots: u32) -> Result<String> {
        let port = free_port()?;
        let log = fs::File::create(dir.join(format!("{name}.log")))?;
        let mut child = Command::new(python)
            .arg(root.join("xtask/engines/serve.py"))
            .arg(dir.join(format!("{name}.gguf")))
            .args([name, &port.to_string(), &slots.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .with_context(|| format!("the {name} engine did not start"))?;
        let output = child.stdout.take().context("the engine has no output")?;
        self.children.push(child);
        wait_for(output, "ready").with_context(|| format!("the {name} engine; see target/engines/{name}.log"))?;
        Ok(format!("http://127.0.0.1:{port}"))
    }
}

impl Drop for Engines {
    fn drop(&mut self) {
        for child in &mut self.children {
            let _gone_already = child.kill();
            let _reaped = child.wait();
        }
    }
}

/// Waits for a line that starts with `word`, for a bounded time, and gives it; the rest of the output is read away.
pub fn wait_for(output: impl std::io::Read + Send + 'static, word: &'static str) -> Result<String> {
    let (tell, told) = sync_channel(1);
    std::thread::spawn(move || {
        let mut lines = BufReader::new(output).lines().map_while(Result::ok);
        if let Some(line) = lines.find(|l| l.starts_with(word)) {
            let _nobody_waits = tell.send(line);
        }
        lines.for_each(drop);
    });
    told.recv_timeout(START).with_context(|| format!("it never said `{word}`"))
}

fn install(root: &Path, dir: &Path) -> Result<PathBuf> {
    let python = pip::venv(&dir.join("venv"), &PACKAGES)?.join("bin/python");
    for name in ["main", "mini"] {
        if !dir.join(format!("{name}.gguf")).exists() {
            run(Command::new(&python).arg(root.join("xtask/engines/make_models.py")).arg(dir).args(["--only", name]))?;
        }
    }
    Ok(python)
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

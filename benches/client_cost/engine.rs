//! The truth, in a process of its own: the simulated engine with TTFT 50 ms and ITL 10 ms, and the parent's end of it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child as Process, Command, Stdio};
use std::time::Duration;

use dualbench::engines::simulated::{Config, ExchangeTruth, SimulatedEngines};
use tokio_util::sync::CancellationToken;

use crate::judge::Finding;
use crate::options::Trial;
use crate::resources;

pub const TTFT: Duration = Duration::from_millis(50);
pub const ITL: Duration = Duration::from_millis(10);

/// The child's whole life: prints its address, serves until the parent is gone.
pub fn serve_until_stdin_closes() {
    let engines = SimulatedEngines::start(Config::flat(TTFT, ITL), CancellationToken::new()).unwrap();
    println!("{}", engines.main.address);
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

pub struct Child {
    process: Process,
    address: SocketAddr,
}

impl Child {
    pub fn start() -> Child {
        let mut process = itself(&["--engine".into()]).stdin(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Child { process, address: line.trim().parse().unwrap() }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Runs one contender in a fresh process; the engine's own cost is added to its finding.
    pub fn judge(&self, trial: &Trial) -> Finding {
        let before_ns = resources::cpu_ns_of(self.process.id());
        let output = itself(&trial.arguments()).stderr(Stdio::inherit()).output().unwrap();
        assert!(output.status.success(), "a contender's process failed: {}", output.status);
        let mut finding: Finding = serde_json::from_slice(&output.stdout).unwrap();
        let spent_ns = resources::cpu_ns_of(self.process.id()).zip(before_ns).map(|(after, before)| after - before);
        finding.engine_cpu_us_per_token = spent_ns.map(|ns| ns as f64 / 1e3 / finding.tokens_with_warm_up as f64);
        finding
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // Closing its standard input is how it is told; a kill would be the same, later.
        drop(self.process.stdin.take());
        self.process.wait().unwrap();
    }
}

fn itself(arguments: &[String]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(arguments).stdout(Stdio::piped());
    command
}

/// All truths the engine holds; it forgets them.
pub fn take_truths(address: SocketAddr) -> Vec<ExchangeTruth> {
    #[derive(serde::Deserialize)]
    struct Truths {
        exchanges: Vec<ExchangeTruth>,
    }
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(b"GET /truth HTTP/1.1\r\nConnection: close\r\n\r\n").unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    let (_, body) = response.split_once("\r\n\r\n").unwrap();
    serde_json::from_str::<Truths>(body).unwrap().exchanges
}

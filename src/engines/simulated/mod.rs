//! Two engines of our own on loopback, `main` and `mini`, over real sockets: what runs when no real engine is there, and
//! the ground truth for our own clients. They speak llama.cpp's OpenAI dialect; nothing here measures anything.
//!
//! Reading order: `profile` (the physics) → `pace` (when a token is due) → `engine` (what an answer will be) → `answer` (one
//! exchange) → `truth` (when each write really happened).

mod activity;
mod answer;
mod ask;
mod clock;
mod drawn;
mod engine;
mod http;
mod pace;
mod profile;
mod prompt_cache;
mod seeded;
mod server;
mod timer;
mod tokenizer;
mod truth;
mod wire;

#[cfg(test)]
mod tests;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::net::{TcpListener, TcpSocket};
use tokio::runtime::{Builder, Runtime};
use tokio_util::sync::CancellationToken;

pub use activity::{Activity, ActivitySnapshot};
pub use clock::{now_ns, ns_of};
pub use drawn::drawn;
pub use profile::Profile;
pub use tokenizer::{TEMPLATE_TOKENS_OPENING, TEMPLATE_TOKENS_PER_MESSAGE, tokenize};
pub use truth::{ExchangeTruth, TrueEnding, TrueWrite, Truth};

use engine::{Engine, EngineParts};
use timer::Timer;

/// Connections that may wait to be accepted: a thousand streams open at once.
const BACKLOG: u32 = 4096;

#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Words, stop lengths and jitter follow from it.
    pub seed: u64,
    pub main: Profile,
    pub mini: Profile,
    /// Answer `GET /truth` with all kept truths, and forget them: for a reader in another process.
    pub serves_truth: bool,
}

impl Default for Config {
    fn default() -> Config {
        Config { seed: 1, main: Profile::main_14b(), mini: Profile::mini_1_5b(), serves_truth: false }
    }
}

impl Config {
    /// Two metronomes whose truth can be fetched: what a client is measured against.
    pub fn flat(ttft: std::time::Duration, itl: std::time::Duration) -> Config {
        Config {
            main: Profile::flat(ttft, itl),
            mini: Profile::flat(ttft, itl),
            serves_truth: true,
            ..Config::default()
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum SimulatedError {
    #[error("the simulated engines cannot play their profiles: {}; correct these numbers", .0.join(", "))]
    Profile(Vec<String>),
    #[error("the simulated engine `{role}` cannot listen on loopback: {source}")]
    Listen { role: &'static str, source: io::Error },
    #[error("the simulated engines cannot start: {0}")]
    Start(#[source] io::Error),
}

/// The two engines, served from one thread of their own until stopped or dropped.
#[derive(Debug)]
pub struct SimulatedEngines {
    pub main: SimulatedEngine,
    pub mini: SimulatedEngine,
    stop: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

/// Where one engine is, what it does, and what it truly did.
#[derive(Debug, Clone)]
pub struct SimulatedEngine {
    /// `http://127.0.0.1:PORT`
    pub base_url: String,
    pub address: SocketAddr,
    pub profile: Profile,
    pub activity: Arc<Activity>,
    truth: Arc<Truth>,
}

impl SimulatedEngine {
    pub fn truth(&self) -> &Truth {
        &self.truth
    }
}

impl SimulatedEngines {
    /// Listens on two free loopback ports and serves, in a thread of its own, until `stop` is cancelled. Both engines accept
    /// connections when this returns.
    pub fn start(config: Config, stop: CancellationToken) -> Result<SimulatedEngines, SimulatedError> {
        let problems = [config.main.problems(), config.mini.problems()].concat();
        if !problems.is_empty() {
            return Err(SimulatedError::Profile(problems));
        }
        let runtime = Builder::new_current_thread().enable_all().build().map_err(SimulatedError::Start)?;
        let inside = runtime.enter();
        let timer = Arc::new(Timer::open().map_err(SimulatedError::Start)?);
        let (main_activity, mini_activity) = (Arc::<Activity>::default(), Arc::<Activity>::default());
        let open = |role, profile: &Profile, activity: &Arc<Activity>, neighbour: &Arc<Activity>| {
            let engine = Engine::new(EngineParts {
                role,
                profile: profile.clone(),
                activity: Arc::clone(activity),
                neighbour: Arc::clone(neighbour),
                timer: Arc::clone(&timer),
                seed: config.seed,
                serves_truth: config.serves_truth,
            });
            Door::open(engine).map_err(|source| SimulatedError::Listen { role, source })
        };
        let main_door = open("main", &config.main, &main_activity, &mini_activity)?;
        let mini_door = open("mini", &config.mini, &mini_activity, &main_activity)?;
        drop(inside);
        let (main, mini) = (main_door.handle(), mini_door.handle());
        let doors = [main_door, mini_door];
        let stopped = stop.clone();
        let thread = std::thread::Builder::new()
            .name("simulated-engines".into())
            .spawn(move || serve_until(stopped, &runtime, &timer, doors))
            .map_err(SimulatedError::Start)?;
        Ok(SimulatedEngines { main, mini, stop, thread: Some(thread) })
    }

    /// Ends every exchange and waits for the thread: some milliseconds.
    pub fn stop(&mut self) {
        self.stop.cancel();
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the thread of the simulated engines panicked");
        }
    }
}

impl Drop for SimulatedEngines {
    fn drop(&mut self) {
        self.stop();
    }
}

/// An engine and the socket it listens on.
struct Door {
    engine: Arc<Engine>,
    listener: TcpListener,
    address: SocketAddr,
}

impl Door {
    fn open(engine: Engine) -> io::Result<Door> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
        let listener = socket.listen(BACKLOG)?;
        Ok(Door { engine: Arc::new(engine), address: listener.local_addr()?, listener })
    }

    fn handle(&self) -> SimulatedEngine {
        SimulatedEngine {
            base_url: format!("http://{}", self.address),
            address: self.address,
            profile: self.engine.profile.clone(),
            activity: Arc::clone(&self.engine.activity),
            truth: Arc::clone(&self.engine.truth),
        }
    }
}

fn serve_until(stop: CancellationToken, runtime: &Runtime, timer: &Timer, doors: [Door; 2]) {
    let [main, mini] = doors;
    runtime.block_on(async {
        tokio::select! {
            () = stop.cancelled() => {}
            error = timer.drive() => tracing::error!(%error, "the timer of the simulated engines broke; they stop"),
            () = server::serve(main.engine, main.listener) => {}
            () = server::serve(mini.engine, mini.listener) => {}
        }
    });
}

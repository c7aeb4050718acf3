//! The components that run scripts: each is made ready once, on a thread that steps back for everyone else.

use super::super::bindings::ScenarioPre;
use super::super::fault::panic_text;
use super::super::link;
use super::super::load::{STACK_BYTES, sha256};
use super::super::runtime::Shared;
use super::super::state::State;
use std::borrow::Cow;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

/// QuickJS and the SDK, made by the cargo build.
static JAVASCRIPT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/runner-js.wasm"));
/// CPython and the SDK, made by `cargo xtask runners`; within the data folder.
const PYTHON: &str = "runners/python.wasm";
/// The section of a runner that says what it was made of, in hexadecimal.
const IDENTITY: &str = "dualbench-runner";
const IDENTITY_BYTES: usize = 64;

/// Which component runs a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum RunnerKind {
    JavaScript,
    Python,
}

/// A runner that can be started.
#[derive(Clone)]
pub(crate) struct Made {
    pub(crate) pre: ScenarioPre<State>,
    pub(crate) compiler: &'static str,
    /// What the runner was made of: part of what a script's results are the results of.
    pub(crate) identity: String,
}

/// What became of asking for a runner.
pub(crate) enum Asked {
    Ready(Arc<Made>),
    /// It will be; ask again.
    Making,
    /// What is wrong, and the cure.
    Failed(String),
}

/// All runners of a process.
#[derive(Default)]
pub(crate) struct Runners {
    slots: Mutex<[Slot; 2]>,
    changed: Condvar,
}

#[derive(Default)]
enum Slot {
    #[default]
    Unasked,
    Making,
    Ready(Arc<Made>),
    /// Of a file with that date: another file is tried anew.
    Failed(String, Option<SystemTime>),
}

impl Runners {
    /// Never waits. The first one to ask starts the making.
    pub(crate) fn ask(&self, kind: RunnerKind, shared: &Arc<Shared>) -> Asked {
        let place = kind.place(&shared.config.data_folder);
        let mut slots = self.slots();
        let slot = &mut slots[kind as usize];
        match slot {
            Slot::Ready(made) => return Asked::Ready(Arc::clone(made)),
            Slot::Making => return Asked::Making,
            Slot::Failed(why, date) if *date == dated(place.as_deref()) => return Asked::Failed(why.clone()),
            Slot::Unasked | Slot::Failed(..) => {}
        }
        let job = Arc::clone(shared);
        let thread = thread::Builder::new().name("runner-make".into()).stack_size(STACK_BYTES);
        match thread.spawn(move || job.runners.make(kind, &job)) {
            Ok(_) => {
                *slot = Slot::Making;
                Asked::Making
            }
            Err(error) => Asked::Failed(format!("no thread to make the {} runner on: {error}", kind.name())),
        }
    }

    /// Waits for a runner that is being made, for so long at most.
    pub(crate) fn wait(&self, kind: RunnerKind, shared: &Arc<Shared>, patience: Duration) -> Asked {
        let end = Instant::now() + patience;
        loop {
            let asked = self.ask(kind, shared);
            let left = end.saturating_duration_since(Instant::now());
            if !matches!(asked, Asked::Making) || left.is_zero() {
                return asked;
            }
            let slots = self.slots();
            if matches!(slots[kind as usize], Slot::Making) {
                drop(self.changed.wait_timeout(slots, left));
            }
        }
    }

    fn make(&self, kind: RunnerKind, shared: &Shared) {
        let place = kind.place(&shared.config.data_folder);
        let date = dated(place.as_deref());
        let made = catch_unwind(AssertUnwindSafe(|| make(kind, place.as_deref(), shared)));
        let made = made.unwrap_or_else(|panic| Err(format!("making it panicked: {}", panic_text(&*panic))));
        self.slots()[kind as usize] = match made {
            Ok(made) => Slot::Ready(Arc::new(made)),
            Err(why) => Slot::Failed(why, date),
        };
        self.changed.notify_all();
    }

    fn slots(&self) -> MutexGuard<'_, [Slot; 2]> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RunnerKind {
    fn name(self) -> &'static str {
        match self {
            Self::JavaScript => "JavaScript",
            Self::Python => "Python",
        }
    }

    /// `None` for the one that is part of the program.
    fn place(self, data_folder: &Path) -> Option<PathBuf> {
        match self {
            Self::JavaScript => None,
            Self::Python => Some(data_folder.join(PYTHON)),
        }
    }
}

/// A missing file has no date; one that comes has.
fn dated(place: Option<&Path>) -> Option<SystemTime> {
    fs::metadata(place?).and_then(|metadata| metadata.modified()).ok()
}

fn make(kind: RunnerKind, place: Option<&Path>, shared: &Shared) -> Result<Made, String> {
    let name = kind.name();
    let bytes = bytes(name, place)?;
    let sha256 = sha256(&bytes);
    let began = Instant::now();
    let compiled = shared.compiled.component(&shared.compilers, &bytes, &sha256);
    let linked = compiled.and_then(|(compiler, component)| Ok((compiler, link::link(compiler, &component)?)));
    match linked {
        Ok((compiler, pre)) => {
            let made_ms = began.elapsed().as_secs_f64() * 1e3;
            tracing::info!(runner = name, %sha256, compiler = compiler.name, made_ms, "runner ready");
            Ok(Made { pre, compiler: compiler.name, identity: identity(&bytes).unwrap_or(sha256) })
        }
        Err(error) => {
            let cure = place.map_or_else(String::new, |place| {
                format!(": make `{}` again with `cargo xtask runners` of this release", place.display())
            });
            Err(format!("the {name} runner cannot be used: {error:#}{cure}"))
        }
    }
}

fn bytes(name: &str, place: Option<&Path>) -> Result<Cow<'static, [u8]>, String> {
    let Some(place) = place else {
        if JAVASCRIPT.is_empty() {
            let cure = "build it again with npm at hand and without DUALBENCH_SKIP_RUNNER";
            return Err(format!("this dualbench was built without its {name} runner: {cure}"));
        }
        return Ok(Cow::Borrowed(JAVASCRIPT));
    };
    let read = fs::read(place).map(Cow::Owned);
    read.map_err(|error| {
        format!(
            "a plain {name} script needs the {name} runner, and `{}` cannot be read ({error}): `cargo xtask runners` \
             in dualbench's checkout makes it; `--to FOLDER` or scenarios.data_folder says where",
            place.display()
        )
    })
}

/// Two runners made of the same sources differ in their bytes: the last section says what they were made of.
fn identity(component: &[u8]) -> Option<String> {
    let (before, identity) = component.split_last_chunk::<IDENTITY_BYTES>()?;
    before.ends_with(IDENTITY.as_bytes()).then(|| String::from_utf8_lossy(identity).into_owned())
}

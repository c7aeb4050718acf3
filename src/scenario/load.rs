//! From a file's bytes to a module: recognise, check the world, compile, describe, check the manifest.

use super::bindings::{Manifest, Scenario, ScenarioPre};
use super::componentize::componentize;
use super::contract::WORLD_VERSION;
use super::data::Data;
use super::fault::{RunClass, RunError, panic_text};
use super::format;
use super::host::ScenarioHost;
use super::inspect::{Facts, inspect};
use super::instance::{bounded, store};
use super::link;
use super::manifest;
use super::meter::Meter;
use super::module::{DescribeFault, LoadClass, LoadError, Module};
use super::runtime::{Compiler, Shared};
use super::script::{Asked, Language, Refusal, Script};
use super::state::{State, Voice};
use super::unattended::Unattended;
use super::users::{self, UserCall};
use super::words::{self, ERROR_BYTES};
use sha2::{Digest, Sha256};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use wasmtime::component::Component;

/// Compilations that may be left behind, still running, before new loads are refused.
pub(super) const ABANDONED: usize = 2;
/// Compilers recurse over what an author nested; this is only reserved, not used.
pub(super) const STACK_BYTES: usize = 32 << 20;
/// Beyond the limits of `describe`, for the thread to be scheduled.
const SLACK: Duration = Duration::from_secs(5);

enum Stage {
    /// A script whose runner may still have to be made.
    Parsed,
    Compiled,
    Done(Box<Result<Module, LoadError>>),
}

/// Loads on a thread of its own, and gives up on it when its time is over.
pub(super) fn load(shared: &Arc<Shared>, file_name: &str, bytes: &[u8], data: Data) -> Result<Module, LoadError> {
    let cap = shared.config.module_bytes;
    let too_busy = |what: String| Err(LoadError::new(LoadClass::CompileFailed, file_name, what).transient());
    if bytes.len() as u64 > cap {
        let what = format!("{} bytes, the limit is {cap}: strip debug information", bytes.len());
        return Err(LoadError::new(LoadClass::TooLarge, file_name, what));
    }
    if shared.abandoned.load(Ordering::Acquire) >= ABANDONED {
        let what = "earlier files are still being compiled beyond their time: wait, or restart dualbench";
        return too_busy(what.to_owned());
    }
    let (sender, stages) = sync_channel(3);
    let ended = Arc::new(AtomicBool::new(false));
    let job = Job {
        ended: Arc::clone(&ended),
        shared: Arc::clone(shared),
        file_name: file_name.to_owned(),
        bytes: bytes.to_vec(),
        data: Arc::new(data),
        stages: sender,
    };
    let thread = thread::Builder::new().name("scenario-load".into()).stack_size(STACK_BYTES);
    if let Err(error) = thread.spawn(move || job.work()) {
        return too_busy(format!("no thread to compile on: {error}"));
    }
    if let Some(done) = await_stages(shared, &stages) {
        return done;
    }
    // Counted before the flag is set, so that the thread never takes back what was not yet counted.
    shared.abandoned.fetch_add(1, Ordering::AcqRel);
    if ended.swap(true, Ordering::AcqRel) {
        shared.abandoned.fetch_sub(1, Ordering::AcqRel);
    }
    let what = format!(
        "it was not ready within {:?}: make the module smaller, or raise the limit",
        shared.config.compile_time
    );
    too_busy(what)
}

/// `None` when the time is over.
fn await_stages(shared: &Shared, stages: &Receiver<Stage>) -> Option<Result<Module, LoadError>> {
    let mut patience = shared.config.compile_time;
    loop {
        patience = match stages.recv_timeout(patience).ok()? {
            Stage::Done(done) => return Some(*done),
            Stage::Parsed => shared.config.compile_time + SLACK,
            Stage::Compiled => shared.config.describe_wall + SLACK,
        };
    }
}

struct Job {
    shared: Arc<Shared>,
    file_name: String,
    bytes: Vec<u8>,
    data: Arc<Data>,
    stages: SyncSender<Stage>,
    /// Set by whoever comes first: this thread at its end, or the waiting side when it gives up.
    ended: Arc<AtomicBool>,
}

impl Job {
    fn work(self) {
        let done = catch_unwind(AssertUnwindSafe(|| self.module()));
        let done = done.unwrap_or_else(|panic| {
            let what = format!("the compiler panicked, please report it: {}", panic_text(&*panic));
            Err(self.error(LoadClass::CompileFailed, what))
        });
        // The waiting side may be gone, and the answer with it.
        let _ = self.stages.send(Stage::Done(Box::new(done)));
        if self.ended.swap(true, Ordering::AcqRel) {
            self.shared.abandoned.fetch_sub(1, Ordering::AcqRel);
        }
    }

    fn module(&self) -> Result<Module, LoadError> {
        match Language::of(&self.file_name) {
            Some(language) => self.script(language),
            None => self.compiled(),
        }
    }

    /// A script needs no compiling, only its runner.
    fn script(&self, language: Language) -> Result<Module, LoadError> {
        let began = Instant::now();
        let script = Script::read(&self.file_name, language, &self.bytes).map_err(|refusal| self.refused(&refusal))?;
        let prepared = began.elapsed();
        let script = Arc::new(script);
        let _ = self.stages.send(Stage::Parsed);
        let asked = self.shared.runners.wait(language.runner(), &self.shared, self.shared.config.compile_time);
        let runner = match asked {
            Asked::Ready(runner) => runner,
            Asked::Failed(what) => return Err(self.error(LoadClass::NoRunner, what)),
            Asked::Making => {
                let what = format!("the {} runner is still being made: wait a little", language.name());
                return Err(self.error(LoadClass::NoRunner, what).transient());
            }
        };
        let _ = self.stages.send(Stage::Compiled);
        let (manifest, has_user) = self.manifest(&runner.pre, Some(&script))?;
        Ok(Module {
            manifest,
            sha256: sha256_of(&[&self.bytes, runner.identity.as_bytes()]),
            salt: runner.identity.clone(),
            file: self.file_name.clone().into(),
            size_bytes: self.bytes.len() as u64,
            world: format!("dualbench:scenario@{WORLD_VERSION}"),
            imports: Vec::new(),
            language: Some(language.name().to_owned()),
            compile: prepared,
            compiler: runner.compiler,
            data: Arc::clone(&self.data),
            has_user,
            pre: runner.pre.clone(),
            script: Some(script),
            ticker: Arc::clone(&self.shared.ticker),
        })
    }

    fn compiled(&self) -> Result<Module, LoadError> {
        let began = Instant::now();
        let binary = format::binary(&self.file_name, &self.bytes).map_err(|what| self.not_wasm(&what))?;
        let facts = inspect(&binary).map_err(|error| self.malformed(&error))?;
        let contract = &self.shared.contract;
        let mismatch = |what| self.error(LoadClass::WorldMismatch, what);
        contract.check(&facts).map_err(mismatch)?;
        let text = !self.bytes.starts_with(b"\0asm");
        let component = componentize(binary, &facts, contract)
            .map_err(|error| self.error(LoadClass::WorldMismatch, format!("{error:#}")))?;
        let (compiler, component) = self.compile(&component)?;
        let compile = began.elapsed();
        let pre = self.link(compiler, &component)?;
        let _ = self.stages.send(Stage::Compiled);

        let (manifest, has_user) = self.manifest(&pre, None)?;
        Ok(Module {
            manifest,
            sha256: sha256(&self.bytes),
            salt: String::new(),
            file: self.file_name.clone().into(),
            size_bytes: self.bytes.len() as u64,
            world: world(&facts),
            imports: facts.interfaces(),
            language: facts.language.or_else(|| text.then(|| "WAT".to_owned())),
            compile,
            compiler: compiler.name,
            data: Arc::clone(&self.data),
            has_user,
            pre,
            script: None,
            ticker: Arc::clone(&self.shared.ticker),
        })
    }

    fn compile(&self, bytes: &[u8]) -> Result<(&Compiler, Component), LoadError> {
        let compiled = self.shared.compiled.component(&self.shared.compilers, bytes, &sha256(bytes));
        compiled.map_err(|error| {
            let refusal = format!("{error:#}");
            let cure = cure(&refusal);
            self.error(LoadClass::CompileFailed, format!("{refusal}{cure}"))
        })
    }

    fn link(&self, compiler: &Compiler, component: &Component) -> Result<ScenarioPre<State>, LoadError> {
        link::link(compiler, component).map_err(|error| {
            let what = format!("{error:#}: it must be built against dualbench:scenario@{WORLD_VERSION}");
            self.error(LoadClass::WorldMismatch, what)
        })
    }

    /// What the scenario says of itself, held against the rules, and whether it exports `user`.
    fn manifest(&self, pre: &ScenarioPre<State>, script: Option<&Arc<Script>>) -> Result<(Manifest, bool), LoadError> {
        let (manifest, user) = self.describe(pre, script)?;
        let user = user.map_err(|error| self.error(LoadClass::WorldMismatch, format!("its `user`: {error:#}")))?;
        let problems = manifest::problems(&manifest);
        if problems.is_empty() {
            return Ok((manifest, user.is_some()));
        }
        let class = LoadClass::DescribeFailed(DescribeFault::Invalid);
        Err(self.error(class, format!("its manifest breaks the rules: {}", problems.join("; "))))
    }

    fn describe(
        &self,
        pre: &ScenarioPre<State>,
        script: Option<&Arc<Script>>,
    ) -> Result<(Manifest, wasmtime::Result<Option<UserCall>>), LoadError> {
        let limits = self.shared.config.describe_limits();
        let host = Arc::new(Unattended::default());
        let cancel = CancellationToken::new();
        let voice = Voice::new(Arc::clone(&host) as Arc<dyn ScenarioHost>, &limits);
        let mut state = State::new(Arc::clone(&host) as _, &voice, &limits, cancel.clone(), 0);
        state.script = script.cloned();
        state.data = Arc::clone(&self.data);
        let meter = Arc::new(Meter::default());
        let mut store = store(pre.engine(), state, &meter);
        let work = async {
            let instance = pre.instance_pre().instantiate_async(&mut store).await?;
            let manifest = Scenario::new(&mut store, &instance)?.call_describe(&mut store).await?;
            Ok((manifest, users::call(&instance, &mut store)))
        };
        let time = tokio::runtime::Builder::new_current_thread().enable_time().build();
        let time = time.map_err(|error| {
            let what = format!("no timer for `describe`: {error}");
            self.error(LoadClass::DescribeFailed(DescribeFault::Trap), what).transient()
        })?;
        let described = time.block_on(bounded(work, &self.shared.ticker, &meter, &limits, &cancel));
        voice.close();
        described.map_err(|error| self.describe_failed(&RunError { log: host.log_tail(), ..error }))
    }

    fn describe_failed(&self, error: &RunError) -> LoadError {
        let fault = match error.class {
            RunClass::Cpu => DescribeFault::Cpu,
            RunClass::Wall => DescribeFault::Wall,
            RunClass::Memory => DescribeFault::Memory,
            RunClass::Trap | RunClass::Cancelled | RunClass::Host | RunClass::Returned => DescribeFault::Trap,
        };
        let what = format!("`describe`: {}", error.message);
        LoadError {
            backtrace: error.details(),
            // A busy machine can make any `describe` late.
            transient: matches!(fault, DescribeFault::Cpu | DescribeFault::Wall),
            ..self.error(LoadClass::DescribeFailed(fault), what)
        }
    }

    /// A script that is wrong before it runs.
    fn refused(&self, refusal: &Refusal) -> LoadError {
        let Refusal { line, column, what, shown } = refusal;
        let message = words::line(&format!("`{}`, line {line}: {what}", self.file_name), ERROR_BYTES);
        let place = format!("{}:{line}:{column}\n    {shown}\n    {:>column$}", self.file_name, '^');
        let backtrace = Some(words::block(&place, ERROR_BYTES));
        LoadError { class: LoadClass::CompileFailed, message, backtrace, transient: false }
    }

    /// The parser of texts shows the place in lines of its own, beneath what it says.
    fn not_wasm(&self, what: &str) -> LoadError {
        let Some((what, place)) = what.rsplit_once("\n     --> ") else {
            return self.error(LoadClass::NotWasm, what);
        };
        let at = place.lines().next().unwrap_or_default();
        LoadError {
            backtrace: Some(words::block(place, ERROR_BYTES)),
            ..self.error(LoadClass::NotWasm, format!("{what}, at {at}"))
        }
    }

    fn malformed(&self, error: &wasmparser::BinaryReaderError) -> LoadError {
        let message = error.message();
        if message.contains("unexpected end") || message.contains("unexpected-eof") {
            let what = "the file ends early: was it copied whole?";
            return self.error(LoadClass::NotWasm, what);
        }
        self.error(LoadClass::NotWasm, format!("malformed at byte {:#x}: {message}", error.offset()))
    }

    fn error(&self, class: LoadClass, what: impl std::fmt::Display) -> LoadError {
        LoadError::new(class, &self.file_name, what)
    }
}

fn cure(refusal: &str) -> &'static str {
    const CURES: [(&str, &str); 5] = [
        ("async", ": build it with synchronous exports (the async ABI is not offered)"),
        ("gc", ": build it without WebAssembly GC"),
        ("exceptions", ": build it without WebAssembly exceptions"),
        ("threads", ": build it without threads and atomics"),
        ("memory64", ": build it for wasm32"),
    ];
    let known = CURES.iter().find(|(word, _)| refusal.contains(word));
    known.map_or("", |(_, cure)| cure)
}

/// Version of a world, in bytes.
const VERSION_BYTES: usize = 64;

/// The version is the guest's own where it imports anything of ours, else the host's.
pub(super) fn world(facts: &Facts) -> String {
    let of = |name: &str| {
        let rest = name.trim_start_matches("cm32p2|").strip_prefix("dualbench:scenario/")?;
        rest.split_once('@').map(|(_, version)| version.to_owned())
    };
    let imports = facts.imports.iter();
    let version = imports.flat_map(|import| [of(&import.module), of(&import.name)]);
    let version = version.flatten().next();
    format!("dualbench:scenario@{}", words::line(version.as_deref().unwrap_or(WORLD_VERSION), VERSION_BYTES))
}

/// Lower-case hex.
pub(super) fn sha256(bytes: &[u8]) -> String {
    sha256_of(&[bytes])
}

/// Of all parts, one after the other.
pub(super) fn sha256_of(parts: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    parts.iter().for_each(|part| hasher.update(part));
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

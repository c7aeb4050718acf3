//! The compilers and what they share: two wasmtime engines, one epoch thread, one parsed contract.

use super::compiled::Compiled;
use super::config::Config;
use super::contract::Contract;
use super::data::{self, Data};
use super::folder;
use super::load;
use super::module::{LoadClass, LoadError, Module};
use super::script::{self, Asked, Language, Runners};
use super::state::State;
use super::ticker::Ticker;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use wasmtime::component::{HasSelf, Linker};
use wasmtime::{Engine, Strategy, WasmBacktraceDetails};

/// Of a guest's fiber, beyond the guest's own stack: host functions run on it, and an overflow there would abort the
/// process.
const HOST_STACK_BYTES: usize = 7 << 19;

/// Loads scenarios. One for the whole process.
pub struct Runtime {
    pub(super) shared: Arc<Shared>,
}

/// Why there is no runtime.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    #[error("wasmtime does not start on this machine: {0:#}")]
    Engine(wasmtime::Error),
    #[error("the embedded contract does not parse: {0:#}")]
    Contract(anyhow::Error),
    #[error("no thread for the epochs: {0}")]
    Thread(std::io::Error),
}

pub(super) struct Shared {
    pub(super) config: Config,
    pub(super) contract: Contract,
    /// In the order in which they are tried.
    pub(super) compilers: Vec<Compiler>,
    pub(super) ticker: Arc<Ticker>,
    pub(super) compiled: Compiled,
    pub(super) runners: Runners,
    /// Loads whose time ran out while they were compiling; their threads cannot be stopped.
    pub(super) abandoned: AtomicUsize,
}

/// One way to machine code.
pub(super) struct Compiler {
    pub(super) name: &'static str,
    pub(super) engine: Engine,
    pub(super) linker: Linker<State>,
}

impl Runtime {
    /// Starts the engines and the epoch thread, which sleeps while no guest runs.
    pub fn new(config: &Config) -> Result<Arc<Self>, RuntimeError> {
        // Winch compiles in a third of Cranelift's time, and a guest's own speed measures nothing here. It does not know
        // all of WebAssembly, nor all machines: Cranelift takes what Winch refuses.
        let winch = Compiler::new("winch", Strategy::Winch, config.stack_bytes).ok();
        let cranelift = Compiler::new("cranelift", Strategy::Cranelift, config.stack_bytes);
        let cranelift = cranelift.map_err(RuntimeError::Engine)?;
        let compilers: Vec<Compiler> = winch.into_iter().chain([cranelift]).collect();
        let engines: Vec<&Engine> = compilers.iter().map(|compiler| &compiler.engine).collect();
        let ticker = Ticker::start(&engines).map_err(RuntimeError::Thread)?;
        let shared = Shared {
            config: config.clone(),
            contract: Contract::parse().map_err(RuntimeError::Contract)?,
            ticker: Arc::new(ticker),
            compiled: Compiled::new(&config.data_folder),
            runners: Runners::default(),
            abandoned: AtomicUsize::new(0),
            compilers,
        };
        let shared = Arc::new(shared);
        Ok(Arc::new(Self { shared }))
    }

    /// Makes a module of a file's bytes, WebAssembly binary or text. Blocks, for `compile_time` and the limits of
    /// `describe` at most: call it off the async runtime. The work is done on a thread of its own.
    pub fn load(&self, file_name: &str, bytes: &[u8]) -> Result<Module, LoadError> {
        self.load_with(file_name, bytes, Data::default())
    }

    /// The same of a module that has data.
    pub fn load_with(&self, file_name: &str, bytes: &[u8], data: Data) -> Result<Module, LoadError> {
        load::load(&self.shared, file_name, bytes, data)
    }

    /// The same of a file that lies anywhere, with the data folder beside it. No more is read than a module may have.
    pub fn load_file(&self, file: &Path) -> Result<Module, LoadError> {
        self.load_file_with(file, &data::folder_of(file))
    }

    /// The same with another data folder.
    pub fn load_file_with(&self, file: &Path, data: &Path) -> Result<Module, LoadError> {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let real = file.canonicalize().map_err(|error| LoadError::new(LoadClass::Unreadable, &name, error))?;
        let (folder, real_name) = (real.parent().unwrap_or(&real), real.file_name().unwrap_or_default());
        let (_, bytes) = folder::read(folder, &real_name.to_string_lossy(), self.shared.config.module_bytes)?;
        let around = data.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let data = data::read(around, data, &name, &self.shared.config)?;
        let module = self.load_with(&name, &bytes, data)?;
        Ok(Module { file: file.to_path_buf(), ..module })
    }

    /// Whether loading such a file would fail for want of its runner. Never waits.
    pub(super) fn lacks_runner(&self, file_name: &str) -> bool {
        let runner = Language::of(file_name).map(Language::runner);
        runner.is_some_and(|runner| matches!(self.shared.runners.ask(runner, &self.shared), Asked::Failed(_)))
    }

    /// Whether loading such a file would wait for its runner, which is then being made. Never waits itself.
    pub(super) fn is_waited_for(&self, file_name: &str) -> bool {
        let runner = Language::of(file_name).map(Language::runner);
        runner.is_some_and(|runner| matches!(self.shared.runners.ask(runner, &self.shared), Asked::Making))
    }
}

impl Compiler {
    fn new(name: &'static str, strategy: Strategy, stack_bytes: usize) -> wasmtime::Result<Self> {
        let engine = Engine::new(&settings(strategy, stack_bytes))?;
        let mut linker = Linker::new(&engine);
        wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
        super::bindings::Scenario::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state)?;
        script::add_to_linker(&mut linker)?;
        Ok(Self { name, engine, linker })
    }
}

/// Threads, GC, exceptions and component-model async are not even compiled into wasmtime; the rest is said here.
fn settings(strategy: Strategy, stack_bytes: usize) -> wasmtime::Config {
    let mut settings = wasmtime::Config::new();
    settings
        .strategy(strategy)
        .wasm_component_model(true)
        .wasm_memory64(false)
        .wasm_relaxed_simd(false)
        .shared_memory(false)
        .concurrency_support(false)
        .epoch_interruption(true)
        .max_wasm_stack(stack_bytes)
        .async_stack_size(stack_bytes + HOST_STACK_BYTES)
        .wasm_backtrace_details(WasmBacktraceDetails::Enable);
    settings
}

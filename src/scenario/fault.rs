//! Why a guest did not end well: a wasmtime error, read and put into one of a few classes.

use super::limiter::TooMuch;
use super::script::ScriptFailed;
use super::words::{self, ERROR_BYTES};
use std::any::Any;
use std::fmt;
use std::time::Duration;
use wasmtime::component::ResourceTableError;
use wasmtime::{Trap, WasmBacktrace};
use wasmtime_wasi::I32Exit;

/// What ended a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RunClass {
    /// The guest did something that WebAssembly forbids, or gave up (`unreachable`, panic, exit).
    Trap,
    /// The CPU limit.
    Cpu,
    /// The wall-time limit.
    Wall,
    /// A limit of memory, tables, handles or of what one host call may carry.
    Memory,
    /// The run was stopped from outside.
    Cancelled,
    /// The host itself failed; our bug.
    Host,
    /// The guest's `run` returned an error: its own words are the message.
    Returned,
}

impl RunClass {
    /// The stable word of the class: `trap`, `cpu`, `wall`, `memory`, `cancelled`, `host`, `returned`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Trap => "trap",
            Self::Cpu => "cpu",
            Self::Wall => "wall",
            Self::Memory => "memory",
            Self::Cancelled => "cancelled",
            Self::Host => "host",
            Self::Returned => "returned",
        }
    }
}

/// A run that failed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("run-failed ({}): {message}", class.word())]
pub struct RunError {
    pub class: RunClass,
    /// What happened, where, and the cure; one line of at most 8 KiB, without control characters.
    pub message: String,
    /// The guest's stack, innermost call first, with function names where the module has them.
    pub backtrace: Option<String>,
    /// The last lines of the guest's own log, oldest first.
    pub log: Vec<String>,
}

impl RunError {
    pub(super) fn new(class: RunClass, message: impl AsRef<str>) -> Self {
        let message = words::line(message.as_ref(), ERROR_BYTES);
        Self { class, message, backtrace: None, log: Vec::new() }
    }

    /// Reads what wasmtime says.
    pub(super) fn read(error: &wasmtime::Error) -> Self {
        if let Some(failed) = error.downcast_ref::<ScriptFailed>() {
            return Self { backtrace: failed.stack.clone(), ..Self::new(RunClass::Trap, &failed.message) };
        }
        let backtrace = error.downcast_ref::<WasmBacktrace>();
        let (class, what) = classify(error);
        let place = backtrace.and_then(innermost);
        let message = place.map_or_else(|| what.clone(), |place| format!("{what}, in {place}"));
        let backtrace = backtrace.map(|backtrace| words::block(&backtrace.to_string(), ERROR_BYTES));
        Self { backtrace, ..Self::new(class, message) }
    }

    /// What stands beneath the message, in lines of its own: the stack and the guest's last words.
    pub fn details(&self) -> Option<String> {
        let log = (!self.log.is_empty()).then(|| format!("its log:\n    {}", self.log.join("\n    ")));
        let parts: Vec<String> = self.backtrace.clone().into_iter().chain(log).collect();
        (!parts.is_empty()).then(|| parts.join("\n"))
    }

    /// A panic that came through wasmtime: our bug or the host's.
    pub(super) fn panicked(panic: &(dyn Any + Send)) -> Self {
        Self::new(RunClass::Host, format!("the host panicked: {}", panic_text(panic)))
    }
}

fn classify(error: &wasmtime::Error) -> (RunClass, String) {
    if let Some(spent) = error.downcast_ref::<CpuSpent>() {
        return (RunClass::Cpu, spent.to_string());
    }
    if let Some(breach) = error.downcast_ref::<TooMuch>() {
        return (RunClass::Memory, breach.to_string());
    }
    if let Some(panic) = error.downcast_ref::<HostPanic>() {
        return (RunClass::Host, panic.to_string());
    }
    if let Some(exit) = error.downcast_ref::<I32Exit>() {
        let what = format!("the scenario called exit({})", exit.0);
        return (RunClass::Trap, what);
    }
    if let Some(trap) = error.downcast_ref::<Trap>() {
        return (RunClass::Trap, trap_text(*trap));
    }
    let root = error.root_cause().to_string();
    if let Some(ResourceTableError::Full) = error.downcast_ref::<ResourceTableError>() {
        let what = "the scenario holds too many handles: drop what is finished".to_owned();
        return (RunClass::Memory, what);
    }
    // wasmtime keeps the type of this error to itself.
    if root.contains("fuel allocated for hostcalls") {
        let what = "the scenario handed too much to one host call: split it".to_owned();
        return (RunClass::Memory, what);
    }
    (RunClass::Trap, root)
}

fn trap_text(trap: Trap) -> String {
    match trap {
        Trap::StackOverflow => "stack overflow: recursion too deep".to_owned(),
        Trap::UnreachableCodeReached => {
            "`unreachable` executed: the scenario panicked or gave up (its log may say why)".to_owned()
        }
        other => other.to_string(),
    }
}

fn innermost(backtrace: &WasmBacktrace) -> Option<String> {
    let frame = backtrace.frames().first()?;
    let symbol = frame.symbols().first();
    let line = symbol.and_then(|symbol| Some((symbol.file()?, symbol.line()?)));
    let name = symbol.and_then(|symbol| symbol.name()).or(frame.func_name());
    let name = name.map_or_else(|| format!("function {}", frame.func_index()), |n| format!("`{n}`"));
    Some(line.map_or(name.clone(), |(file, line)| format!("{name} at {file}:{line}")))
}

/// The guest's CPU limit is used up.
#[derive(Debug, thiserror::Error)]
#[error("the scenario used its {0:?} of CPU time: does it loop, or wait without asking the host?")]
pub(super) struct CpuSpent(pub(super) Duration);

/// A host function panicked.
#[derive(Debug)]
pub(super) struct HostPanic {
    call: &'static str,
    panic: String,
}

impl HostPanic {
    pub(super) fn caught(call: &'static str, panic: &(dyn Any + Send)) -> wasmtime::Error {
        let panic = panic_text(panic);
        wasmtime::Error::new(Self { call, panic })
    }
}

impl fmt::Display for HostPanic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the host's `{}` panicked: {}", self.call, self.panic)
    }
}

impl std::error::Error for HostPanic {}

pub(super) fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned())
}

//! What may be set: where scenarios lie, and how much of the machine a guest may use.

use std::path::PathBuf;
use std::time::Duration;

/// Below, not even a small guest runs; above, every run reserves more than any guest needs.
pub const STACK_BYTES: std::ops::RangeInclusive<usize> = 64 << 10..=16 << 20;

/// Settings of the scenario layer.
#[derive(Debug, Clone)]
pub struct Config {
    /// The watched folder. Only files directly in it count; it may be missing and come later.
    pub folder: PathBuf,
    /// Where runners and compiled code are kept. Made when there is something to keep.
    pub data_folder: PathBuf,
    /// Whether the first reading of the folder waits for runners that are still being made: a command that ends after
    /// it must, a daemon need not.
    pub await_runners: bool,
    /// Limits of one run.
    pub limits: Limits,
    /// A file is read when it has not changed for this long.
    pub settle: Duration,
    /// Largest file that is read at all, in bytes.
    pub module_bytes: u64,
    /// Files of a scenario's data folder.
    pub data_files: u32,
    /// Largest of them, in bytes.
    pub data_file_bytes: u64,
    /// All of them together, in bytes.
    pub data_bytes: u64,
    /// Longest time from the file's bytes to machine code; then the load fails.
    pub compile_time: Duration,
    /// Stack of a guest, in bytes.
    pub stack_bytes: usize,
    /// CPU time of one `describe`, instantiation included.
    pub describe_cpu: Duration,
    /// Wall time of one `describe`.
    pub describe_wall: Duration,
    /// Linear memory during `describe`, in bytes.
    pub describe_memory_bytes: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            folder: PathBuf::from("scenarios-wasm"),
            data_folder: PathBuf::from("dualbench-data"),
            await_runners: false,
            limits: Limits::default(),
            settle: Duration::from_millis(250),
            module_bytes: 32 << 20,
            data_files: 64,
            data_file_bytes: 8 << 20,
            data_bytes: 16 << 20,
            compile_time: Duration::from_secs(30),
            stack_bytes: 512 << 10,
            describe_cpu: Duration::from_millis(250),
            describe_wall: Duration::from_secs(2),
            describe_memory_bytes: 64 << 20,
        }
    }
}

impl Config {
    /// The limits of `describe`: those of a run, narrowed.
    pub(super) fn describe_limits(&self) -> Limits {
        Limits {
            cpu: self.describe_cpu,
            wall: self.describe_wall,
            memory_bytes: self.describe_memory_bytes,
            open_exchanges: 0,
            log_lines: 100,
            ..self.limits.clone()
        }
    }
}

/// What one run of a guest may use. A breach of the first group ends the run; a breach of the second is answered with
/// an error or dropped and counted.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// CPU time of the guest itself; waiting for an engine costs nothing.
    pub cpu: Duration,
    /// Wall time of the whole run.
    pub wall: Duration,
    /// From the stop until a guest that does not return is dropped.
    pub grace: Duration,
    /// All linear memories of the guest together, in bytes; of each scripted user as well.
    pub memory_bytes: u64,
    /// All linear memories of all scripted users together, in bytes; a user that wants more ends alone.
    pub users_memory_bytes: u64,
    /// All tables of the guest together, in elements.
    pub table_elements: u64,
    /// What one host call may hand over, in bytes.
    pub host_call_bytes: usize,

    /// Exchange handles held at the same time; beyond it `start` answers `limit`.
    pub open_exchanges: u32,
    /// Scripted users at the same time; beyond it `users` answers `limit`.
    pub users: u32,
    /// Log lines, the guest's stdout and stderr among them; later ones are dropped.
    pub log_lines: u32,
    /// Text of all log lines together, in bytes; later ones are dropped.
    pub log_bytes: u64,
    /// One log line, in bytes; the rest of it is cut off.
    pub log_line_bytes: usize,
    /// Custom metrics; later ones are dropped.
    pub metrics: u32,
    /// Names of counters; later ones are dropped.
    pub counters: u32,
    /// Marks on the timeline; later ones are dropped.
    pub marks: u32,
    /// Changes of phase and declarations of voidness; later ones are dropped.
    pub phases: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            cpu: Duration::from_secs(60),
            wall: Duration::from_secs(3600),
            grace: Duration::from_millis(500),
            memory_bytes: 256 << 20,
            users_memory_bytes: 1 << 30,
            table_elements: 200_000,
            host_call_bytes: 8 << 20,
            open_exchanges: 4096,
            users: 256,
            log_lines: 10_000,
            log_bytes: 4 << 20,
            log_line_bytes: 8 << 10,
            metrics: 10_000,
            counters: 1_000,
            marks: 1_000,
            phases: 1_000,
        }
    }
}

//! What a scenario tells, and what it is told of the run. Nothing here blocks.

use crate::bindings::dualbench::scenario::report as host;
use crate::error::{Error, Result};
use std::time::Duration;

pub use crate::bindings::dualbench::scenario::report::Level;

/// Names what is going on from here: `warm-up`, `main alone`. Exchanges are stored under it.
pub fn phase(name: &str) {
    host::phase(name);
}

/// How far the scenario is. `total` 0 means unknown.
pub fn progress(done: u32, total: u32) {
    host::progress(done, total);
}

/// A line for whoever looks for a mistake in the scenario.
pub fn debug(message: impl AsRef<str>) {
    host::log(Level::Debug, message.as_ref());
}

/// A line for whoever reads the run.
pub fn info(message: impl AsRef<str>) {
    host::log(Level::Info, message.as_ref());
}

/// Something that the reader should know before using the numbers.
pub fn warn(message: impl AsRef<str>) {
    host::log(Level::Warn, message.as_ref());
}

/// Something that went wrong.
pub fn error(message: impl AsRef<str>) {
    host::log(Level::Error, message.as_ref());
}

/// A custom metric with its unit (`ms`, `tokens/s`, `ratio`), stored under the scenario's name and never mixed with the
/// host's measures. The host has the usual ones already: add only what it cannot know.
pub fn metric(name: &str, value: f64, unit: &str) {
    host::metric(name, value, unit);
}

/// A mark on the timeline: `cache filled`. The host stamps it.
pub fn mark(name: &str) {
    host::mark(name);
}

/// Adds to a counter of that name; the run's record has its total.
pub fn count(name: &str, by: f64) {
    host::count(name, by);
}

/// States what the run must hold: `main.ttft_ms.p95 < 400`. Judged by the host at the end; only before the first
/// exchange.
///
/// # Errors
/// [`Error::Invalid`]: what is wrong with it, or that an exchange was made already.
pub fn threshold(expression: &str) -> Result {
    host::threshold(expression).map_err(Error::Invalid)
}

/// Declares the run void: its numbers are kept, but must not be trusted or compared.
pub fn void(reason: &str) {
    host::void_run(reason);
}

/// A seed for everything random in the scenario; recorded with the run, and given again to repeat it.
pub fn seed() -> u32 {
    host::seed()
}

/// Time since the run was called. For the scenario's decisions; no clock of record.
pub fn elapsed() -> Duration {
    Duration::try_from_secs_f64(host::elapsed_ms() / 1000.0).unwrap_or_default()
}

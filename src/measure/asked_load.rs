//! What load was asked for, to stand beside what was achieved.

use super::precision::Precision;
use super::target::Target;

/// One workload of one `measure`, as its scenario asked for it.
#[derive(Debug, Clone, PartialEq)]
pub struct AskedLoad {
    /// The phase that the scenario had named; empty where it had named none.
    pub phase: String,
    pub target: Target,
    pub arrival: AskedArrival,
    /// Measured exchanges that were sent.
    pub started: u32,
    /// Arrivals that were not sent because too many were open. Always 0 of a closed loop.
    pub shed: u32,
    /// Where the run was asked to go on until its medians are known, and the load counts repetitions.
    pub precision: Option<Precision>,
}

/// How the exchanges of a workload were to begin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum AskedArrival {
    /// This many users, each sending its next request when its last one has ended.
    Closed { concurrency: u32 },
    /// Arrivals each second, at most `max_open` of them open at once.
    Open { rate_per_second: f64, spacing: &'static str, max_open: u32 },
}

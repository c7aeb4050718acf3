//! What a millisecond is worth on this machine: the clock's step, and how late a sleeping thread wakes.

use std::time::{Duration, Instant};

use crate::measure::Distribution;

/// Sleeps of one millisecond that are looked at.
const SLEEPS: usize = 200;

#[derive(Debug, Clone, PartialEq)]
pub struct ClockQuality {
    /// The smallest step of the monotonic clock that was seen.
    pub step: Duration,
    /// How late a sleep of one millisecond ended, in µs.
    pub late_us: Option<Distribution>,
}

impl ClockQuality {
    /// Blocks for about a quarter of a second.
    pub fn look() -> ClockQuality {
        let late = (0..SLEEPS).map(|_| {
            let since = Instant::now();
            std::thread::sleep(Duration::from_millis(1));
            (since.elapsed().as_secs_f64() - 1e-3) * 1e6
        });
        let step = (0..1_000).map(|_| step()).min().unwrap_or_default();
        ClockQuality { step, late_us: Distribution::of(late) }
    }

    /// A machine that wakes later than this is busy, or its processor sleeps too deep.
    pub fn is_good(&self) -> bool {
        self.late_us.as_ref().is_some_and(|late| late.median < 500.0)
    }
}

fn step() -> Duration {
    let first = Instant::now();
    loop {
        let next = Instant::now();
        if next > first {
            return next - first;
        }
    }
}

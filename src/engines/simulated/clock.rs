//! The one clock of the simulated engines: CLOCK_MONOTONIC in nanoseconds, comparable between the processes of one machine.

use std::time::Instant;

use rustix::time::{ClockId, clock_gettime};

const NS_PER_SECOND: u64 = 1_000_000_000;

/// CLOCK_MONOTONIC now, in ns. Called before every socket write; a vDSO read, about 25 ns.
pub fn now_ns() -> u64 {
    let now = clock_gettime(ClockId::Monotonic);
    // The kernel never gives a negative monotonic time.
    now.tv_sec as u64 * NS_PER_SECOND + now.tv_nsec as u64
}

/// The same scale for an [`Instant`] of this process, in ns, so that a client's stamps can be held against the truth.
/// On Linux an `Instant` *is* CLOCK_MONOTONIC; the two reads below are under a microsecond apart.
pub fn ns_of(instant: Instant) -> u64 {
    let (here, now) = (Instant::now(), now_ns());
    match instant.checked_duration_since(here) {
        Some(ahead) => now + ahead.as_nanos() as u64,
        None => now.saturating_sub(here.duration_since(instant).as_nanos() as u64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn an_instant_and_the_clock_agree_within_a_millisecond() {
        let earlier = Instant::now();
        let truth = now_ns();
        std::thread::sleep(Duration::from_millis(3));
        assert!(ns_of(earlier).abs_diff(truth) < 1_000_000);
        let later = earlier + Duration::from_secs(5);
        assert!(ns_of(later).abs_diff(truth + 5_000_000_000) < 1_000_000);
    }
}

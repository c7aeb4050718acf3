//! What load was asked for, to stand beside what was achieved.

use super::precision::Precision;
use super::target::Target;

/// A load, as its scenario asked for it; the same one again in the same phase is counted with it.
#[derive(Debug, Clone, PartialEq)]
pub struct AskedLoad {
    /// The phase that the scenario had named; empty where it had named none.
    pub phase: String,
    pub target: Target,
    /// Requests that were sent in turn.
    pub requests: u32,
    pub arrival: AskedArrival,
    /// How often it was asked for.
    pub times: u32,
    /// Measured exchanges that were sent.
    pub started: u32,
    /// Arrivals that were not sent because too many were open. Always 0 of a closed loop.
    pub shed: u32,
    /// Where the run was asked to go on until its medians are known, and the load counts repetitions.
    pub precision: Option<Precision>,
}

impl AskedLoad {
    /// Adds `load` to the list.
    pub fn note(list: &mut Vec<AskedLoad>, load: AskedLoad) {
        let alike = |l: &&mut AskedLoad| {
            let kind = |l: &AskedLoad| (l.target, l.requests, l.precision.is_some());
            l.phase == load.phase && l.arrival == load.arrival && kind(l) == kind(&load)
        };
        match list.iter_mut().find(alike) {
            None => list.push(load),
            Some(known) => {
                known.times += load.times;
                known.started += load.started;
                known.shed += load.shed;
                known.precision = known.precision.zip(load.precision).map(|(a, b)| a.with(b));
            }
        }
    }
}

/// How the exchanges of a load were to begin.
#[derive(Debug, Clone, PartialEq)]
pub enum AskedArrival {
    /// This many users, each sending its next request when its last one has ended.
    Closed { concurrency: u32 },
    /// Arrivals each second, at most `max_open` of them open at once.
    Open { rate_per_second: f64, spacing: &'static str, max_open: u32 },
    /// The same at a rate that changes: each stage is so many seconds on a straight line to its rate; the last one then stays.
    Staged { from_per_second: f64, stages: Vec<(f64, f64)>, spacing: &'static str, max_open: u32 },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_load_again_is_counted_with_the_first() {
        let closed = |phase: &str, concurrency| AskedLoad {
            phase: phase.into(),
            target: Target::Main,
            requests: 1,
            arrival: AskedArrival::Closed { concurrency },
            times: 1,
            started: 3,
            shed: 1,
            precision: None,
        };
        let mut list = Vec::new();
        for load in [closed("a", 1), closed("a", 2), closed("a", 1), closed("b", 1)] {
            AskedLoad::note(&mut list, load);
        }
        let seen: Vec<_> = list.iter().map(|l| (l.phase.as_str(), l.times, l.started, l.shed)).collect();
        assert_eq!(seen, [("a", 2, 6, 2), ("a", 1, 3, 1), ("b", 1, 3, 1)]);
    }
}

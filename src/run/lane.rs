//! Whose turn it is in a load: what each has begun and ended, and when it may stop.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use crate::scenario::{Error, Load, Request};

/// Failures in a row after which a load gives up: the engine is gone, not slow.
pub(super) const FAILURES_IN_A_ROW: u32 = 5;

/// When a phase ends.
#[derive(Clone, Copy)]
pub(super) enum Stop {
    Repetitions(u32),
    At(Instant),
    /// A further block: repetitions from the begin of the measured part, but none once `end` has come or the run has
    /// begun `exchanges_most` exchanges.
    More {
        repetitions: u32,
        end: Instant,
        exchanges_most: u32,
    },
}

/// One load while it runs.
pub(super) struct Lane {
    pub load: Load,
    /// Requests that were given out, each in its turn.
    turns: AtomicU32,
    /// Exchanges that were sent or are about to be, and those that have ended.
    begun: AtomicU32,
    ended: AtomicU32,
    shed: AtomicU32,
    failures_in_a_row: AtomicU32,
    /// Why a request of this load cannot be sent at all: sending it again would fail again.
    fault: OnceLock<Error>,
}

impl Lane {
    fn new(load: Load) -> Lane {
        Lane {
            load,
            turns: AtomicU32::new(0),
            begun: AtomicU32::new(0),
            ended: AtomicU32::new(0),
            shed: AtomicU32::new(0),
            failures_in_a_row: AtomicU32::new(0),
            fault: OnceLock::new(),
        }
    }

    /// The request whose turn it is. A checked load has at least one.
    pub(super) fn turn(&self) -> &Request {
        let turn = self.turns.fetch_add(1, Ordering::Relaxed);
        &self.load.requests[turn as usize % self.load.requests.len()]
    }

    /// What was claimed cannot be sent, and no other will be.
    pub(super) fn note_fault(&self, fault: Error) {
        let _first_one_counts = self.fault.set(fault);
        self.give_back();
    }

    pub(super) fn fault(&self) -> Option<&Error> {
        self.fault.get()
    }

    pub(super) fn shed(&self) -> u32 {
        self.shed.load(Ordering::Relaxed)
    }

    /// An arrival found no room: it was never sent, so it is no repetition.
    pub(super) fn note_shed(&self) {
        self.shed.fetch_add(1, Ordering::Relaxed);
        self.give_back();
    }

    pub(super) fn note_ended(&self) {
        self.ended.fetch_add(1, Ordering::Relaxed);
    }

    fn give_back(&self) {
        self.begun.fetch_sub(1, Ordering::Relaxed);
    }

    /// True when this failure is the one after which the load gives up.
    pub(super) fn note_outcome(&self, failed: bool) -> bool {
        if failed {
            return self.failures_in_a_row.fetch_add(1, Ordering::Relaxed) + 1 == FAILURES_IN_A_ROW;
        }
        self.failures_in_a_row.store(0, Ordering::Relaxed);
        false
    }

    pub(super) fn gave_up(&self) -> bool {
        self.fault.get().is_some() || self.failures_in_a_row.load(Ordering::Relaxed) >= FAILURES_IN_A_ROW
    }

    fn lacks(&self, n: u32) -> bool {
        !self.gave_up() && self.ended.load(Ordering::Relaxed) < n
    }
}

/// The loads of one `measure-loads`, and its number in the run.
pub(super) struct Lanes(Vec<Lane>, u32);

impl Lanes {
    pub(super) fn new(loads: Vec<Load>, number: u32) -> Lanes {
        Lanes(loads.into_iter().map(Lane::new).collect(), number)
    }

    pub(super) fn number(&self) -> u32 {
        self.1
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn iter(&self) -> std::slice::Iter<'_, Lane> {
        self.0.iter()
    }

    /// `index` is one that [`Lanes::iter`] counts.
    pub(super) fn lane(&self, index: usize) -> &Lane {
        &self.0[index]
    }

    /// Between the warm-up and the measured part.
    pub(super) fn reset(&self) {
        for lane in &self.0 {
            for counter in [&lane.turns, &lane.begun, &lane.ended, &lane.shed, &lane.failures_in_a_row] {
                counter.store(0, Ordering::Relaxed);
            }
        }
    }

    /// Whether one more of that load may begin; counts it. In the measured part each goes on until every other has
    /// its repetitions, so that all were measured in company throughout.
    pub(super) fn claim(&self, index: usize, warm_up: bool, stop: Stop, now: Instant) -> bool {
        let lane = self.lane(index);
        let company = |n| self.0.iter().enumerate().any(|(i, other)| i != index && other.lacks(n));
        let more = |begun: u32| match stop {
            _ if lane.gave_up() => false,
            Stop::At(end) => now < end,
            Stop::Repetitions(n) => begun < n || (!warm_up && company(n)),
            Stop::More { repetitions: n, end, .. } => now < end && (begun < n || company(n)),
        };
        lane.begun.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| more(n).then(|| n + 1)).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Length, Pace, Prompt, Target};

    fn lanes(n: usize) -> Lanes {
        let request = Request {
            prompt: Prompt::Text("x".into()),
            length: Length::AtMost(1),
            temperature: None,
            seed: None,
            warm_up: false,
        };
        let one = Load { target: Target::Main, requests: vec![request], pace: Pace::Closed(1), warm_up: 0 };
        Lanes::new(vec![one; n], 0)
    }

    fn claim(lanes: &Lanes, index: usize, n: u32) -> bool {
        lanes.claim(index, false, Stop::Repetitions(n), Instant::now())
    }

    #[test]
    fn the_faster_one_goes_on_until_the_slower_one_has_its_number() {
        let lanes = lanes(2);
        for _ in 0..2 {
            assert!(claim(&lanes, 0, 2));
            lanes.lane(0).note_ended();
        }
        assert!(claim(&lanes, 0, 2), "the other lacks two");
        for _ in 0..2 {
            assert!(claim(&lanes, 1, 2));
            lanes.lane(1).note_ended();
        }
        assert!(!claim(&lanes, 0, 2) && !claim(&lanes, 1, 2));
    }

    #[test]
    fn a_shed_arrival_is_no_repetition() {
        let lanes = lanes(1);
        assert!(claim(&lanes, 0, 1));
        lanes.lane(0).note_shed();
        assert!(claim(&lanes, 0, 1), "the one repetition is still to be made");
        lanes.lane(0).note_ended();
        assert!(!claim(&lanes, 0, 1));
        assert_eq!(lanes.lane(0).shed(), 1);
    }

    #[test]
    fn requests_are_given_out_in_turn_and_from_the_first_one_in_the_measured_part() {
        let lanes = lanes(1);
        let Lanes(mut list, number) = lanes;
        let first = list[0].load.requests[0].clone();
        list[0].load.requests.push(Request { seed: Some(2), ..first });
        let lanes = Lanes(list, number);
        let seeds = |n| (0..n).map(|_| lanes.lane(0).turn().seed).collect::<Vec<_>>();
        assert_eq!(seeds(3), [None, Some(2), None]);
        lanes.reset();
        assert_eq!(seeds(2), [None, Some(2)]);
    }

    #[test]
    fn one_that_gave_up_holds_no_other_back() {
        let lanes = lanes(2);
        for i in 1..=FAILURES_IN_A_ROW {
            assert!(claim(&lanes, 1, 9));
            assert_eq!(lanes.lane(1).note_outcome(true), i == FAILURES_IN_A_ROW);
        }
        assert!(!claim(&lanes, 1, 9));
        assert!(claim(&lanes, 0, 1));
        lanes.lane(0).note_ended();
        assert!(!claim(&lanes, 0, 1));
    }

    #[test]
    fn what_cannot_be_sent_is_tried_once() {
        let lanes = lanes(1);
        assert!(claim(&lanes, 0, 9));
        lanes.lane(0).note_fault(Error::NotConfigured("none".into()));
        assert!(!claim(&lanes, 0, 9));
        assert_eq!(lanes.lane(0).fault(), Some(&Error::NotConfigured("none".into())));
    }

    #[test]
    fn a_further_block_counts_on_from_the_one_before_and_ends_in_time() {
        let (lanes, now) = (lanes(1), Instant::now());
        let end = now + std::time::Duration::from_secs(1);
        let more = |repetitions| Stop::More { repetitions, end, exchanges_most: 9 };
        assert!(claim(&lanes, 0, 1));
        lanes.lane(0).note_ended();
        assert!(!lanes.claim(0, false, more(1), now));
        assert!(lanes.claim(0, false, more(2), now) && !lanes.claim(0, false, more(2), now));
        assert!(!lanes.claim(0, false, more(3), end));
    }

    #[test]
    fn time_ends_every_lane() {
        let (lanes, now) = (lanes(2), Instant::now());
        assert!(!lanes.claim(0, false, Stop::At(now), now));
        assert!(lanes.claim(0, true, Stop::At(now + std::time::Duration::from_secs(1)), now));
    }
}

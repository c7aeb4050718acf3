//! A window of sampling: what one run keeps, without loss up to a bound that says when it was hit.

use std::sync::Arc;
use std::time::Duration;

use crate::gpu::desk::Desk;
use crate::measure::GpuSample;

/// Gaps that one window lists; after that the last one grows.
const GAPS_MAX: usize = 4096;

/// An open window: the sampler reads at its rate until it is closed. Dropped without `close`, it ends too.
#[derive(Debug)]
pub struct Window {
    pub(super) id: u64,
    pub(super) desk: Arc<Desk>,
}

impl Window {
    /// Ends the window and hands over what it recorded. Never waits for a reading that is under way.
    pub fn close(self) -> Recorded {
        self.desk.close(self.id).unwrap_or_default()
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        self.desk.close(self.id);
    }
}

/// What a window saw. Stamps count from the sampler's origin.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Recorded {
    pub samples: Vec<GpuSample>,
    pub gaps: Vec<Gap>,
    /// Planned readings that did not take place because the one before took too long.
    pub missed: u64,
    /// Samples over the bound `samples_max`, not kept.
    pub dropped: u64,
    pub period: Duration,
}

/// A time in which one device told nothing, or took longer to answer than one period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    pub device: u32,
    pub from: Duration,
    pub to: Duration,
    pub reason: String,
}

/// The sampler's side of a window.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) id: u64,
    recorded: Recorded,
    /// Devices in a gap, with the index of that gap in `recorded.gaps`.
    open: Vec<(u32, usize)>,
    samples_max: usize,
}

impl Slot {
    pub(super) fn new(id: u64, period: Duration, samples_max: usize) -> Self {
        Slot { id, recorded: Recorded { period, ..Recorded::default() }, open: Vec::new(), samples_max }
    }

    pub(super) fn period(&self) -> Duration {
        self.recorded.period
    }

    pub(super) fn missed(&mut self, readings: u64) {
        self.recorded.missed += readings;
    }

    /// Keeps a reading. It ends the device's gap, and is a gap of its own where it took longer than a period.
    pub(super) fn sample(&mut self, sample: &GpuSample) {
        if let Some(place) = self.open.iter().position(|(device, _)| *device == sample.device) {
            let (_, gap) = self.open.swap_remove(place);
            self.recorded.gaps[gap].to = sample.at;
        }
        let took = sample.done.saturating_sub(sample.at);
        if took > self.recorded.period {
            self.gap(slow(sample.device, sample.at, sample.done));
        }
        if self.recorded.samples.len() < self.samples_max {
            self.recorded.samples.push(sample.clone());
        } else {
            self.recorded.dropped += 1;
        }
    }

    /// The device told nothing between `from` and `to`: a new gap, or more of the one it is in.
    pub(super) fn silence(&mut self, device: u32, from: Duration, to: Duration, reason: &str) {
        if let Some((_, gap)) = self.open.iter().find(|(d, _)| *d == device) {
            self.recorded.gaps[*gap].to = to;
            return;
        }
        let place = self.gap(Gap { device, from, to, reason: reason.to_owned() });
        self.open.push((device, place));
    }

    /// Ends the window at `now`; `under_way` is the reading that has not come back, and since when.
    pub(super) fn finish(mut self, now: Duration, under_way: Option<(u32, Duration)>) -> Recorded {
        if let Some((device, since)) = under_way.filter(|(_, since)| now.saturating_sub(*since) > self.period()) {
            self.silence(device, since, now, "the reading has not come back");
        }
        for (_, gap) in &self.open {
            self.recorded.gaps[*gap].to = now;
        }
        self.recorded
    }

    fn gap(&mut self, gap: Gap) -> usize {
        let gaps = &mut self.recorded.gaps;
        let full = gaps.len() >= GAPS_MAX;
        match gaps.last_mut().filter(|_| full) {
            Some(last) => last.to = gap.to,
            None => gaps.push(gap),
        }
        gaps.len() - 1
    }
}

fn slow(device: u32, from: Duration, to: Duration) -> Gap {
    Gap { device, from, to, reason: format!("the reading took {} ms", (to - from).as_millis()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    fn slot() -> Slot {
        Slot::new(1, ms(50), 3)
    }

    fn sample(at: u64, done: u64) -> GpuSample {
        GpuSample { done: ms(done), vram_used_bytes: Some(1), ..GpuSample::blank(0, ms(at)) }
    }

    fn gaps(r: &Recorded) -> Vec<(u64, u64, &str)> {
        r.gaps.iter().map(|g| (g.from.as_millis() as u64, g.to.as_millis() as u64, g.reason.as_str())).collect()
    }

    #[test]
    fn a_silence_is_one_gap_until_the_next_reading() {
        let mut s = slot();
        s.sample(&sample(0, 1));
        s.silence(0, ms(50), ms(51), "lost");
        s.silence(0, ms(100), ms(101), "lost");
        s.sample(&sample(150, 151));
        s.silence(0, ms(200), ms(201), "lost again");
        let r = s.finish(ms(240), None);
        assert_eq!(gaps(&r), [(50, 150, "lost"), (200, 240, "lost again")]);
        assert_eq!(r.samples.len(), 2);
    }

    #[test]
    fn a_reading_longer_than_a_period_is_kept_and_is_a_gap() {
        let mut s = slot();
        s.sample(&sample(0, 50));
        s.sample(&sample(100, 230));
        let r = s.finish(ms(240), None);
        assert_eq!(gaps(&r), [(100, 230, "the reading took 130 ms")]);
        assert_eq!(r.samples.len(), 2);
    }

    #[test]
    fn a_reading_that_never_came_back_is_a_gap() {
        let r = slot().finish(ms(500), Some((0, ms(100))));
        assert_eq!(gaps(&r), [(100, 500, "the reading has not come back")]);
        assert_eq!(slot().finish(ms(120), Some((0, ms(100)))).gaps, []);
    }

    #[test]
    fn what_is_over_the_bound_is_counted() {
        let mut s = slot();
        (0..5).for_each(|i| s.sample(&sample(i * 50, i * 50 + 1)));
        let r = s.finish(ms(300), None);
        assert_eq!((r.samples.len(), r.dropped), (3, 2));
    }
}

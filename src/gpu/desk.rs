//! What the sampler's thread and its callers share: the open windows, the state, the wish to stop.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::gpu::GpuState;
use crate::gpu::schedule::Schedule;
use crate::gpu::window::{Recorded, Slot};
use crate::measure::GpuSample;

/// Held only for moments, never during a reading.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) origin: Instant,
    papers: Mutex<Papers>,
    wake: Condvar,
}

#[derive(Debug)]
struct Papers {
    state: GpuState,
    windows: Vec<Slot>,
    next_id: u64,
    /// A window was opened since the last reading: read at once.
    fresh: bool,
    /// The reading that has not come back yet.
    under_way: Option<(u32, Duration)>,
    stop: bool,
    ended: bool,
}

impl Desk {
    pub(super) fn new(origin: Instant, state: GpuState) -> Self {
        let papers =
            Papers { state, windows: Vec::new(), next_id: 0, fresh: false, under_way: None, stop: false, ended: true };
        Desk { origin, papers: Mutex::new(papers), wake: Condvar::new() }
    }

    pub(super) fn now(&self) -> Duration {
        self.origin.elapsed()
    }

    fn papers(&self) -> MutexGuard<'_, Papers> {
        // Nothing under this lock can be left half done, so a panic elsewhere does not matter.
        self.papers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn state(&self) -> GpuState {
        self.papers().state.clone()
    }

    /// Returns the state before, for whoever logs the change.
    pub(super) fn set_state(&self, state: GpuState) -> GpuState {
        std::mem::replace(&mut self.papers().state, state)
    }

    pub(super) fn open(&self, period: Duration, samples_max: usize) -> u64 {
        let mut papers = self.papers();
        papers.next_id += 1;
        let id = papers.next_id;
        papers.windows.push(Slot::new(id, period, samples_max));
        papers.fresh = true;
        self.wake.notify_all();
        id
    }

    pub(super) fn close(&self, id: u64) -> Option<Recorded> {
        let mut papers = self.papers();
        let place = papers.windows.iter().position(|w| w.id == id)?;
        let slot = papers.windows.swap_remove(place);
        Some(slot.finish(self.now(), papers.under_way))
    }

    /// Sleeps until the next reading is due. `None` = stop. At the rate of the fastest window, else the idle one.
    pub(super) fn wait(&self, schedule: &mut Schedule, idle: Duration) -> Option<()> {
        let mut papers = self.papers();
        loop {
            if papers.stop {
                return None;
            }
            if std::mem::take(&mut papers.fresh) {
                schedule.restart();
            }
            let period = papers.windows.iter().map(Slot::period).min().unwrap_or(idle);
            let (now, due) = (self.now(), schedule.due(period));
            if now >= due {
                let missed = schedule.start(now, period);
                papers.windows.iter_mut().for_each(|w| w.missed(missed));
                return Some(());
            }
            papers = self.wake.wait_timeout(papers, due - now).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    pub(super) fn begin(&self, device: u32, at: Duration) {
        self.papers().under_way = Some((device, at));
    }

    pub(super) fn sample(&self, sample: &GpuSample) {
        let mut papers = self.papers();
        papers.under_way = None;
        papers.windows.iter_mut().for_each(|w| w.sample(sample));
    }

    pub(super) fn silence(&self, device: u32, from: Duration, to: Duration, reason: &str) {
        let mut papers = self.papers();
        papers.under_way = None;
        papers.windows.iter_mut().for_each(|w| w.silence(device, from, to, reason));
    }

    pub(super) fn started(&self) {
        self.papers().ended = false;
    }

    pub(super) fn ended(&self) {
        self.papers().ended = true;
        self.wake.notify_all();
    }

    /// Asks the thread to stop and waits for it, at most `grace`: a driver that hangs does not hold up the exit.
    pub(super) fn stop(&self, grace: Duration) {
        let mut papers = self.papers();
        papers.stop = true;
        self.wake.notify_all();
        drop(self.wake.wait_timeout_while(papers, grace, |p| !p.ended));
    }
}

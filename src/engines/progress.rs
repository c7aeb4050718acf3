//! Where one exchange stands, in atomics: for the eye, never for a record.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Where an exchange stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Connecting,
    Prefill,
    Generating,
    Done,
}

#[derive(Debug)]
pub struct Progress {
    since: Instant,
    stage: AtomicU8,
    /// Line ends in the body so far.
    lines: AtomicU64,
    last_read_ns: AtomicU64,
}

impl Default for Progress {
    fn default() -> Progress {
        Progress {
            since: Instant::now(),
            stage: AtomicU8::new(0),
            lines: AtomicU64::new(0),
            last_read_ns: AtomicU64::new(0),
        }
    }
}

impl Progress {
    pub fn stage(&self) -> Stage {
        match self.stage.load(Ordering::Relaxed) {
            0 => Stage::Connecting,
            1 => Stage::Prefill,
            2 => Stage::Generating,
            _ => Stage::Done,
        }
    }

    /// About the number of events so far: half of the line ends of an event stream.
    pub fn events(&self) -> u64 {
        self.lines.load(Ordering::Relaxed) / 2
    }

    /// `None` before the first byte.
    pub fn since_last_byte(&self) -> Option<Duration> {
        let last = self.last_read_ns.load(Ordering::Relaxed);
        (last > 0).then(|| self.since.elapsed().saturating_sub(Duration::from_nanos(last)))
    }

    /// The exchange is over.
    pub fn end(&self) {
        self.enter(Stage::Done);
    }

    pub(super) fn enter(&self, stage: Stage) {
        self.stage.store(stage as u8, Ordering::Relaxed);
    }

    /// One read of the body. Two events and more mean that it generates: some engines send a role first.
    pub(super) fn read(&self, at: Instant, new: &[u8]) {
        let lines = memchr::memchr_iter(b'\n', new).count() as u64;
        let before = self.lines.fetch_add(lines, Ordering::Relaxed);
        if before + lines >= 4 && self.stage.load(Ordering::Relaxed) == Stage::Prefill as u8 {
            self.enter(Stage::Generating);
        }
        let ns = at.saturating_duration_since(self.since).as_nanos();
        self.last_read_ns.store(u64::try_from(ns).unwrap_or(u64::MAX).max(1), Ordering::Relaxed);
    }
}

//! What a guest says, made harmless: bounded in volume, free of control characters, then given to the host.

use super::bindings::Level;
use super::config::Limits;
use super::host::ScenarioHost;
use super::words::{self, LAST_WORDS_BYTES, NAME_BYTES};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

const UNIT_BYTES: usize = 32;
/// Progress goes on at most this often; a bar cannot show more.
const PROGRESS_PERIOD: Duration = Duration::from_millis(20);

/// Thresholds that one scenario may state, and the length of one.
const THRESHOLDS: u32 = 64;
const EXPRESSION_BYTES: usize = 256;

/// Reasons for a void run that are kept.
const VOIDS: u32 = 64;

/// Lines of the log that an error shows.
const LAST_WORDS: usize = 5;

/// The way of one guest's words to its host.
pub(super) struct Reporter {
    host: Arc<dyn ScenarioHost>,
    limits: Limits,
    /// Of all guests of the run.
    said: Arc<Mutex<Said>>,
    /// The last lines, those beyond the limits among them: they tell why a guest gave up.
    last_words: Mutex<VecDeque<String>>,
}

/// What went through so far, and what did not.
#[derive(Default)]
struct Said {
    log_lines: u32,
    log_bytes: u64,
    metrics: u32,
    phases: u32,
    voids: u32,
    marks: u32,
    /// Total of each.
    counters: BTreeMap<String, f64>,
    thresholds: u32,
    dropped: [u64; 5],
    progress: Option<Instant>,
    /// The last progress that was held back.
    pending: Option<(u32, u32)>,
}

#[derive(Clone, Copy)]
enum Kind {
    Log,
    Metric,
    Phase,
    Mark,
    Counter,
}

impl Reporter {
    pub(super) fn new(host: Arc<dyn ScenarioHost>, limits: &Limits) -> Self {
        Self { host, limits: limits.clone(), said: Arc::default(), last_words: Mutex::default() }
    }

    /// Of another guest in the same run, under the same limits.
    pub(super) fn another(&self, host: Arc<dyn ScenarioHost>) -> Self {
        Self { said: Arc::clone(&self.said), ..Self::new(host, &self.limits) }
    }

    pub(super) fn log(&self, level: Level, message: &str) {
        let message = words::line(message.trim_end(), self.limits.log_line_bytes);
        self.remember(&message);
        let fits = {
            let mut said = self.said();
            let bytes = said.log_bytes + message.len() as u64;
            let fits = said.log_lines < self.limits.log_lines && bytes <= self.limits.log_bytes;
            if fits {
                said.log_lines += 1;
                said.log_bytes = bytes;
            }
            fits
        };
        if fits {
            self.host.log(level, message);
        } else {
            self.dropped(Kind::Log);
        }
    }

    pub(super) fn metric(&self, name: &str, value: f64, unit: &str) {
        let name = words::line(name, NAME_BYTES);
        if !value.is_finite() {
            return self.log(Level::Warn, &format!("metric `{name}` is {value}, no finite number: not stored"));
        }
        let room = take(&mut self.said().metrics, self.limits.metrics);
        if room {
            self.host.metric(name, value, words::line(unit, UNIT_BYTES));
        } else {
            self.dropped(Kind::Metric);
        }
    }

    pub(super) fn mark(&self, name: &str) {
        let room = take(&mut self.said().marks, self.limits.marks);
        if room {
            self.host.mark(words::line(name, NAME_BYTES));
        } else {
            self.dropped(Kind::Mark);
        }
    }

    pub(super) fn count(&self, name: &str, by: f64) {
        let name = words::line(name, NAME_BYTES);
        let counted = self.said().count(&name, by, self.limits.counters);
        match counted {
            Ok(()) => self.host.count(name, by),
            Err(Uncounted::NotFinite) => {
                self.log(Level::Warn, &format!("counter `{name}`: {by} more is no finite number: not added"));
            }
            Err(Uncounted::TooMany) => self.dropped(Kind::Counter),
        }
    }

    pub(super) fn phase(&self, name: &str) {
        self.progress_now();
        let room = take(&mut self.said().phases, self.limits.phases);
        if room {
            self.host.phase(words::line(name, NAME_BYTES));
        } else {
            self.dropped(Kind::Phase);
        }
    }

    /// Nothing that must hold is dropped: one too many is refused.
    pub(super) fn threshold(&self, expression: &str) -> Result<(), String> {
        if !take(&mut self.said().thresholds, THRESHOLDS) {
            return Err(format!("a scenario may state {THRESHOLDS} thresholds"));
        }
        self.host.threshold(words::line(expression, EXPRESSION_BYTES))
    }

    pub(super) fn void_run(&self, reason: &str) {
        // The first always counts; the run is no more void for the rest.
        if take(&mut self.said().voids, VOIDS) {
            self.host.void_run(words::line(reason, self.limits.log_line_bytes));
        }
    }

    pub(super) fn progress(&self, done: u32, total: u32) {
        let now = Instant::now();
        let due = {
            let mut said = self.said();
            let due = said.progress.is_none_or(|last| now.duration_since(last) >= PROGRESS_PERIOD);
            if due {
                said.progress = Some(now);
                said.pending = None;
            } else {
                said.pending = Some((done, total));
            }
            due
        };
        if due {
            self.host.progress(done, total);
        }
    }

    /// Says what was held back or dropped. Called once, when the guest is gone.
    pub(super) fn close(&self) {
        self.progress_now();
        let [log, metrics, phases, marks, counts] = self.said().dropped;
        if log + metrics + phases + marks + counts > 0 {
            let more =
                if marks + counts > 0 { format!("; {marks} marks and {counts} counts too") } else { String::new() };
            self.host.log(
                Level::Warn,
                format!(
                    "beyond the limits of a run, {log} log lines, {metrics} metrics and {phases} phases were dropped{more}"
                ),
            );
        }
    }

    /// The last lines of the guest's log, oldest first.
    pub(super) fn last_words(&self) -> Vec<String> {
        self.last().iter().cloned().collect()
    }

    fn remember(&self, line: &str) {
        let mut last = self.last();
        if last.len() == LAST_WORDS {
            last.pop_front();
        }
        last.push_back(words::line(line, LAST_WORDS_BYTES));
    }

    fn last(&self) -> MutexGuard<'_, VecDeque<String>> {
        self.last_words.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn progress_now(&self) {
        let pending = self.said().pending.take();
        if let Some((done, total)) = pending {
            self.host.progress(done, total);
        }
    }

    /// Counts, and warns where the first one is missing.
    fn dropped(&self, kind: Kind) {
        let first = {
            let count = &mut self.said().dropped[kind as usize];
            *count += 1;
            *count == 1
        };
        if first {
            let limits = &self.limits;
            let limit = match kind {
                Kind::Log => format!("{} log lines or {} bytes of log", limits.log_lines, limits.log_bytes),
                Kind::Metric => format!("{} metrics", limits.metrics),
                Kind::Phase => format!("{} phases", limits.phases),
                Kind::Mark => format!("{} marks", limits.marks),
                Kind::Counter => format!("{} counters", limits.counters),
            };
            self.host.log(Level::Warn, format!("the limit of {limit} in a run is reached: later ones are dropped"));
        }
    }

    /// Counters cannot be left half-written, so a poisoned lock is as good as any.
    fn said(&self) -> MutexGuard<'_, Said> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Uncounted {
    NotFinite,
    TooMany,
}

impl Said {
    fn count(&mut self, name: &str, by: f64, most: u32) -> Result<(), Uncounted> {
        let total = self.counters.get(name).copied();
        if total.is_none() && self.counters.len() >= most as usize {
            return Err(Uncounted::TooMany);
        }
        let sum = total.unwrap_or(0.0) + by;
        if !by.is_finite() || !sum.is_finite() {
            return Err(Uncounted::NotFinite);
        }
        self.counters.insert(name.to_owned(), sum);
        Ok(())
    }
}

fn take(used: &mut u32, limit: u32) -> bool {
    let room = *used < limit;
    *used += u32::from(room);
    room
}

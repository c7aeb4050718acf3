//! What a guest asked and was answered, as lines of JSON in memory until the run ends.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;

use super::line::{CallRef, LineRef};
use super::texts::Texts;
use super::users::Users;
use crate::scenario::{Chunk, ChunkKind};

/// Bytes that are taken from the allocator at a time: a longer list would be moved while it grows.
const BLOCK: usize = 256 << 10;

/// Bounded: beyond its bytes it keeps nothing at all, since a part of a run proves nothing.
pub(in crate::run) struct Tape {
    pub texts: Texts,
    pub users: Users,
    origin: Instant,
    most: u64,
    lines: Mutex<Lines>,
}

#[derive(Default)]
pub(super) struct Lines {
    pub blocks: Vec<Vec<u8>>,
    pub bytes: u64,
    pub calls: u64,
    pub cut: bool,
    /// What clocks showed, in µs, each after the one before; of each guest of the run.
    pub clocks: BTreeMap<u32, Shown>,
    /// Guests that were stopped: what they ask later is no longer answered.
    stopped: Vec<u32>,
    /// Of each exchange, how much of its text is noted already.
    texts: BTreeMap<u32, usize>,
}

#[derive(Default)]
pub(super) struct Shown {
    last: u64,
    pub steps: Vec<u64>,
}

impl Tape {
    /// `origin` is the run's. `most`: bytes of all lines.
    pub fn new(origin: Instant, most: u64, texts: bool) -> Tape {
        Tape { texts: Texts { kept: texts }, users: Users::default(), origin, most, lines: Mutex::default() }
    }

    /// Notes an answered call of `user`, which is 0 for the run itself.
    pub fn call(&self, user: u32, call: &str, asked: &impl Serialize, answer: Option<&impl Serialize>) {
        let mut lines = self.lock();
        lines.call(self.most, &CallRef { user, at: self.origin.elapsed(), call, asked, answer });
    }

    /// Notes what `tell` does, with the time that it gives; in the order in which it is done.
    pub fn said(&self, user: u32, call: &str, asked: &impl Serialize, tell: impl FnOnce() -> Duration) {
        let mut lines = self.lock();
        let at = tell();
        lines.call(self.most, &CallRef::<_, ()> { user, at, call, asked, answer: None });
    }

    /// The guest was stopped before its next call, or while it waited in one. Noted once.
    pub fn stop(&self, user: u32) {
        let mut lines = self.lock();
        if lines.stopped.contains(&user) {
            return;
        }
        lines.stopped.push(user);
        lines.push(
            self.most,
            &LineRef::Call(&CallRef::<_, ()> {
                user,
                at: self.origin.elapsed(),
                call: super::STOP,
                asked: &(),
                answer: None,
            }),
        );
    }

    /// Notes what a clock shows, in whole µs, and gives that.
    pub fn clock(&self, user: u32, elapsed: Duration) -> Duration {
        let mut lines = self.lock();
        let shown = lines.clocks.entry(user).or_default();
        let now = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX).max(shown.last);
        let step = now - shown.last;
        shown.last = now;
        if !lines.cut {
            lines.clocks.entry(user).or_default().steps.push(step);
            lines.grow(self.most, size_of::<u64>());
        }
        Duration::from_micros(now)
    }

    /// What is new of an exchange's text since the last call: where it begins.
    pub fn new_text(&self, exchange: u32, text: &str) -> usize {
        let known = self.lock().texts.insert(exchange, text.len()).unwrap_or(0);
        if text.is_char_boundary(known) { known } else { 0 }
    }

    /// All that was noted. Later calls are not.
    pub(super) fn take(&self) -> Lines {
        let mut lines = self.lock();
        let taken = std::mem::take(&mut *lines);
        lines.cut = true;
        taken
    }

    fn lock(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lines {
    fn call<Q: Serialize, A: Serialize>(&mut self, most: u64, call: &CallRef<'_, Q, A>) {
        self.calls += 1;
        self.push(most, &LineRef::Call(call));
    }

    /// One line; once they are too many, none.
    pub fn push(&mut self, most: u64, line: &impl Serialize) {
        if self.cut {
            return;
        }
        if self.blocks.last().is_none_or(|b| b.len() >= BLOCK) {
            self.blocks.push(Vec::with_capacity(BLOCK + (BLOCK >> 3)));
        }
        let Some(block) = self.blocks.last_mut() else { return };
        let before = block.len();
        // No key is anything but a string and nothing here can refuse, so this cannot fail.
        serde_json::to_writer(&mut *block, line).expect("a line is always JSON");
        block.push(b'\n');
        let more = block.len() - before;
        self.grow(most, more);
    }

    fn grow(&mut self, most: u64, more: usize) {
        self.bytes += more as u64;
        if self.bytes > most {
            self.cut = true;
            self.blocks = Vec::new();
            self.clocks.values_mut().for_each(|shown| shown.steps = Vec::new());
        }
    }
}

/// What it costs to note one `next` with its chunk, beside everything else of the call: the mean over `calls`.
pub fn cost_of_a_note(calls: u32) -> Duration {
    let tape = Tape::new(Instant::now(), 1 << 30, true);
    let chunk = Chunk { kind: ChunkKind::Answer, text: "abc".into(), tokens: Some(1), offset_ms: 12.345_678 };
    let began = Instant::now();
    (0..calls).for_each(|_| tape.call(0, "next", &(3,), Some(&Ok::<_, ()>(Some(&chunk)))));
    began.elapsed() / calls.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(lines: &Lines) -> String {
        String::from_utf8(lines.blocks.concat()).expect("UTF-8")
    }

    #[test]
    fn calls_are_noted_in_order_with_what_was_answered() {
        let tape = Tape::new(Instant::now(), 1 << 20, true);
        tape.call(0, "next", &(3,), Some(&Ok::<_, ()>(Some("x"))));
        tape.said(2, "metric", &("a", 1.5, "ms"), || Duration::from_nanos(17));
        tape.stop(0);
        tape.stop(0);
        let lines = tape.take();
        let text = text(&lines);
        assert_eq!(lines.calls, 2, "a stop is no call");
        assert!(text.contains(r#""call":"next","asked":[3],"answer":{"Ok":"x"}"#), "{text}");
        assert!(text.contains(r#"{"user":2,"at":17,"call":"metric","asked":["a",1.5,"ms"]}"#), "{text}");
    }

    #[test]
    fn a_transcript_that_grows_too_long_keeps_nothing() {
        let tape = Tape::new(Instant::now(), 200, true);
        for i in 0..10 {
            tape.call(0, "next", &(i,), Some(&()));
        }
        let lines = tape.take();
        assert!(lines.cut && lines.blocks.is_empty());
        let clock = Tape::new(Instant::now(), 80, true);
        (0..11).for_each(|us| assert_eq!(clock.clock(0, Duration::from_micros(us)), Duration::from_micros(us)));
        assert!(clock.take().cut, "a clock that is read without end fills it too");
    }

    #[test]
    fn of_a_growing_text_only_the_new_part_is_noted() {
        let tape = Tape::new(Instant::now(), 1 << 20, true);
        assert_eq!([tape.new_text(1, "ab"), tape.new_text(1, "abcd"), tape.new_text(2, "x")], [0, 2, 0]);
    }

    #[test]
    fn clocks_show_whole_microseconds_and_never_go_back() {
        let tape = Tape::new(Instant::now(), 1 << 20, true);
        assert_eq!(tape.clock(0, Duration::from_nanos(5_999)), Duration::from_micros(5));
        assert_eq!(tape.clock(0, Duration::from_nanos(4_000)), Duration::from_micros(5));
        assert_eq!(tape.take().clocks[&0].steps, [5, 0]);
    }
}

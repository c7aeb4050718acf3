//! A stream as its guest follows it: stamped bytes go in on one side, decoded chunks come out on the other, and
//! the reader never waits for who follows.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use crate::engines::client::Client;
use crate::engines::decode::{Decoding, LiveChunk};
use crate::engines::dialects::Dialect;
use crate::engines::raw::Mark;

struct Shared {
    body: Vec<u8>,
    marks: Vec<Mark>,
    decoding: Decoding,
    ready: VecDeque<LiveChunk>,
    /// What lies before the exchange's send on the clock of who follows.
    base: Duration,
    ended: bool,
}

/// Shared by the reader and who follows.
pub struct Follower {
    shared: Mutex<Shared>,
    news: Notify,
}

impl Follower {
    /// `line_bytes`: the longest event.
    pub fn new(dialect: Dialect, line_bytes: usize) -> Follower {
        let decoding = Decoding::new(dialect, line_bytes);
        let shared = Shared {
            body: Vec::new(),
            marks: Vec::new(),
            decoding,
            ready: VecDeque::new(),
            base: Duration::ZERO,
            ended: false,
        };
        Follower { shared: Mutex::new(shared), news: Notify::new() }
    }

    /// Turns to another engine before its stream begins: which one answers is sometimes known late. Offsets count from
    /// `base` before the send.
    pub fn turn_to(&self, client: &Client, base: Duration) {
        let mut s = self.lock();
        s.decoding = Decoding::new(client.config().dialect, client.config().line_bytes);
        s.base = base;
    }

    /// New bytes of the body, stamped. Copies and returns.
    pub(super) fn push(&self, new: &[u8], offset: Duration) {
        let mut s = self.lock();
        s.body.extend_from_slice(new);
        let body_end = s.body.len();
        s.marks.push(Mark { body_end, offset });
        drop(s);
        self.news.notify_waiters();
    }

    /// No more bytes will come.
    pub fn close(&self) {
        self.lock().ended = true;
        self.news.notify_waiters();
    }

    /// The next chunk; `None` when the stream has ended.
    pub async fn next(&self) -> Option<LiveChunk> {
        loop {
            let news = self.news.notified();
            {
                let mut s = self.lock();
                s.decode();
                if let Some(chunk) = s.ready.pop_front() {
                    return Some(chunk);
                }
                if s.ended {
                    return None;
                }
            }
            news.await;
        }
    }

    /// Whether `next` would not wait.
    pub fn is_ready(&self) -> bool {
        let mut s = self.lock();
        s.decode();
        !s.ready.is_empty() || s.ended
    }

    /// Waits until `next` would not.
    pub async fn wait_ready(&self) {
        loop {
            let news = self.news.notified();
            if self.is_ready() {
                return;
            }
            news.await;
        }
    }

    /// The answer so far.
    pub fn text(&self) -> String {
        let mut s = self.lock();
        s.decode();
        s.decoding.text.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    fn decode(&mut self) {
        let (ready, base) = (&mut self.ready, self.base);
        self.decoding.advance(&self.body, &self.marks, self.ended, |chunk| {
            ready.push_back(LiveChunk { offset: base + chunk.offset, ..chunk });
        });
    }
}

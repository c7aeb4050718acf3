//! What came over one socket, stamped and not yet decoded.

use std::time::{Duration, Instant};

use crate::engines::http1::Head;

/// One read: the body's length behind it, and when it returned, counted from the send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    pub body_end: usize,
    pub offset: Duration,
}

/// How the socket side of an exchange ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Closing {
    /// The response ended rightly.
    Whole,
    /// The other side closed in the middle of it.
    Cut,
    Cancelled,
    Stalled(String),
    Broken(String),
    Malformed(String),
}

/// The stamped bytes of one exchange.
#[derive(Debug, Clone)]
pub struct Raw {
    pub sent: Instant,
    pub connect: Duration,
    pub start_delay: Duration,
    pub head: Option<Head>,
    pub headers: Option<Duration>,
    pub body: Vec<u8>,
    pub marks: Vec<Mark>,
    pub closed: Duration,
    pub closing: Closing,
}

impl Raw {
    /// An exchange that never got a connection.
    pub fn not_connected(why: String) -> Raw {
        Raw {
            sent: Instant::now(),
            connect: Duration::ZERO,
            start_delay: Duration::ZERO,
            head: None,
            headers: None,
            body: Vec::new(),
            marks: Vec::new(),
            closed: Duration::ZERO,
            closing: Closing::Broken(why),
        }
    }
}

/// Finds the read behind which a position of the body was there. Positions must rise from call to call.
#[derive(Debug, Default)]
pub struct Cursor(usize);

impl Cursor {
    /// The index and the offset of the read; the last one for a position behind all of them.
    pub fn find(&mut self, marks: &[Mark], end: usize) -> (usize, Duration) {
        while self.0 + 1 < marks.len() && marks[self.0].body_end < end {
            self.0 += 1;
        }
        (self.0, marks.get(self.0).map_or(Duration::ZERO, |m| m.offset))
    }
}

//! Server-sent events and newline-delimited JSON, sans I/O: a body's bytes in, one payload at a time out.

use std::ops::Range;

/// How a body is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// Server-sent events (WHATWG HTML, "event stream").
    Events,
    /// One JSON object a line.
    Lines,
}

/// One payload: its text, and the position in the body behind its last byte, which tells when it was whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payload<'a> {
    pub data: &'a [u8],
    /// The `event:` field, empty where there is none.
    pub name: &'a [u8],
    pub end: usize,
}

/// A line is longer than the cap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an event is longer than {0} bytes")]
pub struct TooLong(pub usize);

/// Cuts a growing body into payloads. It keeps positions only; the body stays with its owner.
#[derive(Debug)]
pub struct Framer {
    framing: Framing,
    cap: usize,
    /// Up to here the body is dealt with.
    at: usize,
    started: bool,
    /// The data line of the event at hand; several are joined in `joined`.
    line: Option<Range<usize>>,
    joined: Vec<u8>,
    joined_any: bool,
    name: Range<usize>,
    /// The payload was handed out and is to be forgotten.
    spent: bool,
}

impl Framer {
    /// `cap`: bytes of one event.
    pub fn new(framing: Framing, cap: usize) -> Framer {
        Framer {
            framing,
            cap,
            at: 0,
            started: false,
            line: None,
            joined: Vec::new(),
            joined_any: false,
            name: 0..0,
            spent: false,
        }
    }

    /// The next payload that is whole. `ended`: no more bytes will come, so that a last line without its end
    /// counts too.
    ///
    /// # Errors
    /// An event longer than the cap.
    pub fn next<'a>(&'a mut self, body: &'a [u8], ended: bool) -> Result<Option<Payload<'a>>, TooLong> {
        if std::mem::take(&mut self.spent) {
            self.forget();
        }
        if !self.started && !self.skip_mark(body, ended) {
            return Ok(None);
        }
        while let Some((line, next)) = self.line(body, ended)? {
            self.at = next;
            if self.take(body, line) {
                return Ok(Some(self.payload(body, next)));
            }
        }
        if ended && self.framing == Framing::Events && (self.line.is_some() || self.joined_any) {
            return Ok(Some(self.payload(body, body.len())));
        }
        Ok(None)
    }

    /// A byte-order mark at the start is no content. False while it cannot be told yet.
    fn skip_mark(&mut self, body: &[u8], ended: bool) -> bool {
        const MARK: &[u8] = b"\xef\xbb\xbf";
        if body.len() < MARK.len() && !ended && MARK.starts_with(body) {
            return false;
        }
        self.started = true;
        if body.starts_with(MARK) {
            self.at = MARK.len();
        }
        true
    }

    /// The next whole line, and where the one after it starts. CR, LF and CRLF end a line.
    fn line(&self, body: &[u8], ended: bool) -> Result<Option<(Range<usize>, usize)>, TooLong> {
        let rest = &body[self.at..];
        let end = match self.framing {
            Framing::Events => memchr::memchr2(b'\n', b'\r', rest),
            Framing::Lines => memchr::memchr(b'\n', rest),
        };
        let length = end.unwrap_or(rest.len());
        if length + self.joined.len() > self.cap {
            return Err(TooLong(self.cap));
        }
        let Some(end) = end else {
            let last = ended && !rest.is_empty();
            return Ok(last.then_some((self.at..body.len(), body.len())));
        };
        let next = match (rest[end], rest.get(end + 1)) {
            (b'\r', Some(b'\n')) => end + 2,
            // A CR at the very end may be half of a CRLF: wait, unless the line is empty of it anyway.
            (b'\r', None) if !ended => return Ok(None),
            _ => end + 1,
        };
        Ok(Some((self.at..self.at + end, self.at + next)))
    }

    /// Takes one line in. True if a payload is whole.
    fn take(&mut self, body: &[u8], line: Range<usize>) -> bool {
        let text = &body[line.clone()];
        if self.framing == Framing::Lines {
            let empty = text.trim_ascii().is_empty();
            self.line = (!empty).then_some(line);
            return !empty;
        }
        if text.is_empty() {
            let whole = self.line.is_some() || self.joined_any;
            if !whole {
                self.name = 0..0;
            }
            return whole;
        }
        if let Some(value) = field(text, b"data") {
            let start = line.end - value.len();
            self.data(body, start..line.end);
        } else if let Some(value) = field(text, b"event") {
            self.name = line.end - value.len()..line.end;
        } else if let Some(value) = field(text, b"error") {
            // Older llama.cpp: an error is a field of its own.
            self.name = line.start..line.start + b"error".len();
            self.data(body, line.end - value.len()..line.end);
        } else if text[0] == b'{' || !text.contains(&b':') {
            // Not SSE at all: an engine that answers a stream with plain JSON or text. Hand it on as data.
            self.data(body, line);
        }
        false
    }

    fn data(&mut self, body: &[u8], value: Range<usize>) {
        match self.line.take() {
            None if !self.joined_any => self.line = Some(value),
            first => {
                if let Some(first) = first {
                    self.joined.extend_from_slice(&body[first]);
                    self.joined_any = true;
                }
                self.joined.push(b'\n');
                self.joined.extend_from_slice(&body[value]);
            }
        }
    }

    fn payload<'a>(&'a mut self, body: &'a [u8], end: usize) -> Payload<'a> {
        self.spent = true;
        let data = match &self.line {
            Some(line) => &body[line.clone()],
            None => &self.joined,
        };
        Payload { data, name: &body[self.name.clone()], end }
    }

    fn forget(&mut self) {
        self.line = None;
        self.joined.clear();
        self.joined_any = false;
        self.name = 0..0;
    }
}

/// The value of a field's line, the one space behind the colon left out. Comments have an empty name.
fn field<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let rest = line.strip_prefix(name)?;
    match rest.split_first() {
        None => Some(rest),
        Some((b':', value)) => Some(value.strip_prefix(b" ").unwrap_or(value)),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Feeds the parts one after the other and gives every payload.
    fn frames(framing: Framing, parts: &[&[u8]]) -> Vec<String> {
        let (mut framer, mut body, mut out) = (Framer::new(framing, 1 << 20), Vec::new(), Vec::new());
        for (i, part) in parts.iter().enumerate() {
            body.extend_from_slice(part);
            while let Some(p) = framer.next(&body, i + 1 == parts.len()).expect("no cap") {
                out.push(String::from_utf8_lossy(p.data).into_owned());
            }
        }
        out
    }

    const MIXED: &[u8] = "\u{feff}: comment\r\ndata: {\"a\":\"wörld 🙂\"}\r\n\r\ndata:no space\n\nevent: x\rdata: one\rdata: two\r\r:\n\nid: 7\ndata\n\ndata: [DONE]".as_bytes();
    const WANTED: [&str; 5] = ["{\"a\":\"wörld 🙂\"}", "no space", "one\ntwo", "", "[DONE]"];

    #[test]
    fn a_whole_body_is_cut_into_its_events() {
        assert_eq!(frames(Framing::Events, &[MIXED]), WANTED);
    }

    #[test]
    fn every_split_in_two_gives_the_same_events() {
        for at in 0..=MIXED.len() {
            assert_eq!(frames(Framing::Events, &[&MIXED[..at], &MIXED[at..]]), WANTED, "split at {at}");
        }
    }

    proptest! {
        #[test]
        fn every_split_in_many_gives_the_same_events(cuts in prop::collection::vec(0..MIXED.len(), 0..12)) {
            let mut cuts = cuts;
            cuts.extend([0, MIXED.len()]);
            cuts.sort_unstable();
            let parts: Vec<&[u8]> = cuts.windows(2).map(|w| &MIXED[w[0]..w[1]]).collect();
            prop_assert_eq!(frames(Framing::Events, &parts), WANTED);
        }

        #[test]
        fn garbage_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            for framing in [Framing::Events, Framing::Lines] {
                let mut framer = Framer::new(framing, 64);
                while let Ok(Some(_)) = framer.next(&bytes, true) {}
            }
        }
    }

    #[test]
    fn lines_of_json_are_payloads_and_empty_ones_are_not() {
        assert_eq!(
            frames(Framing::Lines, &[b"{\"a\":1}\n\n{\"b\"", b":2}\r\n{\"c\":3}"]),
            ["{\"a\":1}", "{\"b\":2}\r", "{\"c\":3}"]
        );
    }

    #[test]
    fn an_event_over_the_cap_is_an_error() {
        let mut framer = Framer::new(Framing::Events, 8);
        assert_eq!(framer.next(b"data: 0123456789", false), Err(TooLong(8)));
    }

    #[test]
    fn the_position_behind_a_payload_tells_when_it_was_whole() {
        let mut framer = Framer::new(Framing::Events, 100);
        let body = b"data: a\n\ndata: b\n\n";
        assert_eq!(framer.next(body, false).expect("no cap").map(|p| p.end), Some(9));
        assert_eq!(framer.next(body, false).expect("no cap").map(|p| p.end), Some(18));
    }
}

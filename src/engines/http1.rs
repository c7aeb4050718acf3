//! An HTTP/1.1 response, decoded sans I/O: bytes in, the body's bytes out, and where it ends.

/// Bytes of a response's head.
const HEAD_BYTES: usize = 64 * 1024;
/// Headers of a response.
const HEADERS: usize = 96;
/// Bytes of a chunk's size line, extensions included.
const SIZE_LINE: usize = 1024;

/// What is wrong with the bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    #[error("the response's head is not HTTP/1.1: {0}")]
    Head(String),
    #[error("the response's head is longer than {HEAD_BYTES} bytes")]
    HeadTooLong,
    #[error("a chunk's size line is not valid")]
    Chunk,
}

/// The head, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub status: u16,
    pub content_type: String,
    /// Whether the connection may serve another request.
    pub keep_alive: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Head,
    /// Bytes left of a body of known length.
    Length(u64),
    UntilClose,
    ChunkSize,
    ChunkData(u64),
    /// The CRLF behind a chunk's data.
    ChunkEnd,
    Trailer,
    Done,
}

/// The decoder of one response.
#[derive(Debug)]
pub struct Decoder {
    state: State,
    head: Option<Head>,
    /// Bytes of a head or a size line that is not whole yet.
    pending: Vec<u8>,
}

impl Default for Decoder {
    fn default() -> Decoder {
        Decoder { state: State::Head, head: None, pending: Vec::new() }
    }
}

impl Decoder {
    pub fn head(&self) -> Option<&Head> {
        self.head.as_ref()
    }

    /// Whether the response has ended by itself.
    pub fn is_done(&self) -> bool {
        self.state == State::Done
    }

    /// The other side closed. True if that ends the response rightly.
    pub fn close(&mut self) -> bool {
        if self.state == State::UntilClose {
            self.state = State::Done;
        }
        self.is_done()
    }

    /// Takes bytes in and appends the body's to `body`. Gives the number of bytes that belong to this response.
    ///
    /// # Errors
    /// The bytes are no HTTP/1.1 response.
    pub fn feed(&mut self, mut input: &[u8], body: &mut Vec<u8>) -> Result<usize, HttpError> {
        let whole = input.len();
        while !input.is_empty() && self.state != State::Done {
            let used = match self.state {
                State::Head => self.head_bytes(input)?,
                State::Length(left) => {
                    let n = data(input, left, body);
                    self.state = if left == n as u64 { State::Done } else { State::Length(left - n as u64) };
                    n
                }
                State::UntilClose => data(input, u64::MAX, body),
                State::ChunkSize | State::Trailer => self.line(input)?,
                State::ChunkData(left) => {
                    let n = data(input, left, body);
                    self.state = if left == n as u64 { State::ChunkEnd } else { State::ChunkData(left - n as u64) };
                    n
                }
                State::ChunkEnd => self.chunk_end(input)?,
                State::Done => 0,
            };
            input = &input[used..];
        }
        Ok(whole - input.len())
    }

    fn head_bytes(&mut self, input: &[u8]) -> Result<usize, HttpError> {
        let before = self.pending.len();
        self.pending.extend_from_slice(&input[..input.len().min(HEAD_BYTES + 1)]);
        let mut headers = [httparse::EMPTY_HEADER; HEADERS];
        let mut response = httparse::Response::new(&mut headers);
        let length = match response.parse(&self.pending) {
            Ok(httparse::Status::Complete(length)) => length,
            Ok(httparse::Status::Partial) if self.pending.len() > HEAD_BYTES => return Err(HttpError::HeadTooLong),
            Ok(httparse::Status::Partial) => return Ok(self.pending.len() - before),
            Err(e) => return Err(HttpError::Head(e.to_string())),
        };
        let status = response.code.unwrap_or(0);
        let (head, state) = read_head(status, response.version == Some(1), response.headers);
        self.pending.clear();
        // 1xx comes before the real head.
        if (100..200).contains(&status) {
            return Ok(length - before);
        }
        self.head = Some(head);
        self.state = state;
        Ok(length - before)
    }

    /// A size line or a trailer's line.
    fn line(&mut self, input: &[u8]) -> Result<usize, HttpError> {
        let Some(end) = memchr::memchr(b'\n', input) else {
            self.pending.extend_from_slice(input);
            if self.pending.len() > SIZE_LINE {
                return Err(HttpError::Chunk);
            }
            return Ok(input.len());
        };
        let size = if self.pending.is_empty() {
            line_end(self.state, &input[..end])
        } else {
            self.pending.extend_from_slice(&input[..end]);
            let state = line_end(self.state, &self.pending);
            self.pending.clear();
            state
        };
        self.state = size?;
        Ok(end + 1)
    }

    fn chunk_end(&mut self, input: &[u8]) -> Result<usize, HttpError> {
        match input[0] {
            b'\r' => Ok(1),
            b'\n' => {
                self.state = State::ChunkSize;
                Ok(1)
            }
            _ => Err(HttpError::Chunk),
        }
    }
}

/// Appends as much of the body as is here.
fn data(input: &[u8], left: u64, body: &mut Vec<u8>) -> usize {
    let n = input.len().min(usize::try_from(left).unwrap_or(usize::MAX));
    body.extend_from_slice(&input[..n]);
    n
}

/// What follows a line: a chunk's data, the trailer, or the end.
fn line_end(state: State, line: &[u8]) -> Result<State, HttpError> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if state == State::Trailer {
        return Ok(if line.is_empty() { State::Done } else { State::Trailer });
    }
    let digits = line.split(|b| *b == b';').next().unwrap_or_default().trim_ascii();
    let text = std::str::from_utf8(digits).map_err(|_| HttpError::Chunk)?;
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(HttpError::Chunk);
    }
    let size = u64::from_str_radix(text, 16).map_err(|_| HttpError::Chunk)?;
    Ok(if size == 0 { State::Trailer } else { State::ChunkData(size) })
}

fn read_head(status: u16, is_1_1: bool, headers: &[httparse::Header<'_>]) -> (Head, State) {
    let find = |name: &str| headers.iter().find(|h| h.name.eq_ignore_ascii_case(name)).map(|h| h.value);
    let text = |name: &str| find(name).map(|v| String::from_utf8_lossy(v).to_ascii_lowercase());
    let connection = text("connection").unwrap_or_default();
    let chunked = text("transfer-encoding").is_some_and(|t| t.contains("chunked"));
    let length = text("content-length").and_then(|l| l.trim().parse::<u64>().ok());
    let state = match (chunked, length) {
        _ if status == 204 || status == 304 => State::Done,
        (true, _) => State::ChunkSize,
        (false, Some(0)) => State::Done,
        (false, Some(n)) => State::Length(n),
        (false, None) => State::UntilClose,
    };
    let keep_alive = state != State::UntilClose
        && if is_1_1 { !connection.contains("close") } else { connection.contains("keep-alive") };
    (Head { status, content_type: text("content-type").unwrap_or_default(), keep_alive }, state)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CHUNKED: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=1\r\n world\r\n0\r\nA: b\r\n\r\n";

    fn decode(parts: &[&[u8]]) -> (Vec<u8>, Decoder) {
        let (mut body, mut decoder) = (Vec::new(), Decoder::default());
        for part in parts {
            decoder.feed(part, &mut body).expect("valid");
        }
        (body, decoder)
    }

    proptest! {
        #[test]
        fn any_split_gives_the_same_body(a in 0..CHUNKED.len(), b in 0..CHUNKED.len()) {
            let (a, b) = (a.min(b), a.max(b));
            let (body, decoder) = decode(&[&CHUNKED[..a], &CHUNKED[a..b], &CHUNKED[b..]]);
            prop_assert_eq!(body, b"hello world");
            prop_assert!(decoder.is_done());
        }

        #[test]
        fn garbage_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _any = Decoder::default().feed(&bytes, &mut Vec::new());
            let mut after_head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
            after_head.extend(bytes);
            let _any = Decoder::default().feed(&after_head, &mut Vec::new());
        }
    }

    #[test]
    fn a_known_length_ends_by_itself_and_leaves_the_rest() {
        let bytes = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\nokNEXT";
        let (mut body, mut decoder) = (Vec::new(), Decoder::default());
        assert_eq!(decoder.feed(bytes, &mut body), Ok(bytes.len() - 4));
        assert_eq!(
            (body.as_slice(), decoder.head().map(|h| (h.status, h.keep_alive))),
            (&b"ok"[..], Some((400, true)))
        );
    }

    #[test]
    fn without_a_length_the_close_ends_it() {
        let (body, mut decoder) = decode(&[b"HTTP/1.1 200 OK\r\n\r\nabc"]);
        assert_eq!((body.as_slice(), decoder.is_done()), (&b"abc"[..], false));
        assert!(decoder.close());
        let (_, mut cut) = decode(&[&CHUNKED[..CHUNKED.len() - 12]]);
        assert!(!cut.close());
    }

    #[test]
    fn a_continue_comes_before_the_real_head() {
        let (body, decoder) =
            decode(&[b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"]);
        assert_eq!((body.as_slice(), decoder.head().map(|h| h.status)), (&b"x"[..], Some(200)));
    }

    #[test]
    fn a_bad_size_line_is_an_error() {
        let mut decoder = Decoder::default();
        let bytes = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello";
        assert_eq!(decoder.feed(bytes, &mut Vec::new()), Err(HttpError::Chunk));
    }
}

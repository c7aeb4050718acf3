//! Just enough HTTP/1.1 for an engine, by hand: the stamp of a write is taken with nothing between it and the system call.

use std::io;

use tokio::net::TcpStream;

use super::clock::now_ns;

/// Bytes of a request's head; more is refused with 431.
const HEAD_BYTES_MAX: usize = 32 * 1024;
/// Bytes of a request's body; more is refused with 413. Room for a prompt of a million tokens.
const BODY_BYTES_MAX: usize = 16 * 1024 * 1024;
const HEADERS_MAX: usize = 64;
/// Asked of the kernel at a time.
const READ_BYTES: usize = 4096;
/// Correlates an exchange with its truth.
const EXCHANGE_HEADER: &str = "x-dualbench-exchange";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub method: String,
    /// Without the query.
    pub path: String,
    pub exchange: Option<String>,
    pub keep_alive: bool,
    pub body: Vec<u8>,
    /// When the read that completed the request had returned.
    pub read_ns: u64,
}

/// Why no request could be read. After any of these the connection is closed.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("the client closed the connection")]
    Closed,
    #[error("{message}")]
    Refused { status: u16, message: String },
    #[error("the connection broke: {0}")]
    Broken(#[from] io::Error),
}

struct Head {
    request: Request,
    head_bytes: usize,
    body_bytes: usize,
    expects_continue: bool,
}

/// One client's connection: what it sent and was not yet used, and how much of the current response is out.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    inbox: Vec<u8>,
    response_bytes: u64,
}

impl Connection {
    pub fn new(stream: TcpStream) -> Connection {
        Connection { stream, inbox: Vec::new(), response_bytes: 0 }
    }

    /// The next request, pipelined ones included.
    pub async fn request(&mut self) -> Result<Request, ReadError> {
        self.response_bytes = 0;
        let mut read_ns = now_ns();
        let mut continued = false;
        loop {
            if let Some(head) = parse_head(&self.inbox)? {
                let whole = head.head_bytes + head.body_bytes;
                if self.inbox.len() >= whole {
                    let body = self.inbox[head.head_bytes..whole].to_vec();
                    self.inbox.drain(..whole);
                    self.inbox.shrink_to(self.inbox.len().max(READ_BYTES));
                    return Ok(Request { body, read_ns, ..head.request });
                }
                self.inbox.reserve(whole - self.inbox.len());
                if head.expects_continue && !continued {
                    continued = true;
                    self.write(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
                    self.response_bytes = 0;
                }
            }
            self.stream.readable().await?;
            match self.read_some() {
                Ok(0) => return Err(ReadError::Closed),
                Ok(_) => read_ns = now_ns(),
                Err(again) if again.kind() == io::ErrorKind::WouldBlock => {}
                Err(broken) => return Err(broken.into()),
            }
        }
    }

    /// Writes all of `bytes`; gives the moment just before the write call that took the last of them, in ns. A reader that
    /// does not read makes this wait.
    pub async fn write(&mut self, bytes: &[u8]) -> io::Result<u64> {
        let mut written = 0;
        loop {
            let at_ns = now_ns();
            match self.stream.try_write(&bytes[written..]) {
                Ok(count) => {
                    written += count;
                    self.response_bytes += count as u64;
                    if written == bytes.len() {
                        return Ok(at_ns);
                    }
                }
                Err(again) if again.kind() == io::ErrorKind::WouldBlock => self.stream.writable().await?,
                Err(again) if again.kind() == io::ErrorKind::Interrupted => {}
                Err(broken) => return Err(broken),
            }
        }
    }

    /// Bytes of the current response that were written, headers included.
    pub fn response_bytes(&self) -> u64 {
        self.response_bytes
    }

    /// Whether the client has closed its side. Costs no system call while nothing arrived; what did arrive is kept.
    pub fn client_left(&mut self) -> bool {
        if self.inbox.len() > HEAD_BYTES_MAX {
            return false;
        }
        match self.read_some() {
            Ok(count) => count == 0,
            Err(error) => error.kind() != io::ErrorKind::WouldBlock,
        }
    }

    fn read_some(&mut self) -> io::Result<usize> {
        if self.inbox.capacity() - self.inbox.len() < READ_BYTES {
            self.inbox.reserve(READ_BYTES);
        }
        self.stream.try_read_buf(&mut self.inbox)
    }
}

/// The head of the request in front, once it is there to its end.
fn parse_head(inbox: &[u8]) -> Result<Option<Head>, ReadError> {
    let refused = |status, message: String| Err(ReadError::Refused { status, message });
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut parsed = httparse::Request::new(&mut headers);
    let head_bytes = match parsed.parse(inbox) {
        Ok(httparse::Status::Complete(head_bytes)) => head_bytes,
        Ok(httparse::Status::Partial) if inbox.len() <= HEAD_BYTES_MAX => return Ok(None),
        Ok(httparse::Status::Partial) => {
            return refused(431, format!("the head of a request may hold {HEAD_BYTES_MAX} bytes"));
        }
        Err(wrong) => return refused(400, format!("not an HTTP/1.1 request: {wrong}")),
    };
    let value = |name: &str| {
        let header = parsed.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(header.value).ok().map(str::trim)
    };
    if value("transfer-encoding").is_some() {
        return refused(411, "send the body with a content-length".into());
    }
    let body_bytes = match value("content-length").map_or(Ok(0), str::parse::<usize>) {
        Ok(body_bytes) if body_bytes <= BODY_BYTES_MAX => body_bytes,
        Ok(body_bytes) => {
            return refused(413, format!("a body may hold {BODY_BYTES_MAX} bytes, this one has {body_bytes}"));
        }
        Err(_) => return refused(400, "content-length is not a number".into()),
    };
    let path = parsed.path.unwrap_or_default();
    let keep_alive = match value("connection") {
        Some(wish) => !wish.eq_ignore_ascii_case("close"),
        None => parsed.version == Some(1),
    };
    let request = Request {
        method: parsed.method.unwrap_or_default().into(),
        path: path.split('?').next().unwrap_or_default().into(),
        exchange: value(EXCHANGE_HEADER).map(str::to_owned),
        keep_alive,
        body: Vec::new(),
        read_ns: 0,
    };
    let expects_continue = value("expect").is_some_and(|wish| wish.eq_ignore_ascii_case("100-continue"));
    Ok(Some(Head { request, head_bytes, body_bytes, expects_continue }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &str, expected: &str) {
        let seen = match parse_head(bytes.as_bytes()) {
            Ok(None) => "incomplete".into(),
            Ok(Some(head)) => {
                let Request { method, path, exchange, keep_alive, .. } = head.request;
                format!(
                    "{method} {path} {exchange:?} keep={keep_alive} head={} body={}",
                    head.head_bytes, head.body_bytes
                )
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(seen, expected);
    }

    #[test]
    fn a_head_is_read_when_it_is_complete() {
        check("POST /v1/chat/comp", "incomplete");
        check(
            "POST /tokenize?x=1 HTTP/1.1\r\nContent-Length: 12\r\nX-Dualbench-Exchange: run-7\r\n\r\n{",
            "POST /tokenize Some(\"run-7\") keep=true head=80 body=12",
        );
        check("GET /health HTTP/1.0\r\n\r\n", "GET /health None keep=false head=24 body=0");
        check("GET / HTTP/1.1\r\nConnection: close\r\n\r\n", "GET / None keep=false head=37 body=0");
    }

    #[test]
    fn what_cannot_be_served_is_refused_with_its_reason() {
        check("nonsense\r\n\r\n", "not an HTTP/1.1 request: invalid token");
        check("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", "send the body with a content-length");
        check("POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n", "content-length is not a number");
        check(
            "POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n",
            "a body may hold 16777216 bytes, this one has 99999999",
        );
        let endless = format!("GET / HTTP/1.1\r\nA: {}", "a".repeat(HEAD_BYTES_MAX));
        check(&endless, "the head of a request may hold 32768 bytes");
    }
}

//! An engine that plays a script: the bytes of its answers and the pauses between them, over a loopback socket.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// One thing that the engine does with a connection.
#[derive(Debug, Clone)]
pub enum Step {
    Bytes(Vec<u8>),
    Pause(Duration),
    /// Sends nothing more and waits until the client goes.
    Hold,
    /// Closes the connection.
    Close,
}

/// The engine; its thread ends with the test's process.
pub struct Scripted {
    pub url: String,
    connections: Arc<AtomicUsize>,
}

impl Scripted {
    /// `answer`: from a request's path and body to what is done about it.
    pub fn start(answer: impl Fn(&str, &str) -> Vec<Step> + Send + Sync + 'static) -> Scripted {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let connections = Arc::new(AtomicUsize::new(0));
        let (counted, answer) = (connections.clone(), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                counted.fetch_add(1, Ordering::SeqCst);
                let answer = answer.clone();
                std::thread::spawn(move || serve(stream, &*answer));
            }
        });
        Scripted { url, connections }
    }

    /// The same answer to whatever is asked.
    pub fn always(steps: Vec<Step>) -> Scripted {
        Scripted::start(move |_, _| steps.clone())
    }

    /// Connections that were made so far.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// Serves one connection. Errors are those of a client that has gone.
fn serve(mut stream: TcpStream, answer: &dyn Fn(&str, &str) -> Vec<Step>) {
    while let Some((path, body)) = request(&mut stream) {
        for step in answer(&path, &body) {
            match step {
                Step::Bytes(bytes) => {
                    if stream.write_all(&bytes).is_err() {
                        return;
                    }
                }
                Step::Pause(time) => std::thread::sleep(time),
                Step::Hold => {
                    let _gone = stream.read(&mut [0; 1]);
                    return;
                }
                Step::Close => return,
            }
        }
    }
}

/// The next request's path and body; `None` once the client has gone.
fn request(stream: &mut TcpStream) -> Option<(String, String)> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let n = stream.read(&mut buffer).ok().filter(|n| *n > 0)?;
        bytes.extend_from_slice(&buffer[..n]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length =
            head.lines().find_map(|l| l.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
        if body.len() >= length.unwrap_or(0) {
            let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
            return Some((path, body.to_owned()));
        }
    }
}

/// A whole answer of known length.
pub fn answer(status: u16, content_type: &str, body: &str) -> Vec<Step> {
    let head = format!("HTTP/1.1 {status} X\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\r\n", body.len());
    vec![Step::Bytes([head.as_bytes(), body.as_bytes()].concat())]
}

pub fn json(body: &str) -> Vec<Step> {
    answer(200, "application/json", body)
}

/// The head of a chunked stream and its one chunk, without the end.
pub fn begun(content_type: &str, body: &[u8]) -> Vec<Step> {
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n",
        body.len()
    );
    vec![Step::Bytes([head.as_bytes(), body, b"\r\n"].concat())]
}

/// A whole chunked stream.
pub fn whole(content_type: &str, body: &[u8]) -> Vec<Step> {
    let mut steps = begun(content_type, body);
    steps.push(Step::Bytes(b"0\r\n\r\n".to_vec()));
    steps
}

//! `dualbench doctor --pipeline` against a small backend that runs its own pipeline, rightly and not.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::daemon::{PATIENCE, folder, output, text};

/// How the backend behaves.
#[derive(Clone, Copy, PartialEq)]
enum Manner {
    Conforms,
    /// Its `retrieve` starts and never ends.
    ForgetsAnEnd,
    /// Its usage is one token more than came.
    Miscounts,
    /// Chat chunks and nothing else.
    PlainOpenai,
    /// No error that it could word, and a crash where a client goes away.
    Fragile,
}

const PATH: &str = "/api/hermes";

/// A backend on a port of the system's choice; it ends with this program.
fn backend(manner: Manner) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}{PATH}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            if serve(stream, manner).is_err() && manner == Manner::Fragile {
                return;
            }
        }
    });
    url
}

/// One request. `Err`: the client has gone.
fn serve(stream: TcpStream, manner: Manner) -> std::io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let Some((line, body)) = request(&mut reader)? else { return Ok(()) };
    let received = Instant::now();
    let mut out = Stream { stream, received };
    if !line.starts_with(&format!("POST {PATH} HTTP/1.1")) {
        return out.refuse("405 Method Not Allowed", "POST only");
    }
    let ask: Value = serde_json::from_slice(&body)?;
    let tokens = ask["max_tokens"].as_u64().unwrap_or(0);
    if tokens == 0 && manner != Manner::Fragile {
        return out.refuse("400 Bad Request", "max_tokens must be 1 or more");
    }
    out.write("HTTP/1.1 200 OK\r\nServer: toy/1\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")?;
    if manner == Manner::PlainOpenai { out.openai(tokens) } else { out.pipeline(tokens, manner) }
}

/// The request line and the body; `None` for a connection without a request.
fn request(reader: &mut BufReader<TcpStream>) -> std::io::Result<Option<(String, Vec<u8>)>> {
    let (mut first, mut length) = (String::new(), 0);
    if reader.read_line(&mut first)? == 0 {
        return Ok(None);
    }
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if let Some(n) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = n.trim().parse().unwrap_or(0);
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(Some((first, body)))
}

struct Stream {
    stream: TcpStream,
    received: Instant,
}

impl Stream {
    fn write(&mut self, text: &str) -> std::io::Result<()> {
        self.stream.write_all(text.as_bytes())
    }

    fn refuse(&mut self, status: &str, message: &str) -> std::io::Result<()> {
        let body = json!({ "error": { "message": message } }).to_string();
        let length = body.len();
        self.write(&format!(
            "HTTP/1.1 {status}\r\nServer: toy/1\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\
             Connection: close\r\n\r\n{body}"
        ))
    }

    fn say(&mut self, name: &str, data: &Value) -> std::io::Result<()> {
        self.write(&format!("event: {name}\ndata: {data}\n\n"))
    }

    fn stage(&mut self, stage: &str, state: &str) -> std::io::Result<()> {
        let at_ms = self.received.elapsed().as_micros() as f64 / 1e3;
        self.say("stage", &json!({ "stage": stage, "state": state, "at_ms": at_ms }))
    }

    fn pipeline(&mut self, tokens: u64, manner: Manner) -> std::io::Result<()> {
        self.say("hello", &json!({ "protocol": 1 }))?;
        for stage in ["classify", "retrieve"] {
            self.stage(stage, "started")?;
            std::thread::sleep(Duration::from_millis(3));
            if stage == "classify" || manner != Manner::ForgetsAnEnd {
                self.stage(stage, "ended")?;
            }
        }
        self.stage("generate", "started")?;
        for _ in 0..tokens {
            std::thread::sleep(Duration::from_millis(1));
            self.say("token", &json!({ "text": "word ", "tokens": 1 }))?;
        }
        self.stage("generate", "ended")?;
        let more = u64::from(manner == Manner::Miscounts);
        self.say("usage", &json!({ "prompt_tokens": 20, "output_tokens": tokens + more }))?;
        self.say("done", &json!({ "finish": "length" }))
    }

    fn openai(&mut self, tokens: u64) -> std::io::Result<()> {
        for _ in 0..tokens {
            std::thread::sleep(Duration::from_millis(1));
            let chunk = json!({ "choices": [{ "index": 0, "delta": { "content": "word " } }] });
            self.write(&format!("data: {chunk}\n\n"))?;
        }
        let last = json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": "length" }],
                           "usage": { "prompt_tokens": 20, "completion_tokens": tokens } });
        self.write(&format!("data: {last}\n\ndata: [DONE]\n\n"))
    }
}

/// The exit code, and what was printed.
fn doctor(manner: Manner) -> (Option<i32>, String) {
    let dir = folder();
    let out = output(dir.path(), &["doctor", "--pipeline", &backend(manner), "--questions", "2"]);
    (out.status.code(), text(&out.stdout) + &text(&out.stderr))
}

#[test]
fn a_backend_that_keeps_the_protocol_is_well_in_every_rule() {
    let (code, said) = doctor(Manner::Conforms);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("12 ok, 0 notes, 0 warnings, 0 broken"), "{said}");
    assert!(said.contains("toy/1"), "{said}");
}

#[test]
fn a_broken_rule_is_named_with_its_cure_and_ends_with_1() {
    for (manner, rule, what) in [
        (Manner::ForgetsAnEnd, "BAD   stages", "`retrieve` started"),
        (Manner::Miscounts, "BAD   usage", "33 output tokens"),
    ] {
        let (code, said) = doctor(manner);
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains(rule) && said.contains(what), "{said}");
        assert!(said.contains("1 broken") && said.contains("→"), "{said}");
    }
}

#[test]
fn plain_openai_is_accepted_and_what_is_not_known_by_it_is_said() {
    let (code, said) = doctor(Manner::PlainOpenai);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("only the whole answer is known") && said.contains("0 broken"), "{said}");
}

#[test]
fn a_backend_that_dies_with_its_client_or_answers_what_cannot_work_is_found_out() {
    let (code, said) = doctor(Manner::Fragile);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("BAD   error") && said.contains("as if it were a question"), "{said}");
    assert!(said.contains("BAD   cancel"), "{said}");
}

#[test]
fn nobody_there_and_a_bad_url_are_told_apart() {
    let dir = folder();
    let code = |url: &str| output(dir.path(), &["doctor", "--pipeline", url]).status.code();
    assert_eq!(code("http://127.0.0.1:1/ask"), Some(1));
    assert_eq!(code("https://127.0.0.1/ask"), Some(5));
}

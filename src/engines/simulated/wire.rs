//! The bytes an engine answers with: llama.cpp's JSON, its key order, its server-sent events, in HTTP chunks.

use std::io::Write as _;

use serde_json::{Value, json};

use super::ask::Endpoint;
use super::profile::Profile;
use super::tokenizer::VOCABULARY;

const SERVER: &str = "dualbench-simulated";
const FINGERPRINT: &str = "b0-simulated";
/// Fixed, so that the same seed gives the same bytes.
const CREATED_UNIX_S: u64 = 1_700_000_000;

/// Sent when the answer's slot is free, before prefill.
pub const STREAM_HEAD: &[u8] = b"HTTP/1.1 200 OK\r\nServer: dualbench-simulated\r\nContent-Type: text/event-stream\r\n\
Cache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n\r\n";
/// The stream's end marker and HTTP's own.
pub const STREAM_END: &[u8] = b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n";

/// A request that gets an error instead of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub status: u16,
    pub kind: &'static str,
    pub message: String,
    /// Prompt tokens and context size, where the prompt was too long.
    pub context: Option<(u32, u32)>,
}

impl Refusal {
    pub fn invalid(message: impl Into<String>) -> Refusal {
        Refusal { status: 400, kind: "invalid_request_error", message: message.into(), context: None }
    }

    pub fn not_found() -> Refusal {
        Refusal { status: 404, kind: "not_found_error", message: "File Not Found".into(), context: None }
    }

    pub fn too_long(prompt_tokens: u32, context_tokens: u32) -> Refusal {
        let message = format!(
            "request ({prompt_tokens} tokens) exceeds the available context size ({context_tokens} tokens), try increasing it"
        );
        let context = Some((prompt_tokens, context_tokens));
        Refusal { status: 400, kind: "exceed_context_size_error", message, context }
    }

    pub fn response(&self, keep_alive: bool) -> Vec<u8> {
        let mut error = json!({"code": self.status, "message": self.message, "type": self.kind});
        if let Some((prompt_tokens, context_tokens)) = self.context {
            error["n_prompt_tokens"] = prompt_tokens.into();
            error["n_ctx"] = context_tokens.into();
        }
        json_response(self.status, &json!({"error": error}), keep_alive)
    }
}

/// A whole response with a JSON body.
pub fn json_response(status: u16, body: &Value, keep_alive: bool) -> Vec<u8> {
    let reason = match status {
        200 => "OK",
        400 => "Bad Request",
        404 => "Not Found",
        411 => "Length Required",
        413 => "Content Too Large",
        431 => "Request Header Fields Too Large",
        _ => "Error",
    };
    let body = body.to_string();
    let connection = if keep_alive { "" } else { "Connection: close\r\n" };
    format!(
        "HTTP/1.1 {status} {reason}\r\nServer: {SERVER}\r\nContent-Type: application/json; charset=utf-8\r\n{connection}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

pub fn models(profile: &Profile) -> Value {
    let model = json!({
        "id": profile.model, "aliases": [profile.model], "object": "model", "created": CREATED_UNIX_S, "owned_by": SERVER,
        "meta": {"vocab_type": 2, "n_vocab": VOCABULARY, "n_ctx": profile.context_tokens, "n_ctx_train": profile.context_tokens,
            "n_params": profile.parameters, "size": profile.weights_bytes, "ftype": profile.quantisation, "simulated": true},
    });
    json!({"object": "list", "data": [model]})
}

/// What an answer cost, as the engine itself tells it: `usage` and `timings`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Account {
    pub prompt_tokens: u32,
    pub cached_tokens: u32,
    pub output_tokens: u32,
    /// From the slot being free to the first token.
    pub prompt_ms: f64,
    /// From the first token to the last.
    pub predicted_ms: f64,
}

impl Account {
    fn usage(&self) -> Value {
        json!({"completion_tokens": self.output_tokens, "prompt_tokens": self.prompt_tokens,
            "total_tokens": self.prompt_tokens + self.output_tokens,
            "prompt_tokens_details": {"cached_tokens": self.cached_tokens}})
    }

    /// Per-token figures over n − 1 gaps, as the llama.cpp builds of 2026 define them; 0 for a single token.
    fn timings(&self) -> Value {
        let per = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
        let evaluated = self.prompt_tokens - self.cached_tokens;
        let gaps = f64::from(self.output_tokens.saturating_sub(1));
        json!({"cache_n": self.cached_tokens, "prompt_n": evaluated, "prompt_ms": self.prompt_ms,
            "prompt_per_token_ms": per(self.prompt_ms, f64::from(evaluated)),
            "prompt_per_second": per(f64::from(evaluated) * 1e3, self.prompt_ms),
            "predicted_n": self.output_tokens, "predicted_ms": self.predicted_ms,
            "predicted_per_token_ms": per(self.predicted_ms, gaps), "predicted_per_second": per(gaps * 1e3, self.predicted_ms)})
    }
}

/// The voice of one answer: everything in its events that does not change from token to token, written once.
#[derive(Debug)]
pub struct Voice {
    endpoint: Endpoint,
    model: String,
    id: String,
    /// A content event with an empty text, and where the text goes.
    content: Vec<u8>,
    text_at: usize,
}

impl Voice {
    pub fn new(endpoint: Endpoint, model: &str, id: String) -> Voice {
        let mut voice = Voice { endpoint, model: model.into(), id, content: Vec::new(), text_at: 0 };
        // The mark cannot occur in a model's name or an id, so the event splits exactly around the text.
        const MARK: &str = "\u{1}";
        let choice = match endpoint {
            Endpoint::Chat => json!({"finish_reason": null, "index": 0, "delta": {"content": MARK}}),
            Endpoint::Completions => json!({"text": MARK, "index": 0, "logprobs": null, "finish_reason": null}),
        };
        let event = format!("data: {}\n\n", voice.event(json!([choice])));
        let (before, after) = event.split_once("\\u0001").unwrap_or((&event, ""));
        voice.content = [before.as_bytes(), after.as_bytes()].concat();
        voice.text_at = before.len();
        voice
    }

    /// The first chunk: in chats the event that names the role goes with the first text, as in llama.cpp.
    pub fn frame_first(&self, text: &str, out: &mut Vec<u8>) {
        let mut events = Vec::new();
        if self.endpoint == Endpoint::Chat {
            let delta = json!({"role": "assistant", "content": null});
            push_event(&mut events, &self.event(json!([{"finish_reason": null, "index": 0, "delta": delta}])));
        }
        self.push_content(&mut events, text);
        frame(&events, out);
    }

    /// A chunk with one content event. Called for each token: only copies.
    pub fn frame_content(&self, text: &str, out: &mut Vec<u8>) {
        out.clear();
        push_length(self.content.len() + text.len(), out);
        self.push_content(out, text);
        out.extend_from_slice(b"\r\n");
    }

    /// The chunk with the finish reason, and the usage where it belongs.
    pub fn frame_finish(&self, reason: &str, account: &Account, include_usage: bool, out: &mut Vec<u8>) {
        let choice = match self.endpoint {
            Endpoint::Chat => json!({"finish_reason": reason, "index": 0, "delta": {}}),
            Endpoint::Completions => json!({"text": "", "index": 0, "logprobs": null, "finish_reason": reason}),
        };
        let (mut events, mut last) = (Vec::new(), self.event(json!([choice])));
        match self.endpoint {
            Endpoint::Chat if include_usage => {
                push_event(&mut events, &last);
                last = self.event(json!([]));
                last["usage"] = account.usage();
            }
            Endpoint::Chat => {}
            Endpoint::Completions => {
                if reason == "stop" {
                    self.push_content(&mut events, "");
                }
                last["usage"] = account.usage();
            }
        }
        last["timings"] = account.timings();
        push_event(&mut events, &last);
        frame(&events, out);
    }

    /// The answer to a request that does not stream.
    pub fn whole(&self, text: &str, reason: &str, account: &Account) -> Value {
        let (choice, object) = match self.endpoint {
            Endpoint::Chat => {
                let message = json!({"role": "assistant", "content": text});
                (json!({"finish_reason": reason, "index": 0, "message": message}), "chat.completion")
            }
            Endpoint::Completions => {
                (json!({"text": text, "index": 0, "logprobs": null, "finish_reason": reason}), "text_completion")
            }
        };
        json!({"choices": [choice], "created": CREATED_UNIX_S, "model": self.model, "system_fingerprint": FINGERPRINT,
            "object": object, "usage": account.usage(), "id": self.id, "timings": account.timings()})
    }

    fn push_content(&self, events: &mut Vec<u8>, text: &str) {
        let (before, after) = self.content.split_at(self.text_at);
        events.extend_from_slice(before);
        events.extend_from_slice(text.as_bytes());
        events.extend_from_slice(after);
    }

    fn event(&self, choices: Value) -> Value {
        match self.endpoint {
            Endpoint::Chat => json!({"choices": choices, "created": CREATED_UNIX_S, "id": self.id, "model": self.model,
                "system_fingerprint": FINGERPRINT, "object": "chat.completion.chunk"}),
            Endpoint::Completions => json!({"choices": choices, "created": CREATED_UNIX_S, "model": self.model,
                "system_fingerprint": FINGERPRINT, "object": "text_completion", "id": self.id}),
        }
    }
}

fn push_event(events: &mut Vec<u8>, event: &Value) {
    // Writing to a Vec cannot fail.
    write!(events, "data: {event}\n\n").expect("a Vec takes any bytes");
}

/// Puts `events` into `out` as one HTTP chunk. `out` is emptied first.
fn frame(events: &[u8], out: &mut Vec<u8>) {
    out.clear();
    push_length(events.len(), out);
    out.extend_from_slice(events);
    out.extend_from_slice(b"\r\n");
}

/// The size line of an HTTP chunk, without the formatting machinery.
fn push_length(length: usize, out: &mut Vec<u8>) {
    let digits = (usize::BITS - length.leading_zeros()).div_ceil(4).max(1);
    let digit = |at: u32| b"0123456789abcdef"[(length >> (4 * at)) & 0xF];
    out.extend((0..digits).rev().map(digit));
    out.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunk_says_its_length_in_hexadecimal() {
        let mut out = Vec::new();
        for length in [0, 1, 15, 16, 255, 256, 4096, 1_000_000] {
            frame(&vec![b'x'; length], &mut out);
            assert!(out.starts_with(format!("{length:x}\r\n").as_bytes()));
        }
    }

    #[test]
    fn a_framed_content_event_is_the_event_framed() {
        let (mut events, mut twice, mut once) = (Vec::new(), Vec::new(), Vec::new());
        for endpoint in [Endpoint::Chat, Endpoint::Completions] {
            let voice = Voice::new(endpoint, "simulated-\"x\"", "id".into());
            events.clear();
            voice.push_content(&mut events, " word");
            frame(&events, &mut twice);
            voice.frame_content(" word", &mut once);
            assert_eq!(once, twice);
        }
    }
}

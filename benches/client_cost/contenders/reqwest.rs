//! What one would write first: reqwest, a stamp for each chunk of the body, each event cut out and parsed as JSON at once.

use std::net::SocketAddr;

use dualbench::engines::simulated::now_ns;
use serde::Deserialize;

use super::{Contender, Stamps};

/// One client, and so one pool, for all lines. The warm-up fills it with as many connections as there are lines.
#[derive(Clone)]
pub struct Reqwest {
    client: reqwest::Client,
    url: String,
}

#[derive(Deserialize)]
struct Event {
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    delta: Delta,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Delta {
    content: Option<String>,
}

impl Contender for Reqwest {
    type Line = Reqwest;

    fn new(address: SocketAddr) -> Reqwest {
        let client = reqwest::Client::builder().no_proxy().tcp_nodelay(true).build().unwrap();
        Reqwest { client, url: format!("http://{address}/v1/chat/completions") }
    }

    async fn open(&self) -> Reqwest {
        self.clone()
    }

    async fn read(line: &mut Reqwest, exchange: &str, body: &str) -> Stamps {
        let request = line.client.post(&line.url).header("content-type", "application/json");
        let request = request.header("x-dualbench-exchange", exchange).body(body.to_owned());
        let mut response = request.send().await.unwrap().error_for_status().unwrap();
        let (mut stamps, mut pending, mut finished) = (Vec::with_capacity(128), Vec::new(), false);
        while let Some(bytes) = response.chunk().await.unwrap() {
            let at_ns = now_ns();
            pending.extend_from_slice(&bytes);
            let mut used = 0;
            while let Some(end) = memchr::memmem::find(&pending[used..], b"\n\n") {
                let payload = pending[used..used + end].strip_prefix(b"data: ").unwrap();
                used += end + 2;
                if payload == b"[DONE]" {
                    continue;
                }
                let event: Event = serde_json::from_slice(payload).unwrap();
                let Some(choice) = event.choices.first() else { continue };
                finished |= choice.finish_reason.is_some();
                if choice.delta.content.as_ref().is_some_and(|content| !content.is_empty()) {
                    stamps.push(at_ns);
                }
            }
            pending.drain(..used);
        }
        assert!(finished, "a stream ended without a finish reason");
        Stamps::Chunks(stamps)
    }
}

//! A backend that runs its own pipeline: docs/pipeline-protocol.md, with OpenAI's chat chunks between its events.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Event, Finish, Usage, count, full, openai};
use crate::engines::ask::{Ask, Length};
use crate::measure::Stage;

/// The version of the protocol that is spoken here.
const PROTOCOL: u32 = 1;

/// Which end of a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    Started,
    Ended,
}

/// What a backend said of one of its stages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageMark {
    pub stage: Stage,
    pub edge: Edge,
    /// On the backend's clock, from its receipt of the request. Never to be subtracted from ours.
    pub at: Duration,
    /// Our stamp, from our send; zero until the event is stamped.
    pub arrived: Duration,
    pub prompt_tokens: Option<u32>,
    pub output_tokens: Option<u32>,
    pub intent: Option<String>,
}

/// Where a backend says that it failed; why is the exchange's ending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub stage: Option<Stage>,
    /// Our stamp, from our send; zero until the event is stamped.
    pub arrived: Duration,
}

pub(super) fn body(ask: &Ask) -> Value {
    let mut body = json!({
        "question": ask.prompt.text(),
        "max_tokens": ask.length.tokens(),
        "exact_length": matches!(ask.length, Length::Exact(_)),
    });
    if let Some(seed) = ask.seed {
        body["seed"] = json!(seed);
    }
    body["stream"] = json!(true);
    body
}

/// An event without a name is OpenAI's; one with a name that is not known here belongs to a later protocol.
pub(super) fn event<'a>(name: &[u8], data: &'a [u8]) -> Result<Event<'a>, String> {
    match name {
        b"" | b"message" => openai::event(data),
        b"hello" => hello(data),
        b"stage" => stage(data),
        b"token" => token(data),
        b"usage" => usage(data),
        b"error" => error(data),
        b"done" => done(data),
        _ => Ok(Event::default()),
    }
}

#[derive(Deserialize)]
struct Hello {
    protocol: u32,
}

fn hello(data: &[u8]) -> Result<Event<'_>, String> {
    let hello: Hello = read("hello", data)?;
    match hello.protocol {
        PROTOCOL => Ok(Event::default()),
        other => Err(format!("`hello`: protocol {other} is not known; known is {PROTOCOL}")),
    }
}

#[derive(Deserialize)]
struct WireStage<'a> {
    #[serde(borrow)]
    stage: Cow<'a, str>,
    #[serde(borrow)]
    state: Cow<'a, str>,
    at_ms: f64,
    prompt_tokens: Option<f64>,
    output_tokens: Option<f64>,
    #[serde(borrow, default)]
    intent: Option<Cow<'a, str>>,
}

fn stage(data: &[u8]) -> Result<Event<'_>, String> {
    let wire: WireStage<'_> = read("stage", data)?;
    let edge = match &*wire.state {
        "started" => Edge::Started,
        "ended" => Edge::Ended,
        other => return Err(format!("`stage`: unknown state `{other}`; known are started, ended")),
    };
    let mark = StageMark {
        stage: stage_of(&wire.stage)?,
        edge,
        at: offset(wire.at_ms)?,
        arrived: Duration::ZERO,
        prompt_tokens: count(wire.prompt_tokens),
        output_tokens: count(wire.output_tokens),
        intent: full(wire.intent).map(Cow::into_owned),
    };
    Ok(Event { stage: Some(mark), ..Event::default() })
}

fn stage_of(word: &str) -> Result<Stage, String> {
    Stage::parse(word).ok_or_else(|| {
        let known: Vec<&str> = Stage::ALL.iter().map(|s| s.word()).collect();
        format!("unknown stage `{word}`; known are {}", known.join(", "))
    })
}

/// A backend's offset; below eleven days, as everything here.
fn offset(at_ms: f64) -> Result<Duration, String> {
    if !(0.0..1e9).contains(&at_ms) {
        return Err(format!("`stage`: at_ms {at_ms} is no offset from the receipt of the request"));
    }
    Ok(Duration::from_nanos((at_ms * 1e6).round() as u64))
}

#[derive(Deserialize)]
struct WireToken<'a> {
    #[serde(borrow)]
    text: Cow<'a, str>,
    tokens: Option<f64>,
    #[serde(borrow, default)]
    kind: Option<Cow<'a, str>>,
}

fn token(data: &[u8]) -> Result<Event<'_>, String> {
    let wire: WireToken<'_> = read("token", data)?;
    let tokens = count(wire.tokens);
    let text = full(Some(wire.text));
    match wire.kind.as_deref() {
        None | Some("answer") => Ok(Event { text, tokens, ..Event::default() }),
        Some("reasoning") => Ok(Event { reasoning: text, tokens, ..Event::default() }),
        Some(other) => Err(format!("`token`: unknown kind `{other}`; known are answer, reasoning")),
    }
}

#[derive(Deserialize)]
struct WireUsage {
    prompt_tokens: Option<f64>,
    output_tokens: Option<f64>,
    cached_tokens: Option<f64>,
}

fn usage(data: &[u8]) -> Result<Event<'_>, String> {
    let wire: WireUsage = read("usage", data)?;
    let usage = Usage {
        prompt: count(wire.prompt_tokens),
        cached: count(wire.cached_tokens),
        output: count(wire.output_tokens),
    };
    Ok(Event { usage: Some(usage), ..Event::default() })
}

#[derive(Deserialize)]
struct WireError {
    stage: Option<String>,
    message: String,
}

fn error(data: &[u8]) -> Result<Event<'_>, String> {
    let wire: WireError = read("error", data)?;
    let stage = wire.stage.as_deref().map(stage_of).transpose();
    let stage = stage.map_err(|e| format!("`error` that says `{}`: {e}", wire.message))?;
    let failure = Failure { stage, arrived: Duration::ZERO };
    Ok(Event { error: Some(wire.message), failure: Some(failure), ..Event::default() })
}

#[derive(Deserialize)]
struct WireDone<'a> {
    #[serde(borrow)]
    finish: Cow<'a, str>,
}

fn done(data: &[u8]) -> Result<Event<'_>, String> {
    let wire: WireDone<'_> = read("done", data)?;
    let finish = match &*wire.finish {
        "stop" => Finish::Stop,
        "length" => Finish::Length,
        other => return Err(format!("`done`: unknown finish `{other}`; known are stop, length")),
    };
    Ok(Event { finish: Some(finish), done: true, ..Event::default() })
}

fn read<'a, T: Deserialize<'a>>(name: &str, data: &'a [u8]) -> Result<T, String> {
    serde_json::from_slice(data).map_err(|e| format!("`{name}`: {e}"))
}

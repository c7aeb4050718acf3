//! How engines word their API. The only place that knows their JSON field names.

mod llamacpp;
mod ollama;
mod openai;
mod pipeline;
mod repair;

use std::borrow::Cow;
use std::time::Duration;

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::engines::ask::{Ask, Prompt};
use crate::engines::framer::Framing;
use crate::measure::EngineDurations;

pub use pipeline::{Edge, Failure, StageMark};

/// The wording of one engine's API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// `/v1/chat/completions`.
    OpenaiChat,
    /// `/v1/completions`.
    OpenaiCompletions,
    /// llama.cpp's native `/completion`.
    Llamacpp,
    /// Ollama's `/api/chat` for messages, `/api/generate` for plain text.
    Ollama,
    /// A backend that runs a pipeline of its own: docs/pipeline-protocol.md. No dialect of an engine.
    Pipeline,
}

/// What an engine is beyond its dialect: extensions are sent only where they are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Flavour {
    #[default]
    Plain,
    Llamacpp,
}

impl Dialect {
    /// What an engine may speak.
    pub const OF_ENGINES: [Dialect; 4] =
        [Dialect::OpenaiChat, Dialect::OpenaiCompletions, Dialect::Llamacpp, Dialect::Ollama];

    pub fn word(self) -> &'static str {
        match self {
            Dialect::OpenaiChat => "openai-chat",
            Dialect::OpenaiCompletions => "openai-completions",
            Dialect::Llamacpp => "llamacpp",
            Dialect::Ollama => "ollama",
            Dialect::Pipeline => "pipeline",
        }
    }

    pub fn parse(word: &str) -> Option<Dialect> {
        Dialect::OF_ENGINES.into_iter().chain([Dialect::Pipeline]).find(|d| d.word() == word)
    }

    /// The path that a streamed request goes to.
    pub fn path(self, prompt: &Prompt) -> &'static str {
        match (self, prompt) {
            (Dialect::OpenaiChat, _) => "/v1/chat/completions",
            (Dialect::OpenaiCompletions, _) => "/v1/completions",
            (Dialect::Llamacpp, _) => "/completion",
            (Dialect::Ollama, Prompt::Messages(_)) => "/api/chat",
            (Dialect::Ollama, Prompt::Text(_)) => "/api/generate",
            // The URL is the endpoint itself.
            (Dialect::Pipeline, _) => "",
        }
    }

    pub fn framing(self) -> Framing {
        match self {
            Dialect::Ollama => Framing::Lines,
            _ => Framing::Events,
        }
    }

    /// The body of a streamed request.
    pub fn body(self, ask: &Ask, model: &str, flavour: Flavour) -> Value {
        match self {
            Dialect::OpenaiChat | Dialect::OpenaiCompletions => openai::body(self, ask, model, flavour),
            Dialect::Llamacpp => llamacpp::body(ask),
            Dialect::Ollama => ollama::body(ask, model),
            Dialect::Pipeline => pipeline::body(ask),
        }
    }

    /// Reads one payload of the stream. `name`: the event's, empty where it has none. What JSON forbids and engines send
    /// all the same (half of a surrogate pair, bytes that are no UTF-8, `NaN`) costs its place, not the exchange.
    ///
    /// # Errors
    /// What is not the dialect's JSON.
    pub fn event<'a>(self, name: &[u8], data: &'a [u8]) -> Result<Event<'a>, String> {
        self.strict(name, data).or_else(|why| {
            let repaired = repair::repaired(data).ok_or_else(|| why.clone())?;
            self.strict(name, repaired.as_bytes()).map(Event::into_owned).map_err(|_| why)
        })
    }

    /// Whether the body so far ends with the event that ends the stream. Looked at once a read: the last line only, and
    /// no JSON is parsed.
    pub(super) fn says_done(self, body: &[u8]) -> bool {
        let text = body.trim_ascii_end();
        let start = memchr::memrchr(b'\n', text).map_or(0, |at| at + 1);
        let last = &text[start..];
        let whole = body.ends_with(b"\n");
        let says = |words: [&[u8]; 2]| whole && words.iter().any(|w| memchr::memmem::find(last, w).is_some());
        match self {
            Dialect::OpenaiChat | Dialect::OpenaiCompletions => last.ends_with(b"[DONE]"),
            Dialect::Llamacpp => last.ends_with(b"[DONE]") || says([b"\"stop\":true", b"\"stop\": true"]),
            Dialect::Ollama => says([b"\"done\":true", b"\"done\": true"]),
            // The protocol's `done` is an event's name; its data is the one object with a finish and nothing else.
            Dialect::Pipeline => says([b"data: {\"finish\":", b"data:{\"finish\":"]),
        }
    }

    fn strict<'a>(self, name: &[u8], data: &'a [u8]) -> Result<Event<'a>, String> {
        if data == b"[DONE]" {
            // A pipeline says `done` with an event of its own, behind what it tells of usage.
            return Ok(Event { done: self != Dialect::Pipeline, ..Event::default() });
        }
        match self {
            Dialect::OpenaiChat | Dialect::OpenaiCompletions => openai::event(data),
            Dialect::Llamacpp => llamacpp::event(data),
            Dialect::Ollama => ollama::event(data),
            Dialect::Pipeline => pipeline::event(name, data),
        }
    }
}

/// Why the engine stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    Stop,
    Length,
}

/// What a finish reason means: OpenAI's, llama.cpp's, Ollama's, TGI's and mistral.rs's words for the end of an answer.
///
/// # Errors
/// The word is none of them: the answer was given up (`abort`, `error`, `content_filter`), or nothing was asked
/// (`load`, `unload`).
fn finish(word: &str) -> Result<Finish, String> {
    match word {
        "stop" | "eos" | "eos_token" | "stop_sequence" | "end_turn" | "word" | "tool_calls" | "function_call" => {
            Ok(Finish::Stop)
        }
        "length" | "limit" | "max_tokens" => Ok(Finish::Length),
        "load" | "unload" => Err(format!("the engine says `{word}`: it handled its model and generated nothing")),
        _ => Err(format!("the engine ended the answer with `{word}`")),
    }
}

/// Token counts as an engine claims them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    pub prompt: Option<u32>,
    pub cached: Option<u32>,
    pub output: Option<u32>,
}

/// One event of a stream, whatever the dialect.
#[derive(Debug, Default, PartialEq)]
pub struct Event<'a> {
    pub text: Option<Cow<'a, str>>,
    pub reasoning: Option<Cow<'a, str>>,
    pub tool_call: bool,
    /// Tokens in this event, where the engine says so.
    pub tokens: Option<u32>,
    /// Tokens generated so far, where the engine says so.
    pub running_tokens: Option<u32>,
    pub finish: Option<Finish>,
    /// `usage`: what the API promises.
    pub usage: Option<Usage>,
    /// Timings: what the engine counted itself.
    pub timings: Option<Usage>,
    pub durations: Option<EngineDurations>,
    /// The engine's own figures as it sent them.
    pub raw: Option<Cow<'a, str>>,
    pub error: Option<String>,
    /// What a remote pipeline says of one of its stages.
    pub stage: Option<StageMark>,
    /// Where a remote pipeline failed, beside `error`.
    pub failure: Option<Failure>,
    pub done: bool,
}

impl Event<'_> {
    /// The same, free of the bytes that it was read from.
    pub fn into_owned(self) -> Event<'static> {
        let own = |text: Option<Cow<'_, str>>| text.map(|t| Cow::Owned(t.into_owned()));
        Event {
            text: own(self.text),
            reasoning: own(self.reasoning),
            raw: own(self.raw),
            tool_call: self.tool_call,
            tokens: self.tokens,
            running_tokens: self.running_tokens,
            finish: self.finish,
            usage: self.usage,
            timings: self.timings,
            durations: self.durations,
            error: self.error,
            stage: self.stage,
            failure: self.failure,
            done: self.done,
        }
    }
}

impl Event<'_> {
    /// Takes a finish reason in; one that is no end of an answer is an error.
    fn finish_with(&mut self, word: &str) {
        match finish(word) {
            Ok(finish) => self.finish = Some(finish),
            Err(why) => self.error = self.error.take().or(Some(why)),
        }
    }
}

/// Characters of an error's text that are kept.
const ERROR_CHARS: usize = 400;

/// An error's text as it may be kept and shown: without the key that an engine may have echoed, and short. The key goes
/// first: a cut through it would leave a part of it.
pub(super) fn fit_to_keep(text: &str, key: Option<&str>) -> String {
    let veiled = match key.filter(|k| !k.is_empty()) {
        Some(key) => text.replace(key, "…"),
        None => text.to_owned(),
    };
    match veiled.char_indices().nth(ERROR_CHARS) {
        Some((end, _)) => format!("{} …", &veiled[..end]),
        None => veiled,
    }
}

/// The text of an error answer: the JSON's message where there is one, else the body. Whole, and with whatever the
/// engine put there: see [`fit_to_keep`].
pub fn error_text(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let value: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
    let error = &value["error"];
    let said = [&error["message"], error, &value["message"], &value["detail"]];
    let said = said.into_iter().find(|v| !v.is_null());
    let said = said.map_or_else(|| text.trim().to_owned(), |v| v.as_str().map_or_else(|| v.to_string(), str::to_owned));
    if said.is_empty() { "no text".to_owned() } else { said }
}

/// A number, or nothing where something else stands: a count that cannot be read is no claim, and no reason to lose the
/// exchange.
fn lenient<'de, D: Deserializer<'de>>(d: D) -> Result<Option<f64>, D::Error> {
    let raw = <&RawValue>::deserialize(d)?;
    Ok(serde_json::from_str(raw.get()).ok())
}

/// Milliseconds of an engine, if they make sense.
fn ms(v: Option<f64>) -> Option<Duration> {
    v.filter(|v| v.is_finite() && *v > 0.0 && *v < 1e9).map(|v| Duration::from_secs_f64(v / 1e3))
}

/// Nanoseconds of an engine, if they make sense.
fn ns(v: Option<f64>) -> Option<Duration> {
    ms(v.map(|v| v / 1e6))
}

/// A count of an engine, if it makes sense.
fn count(v: Option<f64>) -> Option<u32> {
    v.filter(|v| *v >= 0.0 && *v < 4e9 && v.fract() == 0.0).map(|v| v as u32)
}

fn full(text: Option<Cow<'_, str>>) -> Option<Cow<'_, str>> {
    text.filter(|t| !t.is_empty())
}

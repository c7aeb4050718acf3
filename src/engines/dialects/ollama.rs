//! Ollama's `/api/chat` and `/api/generate`: one JSON object a line.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::{Event, Finish, Usage, count, error_text, full, lenient, ns};
use crate::engines::ask::{Ask, Prompt};
use crate::measure::EngineDurations;

/// There is no `ignore_eos`: an exact length is only an upper bound here.
pub(super) fn body(ask: &Ask, model: &str) -> Value {
    let mut options = json!({ "num_predict": ask.length.tokens() });
    if let Some(t) = ask.temperature {
        options["temperature"] = json!(t);
    }
    if let Some(seed) = ask.seed {
        options["seed"] = json!(seed);
    }
    let mut body = json!({ "model": model, "stream": true, "options": options });
    if !ask.choices.is_empty() {
        body["format"] = ask.choice_schema();
    }
    match &ask.prompt {
        Prompt::Messages(list) => {
            body["messages"] = list.iter().map(|m| json!({ "role": m.role.word(), "content": m.content })).collect();
        }
        Prompt::Text(text) => {
            body["prompt"] = json!(text);
            body["raw"] = json!(true);
        }
    }
    body
}

#[derive(Deserialize)]
struct Wire<'a> {
    #[serde(borrow, default)]
    message: Option<Message<'a>>,
    #[serde(borrow, default)]
    response: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    thinking: Option<Cow<'a, str>>,
    #[serde(default)]
    done: bool,
    #[serde(borrow, default)]
    done_reason: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    error: Option<&'a RawValue>,
    #[serde(default, deserialize_with = "lenient")]
    load_duration: Option<f64>,
    #[serde(default, deserialize_with = "lenient")]
    prompt_eval_count: Option<f64>,
    #[serde(default, deserialize_with = "lenient")]
    prompt_eval_cached_count: Option<f64>,
    #[serde(default, deserialize_with = "lenient")]
    prompt_eval_duration: Option<f64>,
    #[serde(default, deserialize_with = "lenient")]
    eval_count: Option<f64>,
    #[serde(default, deserialize_with = "lenient")]
    eval_duration: Option<f64>,
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow, default)]
    content: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    thinking: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    tool_calls: Option<&'a RawValue>,
}

pub(super) fn event(data: &[u8]) -> Result<Event<'_>, String> {
    let wire: Wire<'_> = serde_json::from_slice(data).map_err(|e| e.to_string())?;
    let mut event =
        Event { text: full(wire.response), reasoning: full(wire.thinking), done: wire.done, ..Event::default() };
    if let Some(message) = wire.message {
        event.text = full(message.content).or(event.text);
        event.reasoning = full(message.thinking).or(event.reasoning);
        event.tool_call = message.tool_calls.is_some_and(|t| !matches!(t.get(), "null" | "[]"));
    }
    if wire.error.is_some_and(|e| e.get() != "null") {
        event.error = Some(error_text(data));
    }
    if wire.done {
        match wire.done_reason.as_deref() {
            Some(word) => event.finish_with(word),
            // Versions from before `done_reason`.
            None => event.finish = Some(Finish::Stop),
        }
        event.timings = Some(Usage {
            prompt: count(wire.prompt_eval_count),
            cached: count(wire.prompt_eval_cached_count),
            output: count(wire.eval_count),
        });
        event.durations = Some(EngineDurations {
            prefill: ns(wire.prompt_eval_duration),
            decode: ns(wire.eval_duration),
            load: ns(wire.load_duration),
        });
        event.raw = Some(String::from_utf8_lossy(data));
    }
    Ok(event)
}

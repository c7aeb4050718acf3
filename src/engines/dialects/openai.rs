//! OpenAI's chat and completions, with what llama.cpp, vLLM, Ollama, mistral.rs and others do to them.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::{Dialect, Event, Flavour, Usage, count, error_text, full, lenient, ms};
use crate::engines::ask::{Ask, Length};
use crate::measure::EngineDurations;

pub(super) fn body(dialect: Dialect, ask: &Ask, model: &str, flavour: Flavour) -> Value {
    let mut body = json!({
        "model": model,
        "stream": true,
        "stream_options": { "include_usage": true },
        "max_tokens": ask.length.tokens(),
    });
    if dialect == Dialect::OpenaiChat {
        let messages = ask.prompt.messages();
        body["messages"] = messages.iter().map(|m| json!({ "role": m.role.word(), "content": m.content })).collect();
    } else {
        body["prompt"] = json!(ask.prompt.text());
    }
    if let Some(t) = ask.temperature {
        body["temperature"] = json!(t);
    }
    if let Some(seed) = ask.seed {
        body["seed"] = json!(seed);
    }
    if matches!(ask.length, Length::Exact(_)) {
        body["ignore_eos"] = json!(true);
    }
    if !ask.choices.is_empty() {
        match flavour {
            Flavour::Llamacpp => body["grammar"] = json!(ask.choice_grammar()),
            Flavour::Plain => {
                let schema = json!({ "name": "choice", "strict": true, "schema": ask.choice_schema() });
                body["response_format"] = json!({ "type": "json_schema", "json_schema": schema });
            }
        }
    }
    if flavour == Flavour::Llamacpp {
        body["cache_prompt"] = json!(ask.cache_prompt);
        body["timings_per_token"] = json!(true);
    }
    body
}

#[derive(Deserialize)]
struct Wire<'a> {
    #[serde(borrow, default)]
    choices: Option<Vec<Choice<'a>>>,
    #[serde(borrow, default)]
    usage: Option<&'a RawValue>,
    #[serde(borrow, default)]
    timings: Option<&'a RawValue>,
    #[serde(borrow, default)]
    error: Option<&'a RawValue>,
    #[serde(borrow, default)]
    detail: Option<&'a RawValue>,
    #[serde(borrow, default)]
    object: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Choice<'a> {
    #[serde(default)]
    index: u32,
    #[serde(borrow, default)]
    delta: Option<Delta<'a>>,
    /// Only in an answer that was not streamed.
    #[serde(borrow, default)]
    message: Option<&'a RawValue>,
    #[serde(borrow, default)]
    text: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    finish_reason: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Delta<'a> {
    #[serde(borrow, default)]
    content: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    reasoning_content: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    reasoning: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    tool_calls: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct WireUsage {
    #[serde(default, deserialize_with = "lenient")]
    prompt_tokens: Option<f64>,
    #[serde(default, deserialize_with = "lenient")]
    completion_tokens: Option<f64>,
    #[serde(default)]
    prompt_tokens_details: Option<Details>,
}

#[derive(Deserialize)]
struct Details {
    #[serde(default, deserialize_with = "lenient")]
    cached_tokens: Option<f64>,
}

/// llama.cpp's `timings`.
#[derive(Deserialize)]
pub(super) struct Timings {
    cache_n: Option<f64>,
    prompt_n: Option<f64>,
    prompt_ms: Option<f64>,
    predicted_n: Option<f64>,
    predicted_ms: Option<f64>,
}

impl Timings {
    /// `prompt_n` leaves cached tokens out.
    pub(super) fn usage(&self) -> Usage {
        let cached = count(self.cache_n);
        let prompt = count(self.prompt_n).map(|n| n + cached.unwrap_or(0));
        Usage { prompt, cached, output: count(self.predicted_n) }
    }

    pub(super) fn durations(&self) -> EngineDurations {
        EngineDurations { prefill: ms(self.prompt_ms), decode: ms(self.predicted_ms), load: None }
    }
}

pub(super) fn event(data: &[u8]) -> Result<Event<'_>, String> {
    let wire: Wire<'_> = match serde_json::from_slice(data) {
        Ok(wire) => wire,
        // mistral.rs: plain text as data, under status 200.
        Err(_) if !data.trim_ascii_start().starts_with(b"{") => {
            return Ok(Event { error: Some(error_text(data)), ..Event::default() });
        }
        Err(e) => return Err(e.to_string()),
    };
    let mut event = Event::default();
    let object_says = wire.object.is_some_and(|o| o.get() == "\"error\"");
    if present(wire.error) || object_says || (wire.choices.is_none() && present(wire.detail)) {
        event.error = Some(error_text(data));
    }
    // Only the first answer counts: nothing here asks for more.
    if let Some(choice) = wire.choices.into_iter().flatten().find(|c| c.index == 0) {
        if let Some(word) = choice.finish_reason.filter(|f| !f.is_empty()) {
            event.finish_with(&word);
        }
        if present(choice.message) && choice.delta.is_none() {
            event.error = Some("the engine did not stream: it answered with one whole message".to_owned());
        }
        event.text = full(choice.text);
        if let Some(delta) = choice.delta {
            event.text = full(delta.content).or(event.text);
            event.reasoning = full(delta.reasoning_content).or(full(delta.reasoning));
            event.tool_call = delta.tool_calls.is_some_and(|t| !matches!(t.get(), "null" | "[]"));
        }
    }
    let usage = wire.usage.and_then(|raw| serde_json::from_str::<Option<WireUsage>>(raw.get()).ok().flatten());
    event.usage = usage.map(|u| Usage {
        prompt: count(u.prompt_tokens),
        cached: u.prompt_tokens_details.and_then(|d| count(d.cached_tokens)),
        output: count(u.completion_tokens),
    });
    if let Some((raw, timings)) =
        wire.timings.and_then(|raw| Some((raw, serde_json::from_str::<Timings>(raw.get()).ok()?)))
    {
        let usage = timings.usage();
        event.running_tokens = usage.output;
        event.timings = Some(usage);
        event.durations = Some(timings.durations());
        event.raw = Some(Cow::Borrowed(raw.get()));
    }
    Ok(event)
}

fn present(raw: Option<&RawValue>) -> bool {
    raw.is_some_and(|r| r.get() != "null")
}

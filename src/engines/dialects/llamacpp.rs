//! llama.cpp's native `/completion`.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::openai::Timings;
use super::{Event, Finish, count, error_text, full, lenient};
use crate::engines::ask::{Ask, Length};

pub(super) fn body(ask: &Ask) -> Value {
    let mut body = json!({
        "prompt": ask.prompt.text(),
        "stream": true,
        "n_predict": ask.length.tokens(),
        "cache_prompt": ask.cache_prompt,
        "ignore_eos": matches!(ask.length, Length::Exact(_)),
    });
    if let Some(t) = ask.temperature {
        body["temperature"] = json!(t);
    }
    if let Some(seed) = ask.seed {
        body["seed"] = json!(seed);
    }
    if !ask.choices.is_empty() {
        body["grammar"] = json!(ask.choice_grammar());
    }
    body
}

#[derive(Deserialize)]
struct Wire<'a> {
    #[serde(borrow, default)]
    content: Option<Cow<'a, str>>,
    #[serde(default)]
    stop: bool,
    #[serde(borrow, default)]
    stop_type: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "lenient")]
    tokens_predicted: Option<f64>,
    #[serde(borrow, default)]
    timings: Option<&'a RawValue>,
    #[serde(borrow, default)]
    error: Option<&'a RawValue>,
}

pub(super) fn event(data: &[u8]) -> Result<Event<'_>, String> {
    let wire: Wire<'_> = serde_json::from_slice(data).map_err(|e| e.to_string())?;
    let mut event =
        Event { text: full(wire.content), running_tokens: count(wire.tokens_predicted), ..Event::default() };
    if wire.error.is_some_and(|e| e.get() != "null") {
        event.error = Some(error_text(data));
    }
    if wire.stop {
        event.done = true;
        match wire.stop_type.as_deref() {
            Some(word) => event.finish_with(word),
            // Builds from before `stop_type`.
            None => event.finish = Some(Finish::Stop),
        }
    }
    if let Some((raw, timings)) =
        wire.timings.and_then(|raw| Some((raw, serde_json::from_str::<Timings>(raw.get()).ok()?)))
    {
        event.timings = Some(timings.usage());
        event.durations = Some(timings.durations());
        event.raw = Some(Cow::Borrowed(raw.get()));
    }
    Ok(event)
}

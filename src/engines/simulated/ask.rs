//! What a client asks: the body of a completion request, checked, and refused in llama.cpp's words.

use serde_json::{Map, Value};

use super::tokenizer::{TEMPLATE_TOKENS_OPENING, TEMPLATE_TOKENS_PER_MESSAGE, tokenize};
use super::wire::Refusal;

/// Which of the two endpoints was asked: they differ in the prompt and in the bytes of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    Chat,
    Completions,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    pub endpoint: Endpoint,
    /// Ids of the prompt's own tokens; the template's are not among them.
    pub prompt: Vec<u32>,
    pub template_tokens: u32,
    /// None: until the answer stops by itself or the context is full.
    pub max_tokens: Option<u32>,
    pub ignore_eos: bool,
    pub seed: Option<u64>,
    pub stream: bool,
    pub include_usage: bool,
    pub cache_prompt: bool,
    /// What a grammar or a JSON schema allows; empty = anything. Of GBNF only `root ::= "a" | "b"` is understood, of
    /// schemas only an object whose one property is an enum of texts.
    pub choices: Vec<String>,
}

impl Ask {
    pub fn parse(endpoint: Endpoint, body: &[u8]) -> Result<Ask, Refusal> {
        let body = object(body)?;
        let (prompt, template_tokens) = match endpoint {
            Endpoint::Chat => chat_prompt(&body)?,
            Endpoint::Completions => (plain_prompt(&body)?, 0),
        };
        let options = body.get("stream_options").and_then(Value::as_object);
        Ok(Ask {
            endpoint,
            prompt,
            template_tokens,
            max_tokens: max_tokens(&body)?,
            ignore_eos: flag(&body, "ignore_eos")?.unwrap_or(false),
            seed: integer(&body, "seed")?.filter(|seed| *seed >= 0).map(i64::cast_unsigned),
            stream: flag(&body, "stream")?.unwrap_or(false),
            include_usage: options.map_or(Ok(None), |options| flag(options, "include_usage"))?.unwrap_or(false),
            cache_prompt: flag(&body, "cache_prompt")?.unwrap_or(true),
            choices: match grammar(&body)? {
                free if free.is_empty() => schema(&body)?,
                choices => choices,
            },
        })
    }

    /// Prompt tokens as `usage` claims them.
    pub fn prompt_tokens(&self) -> u32 {
        self.template_tokens + self.prompt.len() as u32
    }
}

/// The body of `/tokenize`.
pub fn content_to_tokenize(body: &[u8]) -> Result<Vec<u32>, Refusal> {
    let body = object(body)?;
    Ok(body.get("content").and_then(Value::as_str).map(tokenize).unwrap_or_default())
}

fn object(body: &[u8]) -> Result<Map<String, Value>, Refusal> {
    serde_json::from_slice(body).map_err(|wrong| {
        let (line, column) = (wrong.line(), wrong.column());
        let message = format!("[json.exception.parse_error.101] parse error at line {line}, column {column}: {wrong}");
        Refusal::invalid(message)
    })
}

fn chat_prompt(body: &Map<String, Value>) -> Result<(Vec<u32>, u32), Refusal> {
    let messages = match body.get("messages") {
        None => return Err(Refusal::invalid("'messages' is required")),
        Some(Value::Array(messages)) => messages,
        Some(_) => return Err(Refusal::invalid("Expected 'messages' to be an array")),
    };
    let mut prompt = Vec::new();
    for message in messages {
        match message.get("content") {
            Some(Value::String(text)) => prompt.extend(tokenize(text)),
            Some(Value::Array(parts)) => {
                let texts = parts.iter().filter_map(|part| part.get("text")?.as_str());
                texts.for_each(|text| prompt.extend(tokenize(text)));
            }
            Some(Value::Null) => {}
            _ => return Err(Refusal::invalid("All non-assistant messages must contain 'content'")),
        }
    }
    Ok((prompt, TEMPLATE_TOKENS_OPENING + TEMPLATE_TOKENS_PER_MESSAGE * messages.len() as u32))
}

fn plain_prompt(body: &Map<String, Value>) -> Result<Vec<u32>, Refusal> {
    match body.get("prompt") {
        None => Err(Refusal::invalid("'prompt' is required")),
        Some(Value::String(text)) => Ok(tokenize(text)),
        Some(Value::Array(ids)) => {
            let ids: Option<Vec<u32>> = ids.iter().map(|id| u32::try_from(id.as_u64()?).ok()).collect();
            ids.ok_or_else(|| Refusal::invalid("\"prompt\" must be a string or an array of tokens"))
        }
        Some(_) => Err(Refusal::invalid("\"prompt\" must be a string or an array of tokens")),
    }
}

/// The newer name wins; a negative number means no limit; 0 still gives one token, as llama.cpp does.
fn max_tokens(body: &Map<String, Value>) -> Result<Option<u32>, Refusal> {
    for name in ["max_completion_tokens", "max_tokens", "n_predict"] {
        if let Some(asked) = integer(body, name)? {
            return Ok((asked >= 0).then(|| u32::try_from(asked).unwrap_or(u32::MAX).max(1)));
        }
    }
    Ok(None)
}

fn grammar(body: &Map<String, Value>) -> Result<Vec<String>, Refusal> {
    let text = match body.get("grammar") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::String(text)) => text,
        Some(other) => return Err(wrong_type("grammar", "string", other)),
    };
    let refused =
        || Refusal::invalid("failed to parse grammar: the simulated engines know `root ::= \"a\" | \"b\"` only");
    let alternatives = text.trim().strip_prefix("root ::=").ok_or_else(refused)?;
    // A GBNF string of plain text is a JSON string.
    let one = |part: &str| serde_json::from_str::<String>(part.trim()).ok().filter(|s| !s.is_empty());
    alternatives.split('|').map(one).collect::<Option<Vec<String>>>().ok_or_else(refused)
}

/// `response_format` of type `json_schema`: the whole answers that it allows.
fn schema(body: &Map<String, Value>) -> Result<Vec<String>, Refusal> {
    let Some(format) = body.get("response_format").filter(|f| f["type"] == "json_schema") else {
        return Ok(Vec::new());
    };
    let properties = format["json_schema"]["schema"]["properties"].as_object().filter(|p| p.len() == 1);
    let one = properties.and_then(|p| p.iter().next());
    let allowed = one.and_then(|(key, of)| Some((key, of["enum"].as_array()?)));
    let (key, texts) = allowed.ok_or_else(|| {
        Refusal::invalid("failed to parse schema: the simulated engines know an object with one enum of texts only")
    })?;
    Ok(texts.iter().map(|text| serde_json::json!({ key: text }).to_string()).collect())
}

fn flag(body: &Map<String, Value>, name: &str) -> Result<Option<bool>, Refusal> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Bool(flag)) => Ok(Some(*flag)),
        Some(other) => Err(wrong_type(name, "boolean", other)),
    }
}

fn integer(body: &Map<String, Value>, name: &str) -> Result<Option<i64>, Refusal> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        // A seed above 2^63 wraps into the negative, a fraction is cut off: both as in llama.cpp's own cast.
        Some(Value::Number(number)) => {
            let wide = number.as_u64().map(u64::cast_signed);
            Ok(number.as_i64().or(wide).or_else(|| number.as_f64().map(|float| float as i64)))
        }
        Some(other) => Err(wrong_type(name, "number", other)),
    }
}

fn wrong_type(name: &str, wanted: &str, found: &Value) -> Refusal {
    let found = match found {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    Refusal::invalid(format!("Field '{name}': [json.exception.type_error.302] type must be {wanted}, but is {found}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(endpoint: Endpoint, body: &str) -> String {
        Ask::parse(endpoint, body.as_bytes()).unwrap_err().message
    }

    #[test]
    fn a_chat_prompt_is_its_texts_and_the_template() {
        let body = r#"{"messages":[{"role":"system","content":"be brief"},{"role":"user","content":[{"type":"text","text":"one two three"}]}]}"#;
        let ask = Ask::parse(Endpoint::Chat, body.as_bytes()).unwrap();
        assert_eq!((ask.prompt.len(), ask.template_tokens, ask.prompt_tokens()), (5, 11, 16));
        assert!(!ask.stream && ask.cache_prompt && ask.max_tokens.is_none());
    }

    #[test]
    fn a_grammar_of_alternatives_is_understood_and_another_is_refused() {
        let body = |grammar: &str| serde_json::json!({ "prompt": "x", "grammar": grammar }).to_string();
        let choices = |grammar: &str| Ask::parse(Endpoint::Completions, body(grammar).as_bytes()).map(|a| a.choices);
        assert_eq!(choices(r#"root ::= "yes" | "no way""#).unwrap(), ["yes", "no way"]);
        assert!(choices("root ::= [a-z]+").unwrap_err().message.contains("grammar"));
        let schema = serde_json::json!({ "properties": { "choice": { "enum": ["a", "b"] } } });
        let body = serde_json::json!({ "prompt": "x", "response_format": { "type": "json_schema", "json_schema": { "schema": schema } } });
        let ask = Ask::parse(Endpoint::Completions, body.to_string().as_bytes()).unwrap();
        assert_eq!(ask.choices, [r#"{"choice":"a"}"#, r#"{"choice":"b"}"#]);
    }

    #[test]
    fn a_limit_has_three_names_and_a_floor_of_one_token() {
        let limit = |fields: &str| {
            let body = format!(r#"{{"prompt":"x",{fields}}}"#);
            Ask::parse(Endpoint::Completions, body.as_bytes()).unwrap().max_tokens
        };
        assert_eq!(limit(r#""max_tokens":7"#), Some(7));
        assert_eq!(limit(r#""max_tokens":7,"max_completion_tokens":9"#), Some(9));
        assert_eq!(limit(r#""n_predict":-1"#), None);
        assert_eq!(limit(r#""max_tokens":0"#), Some(1));
    }

    #[test]
    fn a_bad_body_is_refused_in_the_engines_words() {
        assert!(
            refused(Endpoint::Chat, "{nonsense")
                .starts_with("[json.exception.parse_error.101] parse error at line 1, column 2: ")
        );
        assert_eq!(refused(Endpoint::Chat, "{}"), "'messages' is required");
        assert_eq!(refused(Endpoint::Completions, "{}"), "'prompt' is required");
        assert_eq!(
            refused(Endpoint::Chat, r#"{"messages":[],"max_tokens":"many"}"#),
            "Field 'max_tokens': [json.exception.type_error.302] type must be number, but is string"
        );
        assert_eq!(
            refused(Endpoint::Chat, r#"{"messages":[],"stream":1}"#),
            "Field 'stream': [json.exception.type_error.302] type must be boolean, but is number"
        );
    }
}

//! What an engine is asked, before any dialect words it.

/// Who speaks in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaker {
    System,
    User,
    Assistant,
}

impl Speaker {
    pub fn word(self) -> &'static str {
        match self {
            Speaker::System => "system",
            Speaker::User => "user",
            Speaker::Assistant => "assistant",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub role: Speaker,
    pub content: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prompt {
    Messages(Vec<Message>),
    /// Continued as it is where the dialect can; one user message elsewhere.
    Text(String),
}

impl Prompt {
    /// As a conversation.
    pub fn messages(&self) -> Vec<Message> {
        match self {
            Prompt::Messages(list) => list.clone(),
            Prompt::Text(text) => vec![Message { role: Speaker::User, content: text.clone() }],
        }
    }

    /// As plain text: the messages' contents, a line apart.
    pub fn text(&self) -> String {
        match self {
            Prompt::Messages(list) => list.iter().map(|m| m.content.as_str()).collect::<Vec<_>>().join("\n\n"),
            Prompt::Text(text) => text.clone(),
        }
    }
}

/// When the answer ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// Goes on to this many tokens where the engine can be told so.
    Exact(u32),
    /// The engine's own stop, and this many tokens at most.
    AtMost(u32),
}

impl Length {
    pub fn tokens(self) -> u32 {
        match self {
            Length::Exact(n) | Length::AtMost(n) => n,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    pub prompt: Prompt,
    pub length: Length,
    pub temperature: Option<f32>,
    pub seed: Option<u32>,
    /// Whether the engine's prompt cache may help; false is only a wish where the engine has no switch.
    pub cache_prompt: bool,
    /// The length that the prompt was made to, in the engine's tokens.
    pub prompt_tokens: Option<u32>,
    /// The whole answer is to be one of these; by the engine's grammar or JSON schema where it has one. Empty = free.
    pub choices: Vec<String>,
}

/// The key of the one field, where choices are worded as a JSON schema.
pub(super) const CHOICE_KEY: &str = "choice";

impl Ask {
    /// The choices as a JSON schema of an object with one field.
    pub(super) fn choice_schema(&self) -> serde_json::Value {
        serde_json::json!({
            "type": "object",
            "properties": { CHOICE_KEY: { "type": "string", "enum": self.choices } },
            "required": [CHOICE_KEY],
            "additionalProperties": false,
        })
    }

    /// The choices as a GBNF grammar: `root ::= "a" | "b"`.
    pub(super) fn choice_grammar(&self) -> String {
        let quoted = |c: &String| format!("\"{}\"", c.replace('\\', "\\\\").replace('"', "\\\""));
        format!("root ::= {}", self.choices.iter().map(quoted).collect::<Vec<_>>().join(" | "))
    }
}

/// Which of the choices an answer names: alone, as the schema's field, or as the first of them that stands in it as a
/// word. `None` where it names none.
pub fn chosen<'a>(answer: &str, choices: &'a [String]) -> Option<&'a str> {
    let field = serde_json::from_str::<serde_json::Value>(answer.trim()).ok();
    let field = field.as_ref().and_then(|v| v.as_str().or(v[CHOICE_KEY].as_str()));
    let said = field.unwrap_or(answer).to_lowercase();
    let bare = said.trim_matches(|c: char| !c.is_alphanumeric());
    let exact = choices.iter().find(|c| c.to_lowercase() == bare);
    let is_word = |at: usize, len: usize| {
        let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != '-');
        edge(said[..at].chars().next_back()) && edge(said[at + len..].chars().next())
    };
    let place = |c: &&'a String| {
        let low = c.to_lowercase();
        said.match_indices(low.as_str()).map(|(at, _)| at).find(|at| is_word(*at, low.len()))
    };
    let first = || choices.iter().filter_map(|c| Some((place(&c)?, c))).min_by_key(|(at, _)| *at).map(|(_, c)| c);
    exact.or_else(first).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(answer: &str, expected: Option<&str>) {
        let choices = ["question".to_owned(), "small-talk".to_owned(), "talk".to_owned()];
        assert_eq!(chosen(answer, &choices), expected, "{answer:?}");
    }

    #[test]
    fn a_choice_is_read_from_whatever_a_model_says() {
        check("question", Some("question"));
        check(" \"Question\".\n", Some("question"));
        check("{\"choice\": \"small-talk\"}", Some("small-talk"));
        check("The intent is: small-talk, I think; no question", Some("small-talk"));
        check("questionable", None);
        check("", None);
    }

    #[test]
    fn a_grammar_quotes_what_it_must() {
        let ask = Ask {
            prompt: Prompt::Text("x".into()),
            length: Length::AtMost(1),
            temperature: None,
            seed: None,
            cache_prompt: false,
            prompt_tokens: None,
            choices: vec!["a".into(), "say \"b\"".into()],
        };
        assert_eq!(ask.choice_grammar(), r#"root ::= "a" | "say \"b\"""#);
    }
}

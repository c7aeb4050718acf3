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
}

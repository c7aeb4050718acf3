//! What is asked of an engine, and how long the answer may be.

use crate::bindings::dualbench::scenario::engines::{Cache, Calibrated, Length, Message, Prompt, Request, Role};

/// Length of an answer where the request says nothing, in tokens; the engine's own stop comes first.
const DEFAULT_ANSWER_TOKENS: u32 = 256;

impl Request {
    /// A prompt of exactly this many of the engine's own tokens, made by the host before the clock starts. No prompt
    /// cache can help, unless [`cache`](Request::cache) says so.
    pub fn calibrated(tokens: u32) -> Self {
        Self::with_prompt(Prompt::Calibrated(Calibrated { tokens, cache: Cache::Cold }))
    }

    /// A conversation so far.
    pub fn messages(messages: impl IntoIterator<Item = Message>) -> Self {
        Self::with_prompt(Prompt::Messages(messages.into_iter().collect()))
    }

    /// Raw text: continued as it is where the dialect can, sent as one user message elsewhere.
    pub fn text(text: impl Into<String>) -> Self {
        Self::with_prompt(Prompt::Text(text.into()))
    }

    /// Whether a prompt cache may help. Only calibrated prompts have a choice: others are sent as they are.
    pub fn cache(mut self, cache: Cache) -> Self {
        if let Prompt::Calibrated(calibrated) = &mut self.prompt {
            calibrated.cache = cache;
        }
        self
    }

    /// The answer has exactly this many tokens where the engine can be told to go on; elsewhere as [`at_most`](Request::at_most).
    pub fn exactly(mut self, tokens: u32) -> Self {
        self.length = Length::Exact(tokens);
        self
    }

    /// The engine's own stop, and this many tokens at most. Without a length: 256.
    pub fn at_most(mut self, tokens: u32) -> Self {
        self.length = Length::AtMost(tokens);
        self
    }

    /// Temperature of the sampling; the engine's own default where not set.
    pub fn temperature(mut self, temperature: f32) -> Self {
        self.temperature = Some(temperature);
        self
    }

    /// Seed of the engine's sampling; derived from the run's seed where not set.
    pub fn seed(mut self, seed: u32) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Makes it a warm-up exchange: stored, but in no statistic. A [`Workload`](crate::Workload) warms up by itself.
    pub fn as_warm_up(mut self) -> Self {
        self.warm_up = true;
        self
    }

    fn with_prompt(prompt: Prompt) -> Self {
        Self { prompt, length: Length::AtMost(DEFAULT_ANSWER_TOKENS), temperature: None, seed: None, warm_up: false }
    }
}

impl Message {
    /// What the engine is told of its part.
    pub fn system(content: impl Into<String>) -> Self {
        Self { role: Role::System, content: content.into() }
    }

    /// What a person says.
    pub fn user(content: impl Into<String>) -> Self {
        Self { role: Role::User, content: content.into() }
    }

    /// What the engine has answered before.
    pub fn assistant(content: impl Into<String>) -> Self {
        Self { role: Role::Assistant, content: content.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_calibrated_prompt_is_cold_unless_asked_for_warm() {
        let cold = Request::calibrated(64).exactly(16);
        let warm = Request::calibrated(64).cache(Cache::Warm);
        assert!(matches!(cold.prompt, Prompt::Calibrated(c) if c.tokens == 64 && c.cache == Cache::Cold));
        assert!(matches!(warm.prompt, Prompt::Calibrated(c) if c.cache == Cache::Warm));
        assert!(matches!(cold.length, Length::Exact(16)));
    }

    #[test]
    fn an_answer_without_a_length_is_bounded() {
        assert!(matches!(Request::text("hello").length, Length::AtMost(DEFAULT_ANSWER_TOKENS)));
    }
}

//! What the host saw of one exchange. Plain data; formulas live beside it, never here.

use std::time::Duration;

/// What a content-bearing chunk carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChunkKind {
    Answer,
    Reasoning,
    ToolCall,
}

/// One content-bearing event of a stream. A chunk is not a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chunk {
    /// Arrival, counted from the send.
    pub offset: Duration,
    pub kind: ChunkKind,
    /// Tokens in this chunk, where the engine says so.
    pub tokens: Option<u32>,
    /// It came in the same read as the chunk before: the zero gap is buffering, not speed.
    pub coalesced: bool,
}

/// Why an exchange ended. Only `Complete` and `Length` feed statistics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// The engine stopped by itself.
    Complete,
    /// The asked number of tokens was reached.
    Length,
    /// Ended by us.
    Cancelled,
    /// No byte for the configured idle time, or the exchange outlasted its limit.
    Stalled(String),
    /// The stream ended without a finish reason.
    Truncated,
    /// The engine answered with an error, as an HTTP status or as an error event under status 200.
    Refused { status: u16, message: String },
    /// The connection failed.
    Broken(String),
    /// The bytes were not what the dialect says.
    Malformed(String),
}

impl Ending {
    /// The word for the ending in JSON and SQL.
    pub fn word(&self) -> &'static str {
        match self {
            Ending::Complete => "complete",
            Ending::Length => "length",
            Ending::Cancelled => "cancelled",
            Ending::Stalled(_) => "stalled",
            Ending::Truncated => "truncated",
            Ending::Refused { .. } => "refused",
            Ending::Broken(_) => "broken",
            Ending::Malformed(_) => "malformed",
        }
    }

    /// Whether the exchange enters statistics.
    pub fn counts(&self) -> bool {
        matches!(self, Ending::Complete | Ending::Length)
    }

    /// The same with its text put into other words.
    pub fn with_text(self, words: impl FnOnce(String) -> String) -> Ending {
        match self {
            Ending::Complete | Ending::Length | Ending::Cancelled | Ending::Truncated => self,
            Ending::Refused { status, message } => Ending::Refused { status, message: words(message) },
            Ending::Stalled(text) => Ending::Stalled(words(text)),
            Ending::Broken(text) => Ending::Broken(words(text)),
            Ending::Malformed(text) => Ending::Malformed(words(text)),
        }
    }

    /// What the engine or the socket said, for the failures.
    pub fn detail(&self) -> Option<String> {
        match self {
            Ending::Complete | Ending::Length | Ending::Cancelled => None,
            Ending::Truncated => Some("the stream ended without a finish reason".to_owned()),
            Ending::Refused { status, message } => Some(format!("HTTP {status}: {message}")),
            Ending::Stalled(s) | Ending::Broken(s) | Ending::Malformed(s) => Some(s.clone()),
        }
    }
}

/// Output tokens of one exchange, as claimed by each source. The ledger declares one of them primary.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OutputClaims {
    /// The engine's timings: `predicted_n`, `eval_count`, `tokens_predicted`.
    pub timings: Option<u32>,
    /// `usage.completion_tokens`. Zero beside text is no claim.
    pub usage: Option<u32>,
    /// A local tokenizer over the joined text and reasoning.
    pub tokenizer: Option<u32>,
}

/// Prompt tokens of one exchange, as claimed by the engine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PromptClaims {
    /// The number that the calibration aimed at.
    pub asked: Option<u32>,
    /// All prompt tokens, cached ones included.
    pub total: Option<u32>,
    /// Of these, taken from the engine's cache.
    pub cached: Option<u32>,
}

/// The engine's own durations, for the cross-check. Their meaning differs between builds.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct EngineDurations {
    pub prefill: Option<Duration>,
    pub decode: Option<Duration>,
    pub load: Option<Duration>,
}

impl Trace {
    /// An exchange in which nothing came.
    pub fn of_nothing(ending: Ending, closed: Duration) -> Trace {
        Trace {
            connect: Duration::ZERO,
            start_delay: Duration::ZERO,
            headers: None,
            first_byte: None,
            chunks: Vec::new(),
            finish: None,
            closed,
            ending,
            output: OutputClaims::default(),
            prompt: PromptClaims::default(),
            engine: EngineDurations::default(),
            engine_raw: None,
        }
    }

    /// The chunk that carries the finish reason, else the last content-bearing chunk; never before the last chunk.
    /// `None` where nothing was generated.
    pub fn end_of_generation(&self) -> Option<Duration> {
        let last = self.chunks.last()?.offset;
        Some(self.finish.map_or(last, |f| f.max(last)))
    }
}

/// One exchange, as seen from our side of the socket. Every offset counts from `sent`.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// Set-up of the connection, before the clock started; zero on one that was open already.
    pub connect: Duration,
    /// How late the request left against its plan. Zero in closed-loop runs.
    pub start_delay: Duration,
    /// The end of the response's head.
    pub headers: Option<Duration>,
    /// The first byte of the response's body.
    pub first_byte: Option<Duration>,
    /// Content-bearing chunks; their offsets never decrease.
    pub chunks: Vec<Chunk>,
    /// The chunk that carries the finish reason, where there is one.
    pub finish: Option<Duration>,
    /// The end of the response, or of our reading.
    pub closed: Duration,
    pub ending: Ending,
    pub output: OutputClaims,
    pub prompt: PromptClaims,
    pub engine: EngineDurations,
    /// The engine's own figures as it sent them (JSON text), where it sent any.
    pub engine_raw: Option<String>,
}

//! From stamped bytes to a trace: the events of a stream, folded one by one.

use std::time::{Duration, Instant};

use crate::engines::config::Config;
use crate::engines::dialects::{Dialect, Edge, Event, Failure, Finish, StageMark, Usage, error_text, fit_to_keep};
use crate::engines::framer::Framer;
use crate::engines::raw::{Closing, Cursor, Mark, Raw};
use crate::measure::{Chunk, ChunkKind, Ending, EngineDurations, OutputClaims, PromptClaims, Stage, Trace};

/// A finished exchange: its trace and its text.
#[derive(Debug, Clone, PartialEq)]
pub struct Finished {
    pub trace: Trace,
    pub sent: Instant,
    pub text: String,
    pub reasoning: String,
    /// What a remote pipeline said of its stages, in the order of arrival. Empty for an engine.
    pub stages: Vec<StageMark>,
    /// Where a remote pipeline says that it failed.
    pub failure: Option<Failure>,
}

/// One chunk with its text, for who follows a stream.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveChunk {
    pub kind: ChunkKind,
    pub text: String,
    pub tokens: Option<u32>,
    pub offset: Duration,
}

/// The fold of one stream's events.
#[derive(Debug)]
pub struct Decoding {
    dialect: Dialect,
    framer: Framer,
    cursor: Cursor,
    last_read: Option<usize>,
    running: u32,
    pub(super) chunks: Vec<Chunk>,
    pub(super) text: String,
    pub(super) reasoning: String,
    finish: Option<(Finish, Duration)>,
    usage: Option<Usage>,
    timings: Option<Usage>,
    durations: EngineDurations,
    engine_raw: Option<String>,
    error: Option<String>,
    pub(super) stages: Vec<StageMark>,
    failure: Option<Failure>,
    malformed: Option<String>,
    /// The event that ends the stream was read: what comes behind it is none of the answer's.
    done: bool,
}

impl Decoding {
    /// `line_bytes`: the longest event.
    pub fn new(dialect: Dialect, line_bytes: usize) -> Decoding {
        Decoding {
            dialect,
            framer: Framer::new(dialect.framing(), line_bytes),
            cursor: Cursor::default(),
            last_read: None,
            running: 0,
            chunks: Vec::new(),
            text: String::new(),
            reasoning: String::new(),
            finish: None,
            usage: None,
            timings: None,
            durations: EngineDurations::default(),
            engine_raw: None,
            error: None,
            stages: Vec::new(),
            failure: None,
            malformed: None,
            done: false,
        }
    }

    /// Takes in what is new in the body. `each` sees every content-bearing chunk.
    pub fn advance(&mut self, body: &[u8], marks: &[Mark], ended: bool, mut each: impl FnMut(LiveChunk)) {
        while self.malformed.is_none() && !self.done {
            let payload = match self.framer.next(body, ended) {
                Ok(Some(payload)) => payload,
                Ok(None) => return,
                Err(e) => {
                    self.malformed = Some(e.to_string());
                    return;
                }
            };
            let data = payload.data.trim_ascii();
            if data.is_empty() {
                continue;
            }
            let named_error = payload.name == b"error";
            let (read, offset) = self.cursor.find(marks, payload.end);
            match self.dialect.event(payload.name, data) {
                Ok(event) => {
                    if named_error && event.error.is_none() {
                        self.error.get_or_insert_with(|| error_text(data));
                    }
                    // The borrow of the framer ends here: an event may point into its joined lines.
                    let event = event.into_owned();
                    self.take(event, read, offset, &mut each);
                }
                Err(_) if named_error && self.dialect != Dialect::Pipeline => {
                    self.error.get_or_insert_with(|| error_text(data));
                }
                // A response without a length ends wherever the engine dies.
                Err(_) if ended && !body.ends_with(b"\n") && payload.end == body.len() => return,
                Err(e) => self.malformed = Some(format!("event at {:.1} ms: {e}", offset.as_secs_f64() * 1e3)),
            }
        }
    }

    fn take(&mut self, event: Event<'static>, read: usize, offset: Duration, each: &mut impl FnMut(LiveChunk)) {
        let risen = event.running_tokens.map(|n| n.saturating_sub(self.running)).filter(|n| *n > 0);
        let new_tokens = event.tokens.or(risen);
        let parts = [(ChunkKind::Reasoning, event.reasoning), (ChunkKind::Answer, event.text)];
        let mut any = false;
        for (kind, text) in parts {
            let Some(text) = text else { continue };
            let whole = if kind == ChunkKind::Answer { &mut self.text } else { &mut self.reasoning };
            whole.push_str(&text);
            // An event that carries both is one chunk: the engine sent it as one.
            if !any {
                self.push(kind, new_tokens, read, offset);
            }
            any = true;
            each(LiveChunk { kind, text: text.into_owned(), tokens: new_tokens, offset });
        }
        if event.tool_call && !any {
            self.push(ChunkKind::ToolCall, new_tokens, read, offset);
            each(LiveChunk { kind: ChunkKind::ToolCall, text: String::new(), tokens: new_tokens, offset });
            any = true;
        }
        if any {
            self.running = self.running.max(event.running_tokens.unwrap_or(0));
        }
        if let Some(finish) = event.finish {
            self.finish.get_or_insert((finish, offset));
        }
        if let Some(usage) = event.usage.filter(|u| *u != ZERO) {
            self.usage = Some(usage);
        }
        self.timings = event.timings.or(self.timings);
        self.durations = event.durations.unwrap_or(self.durations);
        if let Some(raw) = event.raw {
            self.engine_raw = Some(raw.into_owned());
        }
        self.done |= event.done;
        if let Some(error) = event.error {
            self.error.get_or_insert(error);
        }
        self.stages.extend(event.stage.map(|mark| StageMark { arrived: offset, ..mark }));
        if let Some(failure) = event.failure {
            self.failure.get_or_insert(Failure { arrived: offset, ..failure });
        }
    }

    /// Our stamp of the end of generation: a remote pipeline says it apart, before it tells usage and finish.
    fn finished_at(&self) -> Option<Duration> {
        let generated = |m: &&StageMark| m.stage == Stage::Generate && m.edge == Edge::Ended;
        let said = self.stages.iter().find(generated).map(|m| m.arrived);
        self.finish.map(|(_, at)| said.unwrap_or(at))
    }

    fn push(&mut self, kind: ChunkKind, tokens: Option<u32>, read: usize, offset: Duration) {
        let coalesced = self.last_read == Some(read);
        self.last_read = Some(read);
        self.chunks.push(Chunk { offset, kind, tokens, coalesced });
    }

    fn output(&self) -> OutputClaims {
        let some_text = !self.chunks.is_empty();
        let claim = |u: Option<Usage>| u.and_then(|u| u.output).filter(|n| *n > 0 || !some_text);
        OutputClaims { timings: claim(self.timings), usage: claim(self.usage), tokenizer: None }
    }

    fn prompt(&self) -> PromptClaims {
        let either = |f: fn(Usage) -> Option<u32>| self.usage.and_then(f).or(self.timings.and_then(f));
        PromptClaims { asked: None, total: either(|u| u.prompt).filter(|n| *n > 0), cached: either(|u| u.cached) }
    }

    fn ending(&self, raw: &Raw) -> Ending {
        match &raw.closing {
            // All was said; how the connection ended after that is nobody's concern.
            Closing::Stalled(_) | Closing::Broken(_) if self.done && self.finish.is_some() => {}
            Closing::Cancelled => return Ending::Cancelled,
            Closing::Stalled(why) => return Ending::Stalled(why.clone()),
            Closing::Broken(why) => return Ending::Broken(why.clone()),
            Closing::Malformed(why) => return Ending::Malformed(why.clone()),
            Closing::Whole | Closing::Cut => {}
        }
        if let Some(error) = &self.error {
            return Ending::Refused { status: 200, message: error.clone() };
        }
        if let Some(why) = &self.malformed {
            return Ending::Malformed(why.clone());
        }
        match self.finish {
            Some(_) if self.chunks.is_empty() => {
                Ending::Malformed("the answer ended without any text, reasoning or tool call".to_owned())
            }
            Some((Finish::Length, _)) => Ending::Length,
            Some((Finish::Stop, _)) => Ending::Complete,
            None => Ending::Truncated,
        }
    }
}

/// An answer that is no stream: by its status, or by what it says it is.
fn refusal(raw: &Raw) -> Option<Ending> {
    let head = raw.head.as_ref()?;
    if head.status != 200 {
        return Some(Ending::Refused { status: head.status, message: error_text(&raw.body) });
    }
    if streams(&head.content_type) {
        return None;
    }
    let value: serde_json::Value = serde_json::from_slice(&raw.body).unwrap_or_default();
    let answered = ["choices", "content", "response"].iter().any(|field| value.get(field).is_some());
    let message = if answered {
        format!("the engine did not stream: it answered with {}", head.content_type)
    } else {
        error_text(&raw.body)
    };
    Some(Ending::Refused { status: 200, message })
}

/// Whether a content type is one of a stream; one that says nothing may be.
fn streams(content_type: &str) -> bool {
    let kind = content_type.to_ascii_lowercase();
    kind.trim().is_empty() || ["event-stream", "ndjson", "jsonl", "stream+json"].iter().any(|word| kind.contains(word))
}

const ZERO: Usage = Usage { prompt: Some(0), cached: None, output: Some(0) };

/// Decodes a whole exchange. Costs about a microsecond an event; never called where streams are read.
pub fn decode(raw: Raw, config: &Config) -> Finished {
    let mut d = Decoding::new(config.dialect, config.line_bytes);
    let refused = refusal(&raw);
    if refused.is_none() {
        // Of a response that was cut off, the last event may be torn.
        d.advance(&raw.body, &raw.marks, raw.closing == Closing::Whole, |_| {});
    }
    let ending = match refused {
        Some(refused) if matches!(raw.closing, Closing::Whole | Closing::Cut) => refused,
        _ => d.ending(&raw),
    };
    let ending = ending.with_text(|text| fit_to_keep(&text, config.api_key.as_deref()));
    let first_byte = raw.marks.iter().find(|m| m.body_end > 0).map(|m| m.offset);
    let trace = Trace {
        connect: raw.connect,
        start_delay: raw.start_delay,
        headers: raw.headers,
        first_byte,
        finish: d.finished_at(),
        closed: raw.closed,
        ending,
        output: d.output(),
        prompt: d.prompt(),
        engine: d.durations,
        engine_raw: d.engine_raw,
        chunks: d.chunks,
    };
    Finished { trace, sent: raw.sent, text: d.text, reasoning: d.reasoning, stages: d.stages, failure: d.failure }
}

//! What came over the wire of one exchange, and the stages of an answer.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{ns, some_ns};
use crate::measure::{
    Answer, Chunk, ChunkKind, Ending, EngineDurations, OutputClaims, PromptClaims, Stage, StageSpan, Trace,
};

written_as! {
    TraceDef => Trace,
    EndingDef => Ending,
    ChunkKindDef => ChunkKind,
    OutputDef => OutputClaims,
    PromptDef => PromptClaims,
    EngineDurationsDef => EngineDurations,
    AnswerDef => Answer,
    StageDef => StageSpan,
}

/// Without `engine_raw`, which no figure is made of and the database keeps.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Trace")]
struct TraceDef {
    #[serde(with = "ns")]
    connect: Duration,
    #[serde(with = "ns")]
    start_delay: Duration,
    #[serde(with = "some_ns")]
    headers: Option<Duration>,
    #[serde(with = "some_ns")]
    first_byte: Option<Duration>,
    chunks: Vec<Chunk>,
    #[serde(with = "some_ns")]
    finish: Option<Duration>,
    #[serde(with = "ns")]
    closed: Duration,
    ending: Ending,
    output: OutputClaims,
    prompt: PromptClaims,
    engine: EngineDurations,
    #[serde(skip)]
    engine_raw: Option<String>,
}

/// A list instead of an object: there are very many.
impl Serialize for Chunk {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let offset = u64::try_from(self.offset.as_nanos()).unwrap_or(u64::MAX);
        (offset, self.kind, self.tokens, self.coalesced).serialize(to)
    }
}

impl<'de> Deserialize<'de> for Chunk {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Chunk, D::Error> {
        let (offset, kind, tokens, coalesced) = Deserialize::deserialize(from)?;
        Ok(Chunk { offset: Duration::from_nanos(offset), kind, tokens, coalesced })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "ChunkKind", rename_all = "kebab-case")]
enum ChunkKindDef {
    Answer,
    Reasoning,
    ToolCall,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Ending", rename_all = "kebab-case")]
enum EndingDef {
    Complete,
    Length,
    Cancelled,
    Stalled(String),
    Truncated,
    Refused { status: u16, message: String },
    Broken(String),
    Malformed(String),
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "OutputClaims")]
struct OutputDef {
    timings: Option<u32>,
    usage: Option<u32>,
    tokenizer: Option<u32>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "PromptClaims")]
struct PromptDef {
    asked: Option<u32>,
    total: Option<u32>,
    cached: Option<u32>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "EngineDurations")]
struct EngineDurationsDef {
    #[serde(with = "some_ns")]
    prefill: Option<Duration>,
    #[serde(with = "some_ns")]
    decode: Option<Duration>,
    #[serde(with = "some_ns")]
    load: Option<Duration>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Answer")]
struct AnswerDef {
    intent: Option<String>,
    stages: Vec<StageSpan>,
    #[serde(with = "some_ns")]
    first_token: Option<Duration>,
    #[serde(with = "ns")]
    end: Duration,
    ending: Ending,
    passages: Option<u32>,
    passages_cut: Option<u32>,
    tokens_cut: Option<u32>,
    #[serde(with = "some_ns")]
    network_and_queue: Option<Duration>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "StageSpan")]
struct StageDef {
    stage: Stage,
    #[serde(with = "ns")]
    start: Duration,
    #[serde(with = "ns")]
    end: Duration,
    #[serde(with = "some_ns")]
    first_token: Option<Duration>,
    prompt_tokens: Option<u32>,
    output_tokens: Option<u32>,
    engine: EngineDurations,
    error: Option<String>,
}

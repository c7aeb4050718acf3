//! Between the guest's world and ours, converted by hand.

use crate::engines::{self, Ask, Method};
use crate::events::ExchangeRecord;
use crate::measure;
use crate::pipeline::Question;
use crate::run::ground::Role;
use crate::scenario::{self, Cache, Chunk, ChunkKind, Error, Length, Prompt, Request, Role as Speaker};

/// Tokens of one answer, at most.
const MOST_TOKENS: u32 = 131_072;
/// Characters of one request's text.
const MOST_TEXT: usize = 4 * 1024 * 1024;

/// The request in the engine's terms; a calibrated prompt is made here, before any clock starts. Also how its length
/// was found.
///
/// # Errors
/// A field that makes no sense, or a prompt that could not be made to length.
pub(super) async fn ask(
    role: &Role,
    request: &Request,
    seed: u32,
    exchange: u32,
) -> Result<(Ask, Option<Method>), Error> {
    ask_of(Some(role), request, seed, exchange).await
}

/// `role`: by whose tokens a calibrated prompt is made.
async fn ask_of(
    role: Option<&Role>,
    request: &Request,
    seed: u32,
    exchange: u32,
) -> Result<(Ask, Option<Method>), Error> {
    let length = match request.length {
        Length::Exact(n) if in_range(n) => engines::Length::Exact(n),
        Length::AtMost(n) if in_range(n) => engines::Length::AtMost(n),
        Length::Exact(n) | Length::AtMost(n) => {
            return Err(Error::Invalid(format!("request.length: {n} tokens; 1 to {MOST_TOKENS} are possible")));
        }
    };
    if request.temperature.is_some_and(|t| !(0.0..=10.0).contains(&t)) {
        return Err(Error::Invalid("request.temperature: 0 to 10 is possible".into()));
    }
    let (prompt, made, cache) = prompt(role, &request.prompt, seed, exchange).await?;
    let ask = Ask {
        prompt,
        length,
        temperature: request.temperature,
        seed: Some(request.seed.unwrap_or_else(|| seed.wrapping_add(exchange))),
        cache_prompt: cache,
        prompt_tokens: made.map(|(tokens, _)| tokens),
        choices: Vec::new(),
    };
    Ok((ask, made.map(|(_, method)| method)))
}

/// The question in the pipeline's terms. A calibrated one has its length in the main engine's tokens.
///
/// # Errors
/// As [`ask`].
pub(super) async fn question(
    main: Option<&Role>,
    request: &Request,
    seed: u32,
    exchange: u32,
) -> Result<(Question, Option<Method>), Error> {
    let (ask, method) = ask_of(main, request, seed, exchange).await?;
    let question = Question {
        text: ask.prompt.text(),
        length: ask.length,
        temperature: ask.temperature,
        seed: ask.seed,
        cache_prompt: ask.cache_prompt,
    };
    Ok((question, method))
}

fn in_range(n: u32) -> bool {
    (1..=MOST_TOKENS).contains(&n)
}

/// The prompt, its length and how that was found where it was made to length, and whether the engine's cache may help.
type Prompted = (engines::Prompt, Option<(u32, Method)>, bool);

async fn prompt(role: Option<&Role>, prompt: &Prompt, seed: u32, exchange: u32) -> Result<Prompted, Error> {
    match prompt {
        Prompt::Text(text) if text.is_empty() || text.len() > MOST_TEXT => {
            Err(Error::Invalid(format!("request.prompt: a text of 1 to {MOST_TEXT} bytes is possible")))
        }
        Prompt::Text(text) => Ok((engines::Prompt::Text(text.clone()), None, true)),
        Prompt::Messages(list)
            if list.is_empty() || list.iter().map(|m| m.content.len()).sum::<usize>() > MOST_TEXT =>
        {
            Err(Error::Invalid(format!("request.prompt: 1 message or more, {MOST_TEXT} bytes at most, are possible")))
        }
        Prompt::Messages(list) => Ok((engines::Prompt::Messages(list.iter().map(message).collect()), None, true)),
        Prompt::Calibrated(c) => {
            let cold = c.cache == Cache::Cold;
            let salt = u64::from(seed) << 32 | if cold { u64::from(exchange) } else { 0 };
            let role = role.ok_or_else(|| {
                Error::Calibration("no engine `main` is configured to count by; give the question as text".into())
            })?;
            let made = role.calibrator.prompt(&role.client, c.tokens, salt).await;
            let made = made.map_err(|e| Error::Calibration(e.to_string()))?;
            Ok((made.prompt, Some((made.tokens, made.method)), !cold))
        }
    }
}

fn message(m: &scenario::Message) -> engines::Message {
    let role = match m.role {
        Speaker::System => engines::Speaker::System,
        Speaker::User => engines::Speaker::User,
        Speaker::Assistant => engines::Speaker::Assistant,
    };
    engines::Message { role, content: m.content.clone() }
}

pub(super) fn chunk(c: engines::LiveChunk) -> Chunk {
    let kind = match c.kind {
        measure::ChunkKind::Answer => ChunkKind::Answer,
        measure::ChunkKind::Reasoning => ChunkKind::Reasoning,
        measure::ChunkKind::ToolCall => ChunkKind::ToolCall,
    };
    Chunk { kind, text: c.text, tokens: c.tokens, offset_ms: measure::ms(c.offset) }
}

pub(super) fn measures(r: &ExchangeRecord) -> scenario::Measures {
    let m = &r.measures;
    scenario::Measures {
        ending: ending(&r.trace.ending),
        detail: r.trace.ending.detail(),
        ttft_ms: m.ttft_ms,
        ttfo_ms: m.ttfo_ms,
        e2e_ms: m.e2e_ms,
        generation_ms: m.generation_ms,
        tokens_per_second: m.tokens_per_second,
        tpot_ms: m.tpot_ms,
        prefill_tokens_per_second: m.prefill_tokens_per_second,
        prompt_tokens: m.prompt_tokens,
        cached_prompt_tokens: m.cached_prompt_tokens,
        output_tokens: m.output_tokens,
        chunks: m.chunks,
    }
}

fn ending(e: &measure::Ending) -> scenario::Ending {
    match e {
        measure::Ending::Complete => scenario::Ending::Complete,
        measure::Ending::Length => scenario::Ending::Length,
        measure::Ending::Cancelled => scenario::Ending::Cancelled,
        measure::Ending::Stalled(_) => scenario::Ending::Stalled,
        measure::Ending::Truncated => scenario::Ending::Truncated,
        measure::Ending::Refused { .. } => scenario::Ending::Refused,
        measure::Ending::Broken(_) => scenario::Ending::Broken,
        measure::Ending::Malformed(_) => scenario::Ending::Malformed,
    }
}

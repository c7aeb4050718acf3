//! Prompts of an exact length in the engine's own tokens.
//!
//! The prompt is a seeded sequence of words that are one token each for this engine, so a fresh one costs nothing
//! and shares no prefix with the last. Which words these are, and what the chat template adds, is found once.

use std::collections::BTreeMap;

use serde_json::json;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use crate::engines::ask::{Ask, Length, Message, Prompt, Speaker};
use crate::engines::client::{Client, Told};
use crate::engines::dialects::{Dialect, Flavour};
use crate::engines::error::EngineError;
use crate::engines::progress::Progress;

/// Common words; most vocabularies hold each as one token with its space.
const WORDS: &str = "time people water light house world hand place work night point home room mother area money story fact \
month lot right study book eye job word business issue side kind head far black long great small large white early young \
important public bad same able free open close high low year way day man thing woman life child school state family group \
country problem week company system program question government number";

/// The word that every prompt begins with.
const FIRST: &str = "the";

/// Rounds in which a length may be corrected.
const ROUNDS: usize = 6;
/// Words that must be left once those of several tokens are sorted out.
const FEWEST_WORDS: usize = 8;

/// How token counts were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// The engine's `/tokenize`.
    EngineTokenizer,
    /// A `tokenizer.json` of the user's, and the engine's own count of the whole prompt.
    LocalTokenizer,
    /// A `tokenizer.json` alone: the engine tells no counts, so what its template adds is not known.
    TokenizerAlone,
    /// The `usage` of one-token requests.
    UsageProbe,
}

impl Method {
    pub fn word(self) -> &'static str {
        match self {
            Method::EngineTokenizer => "the engine's /tokenize",
            Method::LocalTokenizer => "the tokenizer file",
            Method::TokenizerAlone => {
                "the tokenizer file alone: the engine tells no token counts, and what its chat template adds is not counted"
            }
            Method::UsageProbe => "probing the engine's usage",
        }
    }
}

/// A prompt made to length.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    pub prompt: Prompt,
    /// Its length as the engine will count it, chat template included. Without the template by
    /// [`Method::TokenizerAlone`].
    pub tokens: u32,
    pub method: Method,
}

/// What is known of one engine's counting.
struct Known {
    /// The engine of which it is known: another model counts in other tokens.
    of: Told,
    method: Method,
    /// Words of one token each.
    words: Vec<&'static str>,
    /// Tokens beside the words: the chat template, a start token, [`FIRST`].
    overhead: u32,
    /// Asked length → number of words that gives it.
    lengths: BTreeMap<u32, usize>,
}

/// Makes prompts for one engine; remembers what it found for as long as the engine says that it is the same.
#[derive(Default)]
pub struct Calibrator {
    known: Mutex<Option<Known>>,
}

impl Calibrator {
    /// A prompt of exactly `tokens`; the same salt gives the same prompt.
    ///
    /// # Errors
    /// The engine tells no counts, or the length is below what its template takes, or cannot be met exactly.
    pub async fn prompt(&self, client: &Client, tokens: u32, salt: u64) -> Result<Made, EngineError> {
        let mut slot = self.known.lock().await;
        let told = client.told();
        let known = match &mut *slot {
            Some(known) if known.of == told => known,
            other => other.insert(learn(client, told, tokens).await?),
        };
        let words = match known.lengths.get(&tokens) {
            Some(words) => *words,
            None => {
                let words = fit(client, known, tokens).await?;
                known.lengths.insert(tokens, words);
                words
            }
        };
        let prompt = shaped(client.config().dialect, text(&known.words, words, salt));
        Ok(Made { prompt, tokens, method: known.method })
    }
}

/// Finds the method, the words and the overhead.
async fn learn(client: &Client, of: Told, asked: u32) -> Result<Known, EngineError> {
    let candidates: Vec<&'static str> = WORDS.split_whitespace().collect();
    let method = method(client).await;
    let mut words = Vec::new();
    let counting = Counting { client, method, asked };
    let base = counting.count(FIRST).await?;
    singles(counting, &candidates, base, &mut words).await?;
    if words.len() < FEWEST_WORDS {
        return Err(refused(
            client,
            asked,
            format!("only {} of {} common words are one token each", words.len(), candidates.len()),
        ));
    }
    let sample = text(&words, FEWEST_WORDS, 0);
    let alone = counting.count(&sample).await?;
    let (method, whole) = match method {
        Method::UsageProbe | Method::TokenizerAlone => (method, alone),
        Method::EngineTokenizer | Method::LocalTokenizer => match counting.told_length(&sample).await? {
            Some(whole) => (method, whole),
            None if client.tokenizer().is_some() => {
                let alone = Counting { method: Method::TokenizerAlone, ..counting };
                (alone.method, alone.count(&sample).await?)
            }
            None => return Err(counting.no_counts()),
        },
    };
    let overhead = whole.saturating_sub(FEWEST_WORDS as u32);
    Ok(Known { of, method, words, overhead, lengths: BTreeMap::new() })
}

async fn method(client: &Client) -> Method {
    let asked = client.plain().post("/tokenize", &json!({ "content": "the time" })).await;
    match asked {
        Ok(answer) if answer["tokens"].is_array() => Method::EngineTokenizer,
        _ if client.tokenizer().is_some() => Method::LocalTokenizer,
        _ => Method::UsageProbe,
    }
}

/// Sorts out the words that are one token each behind another word: a group is taken whole if its count says so,
/// else halved. `base` is the count of [`FIRST`] alone.
async fn singles(
    counting: Counting<'_>,
    group: &[&'static str],
    base: u32,
    out: &mut Vec<&'static str>,
) -> Result<(), EngineError> {
    let mut open = vec![group];
    while let Some(group) = open.pop() {
        if group.is_empty() {
            continue;
        }
        let n = counting.count(&format!("{FIRST} {}", group.join(" "))).await?;
        if n == base + group.len() as u32 {
            out.extend_from_slice(group);
        } else if group.len() > 1 {
            let (a, b) = group.split_at(group.len() / 2);
            open.extend([b, a]);
        }
    }
    Ok(())
}

/// The number of words that gives the asked length, checked against the engine's own count.
async fn fit(client: &Client, known: &Known, tokens: u32) -> Result<usize, EngineError> {
    let fewest = known.overhead + 4;
    if tokens < fewest {
        return Err(refused(client, tokens, format!("this engine's template leaves {fewest} as the shortest")));
    }
    let mut words = (tokens - known.overhead) as usize;
    let mut nearest = 0;
    for _ in 0..ROUNDS {
        let text = text(&known.words, words, 0);
        let method = if known.method == Method::TokenizerAlone { known.method } else { Method::UsageProbe };
        nearest = Counting { client, method, asked: tokens }.count(&text).await?;
        if nearest == tokens {
            return Ok(words);
        }
        words = (words as i64 + i64::from(tokens) - i64::from(nearest)).max(1) as usize;
    }
    Err(refused(client, tokens, format!("the nearest is {nearest}")))
}

/// Tokens of a text without asking the engine to work: by the tokenizer file, or llama.cpp's `/tokenize`. `None` where
/// there is neither.
pub async fn count_tokens(client: &Client, text: &str) -> Option<u32> {
    if let Some(tokenizer) = client.tokenizer() {
        return tokenizer.count(text);
    }
    let knows = client.flavour() == Flavour::Llamacpp || client.config().dialect == Dialect::Llamacpp;
    if !knows {
        return None;
    }
    Counting { client, method: Method::EngineTokenizer, asked: 0 }.count(text).await.ok()
}

/// One way of counting, and the length that all of it is for.
#[derive(Clone, Copy)]
struct Counting<'a> {
    client: &'a Client,
    method: Method,
    /// Named in errors: what the caller wants, not what a probe happens to hold.
    asked: u32,
}

impl Counting<'_> {
    /// Tokens of a text by the method at hand.
    async fn count(&self, text: &str) -> Result<u32, EngineError> {
        let unexpected = |problem: &str| EngineError::Unexpected {
            engine: self.client.config().role,
            path: "/tokenize".into(),
            problem: problem.to_owned(),
        };
        match self.method {
            Method::EngineTokenizer => {
                let answer = self.client.plain().post("/tokenize", &json!({ "content": text })).await?;
                let tokens = answer["tokens"].as_array().ok_or_else(|| unexpected("no list `tokens`"))?;
                Ok(tokens.len() as u32)
            }
            Method::LocalTokenizer | Method::TokenizerAlone => {
                let tokenizer = self.client.tokenizer().ok_or_else(|| unexpected("the tokenizer is gone"))?;
                tokenizer.count(text).ok_or_else(|| unexpected("the tokenizer failed"))
            }
            Method::UsageProbe => self.told_length(text).await?.ok_or_else(|| self.no_counts()),
        }
    }

    /// The engine's own count of a prompt, from a one-token answer. `None` where it answers and tells none.
    async fn told_length(&self, text: &str) -> Result<Option<u32>, EngineError> {
        let client = self.client;
        let ask = Ask {
            prompt: shaped(client.config().dialect, text.to_owned()),
            length: Length::AtMost(1),
            temperature: Some(0.0),
            seed: Some(1),
            cache_prompt: true,
            prompt_tokens: None,
            choices: Vec::new(),
        };
        // Whoever calibrates does not run where the streams are read: its connection must not be kept for them.
        let connection = client.connect_once().await?;
        let prepared = client.prepare(&ask, u64::MAX);
        let raw = client.stream(connection, prepared, None, &CancellationToken::new(), &Progress::default(), &[]).await;
        let trace = client.decode(raw).trace;
        match (trace.prompt.total, &trace.ending) {
            (Some(n), _) => Ok(Some(n)),
            // One token may be half of a character, and then nothing is seen of it.
            (None, ending) if ending.counts() || trace.finish.is_some() => Ok(None),
            (None, ending) => {
                let detail = ending.detail().unwrap_or_else(|| ending.word().to_owned());
                Err(refused(client, self.asked, format!("the engine answered: {detail}")))
            }
        }
    }

    fn no_counts(&self) -> EngineError {
        let role = self.client.config().role;
        let why =
            format!("the engine tells no prompt token counts; set engines.{role}.tokenizer to its tokenizer.json");
        refused(self.client, self.asked, why)
    }
}

fn refused(client: &Client, asked: u32, why: String) -> EngineError {
    EngineError::Calibration { engine: client.config().role, asked, why }
}

/// Chat dialects take a message; the others take the text as it is.
fn shaped(dialect: Dialect, text: String) -> Prompt {
    match dialect {
        Dialect::OpenaiChat | Dialect::Ollama => Prompt::Messages(vec![Message { role: Speaker::User, content: text }]),
        Dialect::OpenaiCompletions | Dialect::Llamacpp | Dialect::Pipeline => Prompt::Text(text),
    }
}

/// [`FIRST`], then `n` words in an order that the salt decides.
///
/// Many vocabularies know a word as one token only with a space before it, so the word that begins the text, behind
/// whatever the template puts there, is the same in every prompt: its tokens are part of the overhead.
fn text(words: &[&str], n: usize, salt: u64) -> String {
    let mut state = salt ^ 0x5851_f42d_4c95_7f2d;
    let mut out = String::with_capacity(FIRST.len() + n * 7);
    out.push_str(FIRST);
    for _ in 0..n {
        // A linear congruential generator (Knuth's constants): the order must differ, nothing more.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        out.push(' ');
        out.push_str(words[(state >> 33) as usize % words.len()]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn salts_give_other_texts_from_the_first_words_on() {
        let words: Vec<&str> = WORDS.split_whitespace().collect();
        let starts: std::collections::BTreeSet<String> = (0..200).map(|salt| text(&words, 3, salt)).collect();
        assert!(starts.len() > 180, "{}", starts.len());
        assert_eq!(text(&words, 50, 7), text(&words, 50, 7));
        assert_eq!(text(&words, 50, 7).split(' ').count(), 51);
    }

    #[test]
    fn every_salt_begins_with_the_word_whose_tokens_were_counted_apart() {
        let words: Vec<&str> = WORDS.split_whitespace().collect();
        assert!((0..200).all(|salt| text(&words, 3, salt).starts_with("the ")));
    }
}

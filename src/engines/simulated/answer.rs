//! One exchange from the free slot to its end: tokens in their rhythm, each write stamped, the truth kept.

use std::io;

use super::activity::{Activity, Working};
use super::ask::Ask;
use super::clock::now_ns;
use super::engine::{AnswerPlan, Engine};
use super::http::{Connection, Request};
use super::pace::Pace;
use super::seeded::Seeded;
use super::tokenizer::push_word;
use super::truth::{ExchangeTruth, TrueEnding, TrueWrite};
use super::wire::{Account, STREAM_END, STREAM_HEAD, Voice, json_response};

/// Characters of an answer's id behind `chatcmpl-`.
const ID_LENGTH: usize = 32;

/// Answers one accepted request. An error means that the client is gone.
pub async fn answer(
    engine: &Engine,
    connection: &mut Connection,
    request: &Request,
    ask: Ask,
    plan: AnswerPlan,
) -> io::Result<()> {
    // The semaphore is fair and never closed.
    let _slot = engine.slots.acquire().await.map_err(io::Error::other)?;
    let mut exchange = Exchange::enter(engine, request, ask, plan);
    let served = exchange.serve(connection, request.keep_alive).await;
    let ending = if served.is_ok() { exchange.plan.ending } else { TrueEnding::Disconnected };
    // Kept before the last bytes leave: who has seen the end of a stream finds its truth.
    engine.truth.keep(ExchangeTruth { ending, ..exchange.truth });
    connection.write(&served?).await?;
    Ok(())
}

struct Exchange<'a> {
    engine: &'a Engine,
    ask: Ask,
    plan: AnswerPlan,
    pace: Pace<'a>,
    words: Seeded,
    working: Working,
    /// When the next step is due. Steps are added to it, never to the clock, so lateness does not add up.
    due_ns: u64,
    first_token_ns: u64,
    last_token_ns: u64,
    truth: ExchangeTruth,
}

impl<'a> Exchange<'a> {
    fn enter(engine: &'a Engine, request: &Request, ask: Ask, plan: AnswerPlan) -> Exchange<'a> {
        let working = Activity::enter(&engine.activity);
        let slot_ns = now_ns();
        let unnamed = || format!("{}-{}", engine.role, plan.ordinal);
        let truth = ExchangeTruth {
            exchange: request.exchange.clone().unwrap_or_else(unnamed),
            request_read_ns: request.read_ns,
            slot_ns,
            writes: Vec::with_capacity((plan.output_tokens / engine.profile.tokens_per_chunk) as usize + 1),
            finish_ns: None,
            prompt_tokens: plan.prompt_tokens,
            cached_tokens: plan.cached_tokens,
            output_tokens: 0,
            ending: plan.ending,
        };
        Exchange {
            engine,
            pace: Pace::new(&engine.profile, engine.rhythm(plan.ordinal)),
            words: engine.words(&ask, plan.ordinal),
            ask,
            plan,
            working,
            due_ns: slot_ns,
            first_token_ns: 0,
            last_token_ns: 0,
            truth,
        }
    }

    /// Writes the answer but for its last bytes, which are returned.
    async fn serve(&mut self, connection: &mut Connection, keep_alive: bool) -> io::Result<Vec<u8>> {
        let voice = Voice::new(self.ask.endpoint, &self.engine.profile.model, answer_id(self.words.clone()));
        if self.ask.stream {
            self.stream(connection, &voice).await
        } else {
            self.whole(connection, &voice, keep_alive).await
        }
    }

    async fn stream(&mut self, connection: &mut Connection, voice: &Voice) -> io::Result<Vec<u8>> {
        connection.write(STREAM_HEAD).await?;
        self.prefill(connection).await?;
        let (mut text, mut out) = (String::new(), Vec::new());
        let visible = self.plan.visible_tokens();
        for token in 1..=visible {
            self.token(connection, &mut text).await?;
            if token % self.engine.profile.tokens_per_chunk == 0 || token == visible {
                match self.truth.writes.is_empty() {
                    true => voice.frame_first(&text, &mut out),
                    false => voice.frame_content(&text, &mut out),
                }
                let at_ns = connection.write(&out).await?;
                // The chunk's last byte is what completes it for a reader.
                self.truth.writes.push(TrueWrite { at_ns, end_byte: connection.response_bytes() });
                text.clear();
            }
        }
        if self.plan.ending == TrueEnding::Stop {
            self.token(connection, &mut text).await?;
        }
        voice.frame_finish(self.plan.reason(), &self.account(), self.ask.include_usage, &mut out);
        self.truth.finish_ns = Some(connection.write(&out).await?);
        Ok(STREAM_END.to_vec())
    }

    async fn whole(&mut self, connection: &mut Connection, voice: &Voice, keep_alive: bool) -> io::Result<Vec<u8>> {
        self.prefill(connection).await?;
        let mut text = String::new();
        for _ in 0..self.plan.visible_tokens() {
            self.token(connection, &mut text).await?;
        }
        if self.plan.ending == TrueEnding::Stop {
            self.token(connection, &mut String::new()).await?;
        }
        let body = voice.whole(&text, self.plan.reason(), &self.account());
        self.truth.finish_ns = Some(now_ns());
        Ok(json_response(200, &body, keep_alive))
    }

    /// Evaluates the prompt, slice by slice; the first token is due at its end.
    async fn prefill(&mut self, connection: &mut Connection) -> io::Result<()> {
        self.due_ns += self.pace.overhead_ns();
        self.working.prefilled(self.plan.cached_tokens);
        let mut left = self.plan.prompt_tokens - self.plan.cached_tokens;
        while left > 0 {
            let (tokens, step_ns) = self.pace.prefill_slice(left, self.engine.company());
            self.due_ns += step_ns;
            left -= tokens;
            self.working.prefilled(tokens);
            // The last slice ends where the first token is due, and that one waits by itself.
            if left > 0 {
                self.wait(connection).await?;
            }
        }
        self.engine.hold_prompt(&self.ask);
        Ok(())
    }

    /// Waits for the next token and appends its word.
    async fn token(&mut self, connection: &mut Connection, text: &mut String) -> io::Result<()> {
        if self.truth.output_tokens > 0 {
            self.due_ns += self.pace.decode_ns(self.engine.company());
        }
        self.wait(connection).await?;
        self.last_token_ns = now_ns();
        if self.truth.output_tokens == 0 {
            self.first_token_ns = self.last_token_ns;
        }
        self.working.decoded();
        self.truth.output_tokens += 1;
        match self.plan.pieces.get(self.truth.output_tokens as usize - 1) {
            Some(piece) => push_escaped(piece, text),
            None if self.plan.pieces.is_empty() => push_word(&mut self.words, text),
            None => {}
        }
        Ok(())
    }

    async fn wait(&self, connection: &mut Connection) -> io::Result<()> {
        self.engine.timer.until(self.due_ns).await;
        if connection.client_left() {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        Ok(())
    }

    fn account(&self) -> Account {
        // To the microsecond, as llama.cpp tells it.
        let ms = |from_ns: u64, to_ns: u64| (to_ns.saturating_sub(from_ns) / 1000) as f64 / 1000.0;
        Account {
            prompt_tokens: self.plan.prompt_tokens,
            cached_tokens: self.plan.cached_tokens,
            output_tokens: self.plan.output_tokens,
            prompt_ms: ms(self.truth.slot_ns, self.first_token_ns),
            predicted_ms: ms(self.first_token_ns, self.last_token_ns),
        }
    }
}

/// Frames are put together as text, so what a grammar or a schema allows is escaped as in JSON; words need it never.
fn push_escaped(piece: &str, text: &mut String) {
    let quoted = serde_json::Value::from(piece).to_string();
    text.push_str(&quoted[1..quoted.len() - 1]);
}

fn answer_id(mut seeded: Seeded) -> String {
    const SIGNS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let signs = (0..ID_LENGTH).map(|_| char::from(SIGNS[seeded.below(62) as usize]));
    format!("chatcmpl-{}", signs.collect::<String>())
}

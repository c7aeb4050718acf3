//! One answer on its way through the pipeline the host runs; every stage has its span on the one clock.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::engines::{self, Ask, Finished, Length, Message, Outgoing, Prompt, Speaker, chosen};
use crate::measure::{Answer, Ending, Stage, StageSpan, Target, Trace};
use crate::pipeline::composed::{Along, Answered, Composed, Question};
use crate::pipeline::intents::{Intent, instruction};
use crate::pipeline::retrieval::{Fitted, Passage, RetrievalError, Room, fit};

/// Tokens of a label, at most.
const LABEL_TOKENS: u32 = 24;
/// Tokens kept free for what a chat template adds.
const TEMPLATE_TOKENS: u32 = 64;
/// The context where neither the configuration nor the engine tells one.
const CONTEXT_TOKENS: u32 = 4_096;

/// Said where the classifier's answer was none of the labels.
const NO_LABEL: &str = "the classifier named no intent; the first one was taken";
/// Said where no tokenizer is at hand to cut passages by.
const GUESSED: &str = "the answering engine counts no tokens for us: passages were cut by a guess of 3 bytes a token";

pub(super) struct Answering<'a> {
    pipeline: &'a Composed,
    question: Question,
    along: Along,
    began: Instant,
    intent: Option<String>,
    stages: Vec<StageSpan>,
    found: Option<u32>,
    cut: Option<(u32, u32)>,
    notes: Vec<String>,
}

/// A stage came to nothing; its span holds the error.
struct Stopped(Ending);

type Step<T> = Result<T, Stopped>;

impl<'a> Answering<'a> {
    /// The clock of the answer starts here.
    pub(super) fn new(pipeline: &'a Composed, question: Question, along: Along) -> Answering<'a> {
        Answering {
            pipeline,
            question,
            along,
            began: Instant::now(),
            intent: None,
            stages: Vec::new(),
            found: None,
            cut: None,
            notes: Vec::new(),
        }
    }

    pub(super) async fn work(mut self) -> Answered {
        let last = self.stage_by_stage().await;
        self.along.progress.end();
        match last {
            Ok(finished) => self.answered(finished),
            Err(Stopped(ending)) => self.stopped(ending),
        }
    }

    async fn stage_by_stage(&mut self) -> Step<Finished> {
        let intent = self.classify().await?.clone();
        let passages = if intent.retrieves { self.find().await? } else { Vec::new() };
        let prompt = self.prompt(&intent, passages).await?;
        self.generate(intent.answered_by, prompt).await
    }

    /// The label is read from mini's answer, held to the labels by the engine's grammar or schema where it has one.
    async fn classify(&mut self) -> Step<&'a Intent> {
        let intents = &self.pipeline.intents;
        let [first, _, ..] = intents.as_slice() else {
            return intents.first().ok_or_else(|| Stopped(Ending::Broken("no intent is configured".into())));
        };
        let labels: Vec<String> = intents.iter().map(|i| i.name.clone()).collect();
        let messages = vec![
            Message { role: Speaker::System, content: instruction(intents) },
            Message { role: Speaker::User, content: self.question.text.clone() },
        ];
        let ask = Ask {
            prompt: Prompt::Messages(messages),
            length: Length::AtMost(LABEL_TOKENS),
            temperature: Some(0.0),
            seed: self.question.seed,
            cache_prompt: self.question.cache_prompt,
            prompt_tokens: None,
            choices: labels.clone(),
        };
        let finished = self.exchange(Target::Mini, &ask, false).await;
        let label = chosen(&finished.text, &labels);
        let end = self.began.elapsed();
        self.engine_stage(Stage::Classify, &finished, end)?;
        let found = intents.iter().find(|i| Some(i.name.as_str()) == label);
        self.intent = found.map(|i| i.name.clone());
        if found.is_none() {
            self.notes.push(NO_LABEL.to_owned());
        }
        Ok(found.unwrap_or(first))
    }

    async fn find(&mut self) -> Step<Vec<Passage>> {
        let pipeline = self.pipeline;
        let Some(retriever) = &pipeline.retriever else { return Ok(Vec::new()) };
        let question = self.question.text.clone();
        let vector = match retriever.embed(&question) {
            Some(embedding) => Some(self.timed(Stage::Embed, embedding).await?),
            None => None,
        };
        let finding = retriever.retrieve(&question, vector.as_deref(), pipeline.passages);
        let mut passages = self.timed(Stage::Retrieve, finding).await?;
        if let Some(reranker) = &pipeline.reranker {
            passages = self.timed(Stage::Rerank, reranker.rerank(&question, passages, pipeline.passages)).await?;
        }
        self.found = Some(passages.len() as u32);
        Ok(passages)
    }

    /// The passages that fit, put into the user's template.
    async fn prompt(&mut self, intent: &Intent, passages: Vec<Passage>) -> Step<String> {
        let start = self.began.elapsed();
        let done = self.assemble(intent, passages).await;
        let mut span = StageSpan::new(Stage::Prompt, start, self.began.elapsed());
        let done = done.map_err(|why| {
            span.error = Some(why.clone());
            Stopped(Ending::Broken(format!("prompt: {why}")))
        });
        self.stages.push(span);
        done
    }

    async fn assemble(&mut self, intent: &Intent, passages: Vec<Passage>) -> Result<String, String> {
        let (template, question) = (&self.pipeline.template, self.question.text.clone());
        let render =
            |passages: &[Passage]| template.render(&question, Some(&intent.name), passages).map_err(|e| e.to_string());
        let context = self.context(intent.answered_by);
        let answer = self.question.length.tokens();
        // No token is shorter than a byte: where the bytes fit, nothing need be counted.
        let whole = render(&passages)?;
        if whole.len() as u64 + u64::from(answer + TEMPLATE_TOKENS) <= u64::from(context) {
            self.cut = (!passages.is_empty()).then_some((0, 0));
            return Ok(whole);
        }
        let bare = self.count(intent.answered_by, &render(&[])?).await;
        let mut sizes = HashMap::with_capacity(passages.len());
        for passage in &passages {
            // With what the template puts around it.
            let with = self.count(intent.answered_by, &render(std::slice::from_ref(passage))?).await;
            sizes.insert(passage.text.clone(), with.saturating_sub(bare));
        }
        let room = Room { context, answer, overhead: bare + TEMPLATE_TOKENS };
        let Fitted { kept, cut, tokens_cut } = fit(passages, room, |text| sizes.get(text).copied().unwrap_or(0));
        self.cut = Some((cut, tokens_cut));
        render(&kept)
    }

    /// Tokens of a text; where nobody counts, a guess that errs on the long side for English.
    async fn count(&mut self, target: Target, text: &str) -> u32 {
        match self.pipeline.tokens(target, text).await {
            Some(n) => n,
            None => {
                if !self.notes.iter().any(|n| n == GUESSED) {
                    self.notes.push(GUESSED.to_owned());
                }
                u32::try_from(text.len().div_ceil(3)).unwrap_or(u32::MAX)
            }
        }
    }

    fn context(&self, target: Target) -> u32 {
        let told = self.along.context_tokens.iter().find(|(t, _)| *t == target).map(|(_, n)| *n);
        self.pipeline.context_tokens.or(told).unwrap_or(CONTEXT_TOKENS)
    }

    async fn generate(&mut self, target: Target, prompt: String) -> Step<Finished> {
        let ask = Ask {
            prompt: Prompt::Messages(vec![Message { role: Speaker::User, content: prompt }]),
            length: self.question.length,
            temperature: self.question.temperature,
            seed: self.question.seed,
            cache_prompt: self.question.cache_prompt,
            prompt_tokens: None,
            choices: Vec::new(),
        };
        let finished = self.exchange(target, &ask, true).await;
        let trace = &finished.trace;
        let end = self.offset(&finished) + trace.end_of_generation().unwrap_or(trace.closed);
        // A failed generation keeps its trace: the answer is partial, not missing.
        let _its_ending_is_in_the_trace = self.engine_stage(Stage::Generate, &finished, end);
        Ok(finished)
    }

    /// One exchange of the pipeline; `shown`: the followers read along.
    async fn exchange(&mut self, target: Target, ask: &Ask, shown: bool) -> Finished {
        let client = self.pipeline.client(target).clone();
        let followers = if shown { self.along.followers.clone() } else { Vec::new() };
        followers.iter().for_each(|f| f.turn_to(&client, self.began.elapsed()));
        let out = Outgoing {
            prepared: client.prepare(ask, self.along.exchange),
            planned: None,
            cancel: self.along.cancel.clone(),
            progress: self.along.progress.clone(),
            followers,
        };
        let raw = engines::exchange(&client, &self.along.streams, out).await;
        client.decode(raw)
    }

    /// The send of an exchange on the answer's clock.
    fn offset(&self, finished: &Finished) -> Duration {
        finished.sent.saturating_duration_since(self.began)
    }

    /// Notes the span of a stage that asked an engine.
    fn engine_stage(&mut self, stage: Stage, finished: &Finished, end: Duration) -> Step<()> {
        let (start, trace) = (self.offset(finished), &finished.trace);
        let mut span = StageSpan::new(stage, start, end);
        span.first_token = trace.chunks.first().map(|c| start + c.offset);
        span.prompt_tokens = trace.prompt.total;
        span.output_tokens = crate::measure::ledger_of(trace).primary().map(|(_, n)| n);
        span.engine = trace.engine;
        let failed = !trace.ending.counts();
        if failed {
            let word = trace.ending.word();
            span.error = Some(trace.ending.detail().map_or_else(|| word.to_owned(), |d| format!("{word}: {d}")));
        }
        self.stages.push(span);
        if failed { Err(Stopped(trace.ending.clone())) } else { Ok(()) }
    }

    /// Runs a stage that asks no stream, and notes its span.
    async fn timed<T>(&mut self, stage: Stage, work: impl Future<Output = Result<T, RetrievalError>>) -> Step<T> {
        let start = self.began.elapsed();
        let done = self.along.cancel.run_until_cancelled(work).await;
        let mut span = StageSpan::new(stage, start, self.began.elapsed());
        let done = match done {
            Some(Ok(value)) => Ok(value),
            Some(Err(why)) => {
                span.error = Some(why.to_string());
                Err(Stopped(Ending::Broken(format!("{stage}: {why}"))))
            }
            None => {
                span.error = Some("cancelled".to_owned());
                Err(Stopped(Ending::Cancelled))
            }
        };
        self.stages.push(span);
        done
    }

    fn answered(self, finished: Finished) -> Answered {
        let generate = self.stages.last().cloned();
        let end = generate.as_ref().map_or(Duration::ZERO, |g| g.end);
        let first_token = generate.and_then(|g| g.first_token);
        let answer = self.answer(first_token, end, finished.trace.ending.clone());
        Answered {
            began: self.began,
            answer,
            sent: finished.sent,
            trace: finished.trace,
            text: finished.text,
            notes: self.notes,
        }
    }

    fn stopped(self, ending: Ending) -> Answered {
        let end = self.stages.last().map_or(Duration::ZERO, |s| s.end);
        // Followers wait for a stream that will never come.
        self.along.followers.iter().for_each(|f| f.close());
        let answer = self.answer(None, end, ending.clone());
        Answered {
            began: self.began,
            answer,
            sent: self.began,
            trace: Trace::of_nothing(ending, end),
            text: String::new(),
            notes: self.notes,
        }
    }

    fn answer(&self, first_token: Option<Duration>, end: Duration, ending: Ending) -> Answer {
        Answer {
            intent: self.intent.clone(),
            stages: self.stages.clone(),
            first_token,
            end,
            ending,
            passages: self.found,
            passages_cut: self.cut.map(|(passages, _)| passages),
            tokens_cut: self.cut.map(|(_, tokens)| tokens),
            network_and_queue: None,
        }
    }
}

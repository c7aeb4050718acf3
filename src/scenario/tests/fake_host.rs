//! A host that plays a script and writes down what it was asked.

use crate::scenario::{
    BoxFuture, Chunk, ChunkKind, Ending, Error, ExchangeId, Level, Load, Measures, Outcome, Request, ScenarioHost,
    Target, TargetInfo, Until,
};
use std::future::{pending, ready};
use std::sync::Mutex;
use std::time::Duration;

/// What `next` does.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Script {
    /// Gives this many chunks, then the end.
    Chunks(usize),
    /// Gives a chunk each 15 ms, this many.
    Slow(usize),
    /// Never answers.
    Silent,
    /// Panics.
    Panic,
}

pub(super) struct FakeHost {
    script: Script,
    told: Mutex<Told>,
}

#[derive(Default)]
pub(super) struct Told {
    pub(super) words: Vec<String>,
    pub(super) started: usize,
    pub(super) released: usize,
    pub(super) log_lines: usize,
    pub(super) metrics: usize,
    next: usize,
}

impl FakeHost {
    pub(super) fn new(script: Script) -> Self {
        let told = Mutex::default();
        Self { script, told }
    }

    pub(super) fn told(&self) -> std::sync::MutexGuard<'_, Told> {
        self.told.lock().unwrap()
    }

    fn note(&self, words: String) {
        self.told().words.push(words);
    }

    fn chunk(&self, of: usize) -> Option<Chunk> {
        let mut told = self.told();
        if told.next == of {
            return None;
        }
        told.next += 1;
        Some(Chunk {
            kind: ChunkKind::Answer,
            text: format!("wörd{} ", told.next),
            tokens: Some(1),
            offset_ms: 100.0 + told.next as f64,
        })
    }
}

impl ScenarioHost for FakeHost {
    fn start(&self, target: Target, request: Request) -> BoxFuture<'_, Result<ExchangeId, Error>> {
        let mut told = self.told();
        if told.started < 3 {
            told.words.push(format!("start {} {:?} {:?}", target.word(), request.prompt, request.length));
        }
        told.started += 1;
        let id = told.started as u32;
        Box::pin(ready(Ok(id)))
    }

    fn next(&self, _: ExchangeId) -> BoxFuture<'_, Result<Option<Chunk>, Error>> {
        match self.script {
            Script::Chunks(of) => Box::pin(ready(Ok(self.chunk(of)))),
            Script::Slow(of) => Box::pin(async move {
                tokio::time::sleep(Duration::from_millis(15)).await;
                Ok(self.chunk(of))
            }),
            Script::Silent => Box::pin(pending()),
            Script::Panic => panic!("a bug of ours"),
        }
    }

    fn wait_any(&self, ids: Vec<ExchangeId>) -> BoxFuture<'_, Vec<u32>> {
        self.note(format!("wait-any {ids:?}"));
        match self.script {
            Script::Silent => Box::pin(pending()),
            _ => Box::pin(ready(vec![1])),
        }
    }

    fn finish(&self, id: ExchangeId) -> BoxFuture<'_, Result<Measures, Error>> {
        self.note(format!("finish {id}"));
        Box::pin(ready(Ok(Measures {
            ending: Ending::Complete,
            detail: None,
            ttft_ms: Some(101.0),
            ttfo_ms: None,
            e2e_ms: None,
            generation_ms: None,
            tokens_per_second: None,
            tpot_ms: None,
            prefill_tokens_per_second: None,
            prompt_tokens: None,
            cached_prompt_tokens: None,
            output_tokens: Some(3),
            chunks: 3,
        })))
    }

    fn text(&self, _: ExchangeId) -> String {
        "wörd1 wörd2 \x1b[2J".to_owned()
    }

    fn cancel(&self, id: ExchangeId) {
        self.note(format!("cancel {id}"));
    }

    fn release(&self, _: ExchangeId) {
        self.told().released += 1;
    }

    fn measure_loads(&self, _: Vec<Load>, _: Until) -> BoxFuture<'_, Result<Vec<Outcome>, Error>> {
        Box::pin(ready(Ok(Vec::new())))
    }

    fn info(&self, target: Target) -> Result<TargetInfo, Error> {
        Err(Error::NotConfigured(target.word().to_owned()))
    }

    fn seed(&self) -> u32 {
        7
    }

    fn elapsed(&self) -> Duration {
        Duration::from_millis(5)
    }

    fn phase(&self, name: String) {
        self.note(format!("phase {name}"));
    }

    fn progress(&self, done: u32, total: u32) {
        self.note(format!("progress {done}/{total}"));
    }

    fn log(&self, level: Level, message: String) {
        let mut told = self.told();
        told.log_lines += 1;
        if told.log_lines < 10 || level == Level::Warn {
            told.words.push(format!("{level:?} {message}"));
        }
    }

    fn metric(&self, name: String, value: f64, unit: String) {
        let mut told = self.told();
        told.metrics += 1;
        if told.metrics < 10 {
            told.words.push(format!("metric {name}={value} {unit}"));
        }
    }

    fn mark(&self, name: String) {
        self.note(format!("mark {name}"));
    }

    fn count(&self, name: String, by: f64) {
        self.note(format!("count {name} +{by}"));
    }

    fn threshold(&self, expression: String) -> Result<(), String> {
        self.note(format!("threshold {expression}"));
        if expression.contains('<') { Ok(()) } else { Err("it has no <".into()) }
    }

    fn void_run(&self, reason: String) {
        self.note(format!("void {reason}"));
    }
}

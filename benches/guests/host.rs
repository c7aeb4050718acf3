//! An engine that answers at once and always the same, and notes what it was asked and told.

use dualbench::scenario::{
    BoxFuture, Chunk, ChunkKind, Digest, Ending, Error, ExchangeId, Level, Load, Measures, Outcome, Request,
    ScenarioHost, Target, TargetInfo, Until,
};
use std::future::ready;
use std::sync::Mutex;
use std::time::Duration;

/// Texts of chunks, in turn: every width of a character in UTF-8 and UTF-16, and none at all.
const TEXTS: [&str; 5] = ["Once ", "wörld ", "✓ ", "🙂", ""];

/// What was told, and where each exchange stands.
#[derive(Default)]
struct Told {
    transcript: Vec<String>,
    exchanges: Vec<Exchange>,
}

struct Exchange {
    sent: usize,
    of: usize,
    cancelled: bool,
    released: bool,
}

pub struct Host {
    /// Chunks of each answer.
    chunks: usize,
    /// A soak of very many calls notes none of them.
    notes: bool,
    told: Mutex<Told>,
}

impl Host {
    pub fn noting(chunks: usize) -> Self {
        Self { chunks, notes: true, told: Mutex::default() }
    }

    pub fn silent(chunks: usize) -> Self {
        Self { notes: false, ..Self::noting(chunks) }
    }

    /// What was told, in order, and at the end how many exchanges were never given back before the guest was gone.
    pub fn transcript(&self) -> Vec<String> {
        self.told.lock().unwrap().transcript.clone()
    }

    /// Chunks that were handed over.
    pub fn sent(&self) -> usize {
        self.told.lock().unwrap().exchanges.iter().map(|exchange| exchange.sent).sum()
    }

    fn note(&self, words: impl FnOnce() -> String) {
        if self.notes {
            let words = words();
            self.told.lock().unwrap().transcript.push(words);
        }
    }

    fn with<T>(&self, id: ExchangeId, work: impl FnOnce(&mut Exchange) -> T) -> T {
        work(&mut self.told.lock().unwrap().exchanges[id as usize])
    }
}

impl ScenarioHost for Host {
    fn start(&self, target: Target, request: Request) -> BoxFuture<'_, Result<ExchangeId, Error>> {
        self.note(|| format!("start {} {request:?}", target.word()));
        let mut told = self.told.lock().unwrap();
        // Two answers at once are of different lengths, so that one ends before the other.
        let of = self.chunks + told.exchanges.len() % 2;
        told.exchanges.push(Exchange { sent: 0, of, cancelled: false, released: false });
        let id = told.exchanges.len() as u32 - 1;
        Box::pin(ready(Ok(id)))
    }

    fn next(&self, id: ExchangeId) -> BoxFuture<'_, Result<Option<Chunk>, Error>> {
        self.note(|| format!("next {id}"));
        let chunk = self.with(id, |exchange| {
            (exchange.sent < exchange.of).then(|| {
                exchange.sent += 1;
                let n = exchange.sent;
                let kind = if n.is_multiple_of(4) { ChunkKind::Reasoning } else { ChunkKind::Answer };
                let tokens = (!n.is_multiple_of(3)).then_some(n as u32 % 7);
                Chunk { kind, text: TEXTS[n % TEXTS.len()].to_owned(), tokens, offset_ms: n as f64 * 1.25 }
            })
        });
        Box::pin(ready(Ok(chunk)))
    }

    fn wait_any(&self, ids: Vec<ExchangeId>) -> BoxFuture<'_, Vec<u32>> {
        self.note(|| format!("wait-any {ids:?}"));
        Box::pin(ready((0..ids.len() as u32).collect()))
    }

    fn finish(&self, id: ExchangeId) -> BoxFuture<'_, Result<Measures, Error>> {
        self.note(|| format!("finish {id}"));
        let (sent, cancelled) = self.with(id, |exchange| (exchange.sent as u32, exchange.cancelled));
        let ending = match cancelled {
            true => Ending::Cancelled,
            // One of three counts in no statistic.
            false => [Ending::Complete, Ending::Length, Ending::Stalled][id as usize % 3],
        };
        Box::pin(ready(Ok(Measures {
            ending,
            detail: (ending == Ending::Stalled).then(|| "nothing came for ∞".to_owned()),
            ttft_ms: Some(101.5),
            ttfo_ms: None,
            e2e_ms: Some(202.25),
            generation_ms: None,
            tokens_per_second: Some(50.0),
            tpot_ms: None,
            prefill_tokens_per_second: Some(1e6),
            prompt_tokens: Some(64),
            cached_prompt_tokens: None,
            output_tokens: Some(sent),
            chunks: sent,
        })))
    }

    fn text(&self, id: ExchangeId) -> String {
        self.note(|| format!("text {id}"));
        TEXTS.concat()
    }

    fn cancel(&self, id: ExchangeId) {
        self.note(|| format!("cancel {id}"));
        self.with(id, |exchange| exchange.cancelled = true);
    }

    fn release(&self, id: ExchangeId) {
        self.note(|| format!("release {id}"));
        let twice = self.with(id, |exchange| std::mem::replace(&mut exchange.released, true));
        assert!(!twice, "exchange {id} was given back twice");
    }

    fn measure_loads(&self, loads: Vec<Load>, until: Until) -> BoxFuture<'_, Result<Vec<Outcome>, Error>> {
        self.note(|| format!("measure-loads {loads:?} {until:?}"));
        let outcomes = loads.iter().map(|load| outcome(load.target)).collect();
        Box::pin(ready(Ok(outcomes)))
    }

    fn info(&self, target: Target) -> Result<TargetInfo, Error> {
        self.note(|| format!("info {}", target.word()));
        let model = Some("modèle-14b".to_owned());
        Ok(TargetInfo { model, dialect: "openai-chat".to_owned(), context_tokens: Some(4096), simulated: true })
    }

    fn seed(&self) -> u32 {
        self.note(|| "seed".to_owned());
        4_000_000_007
    }

    fn elapsed(&self) -> Duration {
        self.note(|| "elapsed-ms".to_owned());
        Duration::from_millis(5)
    }

    fn phase(&self, name: String) {
        self.note(|| format!("phase {name}"));
    }

    /// Not noted: the layer above may drop one of a row.
    fn progress(&self, _: u32, _: u32) {}

    fn log(&self, level: Level, message: String) {
        self.note(|| format!("log {level:?} {message}"));
    }

    fn metric(&self, name: String, value: f64, unit: String) {
        self.note(|| format!("metric {name} = {value:?} {unit}"));
    }

    fn mark(&self, name: String) {
        self.note(|| format!("mark {name}"));
    }

    fn count(&self, name: String, by: f64) {
        self.note(|| format!("count {name} + {by:?}"));
    }

    fn threshold(&self, expression: String) -> Result<(), String> {
        self.note(|| format!("threshold {expression}"));
        match expression.contains(['<', '>']) {
            true => Ok(()),
            false => Err(format!("`{expression}` compares nothing ∞")),
        }
    }

    fn void_run(&self, reason: String) {
        self.note(|| format!("void-run {reason}"));
    }
}

fn outcome(target: Target) -> Outcome {
    let known = Digest {
        n: 7,
        min: Some(1.0),
        mean: Some(2.0),
        median: Some(1.5),
        max: Some(4.0),
        p50: None,
        p90: None,
        p95: None,
        p99: None,
    };
    Outcome {
        target,
        complete: 5,
        failed: 2,
        shed: 1,
        ttft_ms: known,
        e2e_ms: known,
        itl_ms: known,
        tokens_per_second: known,
        prefill_tokens_per_second: known,
        intent_to_first_token_ms: Digest { n: 0, min: None, mean: None, median: None, max: None, ..known },
        intent_to_answer_ms: Digest { n: 0, min: None, mean: None, median: None, max: None, ..known },
        throughput_tokens_per_second: Some(123.5),
    }
}

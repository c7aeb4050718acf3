//! The host of a guest that only describes itself: no engine is at hand; its log is kept for an error message.

use super::bindings::{Chunk, Error, Level, Load, Measures, Outcome, Request, Target, TargetInfo, Until};
use super::host::{BoxFuture, ExchangeId, ScenarioHost};
use super::words::{self, LAST_WORDS_BYTES};
use std::future::ready;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Lines kept; the last words matter most.
const LINES: usize = 20;

#[derive(Default)]
pub(super) struct Unattended {
    log: Mutex<Vec<String>>,
}

impl Unattended {
    /// The last lines of the guest's log.
    pub(super) fn log_tail(&self) -> Vec<String> {
        let log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        log[log.len().saturating_sub(LINES)..].to_vec()
    }
}

fn refusal() -> Error {
    Error::NotConfigured("no engine is at hand in `describe`: ask in `run`".to_owned())
}

impl ScenarioHost for Unattended {
    fn start(&self, _: Target, _: Request) -> BoxFuture<'_, Result<ExchangeId, Error>> {
        Box::pin(ready(Err(refusal())))
    }

    fn next(&self, _: ExchangeId) -> BoxFuture<'_, Result<Option<Chunk>, Error>> {
        Box::pin(ready(Err(refusal())))
    }

    fn wait_any(&self, _: Vec<ExchangeId>) -> BoxFuture<'_, Vec<u32>> {
        Box::pin(ready(Vec::new()))
    }

    fn finish(&self, _: ExchangeId) -> BoxFuture<'_, Result<Measures, Error>> {
        Box::pin(ready(Err(refusal())))
    }

    fn text(&self, _: ExchangeId) -> String {
        String::new()
    }

    fn cancel(&self, _: ExchangeId) {}

    fn release(&self, _: ExchangeId) {}

    fn measure_loads(&self, _: Vec<Load>, _: Until) -> BoxFuture<'_, Result<Vec<Outcome>, Error>> {
        Box::pin(ready(Err(refusal())))
    }

    fn info(&self, _: Target) -> Result<TargetInfo, Error> {
        Err(refusal())
    }

    fn seed(&self) -> u32 {
        0
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn phase(&self, _: String) {}

    fn progress(&self, _: u32, _: u32) {}

    fn log(&self, _: Level, message: String) {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.push(words::line(&message, LAST_WORDS_BYTES));
    }

    fn metric(&self, _: String, _: f64, _: String) {}

    fn mark(&self, _: String) {}

    fn count(&self, _: String, _: f64) {}

    fn threshold(&self, _: String) -> Result<(), String> {
        Err("a threshold is stated in `run`, not in `describe`".to_owned())
    }

    fn void_run(&self, _: String) {}
}

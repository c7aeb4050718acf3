//! The ground truth: when each exchange's request was read and each of its chunks was written. Bounded memory.

use std::collections::VecDeque;
use std::sync::Mutex;

/// Exchanges kept until someone takes them; the oldest is dropped for the next.
const KEPT_EXCHANGES: usize = 4096;

/// How an exchange ended, as the engine knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TrueEnding {
    /// The answer stopped by itself.
    Stop,
    /// It ran into `max_tokens` or the context's end.
    Length,
    /// The client left before the end.
    Disconnected,
}

/// What really happened in one exchange. Times are CLOCK_MONOTONIC ns.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ExchangeTruth {
    /// The request's `x-dualbench-exchange` header, else `main-1`, `main-2`… in the order of reading.
    pub exchange: String,
    /// The read that completed the request had returned.
    pub request_read_ns: u64,
    /// A slot was free; the headers are written now, as in llama.cpp.
    pub slot_ns: u64,
    pub writes: Vec<TrueWrite>,
    /// The write that carries the finish reason (and usage) was about to begin; absent if the client left.
    pub finish_ns: Option<u64>,
    /// Prompt tokens, the template's and the cached ones included.
    pub prompt_tokens: u32,
    pub cached_tokens: u32,
    /// Tokens generated, as `usage` claims them: a stop token included.
    pub output_tokens: u32,
    pub ending: TrueEnding,
}

/// One content-bearing write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TrueWrite {
    /// Taken immediately before the write call that carried the chunk's last byte.
    pub at_ns: u64,
    /// Bytes of this response, headers included, up to the chunk's end: lets a reader that does not parse be judged.
    pub end_byte: u64,
}

/// The last exchanges of one engine, until taken.
#[derive(Debug, Default)]
pub struct Truth {
    recent: Mutex<VecDeque<ExchangeTruth>>,
}

impl Truth {
    /// Removes and returns one exchange's truth. It is there before the stream's `[DONE]` is written, so a client that
    /// saw the end of its stream finds it.
    pub fn take(&self, exchange: &str) -> Option<ExchangeTruth> {
        let mut recent = self.recent.lock().expect("truth lock poisoned");
        let at = recent.iter().rposition(|truth| truth.exchange == exchange)?;
        recent.remove(at)
    }

    /// Removes and returns all that is kept, oldest first.
    pub fn take_all(&self) -> Vec<ExchangeTruth> {
        self.recent.lock().expect("truth lock poisoned").drain(..).collect()
    }

    pub(super) fn keep(&self, truth: ExchangeTruth) {
        let mut recent = self.recent.lock().expect("truth lock poisoned");
        if recent.len() == KEPT_EXCHANGES {
            recent.pop_front();
        }
        recent.push_back(truth);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn truth_of(exchange: &str) -> ExchangeTruth {
        ExchangeTruth {
            exchange: exchange.into(),
            request_read_ns: 1,
            slot_ns: 2,
            writes: vec![TrueWrite { at_ns: 3, end_byte: 100 }],
            finish_ns: Some(4),
            prompt_tokens: 5,
            cached_tokens: 0,
            output_tokens: 1,
            ending: TrueEnding::Length,
        }
    }

    #[test]
    fn an_exchange_is_taken_once() {
        let truth = Truth::default();
        truth.keep(truth_of("a"));
        truth.keep(truth_of("b"));
        assert_eq!(truth.take("a"), Some(truth_of("a")));
        assert_eq!(truth.take("a"), None);
        assert_eq!(truth.take_all(), [truth_of("b")]);
    }

    #[test]
    fn only_the_last_exchanges_are_kept() {
        let truth = Truth::default();
        for exchange in 0..KEPT_EXCHANGES + 10 {
            truth.keep(truth_of(&exchange.to_string()));
        }
        assert_eq!(truth.take("9"), None);
        assert!(truth.take("10").is_some());
        assert_eq!(truth.take_all().len(), KEPT_EXCHANGES - 1);
    }
}

//! One line for the reader of the log. The figures of record, with their intervals, are the host's.

use dualbench_scenario::{Outcome, Target, decimal, report};

/// One engine's medians, alone and in company.
pub struct SlowDown {
    engine: Target,
    tokens_per_second: Option<(f64, f64)>,
    ttft_ms: Option<(f64, f64)>,
}

impl SlowDown {
    pub fn of(alone: &Outcome, together: &Outcome) -> Self {
        let rates = (
            alone.tokens_per_second.median,
            together.tokens_per_second.median,
        );
        let waits = (alone.ttft_ms.median, together.ttft_ms.median);
        Self {
            engine: together.target,
            tokens_per_second: rates.0.zip(rates.1),
            ttft_ms: waits.0.zip(waits.1),
        }
    }

    pub fn tell(&self) {
        let engine = self.engine;
        match self.tokens_per_second {
            Some((alone, together)) if together > 0.0 => report::info(format!(
                "{engine} with the other at work: {} times slower ({} → {} tokens/s)",
                decimal(alone / together, 2),
                decimal(alone, 1),
                decimal(together, 1)
            )),
            _ => report::warn(format!(
                "{engine}: no rate, so no slow-down; ask for longer answers"
            )),
        }
        match self.ttft_ms {
            Some((alone, together)) if alone > 0.0 => report::info(format!(
                "{engine} with the other at work: first token {} times later ({} → {} ms)",
                decimal(together / alone, 2),
                decimal(alone, 1),
                decimal(together, 1)
            )),
            _ => {}
        }
    }
}

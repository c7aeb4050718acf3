//! What two runs are held against each other in: one value an exchange, and which way is better.

use super::compare::Better;
use super::exchange::Measures;
use super::summary::Timed;

/// A measure in which runs are compared.
#[derive(Debug, Clone, Copy)]
pub struct Compared {
    /// Its name in JSON.
    pub word: &'static str,
    pub better: Better,
    value: fn(&Measures) -> Option<f64>,
}

/// One value an exchange in each of them: exchanges are independent of one another, the gaps between the tokens of one
/// answer are not, so the per-token rhythm is compared as `tpot_ms` and not as `itl_ms`.
pub const COMPARED: [Compared; 5] = [
    Compared { word: "ttft_ms", better: Better::Lower, value: |m| m.ttft_ms },
    Compared { word: "tpot_ms", better: Better::Lower, value: |m| m.tpot_ms },
    Compared { word: "tokens_per_second", better: Better::Higher, value: |m| m.tokens_per_second },
    Compared { word: "e2e_ms", better: Better::Lower, value: |m| m.e2e_ms },
    Compared { word: "prefill_tokens_per_second", better: Better::Higher, value: |m| m.prefill_tokens_per_second },
];

impl Compared {
    pub fn values(&self, exchanges: &[Measures]) -> Vec<f64> {
        exchanges.iter().filter_map(self.value).collect()
    }
}

/// The measures of those exchanges of a population that enter statistics.
pub fn counted(population: &[&Timed<'_>]) -> Vec<Measures> {
    population.iter().filter(|e| e.counts()).map(|e| Measures::of(e.trace)).collect()
}

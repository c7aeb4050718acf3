//! What one simulated engine is like: its speeds, its slots, how it suffers from company. Numbers only.

use std::ops::RangeInclusive;
use std::time::Duration;

/// The physics of one engine. All rates are those of an engine that works alone on one request.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// Always contains `simulated`, so that no figure can pass for a real model's.
    pub model: String,
    pub prefill_tokens_per_second: f64,
    pub decode_tokens_per_second: f64,
    /// From the request being read to the start of prefill: templating, scheduling, the launch of the first kernel.
    pub fixed_overhead: Duration,
    /// Sigma of the log-normal factor (mean 1) on every step's duration; 0 is a metronome.
    pub jitter: f64,
    /// Requests served at once; others wait their turn without limit, as in llama.cpp.
    pub slots: usize,
    /// What each further request in a slot adds to a step: 0.05 makes a step 5 % longer.
    pub crowding: f64,
    pub context_tokens: u32,
    /// Factor on every step while the other engine works.
    pub slow_down: f64,
    /// Where an answer stops by itself, in tokens; drawn with the request's seed.
    pub stop_after: RangeInclusive<u32>,
    /// Tokens in one content chunk.
    pub tokens_per_chunk: u32,
    pub parameters: u64,
    /// Quantisation as the model's file would name it.
    pub quantisation: String,
    /// What the weights and the work buffers hold in VRAM; for the simulated GPU.
    pub weights_bytes: u64,
    /// VRAM of one token in the KV cache; for the simulated GPU.
    pub kv_bytes_per_token: u64,
}

impl Profile {
    /// About a 14B model at 4 bits on a 24 GB consumer card.
    pub fn main_14b() -> Profile {
        Profile {
            model: "simulated-main-14b".into(),
            prefill_tokens_per_second: 1500.0,
            decode_tokens_per_second: 60.0,
            fixed_overhead: Duration::from_millis(12),
            jitter: 0.03,
            slots: 4,
            crowding: 0.08,
            context_tokens: 8192,
            slow_down: 1.35,
            stop_after: 60..=400,
            tokens_per_chunk: 1,
            parameters: 14_770_033_664,
            quantisation: "Q4_K - Medium".into(),
            weights_bytes: 8_990_000_000,
            // 48 layers × 8 heads × 128 × (key + value) × 2 bytes
            kv_bytes_per_token: 196_608,
        }
    }

    /// About a 1.5B model at 8 bits on the same card.
    pub fn mini_1_5b() -> Profile {
        Profile {
            model: "simulated-mini-1.5b".into(),
            prefill_tokens_per_second: 9000.0,
            decode_tokens_per_second: 220.0,
            fixed_overhead: Duration::from_millis(4),
            jitter: 0.05,
            slots: 8,
            crowding: 0.04,
            context_tokens: 4096,
            slow_down: 1.8,
            stop_after: 4..=120,
            tokens_per_chunk: 1,
            parameters: 1_543_714_304,
            quantisation: "Q8_0".into(),
            weights_bytes: 1_650_000_000,
            // 28 layers × 2 heads × 128 × (key + value) × 2 bytes
            kv_bytes_per_token: 28_672,
        }
    }

    /// A metronome for measuring clients: the first token `ttft` after the request, then one each `itl`, whatever the
    /// prompt, the load and the other engine. As many slots as anyone asks for; only `max_tokens` ends an answer.
    pub fn flat(ttft: Duration, itl: Duration) -> Profile {
        Profile {
            model: "simulated-flat".into(),
            prefill_tokens_per_second: f64::INFINITY,
            decode_tokens_per_second: itl.as_secs_f64().recip(),
            fixed_overhead: ttft,
            jitter: 0.0,
            slots: 16_384,
            crowding: 0.0,
            context_tokens: 1 << 20,
            slow_down: 1.0,
            stop_after: u32::MAX..=u32::MAX,
            ..Profile::main_14b()
        }
    }

    /// The same engine with every rate this many times as high.
    pub fn times(self, speed: f64) -> Profile {
        Profile {
            prefill_tokens_per_second: self.prefill_tokens_per_second * speed,
            decode_tokens_per_second: self.decode_tokens_per_second * speed,
            fixed_overhead: self.fixed_overhead.div_f64(speed),
            ..self
        }
    }

    /// What is wrong with the numbers, each with its field; empty when they can be played.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let mut demand = |holds: bool, field: &str, wanted: &str| {
            if !holds {
                problems.push(format!("{field} of `{}` must be {wanted}", self.model));
            }
        };
        demand(self.model.contains("simulated"), "model", "a name that contains `simulated`");
        demand(self.prefill_tokens_per_second > 0.0, "prefill_tokens_per_second", "above 0");
        demand(self.decode_tokens_per_second > 0.0, "decode_tokens_per_second", "above 0");
        demand((0.0..=1.0).contains(&self.jitter), "jitter", "between 0 and 1");
        demand(self.slots > 0, "slots", "at least 1");
        demand(self.crowding >= 0.0 && self.crowding.is_finite(), "crowding", "0 or more");
        demand(self.slow_down >= 1.0 && self.slow_down.is_finite(), "slow_down", "1 or more");
        demand(self.context_tokens >= 16, "context_tokens", "at least 16");
        demand(!self.stop_after.is_empty() && *self.stop_after.start() > 0, "stop_after", "a range from 1 up");
        demand(self.tokens_per_chunk > 0, "tokens_per_chunk", "at least 1");
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profiles_we_ship_can_be_played() {
        let flat = Profile::flat(Duration::from_millis(50), Duration::from_millis(10));
        for profile in [Profile::main_14b(), Profile::mini_1_5b(), flat] {
            assert_eq!(profile.problems(), Vec::<String>::new());
        }
    }

    #[test]
    fn every_impossible_number_is_named_at_once() {
        let broken = Profile { model: "qwen".into(), slots: 0, slow_down: 0.5, ..Profile::main_14b() };
        assert_eq!(
            broken.problems(),
            [
                "model of `qwen` must be a name that contains `simulated`",
                "slots of `qwen` must be at least 1",
                "slow_down of `qwen` must be 1 or more",
            ]
        );
    }
}

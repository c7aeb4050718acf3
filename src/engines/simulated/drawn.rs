//! One answer's rhythm without sockets: what a served exchange would keep to, drawn from the same physics.

use std::time::Duration;

use super::pace::{Company, Pace};
use super::profile::Profile;
use super::seeded::Seeded;

/// When each token of one answer is due, from the request being read: alone on the card, nothing of the prompt cached.
pub fn drawn(profile: &Profile, seed: u64, prompt_tokens: u32, output_tokens: u32) -> Vec<Duration> {
    let alone = Company { own_streams: 1, other_engine_works: false };
    let mut pace = Pace::new(profile, Seeded::salted(Seeded::new(seed).bits(), "rhythm"));
    let mut due_ns = pace.overhead_ns();
    let mut left = prompt_tokens;
    while left > 0 {
        let (tokens, step_ns) = pace.prefill_slice(left, alone);
        (left, due_ns) = (left - tokens, due_ns + step_ns);
    }
    let mut out = Vec::with_capacity(output_tokens as usize);
    for token in 0..output_tokens {
        due_ns += if token == 0 { 0 } else { pace.decode_ns(alone) };
        out.push(Duration::from_nanos(due_ns));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metronome_is_drawn_as_it_is_served() {
        let flat = Profile::flat(Duration::from_millis(50), Duration::from_millis(10));
        let expected: Vec<Duration> = [50, 60, 70].map(Duration::from_millis).to_vec();
        assert_eq!(drawn(&flat, 1, 256, 3), expected);
    }

    #[test]
    fn another_seed_is_another_rhythm_around_the_same_rates() {
        let profile = Profile::main_14b();
        assert_eq!(drawn(&profile, 1, 256, 9), drawn(&profile, 1, 256, 9));
        assert_ne!(drawn(&profile, 1, 256, 9), drawn(&profile, 2, 256, 9));
        let mean = (0..400).map(|seed| drawn(&profile, seed, 300, 1)[0].as_secs_f64()).sum::<f64>() / 400.0;
        assert!((mean / 0.212 - 1.0).abs() < 0.01, "12 ms and 300 tokens at 1 500 a second: {mean}");
    }
}

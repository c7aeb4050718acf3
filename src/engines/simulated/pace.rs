//! When the next token is due: pure arithmetic on a profile, seeded jitter and who else is at work. No clock, no sockets.

use super::profile::Profile;
use super::seeded::Seeded;

/// Prompt tokens evaluated between two looks at the other engine (llama.cpp's default physical batch is 512; smaller
/// slices follow the company more closely and cost nothing here).
const PREFILL_SLICE: u32 = 64;
const NS_PER_SECOND: f64 = 1e9;

/// Who is at work at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Company {
    /// Requests of this engine in a slot, this one included.
    pub own_streams: u32,
    pub other_engine_works: bool,
}

/// The rhythm of one exchange: durations in ns, one step at a time.
#[derive(Debug)]
pub struct Pace<'a> {
    profile: &'a Profile,
    seeded: Seeded,
}

impl<'a> Pace<'a> {
    pub fn new(profile: &'a Profile, seeded: Seeded) -> Pace<'a> {
        Pace { profile, seeded }
    }

    /// From the slot being free to the start of prefill, in ns.
    pub fn overhead_ns(&mut self) -> u64 {
        let nominal = self.profile.fixed_overhead.as_nanos() as f64;
        (nominal * self.seeded.log_normal(self.profile.jitter)) as u64
    }

    /// The next slice of prefill for a prompt with `left` tokens to evaluate: how many tokens, how many ns.
    /// An engine of endless prefill speed takes all at once in no time.
    pub fn prefill_slice(&mut self, left: u32, company: Company) -> (u32, u64) {
        if self.profile.prefill_tokens_per_second.is_infinite() {
            return (left, 0);
        }
        let tokens = left.min(PREFILL_SLICE);
        let nominal = f64::from(tokens) * NS_PER_SECOND / self.profile.prefill_tokens_per_second;
        (tokens, self.stretch(nominal, company))
    }

    /// One decode step, in ns: the time between two tokens.
    pub fn decode_ns(&mut self, company: Company) -> u64 {
        self.stretch(NS_PER_SECOND / self.profile.decode_tokens_per_second, company)
    }

    fn stretch(&mut self, nominal_ns: f64, company: Company) -> u64 {
        let crowd = 1.0 + self.profile.crowding * f64::from(company.own_streams.saturating_sub(1));
        let neighbour = if company.other_engine_works { self.profile.slow_down } else { 1.0 };
        (nominal_ns * crowd * neighbour * self.seeded.log_normal(self.profile.jitter)).round() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const ALONE: Company = Company { own_streams: 1, other_engine_works: false };

    fn mean_step_ns(profile: &Profile, company: Company) -> f64 {
        let mut pace = Pace::new(profile, Seeded::new(5));
        (0..5000).map(|_| pace.decode_ns(company) as f64).sum::<f64>() / 5000.0
    }

    #[test]
    fn a_flat_profile_is_a_metronome_in_any_company() {
        let flat = Profile::flat(Duration::from_millis(50), Duration::from_millis(10));
        let mut pace = Pace::new(&flat, Seeded::new(1));
        let crowd = Company { own_streams: 1024, other_engine_works: true };
        assert_eq!(pace.overhead_ns(), 50_000_000);
        assert_eq!(pace.prefill_slice(4000, crowd), (4000, 0));
        assert_eq!([pace.decode_ns(crowd), pace.decode_ns(ALONE)], [10_000_000; 2]);
    }

    #[test]
    fn a_step_takes_the_slow_down_longer_while_the_other_engine_works() {
        for profile in [Profile::main_14b(), Profile::mini_1_5b()] {
            let together = Company { own_streams: 1, other_engine_works: true };
            let ratio = mean_step_ns(&profile, together) / mean_step_ns(&profile, ALONE);
            assert!((ratio - profile.slow_down).abs() < 1e-6, "{}: {ratio}", profile.model);
        }
    }

    #[test]
    fn the_mean_of_jittered_steps_is_the_rate_of_the_profile() {
        let profile = Profile::main_14b();
        let rate = 1e9 / mean_step_ns(&profile, ALONE);
        assert!((rate / profile.decode_tokens_per_second - 1.0).abs() < 0.005, "{rate}");
    }

    #[test]
    fn each_further_stream_makes_a_step_longer() {
        let profile = Profile { jitter: 0.0, crowding: 0.5, decode_tokens_per_second: 100.0, ..Profile::main_14b() };
        let mut pace = Pace::new(&profile, Seeded::new(1));
        assert_eq!(pace.decode_ns(Company { own_streams: 3, other_engine_works: false }), 20_000_000);
    }

    #[test]
    fn prefill_is_cut_in_slices_that_sum_to_the_prompt() {
        let profile = Profile { jitter: 0.0, prefill_tokens_per_second: 1000.0, ..Profile::main_14b() };
        let mut pace = Pace::new(&profile, Seeded::new(1));
        let (mut left, mut total_ns, mut slices) = (150, 0, 0);
        while left > 0 {
            let (tokens, ns) = pace.prefill_slice(left, ALONE);
            (left, total_ns, slices) = (left - tokens, total_ns + ns, slices + 1);
        }
        assert_eq!((slices, total_ns), (3, 150_000_000));
    }

    #[test]
    fn the_same_seed_gives_the_same_rhythm() {
        let profile = Profile::mini_1_5b();
        let steps = |seed| {
            let mut pace = Pace::new(&profile, Seeded::new(seed));
            (0..50).map(|_| pace.decode_ns(ALONE)).collect::<Vec<_>>()
        };
        assert_eq!(steps(9), steps(9));
        assert_ne!(steps(9), steps(10));
    }
}

//! Seeded randomness that is the same on every machine and in every release (SplitMix64; source: Steele, Lea, Flood 2014).

/// A stream of numbers that its seed fixes for ever.
#[derive(Debug, Clone)]
pub struct Seeded {
    state: u64,
}

impl Seeded {
    pub fn new(seed: u64) -> Seeded {
        Seeded { state: seed }
    }

    /// A generator for one purpose under one seed: different `salt`, unrelated numbers.
    pub fn salted(seed: u64, salt: &str) -> Seeded {
        Seeded { state: seed ^ fold(salt.as_bytes()) }
    }

    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Uniform in [0, 1).
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Uniform in `0..bound`; 0 when `bound` is 0. The bias is under 1e-9 for the small bounds used here.
    pub fn below(&mut self, bound: u64) -> u64 {
        match bound {
            0 => 0,
            _ => self.bits() % bound,
        }
    }

    /// Log-normal with mean 1: what one step's duration is multiplied by. `sigma` 0 gives exactly 1.
    pub fn log_normal(&mut self, sigma: f64) -> f64 {
        if sigma <= 0.0 {
            return 1.0;
        }
        // Box–Muller; 1 − u keeps the logarithm finite.
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        let normal = radius * (std::f64::consts::TAU * self.unit()).cos();
        (sigma * normal - sigma * sigma / 2.0).exp()
    }
}

/// FNV-1a, 64 bits: the same for the same bytes on every machine, which `std`'s hasher does not promise.
pub fn fold(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_of_a_seed_never_change() {
        let mut seeded = Seeded::new(1);
        assert_eq!([seeded.bits(), seeded.bits()], [0x910A_2DEC_8902_5CC1, 0xBEEB_8DA1_658E_EC67]);
        assert_eq!(fold(b"main"), fold(b"main"));
        assert_ne!(Seeded::salted(1, "text").bits(), Seeded::salted(1, "pace").bits());
    }

    #[test]
    fn jitter_spreads_durations_but_keeps_their_mean() {
        let mut seeded = Seeded::new(7);
        let drawn: Vec<f64> = (0..20_000).map(|_| seeded.log_normal(0.1)).collect();
        let mean = drawn.iter().sum::<f64>() / drawn.len() as f64;
        assert!((mean - 1.0).abs() < 0.01, "mean {mean}");
        assert!(drawn.iter().any(|factor| *factor > 1.15) && drawn.iter().any(|factor| *factor < 0.87));
        assert_eq!(Seeded::new(7).log_normal(0.0), 1.0);
    }
}

//! When the exchanges of an open loop begin: at a rate that may change, evenly or at random.

use std::time::Duration;

use rand::{Rng, RngExt};

use crate::scenario::{Spacing, Stage, StagedLoop};

/// The moments of an open loop's arrivals, from its begin on; none is ever late, since nothing is waited for here.
///
/// The n-th arrival comes when the rate, added up over time, has reached n (constant), or the sum of n exponentially
/// distributed steps around 1 (Poisson, at a rate that changes: an inhomogeneous Poisson process by inversion).
pub(super) struct Arrivals<R> {
    stages: std::vec::IntoIter<Stage>,
    stage: Option<Stage>,
    spacing: Spacing,
    random: R,
    /// Begin of the present stage, in seconds; the arrivals that were expected before it; and its first rate.
    begin_s: f64,
    before: f64,
    rate: f64,
    /// Arrivals to be expected before the next one.
    due: f64,
}

impl<R: Rng> Arrivals<R> {
    pub(super) fn new(staged: StagedLoop, random: R) -> Arrivals<R> {
        let StagedLoop { from_per_second: rate, stages, spacing, max_open: _ } = staged;
        let mut stages = stages.into_iter();
        Arrivals { stage: stages.next(), stages, spacing, random, begin_s: 0.0, before: 0.0, rate, due: 0.0 }
    }

    fn step(&mut self) -> f64 {
        match self.spacing {
            Spacing::Constant => 1.0,
            Spacing::Poisson => -(1.0 - self.random.random::<f64>()).ln(),
        }
    }
}

impl<R: Rng> Iterator for Arrivals<R> {
    type Item = Duration;

    /// `None` once no further one is to be expected: the last rate is 0.
    fn next(&mut self) -> Option<Duration> {
        while let Some(stage) = self.stage {
            let expected = expected(self.rate, stage);
            if self.before + expected > self.due {
                break;
            }
            self.before += expected;
            self.begin_s += stage.seconds;
            self.rate = stage.rate_per_second;
            self.stage = self.stages.next();
        }
        let missing = (self.due - self.before).max(0.0);
        let within_s = match self.stage {
            Some(stage) => {
                let growth = (stage.rate_per_second - self.rate) / stage.seconds;
                let root = (self.rate * self.rate + 2.0 * growth * missing).max(0.0).sqrt();
                if missing > 0.0 { 2.0 * missing / (self.rate + root) } else { 0.0 }
            }
            None if self.rate > 0.0 => missing / self.rate,
            None => return None,
        };
        self.due += self.step();
        Duration::try_from_secs_f64(self.begin_s + within_s).ok()
    }
}

/// Arrivals of a stage that begins at that rate: the area under it.
pub(super) fn expected(from_per_second: f64, stage: Stage) -> f64 {
    (from_per_second + stage.rate_per_second) / 2.0 * stage.seconds
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    fn arrivals(from: f64, stages: &[(f64, f64)], spacing: Spacing) -> Arrivals<rand::rngs::ChaCha8Rng> {
        let stages = stages.iter().map(|&(seconds, rate_per_second)| Stage { seconds, rate_per_second }).collect();
        let staged = StagedLoop { from_per_second: from, stages, spacing, max_open: 1 };
        Arrivals::new(staged, rand::rngs::ChaCha8Rng::seed_from_u64(7))
    }

    #[track_caller]
    fn even(from: f64, stages: &[(f64, f64)], expected: &[f64]) {
        let found: Vec<f64> =
            arrivals(from, stages, Spacing::Constant).map(|d| d.as_secs_f64()).take(expected.len()).collect();
        let same = found.len() == expected.len() && found.iter().zip(expected).all(|(f, e)| (f - e).abs() < 1e-9);
        assert!(same, "{found:?}, not {expected:?}");
    }

    #[test]
    fn a_constant_rate_is_even_from_the_begin_on() {
        even(4.0, &[], &[0.0, 0.25, 0.5, 0.75, 1.0]);
        even(4.0, &[(10.0, 4.0)], &[0.0, 0.25, 0.5, 0.75, 1.0]);
    }

    #[test]
    fn a_ramp_comes_where_the_area_under_it_is_whole() {
        // From 0 to 2 a second over 4 s: t²/4 = n.
        even(0.0, &[(4.0, 2.0)], &[0.0, 2.0, 8.0_f64.sqrt(), 12.0_f64.sqrt(), 4.0, 4.5, 5.0]);
        // From 2 down to 0 over 2 s: 2t − t²/2 = n, and no more.
        assert_eq!(arrivals(2.0, &[(2.0, 0.0)], Spacing::Constant).count(), 2);
        even(2.0, &[(2.0, 0.0)], &[0.0, 2.0 - 2.0_f64.sqrt()]);
    }

    #[test]
    fn a_jump_takes_no_time_and_a_pause_has_no_arrival() {
        even(1.0, &[(2.0, 1.0), (0.0, 10.0), (1.0, 10.0)], &[0.0, 1.0, 2.0, 2.1, 2.2]);
        even(1.0, &[(1.0, 1.0), (0.0, 0.0), (5.0, 0.0), (0.0, 2.0)], &[0.0, 6.0, 6.5, 7.0]);
    }

    #[test]
    fn random_arrivals_follow_the_rate() {
        let times: Vec<f64> =
            arrivals(0.0, &[(100.0, 100.0), (0.0, 0.0)], Spacing::Poisson).map(|d| d.as_secs_f64()).collect();
        // 5000 are expected, a quarter of them in the first half; each within four standard deviations.
        let (all, first) = (times.len() as f64, times.iter().filter(|t| **t < 50.0).count() as f64);
        assert!((all - 5000.0).abs() < 283.0 && (first - 1250.0).abs() < 142.0, "{all} {first}");
        assert!(times.windows(2).all(|w| w[0] < w[1]), "in order");
        let mut gaps: Vec<f64> = times.windows(2).map(|w| w[1] - w[0]).filter(|g| *g > 0.0).collect();
        gaps.sort_by(f64::total_cmp);
        assert!(gaps[gaps.len() - 1] > 8.0 * gaps[gaps.len() / 2], "no even spacing");
    }

    #[test]
    fn the_same_seed_gives_the_same_moments() {
        let some = || arrivals(3.0, &[(2.0, 9.0)], Spacing::Poisson).take(50).collect::<Vec<_>>();
        assert_eq!(some(), some());
    }
}

//! Two samples of one measure held against each other: how far apart, how surely, and whether that may be called.

use super::percentile::{SplitMix, quantile};

/// Resamplings of the bootstrap.
const RESAMPLES: usize = 2_000;

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// Times, memory, energy.
    Lower,
    /// Rates.
    Higher,
}

/// What may be said of B against A.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    Regression,
    Improvement,
    /// The difference is within the noise floor, or its interval holds zero.
    TooClose,
    /// A side has fewer than [`FEWEST`] values.
    TooFew,
}

impl Call {
    pub fn word(self) -> &'static str {
        match self {
            Call::Regression => "regression",
            Call::Improvement => "improvement",
            Call::TooClose => "too close to call",
            Call::TooFew => "too few values",
        }
    }
}

/// Values that a side needs: the floor of the median (docs/measures.md).
pub const FEWEST: usize = 11;

/// B against A in one measure.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    pub n_a: usize,
    pub n_b: usize,
    pub median_a: f64,
    pub median_b: f64,
    /// median(B) − median(A), in the measure's unit.
    pub difference: f64,
    /// The same as a share of A's median; `None` where that is zero.
    pub relative: Option<f64>,
    /// Bootstrap 95 % interval of the difference; `None` below [`FEWEST`] values on a side.
    pub interval: Option<(f64, f64)>,
    /// Mann–Whitney U, two-sided, normal approximation with tie and continuity correction.
    pub p_value: Option<f64>,
    /// Cliff's delta: P(B > A) − P(B < A), −1 to 1.
    pub cliffs_delta: f64,
    /// The machine's own noise as a share of the median, from runs that differ in nothing. `None` where there are none.
    pub noise_floor: Option<f64>,
    pub call: Call,
}

/// Compares two samples. `None` where a side has no value.
///
/// A regression (or an improvement) is called only where the difference is above the noise floor **and** its interval is
/// clear of zero (docs/measures.md, "Many exchanges"). Seeded by the sizes alone: the same samples give the same figures.
pub fn compare(a: &[f64], b: &[f64], better: Better, noise_floor: Option<f64>) -> Option<Difference> {
    let (a, b) = (sorted(a), sorted(b));
    let (median_a, median_b) = (quantile(&a, 0.5)?, quantile(&b, 0.5)?);
    let difference = median_b - median_a;
    let relative = (median_a != 0.0).then(|| difference / median_a.abs());
    let enough = a.len() >= FEWEST && b.len() >= FEWEST;
    let interval = if enough { bootstrap(&a, &b) } else { None };
    let above_floor = match (noise_floor, relative) {
        (Some(floor), Some(relative)) => relative.abs() > floor,
        _ => true,
    };
    let clear = interval.is_some_and(|(low, high)| low > 0.0 || high < 0.0);
    let call = match (enough, clear && above_floor, (difference > 0.0) == (better == Better::Lower)) {
        (false, _, _) => Call::TooFew,
        (true, false, _) => Call::TooClose,
        (true, true, true) => Call::Regression,
        (true, true, false) => Call::Improvement,
    };
    let ranks = Ranks::of(&a, &b);
    Some(Difference {
        n_a: a.len(),
        n_b: b.len(),
        median_a,
        median_b,
        difference,
        relative,
        interval,
        p_value: ranks.p_value(),
        cliffs_delta: ranks.cliffs_delta(),
        noise_floor,
        call,
    })
}

/// The noise floor of repeated runs that differ in nothing: the largest difference of two of their medians, as a share of
/// the smaller one. `None` below two runs. From five runs on those are left out that lie farther from the median of all
/// than 6 median absolute deviations: a regression that was stored once must not hide the next one.
pub fn noise_floor(medians: &[f64]) -> Option<f64> {
    let medians = without_strays(sorted(medians));
    let (low, high) = (*medians.first()?, *medians.last()?);
    (medians.len() >= 2 && low > 0.0).then(|| (high - low) / low)
}

/// Median absolute deviations from the median beyond which a run is no repetition of the others. Of normal noise one run
/// in 20 000 lies there.
const STRAY: f64 = 6.0;
/// A share of the median within which no run is stray, however alike the others are.
const NO_STRAY: f64 = 0.01;
/// Runs from which a stray one can be told.
const FEWEST_FOR_STRAYS: usize = 5;

fn without_strays(medians: Vec<f64>) -> Vec<f64> {
    let Some(middle) = quantile(&medians, 0.5).filter(|_| medians.len() >= FEWEST_FOR_STRAYS) else { return medians };
    let deviations = sorted(&medians.iter().map(|m| (m - middle).abs()).collect::<Vec<_>>());
    let reach = (STRAY * quantile(&deviations, 0.5).unwrap_or_default()).max(NO_STRAY * middle);
    medians.into_iter().filter(|m| (m - middle).abs() <= reach).collect()
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut out: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    out.sort_by(f64::total_cmp);
    out
}

/// Percentile bootstrap of the difference of medians, both sides resampled.
fn bootstrap(a: &[f64], b: &[f64]) -> Option<(f64, f64)> {
    let mut random = SplitMix((a.len() * 1_000_003 + b.len()) as u64);
    let mut scratch = Vec::with_capacity(a.len().max(b.len()));
    let mut median = |from: &[f64]| {
        scratch.clear();
        scratch.extend(from.iter().map(|_| from[(random.next() % from.len() as u64) as usize]));
        scratch.sort_by(f64::total_cmp);
        quantile(&scratch, 0.5)
    };
    let mut differences: Vec<f64> = (0..RESAMPLES).filter_map(|_| Some(-median(a)? + median(b)?)).collect();
    differences.sort_by(f64::total_cmp);
    Some((quantile(&differences, 0.025)?, quantile(&differences, 0.975)?))
}

/// Pairs of one value of each side, by which is larger, and what ties there are.
struct Ranks {
    n_a: f64,
    n_b: f64,
    /// Pairs in which B's value is larger; ties count half.
    u: f64,
    /// Σ (t³ − t) over groups of t equal values.
    ties: f64,
}

impl Ranks {
    /// Both sides sorted.
    fn of(a: &[f64], b: &[f64]) -> Ranks {
        let below = |v: f64| a.partition_point(|x| *x < v);
        let upto = |v: f64| a.partition_point(|x| *x <= v);
        let u = b.iter().map(|v| below(*v) as f64 + (upto(*v) - below(*v)) as f64 / 2.0).sum();
        let mut all: Vec<f64> = a.iter().chain(b).copied().collect();
        all.sort_by(f64::total_cmp);
        let ties = all.chunk_by(|x, y| x == y).map(|group| group.len() as f64).map(|t| t * t * t - t).sum();
        Ranks { n_a: a.len() as f64, n_b: b.len() as f64, u, ties }
    }

    fn cliffs_delta(&self) -> f64 {
        2.0 * self.u / (self.n_a * self.n_b) - 1.0
    }

    fn p_value(&self) -> Option<f64> {
        let n = self.n_a + self.n_b;
        let variance = self.n_a * self.n_b / 12.0 * ((n + 1.0) - self.ties / (n * (n - 1.0)));
        if variance.is_nan() || variance <= 0.0 {
            return None;
        }
        let distance = ((self.u - self.n_a * self.n_b / 2.0).abs() - 0.5).max(0.0);
        Some(two_sided(distance / variance.sqrt()))
    }
}

/// P(|Z| > z) of the standard normal: erfc(z / √2), Numerical Recipes' Chebyshev fit, relative error below 1.2e-7.
fn two_sided(z: f64) -> f64 {
    let x = z / std::f64::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.5 * x);
    const FIT: [f64; 10] = [
        -1.265_512_23,
        1.000_023_68,
        0.374_091_96,
        0.096_784_18,
        -0.186_288_06,
        0.278_868_07,
        -1.135_203_98,
        1.488_515_87,
        -0.822_152_23,
        0.170_872_77,
    ];
    let poly = FIT.iter().rev().fold(0.0, |sum, c| sum * t + c);
    (t * (-x * x + poly).exp()).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `n` values around `centre`, spread by ±`spread`.
    fn noisy(n: usize, centre: f64, spread: f64, seed: u64) -> Vec<f64> {
        let mut random = SplitMix(seed);
        (0..n).map(|_| centre + spread * ((random.next() >> 11) as f64 / (1_u64 << 52) as f64 - 1.0)).collect()
    }

    #[test]
    fn a_slower_answer_is_a_regression_and_a_faster_rate_an_improvement() {
        let (a, b) = (noisy(40, 100.0, 3.0, 1), noisy(40, 110.0, 3.0, 2));
        let d = compare(&a, &b, Better::Lower, Some(0.01)).expect("values");
        assert_eq!(d.call, Call::Regression);
        assert!(d.p_value.is_some_and(|p| p < 1e-6) && d.cliffs_delta > 0.9, "{d:?}");
        assert_eq!(compare(&a, &b, Better::Higher, None).expect("values").call, Call::Improvement);
        assert_eq!(compare(&b, &a, Better::Lower, None).expect("values").call, Call::Improvement);
    }

    #[test]
    fn within_the_noise_floor_nothing_is_called() {
        let (a, b) = (noisy(40, 100.0, 0.5, 1), noisy(40, 102.0, 0.5, 2));
        assert_eq!(compare(&a, &b, Better::Lower, Some(0.03)).expect("values").call, Call::TooClose);
        assert_eq!(compare(&a, &b, Better::Lower, Some(0.01)).expect("values").call, Call::Regression);
    }

    #[test]
    fn few_values_are_shown_and_not_called() {
        let d = compare(&[1.0; 10], &[2.0; 40], Better::Lower, None).expect("values");
        assert_eq!((d.call, d.interval, d.difference), (Call::TooFew, None, 1.0));
        assert_eq!(compare(&[], &[1.0], Better::Lower, None), None);
    }

    #[test]
    fn mann_whitney_agrees_with_the_textbook() {
        // scipy.stats.mannwhitneyu([1,2,2,3,4,5], [3,4,5,6,6,7], method="asymptotic"): U(b) = 32.5, p = 0.0244…
        let r = Ranks::of(&[1.0, 2.0, 2.0, 3.0, 4.0, 5.0], &[3.0, 4.0, 5.0, 6.0, 6.0, 7.0]);
        assert_eq!(r.u, 31.5);
        let p = r.p_value().expect("spread");
        // By hand: ties 2,3,4,5,6 twice each → Σ(t³−t) = 30; variance = 3 × (13 − 30/132) = 38.318; z = (13.5 − 0.5)/6.190.
        assert!((p - two_sided(13.0 / 38.318_181_8_f64.sqrt())).abs() < 1e-9, "{p}");
        assert!((r.cliffs_delta() - 0.75).abs() < 1e-12);
    }

    #[test]
    fn the_normal_tail_is_that_of_the_tables() {
        for (z, p) in [(0.0, 1.0), (1.0, 0.317_310_5), (1.959_964, 0.05), (3.290_527, 0.001)] {
            assert!((two_sided(z) - p).abs() < 1e-6, "{z}: {}", two_sided(z));
        }
    }

    #[test]
    fn identical_samples_have_no_p_value_when_nothing_varies() {
        let d = compare(&[5.0; 20], &[5.0; 20], Better::Lower, None).expect("values");
        assert_eq!((d.call, d.p_value, d.cliffs_delta), (Call::TooClose, None, 0.0));
    }

    #[test]
    fn the_noise_floor_is_the_widest_gap_between_equal_runs() {
        assert_eq!(noise_floor(&[100.0, 104.0, 102.0]), Some(0.04));
        assert_eq!(noise_floor(&[100.0, 104.0, 102.0, 101.0, 103.0, 130.0]), Some(0.04), "one is no repetition");
        assert_eq!(noise_floor(&[100.0, 130.0, 102.0, 128.0, 131.0, 101.0]), Some(0.31), "a machine of two minds");
        assert_eq!(noise_floor(&[100.0, 100.0, 100.0, 100.0, 100.5]), Some(0.005), "repetitions may be alike");
        assert_eq!(noise_floor(&[100.0]), None);
    }

    proptest! {
        #[test]
        fn exchanging_the_sides_turns_the_signs(a in prop::collection::vec(1.0..1e3_f64, 11..40), b in prop::collection::vec(1.0..1e3_f64, 11..40)) {
            let (ab, ba) = (compare(&a, &b, Better::Lower, None).expect("values"), compare(&b, &a, Better::Lower, None).expect("values"));
            prop_assert_eq!(ab.difference, -ba.difference);
            prop_assert!((ab.cliffs_delta + ba.cliffs_delta).abs() < 1e-9);
            prop_assert!(ab.p_value.is_none_or(|p| (0.0..=1.0).contains(&p)));
        }
    }
}

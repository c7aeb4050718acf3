//! Distributions: the one definition of a percentile, its sample floors, and the interval on the median.

/// A percentile, as parts of ten thousand: `P9990` is the 99.9th.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percentile(u16);

impl Percentile {
    pub const P50: Percentile = Percentile(5_000);
    pub const P90: Percentile = Percentile(9_000);
    pub const P95: Percentile = Percentile(9_500);
    pub const P97: Percentile = Percentile(9_700);
    pub const P99: Percentile = Percentile(9_900);
    pub const P999: Percentile = Percentile(9_990);

    /// The percentiles of a [`Distribution`], in rising order.
    pub const ALL: [Percentile; 6] = [Self::P50, Self::P90, Self::P95, Self::P97, Self::P99, Self::P999];

    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self.0 {
            5_000 => "p50",
            9_000 => "p90",
            9_500 => "p95",
            9_700 => "p97",
            9_900 => "p99",
            _ => "p99.9",
        }
    }

    /// The samples below which the percentile is not shown.
    ///
    /// Source: MLPerf early stopping, c = 0.99: the smallest n with P[Binomial(n, 1 − p) ≤ 1] < 0.01.
    pub fn floor(self) -> usize {
        match self.0 {
            5_000 => 11,
            9_000 => 64,
            9_500 => 130,
            9_700 => 219,
            9_900 => 662,
            _ => 6_636,
        }
    }

    fn fraction(self) -> f64 {
        f64::from(self.0) / 10_000.0
    }
}

/// The quantile `fraction` (0 to 1) of sorted values: linear interpolation between closest ranks (NIST type 7).
/// `None` of no values.
pub fn quantile(sorted: &[f64], fraction: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let rank = fraction.clamp(0.0, 1.0) * last as f64;
    let below = rank.floor() as usize;
    let above = (below + 1).min(last);
    let weight = rank - below as f64;
    Some(sorted[below] + (sorted[above] - sorted[below]) * weight)
}

/// A population in figures. Every percentile stands only above its floor; n, min, mean, median and max always do.
#[derive(Debug, Clone, PartialEq)]
pub struct Distribution {
    pub n: usize,
    pub min: f64,
    pub mean: f64,
    pub median: f64,
    pub max: f64,
    /// In the order of [`Percentile::ALL`]; `None` below the floor.
    pub percentiles: [Option<f64>; 6],
    /// Bootstrap 95 % interval on the median; `None` for fewer than three values.
    pub median_interval: Option<(f64, f64)>,
}

impl Distribution {
    /// `None` of no values. Values that are not finite are our own defect and are left out.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Option<Distribution> {
        let sorted = sorted(values);
        Some(Distribution { median_interval: median_interval(&sorted), ..Distribution::plain(&sorted)? })
    }

    /// The same but for the interval on the median, which costs a thousand times the rest.
    pub fn without_interval(values: Vec<f64>) -> Option<Distribution> {
        Distribution::plain(&sorted(values))
    }

    fn plain(sorted: &[f64]) -> Option<Distribution> {
        let (min, max) = (*sorted.first()?, *sorted.last()?);
        let n = sorted.len();
        let percentiles = Percentile::ALL.map(|p| if n < p.floor() { None } else { quantile(sorted, p.fraction()) });
        Some(Distribution {
            n,
            min,
            mean: sorted.iter().sum::<f64>() / n as f64,
            median: quantile(sorted, 0.5)?,
            max,
            percentiles,
            median_interval: None,
        })
    }

    /// `None` below the percentile's floor.
    pub fn percentile(&self, p: Percentile) -> Option<f64> {
        Percentile::ALL.iter().position(|q| *q == p).and_then(|i| self.percentiles[i])
    }

    /// The percentiles that are not shown, each with the number of samples it needs.
    pub fn needs(&self) -> impl Iterator<Item = (Percentile, usize)> + '_ {
        Percentile::ALL.into_iter().filter(|p| self.n < p.floor()).map(|p| (p, p.floor()))
    }
}

fn sorted(values: impl IntoIterator<Item = f64>) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.into_iter().filter(|v| v.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    sorted
}

/// Resamplings of the bootstrap.
const RESAMPLES: usize = 1_000;
/// Values from which the bootstrap's interval equals the order statistics' one to within its own noise.
const BOOTSTRAP_MAX: usize = 2_000;

/// A 95 % interval on the median: percentile bootstrap, seeded, so that a recomputation gives the same figures.
/// Above 2 000 values the binomial order-statistic interval takes its place (n/2 ± 0.98 √n), which the bootstrap
/// approaches, at no cost.
fn median_interval(sorted: &[f64]) -> Option<(f64, f64)> {
    let n = sorted.len();
    if n < 3 {
        return None;
    }
    if n > BOOTSTRAP_MAX {
        let half = 0.98 * (n as f64).sqrt();
        let middle = n as f64 / 2.0;
        let (low, high) = ((middle - half).max(0.0) as usize, ((middle + half) as usize).min(n - 1));
        return Some((sorted[low], sorted[high]));
    }
    let mut random = SplitMix(n as u64);
    let mut ranks = vec![0_usize; n];
    let mut medians: Vec<f64> = (0..RESAMPLES).map(|_| resampled_median(sorted, &mut ranks, &mut random)).collect();
    medians.sort_by(f64::total_cmp);
    Some((quantile(&medians, 0.025)?, quantile(&medians, 0.975)?))
}

fn resampled_median(sorted: &[f64], ranks: &mut [usize], random: &mut SplitMix) -> f64 {
    let n = sorted.len();
    ranks.iter_mut().for_each(|r| *r = (random.next() % n as u64) as usize);
    let (_, upper, _) = ranks.select_nth_unstable(n / 2);
    let upper = *upper;
    if n % 2 == 1 {
        return sorted[upper];
    }
    let lower = ranks[..n / 2].iter().copied().max().unwrap_or(upper);
    (sorted[lower] + sorted[upper]) / 2.0
}

/// SplitMix64: the same figures on every machine and in every version of every crate.
pub(super) struct SplitMix(pub u64);

impl SplitMix {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn quantiles_interpolate_between_closest_ranks() {
        // NIST type 7 by hand: rank = 0.9 × 4 = 3.6, between 40 and 50.
        assert_eq!(quantile(&[10.0, 20.0, 30.0, 40.0, 50.0], 0.9), Some(46.0));
        assert_eq!(quantile(&[7.0], 0.99), Some(7.0));
        assert_eq!(quantile(&[], 0.5), None);
    }

    #[test]
    fn a_percentile_stands_only_above_its_floor() {
        let below = Distribution::of((0..63).map(f64::from)).expect("values");
        assert_eq!(below.percentile(Percentile::P90), None);
        assert_eq!(below.needs().next(), Some((Percentile::P90, 64)));
        let at = Distribution::of((0..64).map(f64::from)).expect("values");
        assert_eq!(at.percentile(Percentile::P90), Some(56.7));
        assert_eq!(Distribution::of((0..10).map(f64::from)).expect("values").percentile(Percentile::P50), None);
    }

    #[test]
    fn the_floors_are_those_of_the_binomial_tail() {
        for p in Percentile::ALL {
            let q = 1.0 - p.fraction();
            let tail = |n: usize| {
                let n = n as f64;
                (1.0 - q).powf(n) + n * q * (1.0 - q).powf(n - 1.0)
            };
            let smallest = (1..10_000).find(|n| tail(*n) < 0.01);
            assert_eq!(smallest, Some(p.floor()), "{}", p.name());
        }
    }

    #[test]
    fn no_values_have_no_distribution() {
        assert_eq!(Distribution::of([]), None);
        assert_eq!(Distribution::of([f64::NAN]), None);
    }

    #[test]
    fn the_interval_of_a_constant_is_that_constant() {
        let d = Distribution::of([5.0; 20]).expect("values");
        assert_eq!(d.median_interval, Some((5.0, 5.0)));
    }

    proptest! {
        #[test]
        fn everything_lies_between_min_and_max(values in prop::collection::vec(-1e6..1e6_f64, 1..200)) {
            let d = Distribution::of(values.clone()).expect("values");
            prop_assert!(d.min <= d.median && d.median <= d.max);
            prop_assert!(d.min <= d.mean + 1e-6 && d.mean <= d.max + 1e-6);
            if let Some((low, high)) = d.median_interval {
                prop_assert!(d.min <= low && low <= high && high <= d.max);
            }
            prop_assert_eq!(Distribution::of(values.clone()), Distribution::of(values.into_iter().rev()));
        }

        #[test]
        fn quantiles_rise_with_the_fraction(mut v in prop::collection::vec(-1e6..1e6_f64, 1..100), a in 0.0..1.0_f64, b in 0.0..1.0_f64) {
            v.sort_by(f64::total_cmp);
            let (low, high) = if a < b { (a, b) } else { (b, a) };
            prop_assert!(quantile(&v, low) <= quantile(&v, high));
        }
    }
}

//! A figure alone and together, and how sure the factor between them is.

use crate::measure::percentile::{SplitMix, quantile};

/// A figure alone and together. For rates the slow-down is alone / together; for times together / alone: above 1
/// means slower in company.
#[derive(Debug, Clone, PartialEq)]
pub struct SlowDown {
    pub n_alone: usize,
    pub n_together: usize,
    /// Medians. Of a prefill, `together` is the time that the whole of it would take in company: alone × factor.
    pub alone: f64,
    pub together: f64,
    pub factor: f64,
    /// Bootstrap 95 % interval on the factor; `None` below three values on a side.
    pub interval: Option<(f64, f64)>,
}

/// Of rates, in tokens per second.
pub(super) fn of_rates(alone: &[f64], together: &[f64]) -> Option<SlowDown> {
    medians(alone, together, |a, t| a / t)
}

/// Of times, in ms.
pub(super) fn of_times(alone: &[f64], together: &[f64]) -> Option<SlowDown> {
    medians(alone, together, |a, t| t / a)
}

fn medians(alone: &[f64], together: &[f64], factor: fn(f64, f64) -> f64) -> Option<SlowDown> {
    let (a, t) = (median(alone.to_vec())?, median(together.to_vec())?);
    let (f, interval) = estimate(alone, together, |a, t| Some(factor(median(a)?, median(t)?)))?;
    Some(SlowDown { n_alone: alone.len(), n_together: together.len(), alone: a, together: t, factor: f, interval })
}

/// Resamplings of each side.
const RESAMPLES: usize = 1_000;
/// Values on a side from which there is an interval.
const FEWEST: usize = 3;

/// The factor of two samples and its interval: percentile bootstrap over both sides, seeded by their sizes, so that a
/// recomputation gives the same figures.
pub(super) fn estimate<T: Copy>(
    alone: &[f64],
    together: &[T],
    factor: impl Fn(Vec<f64>, Vec<T>) -> Option<f64>,
) -> Option<(f64, Option<(f64, f64)>)> {
    let f = factor(alone.to_vec(), together.to_vec()).filter(|f| f.is_finite())?;
    if alone.len() < FEWEST || together.len() < FEWEST {
        return Some((f, None));
    }
    let mut random = SplitMix((alone.len() * 1_000_003 + together.len()) as u64);
    let mut factors: Vec<f64> = (0..RESAMPLES)
        .filter_map(|_| factor(drawn(alone, &mut random), drawn(together, &mut random)))
        .filter(|f| f.is_finite())
        .collect();
    factors.sort_by(f64::total_cmp);
    Some((f, quantile(&factors, 0.025).zip(quantile(&factors, 0.975))))
}

/// As many values, with replacement.
fn drawn<T: Copy>(from: &[T], random: &mut SplitMix) -> Vec<T> {
    from.iter().map(|_| from[(random.next() % from.len() as u64) as usize]).collect()
}

pub(super) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    quantile(&values, 0.5)
}

//! The latency of each token over a run, thinned for charts: its course with both extremes, and its distribution.

use sqlx::sqlite::SqliteConnection;

use crate::events::{ExchangeRecord, RunId};
use crate::measure::{Target, itl_ms, ms};
use crate::store::table;

/// Exchanges that are read of one target; of a larger number, every second, third, …
const EXCHANGES: u32 = 2_000;
/// Points of a course: the lowest and the highest of each of half as many pieces.
const POINTS: usize = 2_000;
/// Ranks of a distribution; the highest [`TAIL`] are all there.
const RANKS: usize = 1_000;
const TAIL: usize = 200;

/// The tokens of one target.
#[derive(Debug, Clone, PartialEq)]
pub struct TokenGaps {
    pub target: Target,
    /// Exchanges behind the figures, and of how many.
    pub exchanges: u32,
    pub of: u32,
    /// Tokens behind the figures.
    pub n: usize,
    /// When each token of the course came, in ms from the run's origin, and its latency in ms.
    pub course: Vec<(f64, f64)>,
    /// Rank (from 1) and latency in ms, ascending.
    pub ranks: Vec<(usize, f64)>,
}

pub(super) async fn of_run(db: &mut SqliteConnection, run: RunId) -> Result<Vec<TokenGaps>, sqlx::Error> {
    let mut all = Vec::new();
    for (target, population) in table::exchange::measured(db, run).await? {
        let step = population.n.div_ceil(EXCHANGES).max(1);
        let read = table::exchange::spread(db, run, target, population.alone, step).await?;
        all.push(gaps(target, &read, population.n));
    }
    Ok(all)
}

fn gaps(target: Target, records: &[ExchangeRecord], of: u32) -> TokenGaps {
    let mut course: Vec<(f64, f64)> = records.iter().flat_map(course).collect();
    course.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut sorted: Vec<f64> = course.iter().map(|(_, gap)| *gap).collect();
    sorted.sort_by(f64::total_cmp);
    TokenGaps {
        target,
        exchanges: records.len() as u32,
        of,
        n: sorted.len(),
        course: extremes(course),
        ranks: ranks(&sorted),
    }
}

/// Each latency at the moment its chunk came.
fn course(record: &ExchangeRecord) -> Vec<(f64, f64)> {
    let latencies = itl_ms(&record.trace);
    let moments = record.trace.chunks.iter().skip(1).map(|c| ms(record.sent + c.offset));
    let gaps = record.trace.chunks.len().saturating_sub(1);
    if latencies.len() == gaps {
        return moments.zip(latencies).collect();
    }
    // Chunks of several tokens: a latency for each token, spread over the same moments.
    let moments: Vec<f64> = moments.collect();
    let at = |i: usize| moments.get(i * gaps / latencies.len().max(1)).copied();
    latencies.iter().enumerate().filter_map(|(i, gap)| Some((at(i)?, *gap))).collect()
}

/// The lowest and the highest of each piece, in the order of time: a spike is never thinned away.
fn extremes(course: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    if course.len() <= POINTS {
        return course;
    }
    let piece = course.len().div_ceil(POINTS / 2);
    course.chunks(piece).flat_map(lowest_and_highest).collect()
}

fn lowest_and_highest(piece: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let by = |a: &&(f64, f64), b: &&(f64, f64)| a.1.total_cmp(&b.1);
    let mut kept: Vec<(f64, f64)> =
        [piece.iter().min_by(by), piece.iter().max_by(by)].into_iter().flatten().copied().collect();
    kept.sort_by(|a, b| a.0.total_cmp(&b.0));
    kept.dedup();
    kept
}

fn ranks(sorted: &[f64]) -> Vec<(usize, f64)> {
    let body = sorted.len().saturating_sub(TAIL);
    let step = body.div_ceil(RANKS - TAIL).max(1);
    let kept = |(i, _): &(usize, &f64)| *i >= body || i % step == 0;
    sorted.iter().enumerate().filter(kept).map(|(i, gap)| (i + 1, *gap)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_course_keeps_its_spike_and_its_dip() {
        let course = (0..50_000).map(|i| {
            (
                f64::from(i),
                if i == 31_415 {
                    900.0
                } else if i == 7 {
                    0.0
                } else {
                    10.0
                },
            )
        });
        let thinned = extremes(course.collect());
        assert!(thinned.len() <= POINTS, "{}", thinned.len());
        assert!(thinned.contains(&(31_415.0, 900.0)) && thinned.contains(&(7.0, 0.0)));
        assert!(thinned.windows(2).all(|w| w[0].0 <= w[1].0));
    }

    #[test]
    fn a_distribution_keeps_its_ends_and_the_whole_tail() {
        let sorted: Vec<f64> = (0..10_000).map(f64::from).collect();
        let ranks = ranks(&sorted);
        assert!(ranks.len() <= RANKS + 1, "{}", ranks.len());
        assert_eq!((ranks.first(), ranks.last()), (Some(&(1, 0.0)), Some(&(10_000, 9_999.0))));
        assert!(ranks.windows(2).rev().take(TAIL - 1).all(|w| w[1].0 - w[0].0 == 1));
    }

    #[test]
    fn three_tokens_are_three_points() {
        assert_eq!(ranks(&[1.0, 2.0, 3.0]), [(1, 1.0), (2, 2.0), (3, 3.0)]);
        assert_eq!(extremes(vec![(0.0, 1.0), (1.0, 2.0)]), [(0.0, 1.0), (1.0, 2.0)]);
    }
}

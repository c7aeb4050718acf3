//! A series of points over a whole run, bounded: when it is full it is thinned, and neither extremes nor gaps are lost.

/// Points that are kept; a screen shows no more.
const POINTS: usize = 2_000;
/// Of each piece of a full series, at the most: the lowest, the highest, and that there was a gap.
const OF_A_PIECE: usize = 3;

/// A value at a moment, in ms since the run's origin. `None` is a gap.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    pub at_ms: f64,
    pub value: Option<f64>,
}

/// It counts all points that ever came, so that a reader knows what is new to it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Course {
    /// Each with its number, in order.
    kept: Vec<(u64, Point)>,
    total: u64,
}

impl Course {
    pub(super) fn push(&mut self, point: Point) {
        self.kept.push((self.total, point));
        self.total += 1;
        if self.kept.len() > POINTS {
            // By half, so that it is not done again with the next point.
            let size = self.kept.len().div_ceil(POINTS / 2 / OF_A_PIECE);
            self.kept = self.kept.chunks(size).flat_map(thinned).collect();
        }
    }

    pub fn total(&self) -> u64 {
        self.total
    }

    /// What came after the first `seen` points, as far as it is kept.
    pub fn since(&self, seen: u64) -> impl Iterator<Item = &Point> {
        let from = self.kept.partition_point(|(number, _)| *number < seen);
        self.kept[from..].iter().map(|(_, point)| point)
    }
}

fn thinned(piece: &[(u64, Point)]) -> Vec<(u64, Point)> {
    let value = |(_, point): &&(u64, Point)| point.value.unwrap_or(f64::NAN);
    let read = || piece.iter().filter(|(_, point)| point.value.is_some());
    let low = read().min_by(|a, b| value(a).total_cmp(&value(b)));
    let high = read().max_by(|a, b| value(a).total_cmp(&value(b)));
    let gap = piece.iter().rfind(|(_, point)| point.value.is_none());
    let mut kept: Vec<(u64, Point)> = [low, high, gap].into_iter().flatten().copied().collect();
    kept.sort_by_key(|(number, _)| *number);
    kept.dedup_by_key(|(number, _)| *number);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course(points: u32, value: impl Fn(u32) -> Option<f64>) -> Course {
        let mut course = Course::default();
        (0..points).for_each(|i| course.push(Point { at_ms: f64::from(i), value: value(i) }));
        course
    }

    #[test]
    fn a_long_run_keeps_its_beginning_its_spikes_and_its_gaps() {
        let value = |i| match i {
            777 => Some(99.0),
            31_415 => Some(-5.0),
            40_000..41_000 => None,
            _ => Some(1.0),
        };
        let long = course(100_000, value);
        let points: Vec<&Point> = long.since(0).collect();
        assert!(points.len() <= POINTS, "{}", points.len());
        assert!(points.windows(2).all(|pair| pair[0].at_ms < pair[1].at_ms));
        assert!(points.first().is_some_and(|point| point.at_ms < 2_000.0));
        for (at_ms, value) in [(777.0, 99.0), (31_415.0, -5.0)] {
            assert!(points.contains(&&Point { at_ms, value: Some(value) }), "{at_ms}");
        }
        assert!(points.iter().any(|point| point.value.is_none()));
        assert_eq!(long.total(), 100_000);
    }

    #[test]
    fn a_reader_gets_what_is_new_to_it_and_a_short_run_is_whole() {
        let short = course(1_500, |i| Some(f64::from(i)));
        assert_eq!(short.since(0).count(), 1_500);
        assert_eq!(short.since(1_498).map(|point| point.at_ms).collect::<Vec<_>>(), [1_498.0, 1_499.0]);
        assert_eq!(short.since(1_500).count(), 0);
    }
}

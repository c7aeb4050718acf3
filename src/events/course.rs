//! A series of points over a whole run, bounded: when it is full, pieces of time are thinned, the oldest first, and neither
//! extremes nor gaps are lost. Every part of a run stays as fine as the others within a factor of two, however long it is.
//! The cockpit does the same with what it gets (`web/src/state/ring.ts`).

/// Points that are kept; a screen shows no more.
const POINTS: usize = 2_000;

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
    /// Of each stretch of this length the low, the high, and that there was a gap. Zero: every point is there.
    piece_ms: f64,
    /// Of those before this place, of each stretch of twice the length.
    widened: usize,
}

impl Course {
    /// The newest point always stays: a line ends where the run is.
    pub(super) fn push(&mut self, point: Point) {
        if self.piece_ms > 0.0 {
            self.settle();
        }
        self.kept.push((self.total, point));
        self.total += 1;
        while self.kept.len() > POINTS {
            self.widen();
        }
    }

    /// Thins the newest piece, as far as it has come.
    fn settle(&mut self) {
        let Some((_, last)) = self.kept.last() else { return };
        let (newest, piece_ms) = (place(last, self.piece_ms), self.piece_ms);
        let of_it = self.kept[self.widened..].iter().rev().take_while(|(_, point)| place(point, piece_ms) == newest);
        let from = self.kept.len() - of_it.count();
        self.thin(from, self.kept.len());
    }

    /// Thins one more piece of twice the length; behind the last one it begins again with the oldest.
    fn widen(&mut self) {
        let piece_ms = if self.piece_ms > 0.0 { 2.0 * self.piece_ms } else { 1.0 };
        let from = self.widened;
        let oldest = self.kept.get(from).map(|(_, point)| place(point, piece_ms));
        let of_it = self.kept[from..].iter().take_while(|(_, point)| Some(place(point, piece_ms)) == oldest);
        let to = from + of_it.count();
        if to < self.kept.len() {
            self.widened = from + self.thin(from, to);
            return;
        }
        // One piece has everything: nothing longer could thin it.
        if from == 0 {
            self.thin(0, to.saturating_sub(1));
        }
        (self.piece_ms, self.widened) = (piece_ms, 0);
    }

    /// How many are left of those.
    fn thin(&mut self, from: usize, to: usize) -> usize {
        let kept = thinned(&self.kept[from..to]);
        let count = kept.len();
        if count < to - from {
            self.kept.splice(from..to, kept);
        }
        count
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

/// Which piece of that length a point is in.
fn place(point: &Point, piece_ms: f64) -> i64 {
    (point.at_ms / piece_ms).floor() as i64
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
    fn every_hour_of_a_long_run_is_as_fine_as_the_others() {
        let mut long = Course::default();
        let ten_hours = 10 * 3_600_000 / 250;
        (0..ten_hours).for_each(|i| long.push(Point { at_ms: f64::from(i) * 250.0, value: Some(f64::from(i % 7)) }));
        let mut by_hour = [0; 10];
        long.since(0).for_each(|point| by_hour[(point.at_ms / 3_600_000.0) as usize] += 1);
        assert!(by_hour.iter().all(|&points| (80..=500).contains(&points)), "{by_hour:?}");
        assert!(by_hour.iter().sum::<usize>() > POINTS - 10, "{by_hour:?}");
    }

    #[test]
    fn points_of_one_moment_are_bounded_as_well() {
        let mut moment = Course::default();
        (0..10_000).for_each(|i| moment.push(Point { at_ms: 7.0, value: Some(f64::from(i)) }));
        assert!(moment.since(0).count() <= POINTS);
        assert_eq!(moment.since(0).map(|point| point.value).next(), Some(Some(0.0)));
    }

    #[test]
    fn a_reader_gets_what_is_new_to_it_and_a_short_run_is_whole() {
        let short = course(1_500, |i| Some(f64::from(i)));
        assert_eq!(short.since(0).count(), 1_500);
        assert_eq!(short.since(1_498).map(|point| point.at_ms).collect::<Vec<_>>(), [1_498.0, 1_499.0]);
        assert_eq!(short.since(1_500).count(), 0);
    }
}

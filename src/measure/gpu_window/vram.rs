//! VRAM at an instant and at its highest: single readings, never a mean.

use std::time::Duration;

use super::GpuSample;

/// A sample farther than this many periods from the instant does not speak for it.
pub const NEAREST_PERIODS: u32 = 2;

/// The single sample nearest to `instant`, with its distance ([`GpuSample::distance`], so a slow call counts as far).
/// `None` when none lies within two periods. Of two equally near ones the earlier.
pub fn nearest<'a>(
    samples: impl IntoIterator<Item = &'a GpuSample>,
    instant: Duration,
    period: Duration,
) -> Option<(&'a GpuSample, Duration)> {
    samples
        .into_iter()
        .map(|s| (s, s.distance(instant)))
        .min_by_key(|(_, distance)| *distance)
        .filter(|(_, distance)| *distance <= period * NEAREST_PERIODS)
}

/// The highest used VRAM in bytes among the readings in `[from, to]`, and the first moment that showed it.
pub fn vram_max<'a>(
    samples: impl IntoIterator<Item = &'a GpuSample>,
    from: Duration,
    to: Duration,
) -> Option<(u64, Duration)> {
    samples
        .into_iter()
        .filter(|s| (from..=to).contains(&s.at))
        .filter_map(|s| Some((s.vram_used_bytes?, s.at)))
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    fn samples(points: &[(u64, u64)]) -> Vec<GpuSample> {
        let one = |&(at, vram): &(u64, u64)| GpuSample { vram_used_bytes: Some(vram), ..GpuSample::blank(0, ms(at)) };
        points.iter().map(one).collect()
    }

    #[track_caller]
    fn check(points: &[(u64, u64)], instant: u64, expected: Option<(u64, u64)>) {
        let all = samples(points);
        let got = nearest(&all, ms(instant), ms(50)).map(|(s, d)| (s.at.as_millis() as u64, d.as_millis() as u64));
        assert_eq!(got, expected);
    }

    #[test]
    fn the_nearest_sample_wins_on_either_side() {
        check(&[(0, 1), (50, 2), (100, 3)], 70, Some((50, 20)));
        check(&[(0, 1), (50, 2), (100, 3)], 80, Some((100, 20)));
    }

    #[test]
    fn of_two_equally_near_samples_the_earlier_one_wins() {
        check(&[(0, 1), (50, 2), (100, 3)], 75, Some((50, 25)));
    }

    #[test]
    fn two_periods_away_still_counts_and_a_millisecond_more_does_not() {
        check(&[(0, 1)], 100, Some((0, 100)));
        check(&[(0, 1)], 101, None);
        check(&[], 0, None);
    }

    #[test]
    fn a_reading_that_took_too_long_does_not_speak_for_its_middle() {
        let slow = GpuSample { done: ms(300), ..GpuSample::blank(0, ms(100)) };
        assert_eq!(nearest([&slow], ms(190), ms(50)), None);
    }

    #[test]
    fn the_maximum_is_inside_the_window_and_first_of_its_equals() {
        let all = samples(&[(0, 99), (50, 7), (100, 9), (150, 9), (200, 50)]);
        assert_eq!(vram_max(&all, ms(50), ms(150)), Some((9, ms(100))));
        assert_eq!(vram_max(&all, ms(201), ms(300)), None);
    }
}

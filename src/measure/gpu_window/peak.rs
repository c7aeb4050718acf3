//! The peak of generation: the instant of the highest output rate.

use std::collections::VecDeque;
use std::time::Duration;

/// Width of the sliding window in which output tokens are counted.
pub const PEAK_WINDOW: Duration = Duration::from_millis(250);

/// The instant of the highest output rate of all exchanges together, over a sliding window of 250 ms.
///
/// `chunks` are the content-bearing chunks of every exchange on one clock with the tokens that each carried, in any
/// order. A window that holds the most tokens can be shifted a little and still hold the same chunks; the instant is the
/// middle of all these windows, which is the middle between its first and its last chunk. Of equally full windows the
/// earliest counts. The window is half-open, `(end - 250 ms, end]`. `None` when no chunk carried a token.
///
/// Tokens are counted in millionths, so that the sums are exact whatever the order. Linear in the number of chunks
/// once they are in order.
pub fn generation_peak(chunks: impl IntoIterator<Item = (Duration, f64)>) -> Option<Duration> {
    let mut chunks: Vec<(Duration, u64)> =
        chunks.into_iter().map(|(at, n)| (at, millionths(n))).filter(|(_, n)| *n > 0).collect();
    if !chunks.is_sorted_by_key(|(at, _)| *at) {
        chunks.sort_by_key(|(at, _)| *at);
    }
    let mut held = VecDeque::new();
    let (mut sum, mut best) = (0_u64, None::<(u64, Duration)>);
    for (at, n) in chunks {
        held.push_back((at, n));
        sum = sum.saturating_add(n);
        while let Some(&(_, gone)) = held.front().filter(|(first, _)| at - *first >= PEAK_WINDOW) {
            sum = sum.saturating_sub(gone);
            held.pop_front();
        }
        if best.is_none_or(|(most, _)| sum > most) {
            let first = held.front().map_or(at, |(first, _)| *first);
            best = Some((sum, first + (at - first) / 2));
        }
    }
    best.map(|(_, middle)| middle)
}

/// A count that is not a number or below zero carries nothing.
fn millionths(tokens: f64) -> u64 {
    (tokens * 1e6).round().max(0.0) as u64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(chunks: &[(u64, f64)], expected_us: Option<u64>) {
        let peak = generation_peak(chunks.iter().map(|&(ms, n)| (Duration::from_millis(ms), n)));
        assert_eq!(peak.map(|p| p.as_micros() as u64), expected_us);
    }

    #[test]
    fn nothing_generated_has_no_peak() {
        check(&[], None);
        check(&[(10, 0.0), (20, f64::NAN), (30, -1.0)], None);
    }

    #[test]
    fn a_lone_chunk_is_its_own_peak() {
        check(&[(700, 1.0)], Some(700_000));
    }

    #[test]
    fn the_peak_lies_amid_the_densest_quarter_second() {
        // Two tokens early; four between 1000 and 1200 ms; one late.
        check(
            &[(0, 1.0), (200, 1.0), (1000, 1.0), (1050, 1.0), (1100, 1.0), (1200, 1.0), (3000, 1.0)],
            Some(1_100_000),
        );
    }

    #[test]
    fn tokens_weigh_not_chunks() {
        check(&[(0, 1.0), (10, 1.0), (20, 1.0), (1000, 5.0)], Some(1_000_000));
    }

    #[test]
    fn the_window_is_half_open_so_a_steady_stream_holds_exactly_its_rate() {
        // At 0 and 250 ms: not in one window. At 0 and 249 ms: in one.
        check(&[(0, 1.0), (250, 1.0)], Some(0));
        check(&[(0, 1.0), (249, 1.0)], Some(124_500));
    }

    #[test]
    fn of_equal_peaks_the_earlier_counts() {
        check(&[(0, 1.0), (100, 1.0), (900, 1.0), (1000, 1.0)], Some(50_000));
    }

    #[test]
    fn exchanges_count_together_in_any_order() {
        check(&[(500, 1.0), (0, 1.0), (520, 1.0), (100, 1.0), (540, 1.0)], Some(520_000));
    }

    proptest! {
        #[test]
        fn no_window_holds_more_tokens_than_the_one_around_the_peak(
            chunks in prop::collection::vec((0_u64..2_000, 1_u32..5), 1..60)
        ) {
            let all: Vec<_> = chunks.iter().map(|&(ms, n)| (Duration::from_millis(ms), f64::from(n))).collect();
            let peak = generation_peak(all.iter().copied()).expect("there are tokens");
            let held = |end: Duration| -> f64 {
                all.iter().filter(|(at, _)| *at <= end && *at + PEAK_WINDOW > end).map(|(_, n)| n).sum()
            };
            let most = all.iter().map(|(at, _)| held(*at)).fold(0.0, f64::max);
            // The best window holds the peak itself: some window that contains the instant reaches the maximum.
            let near = all.iter().filter(|(at, _)| *at >= peak && at.saturating_sub(PEAK_WINDOW) <= peak);
            prop_assert_eq!(near.map(|(at, _)| held(*at)).fold(0.0, f64::max), most);
        }

        #[test]
        fn the_order_of_the_chunks_does_not_matter(chunks in prop::collection::vec((0_u64..2_000, 0.0_f64..4.0), 0..60)) {
            let all: Vec<_> = chunks.iter().map(|&(ms, n)| (Duration::from_millis(ms), n)).collect();
            prop_assert_eq!(generation_peak(all.iter().copied()), generation_peak(all.iter().rev().copied()));
        }
    }
}

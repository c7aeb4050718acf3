//! When the next reading is due: a fixed grid that a slow reading never shifts, only thins out.

use std::time::Duration;

/// Slowest and fastest rate of a window, readings each second.
pub const RATE_HZ_MIN: f64 = 1.0;
pub const RATE_HZ_MAX: f64 = 100.0;
/// The slowest idle rate: one reading in 100 seconds.
pub const IDLE_RATE_HZ_MIN: f64 = 0.01;
/// The rate of a window when nobody asks for another.
pub const RATE_HZ_DEFAULT: f64 = 20.0;

/// The period of a rate, held to 1–100 Hz. A rate that is not a number is the default.
pub(super) fn period_of(rate_hz: f64) -> Duration {
    let rate = if rate_hz.is_nan() { RATE_HZ_DEFAULT } else { rate_hz };
    Duration::from_secs_f64(1.0 / rate.clamp(RATE_HZ_MIN, RATE_HZ_MAX))
}

/// The grid of planned moments. Pure: the caller brings the clock.
#[derive(Debug, Default)]
pub(super) struct Schedule {
    planned: Option<Duration>,
}

impl Schedule {
    /// The next planned moment; at once when nothing was read yet.
    pub(super) fn due(&self, period: Duration) -> Duration {
        self.planned.map_or(Duration::ZERO, |last| last + period)
    }

    /// A reading starts at `now`. Returns how many planned moments went by without one.
    pub(super) fn start(&mut self, now: Duration, period: Duration) -> u64 {
        let due = self.due(period);
        let Some(last) = self.planned.filter(|_| now >= due) else {
            self.planned = Some(now);
            return 0;
        };
        let steps = ((now - last).as_nanos() / period.as_nanos().max(1)) as u64;
        self.planned = Some(last + Duration::from_nanos(period.as_nanos() as u64 * steps));
        steps - 1
    }

    /// Forgets the grid, so that the next reading is due at once.
    pub(super) fn restart(&mut self) {
        self.planned = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    #[track_caller]
    fn check(starts: &[u64], missed: &[u64], due: u64) {
        let mut schedule = Schedule::default();
        let got: Vec<u64> = starts.iter().map(|now| schedule.start(ms(*now), ms(50))).collect();
        assert_eq!((got.as_slice(), schedule.due(ms(50))), (missed, ms(due)));
    }

    #[test]
    fn the_first_reading_is_due_at_once_and_starts_the_grid() {
        assert_eq!(Schedule::default().due(ms(50)), ms(0));
        check(&[7], &[0], 57);
    }

    #[test]
    fn a_little_late_does_not_shift_the_grid() {
        check(&[0, 51, 103, 150], &[0, 0, 0, 0], 200);
    }

    #[test]
    fn a_slow_reading_thins_the_grid_and_is_counted() {
        check(&[0, 50, 230, 250], &[0, 0, 2, 0], 300);
    }

    #[test]
    fn rates_are_held_between_one_and_a_hundred() {
        assert_eq!(period_of(20.0), ms(50));
        assert_eq!(period_of(0.0), ms(1000));
        assert_eq!(period_of(1e9), ms(10));
        assert_eq!(period_of(f64::NAN), ms(50));
    }
}

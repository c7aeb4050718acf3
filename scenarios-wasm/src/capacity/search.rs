//! The search for the highest level that holds: doubling, then bisection, then the deciding level again. Pure: levels
//! in, levels out.

/// Where a search may go.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    pub start: f64,
    pub least: f64,
    pub most: f64,
    /// Bisection ends where the lowest level that fails is within this share of the highest that holds.
    pub precision: f64,
    /// Only whole levels: users.
    pub whole: bool,
    /// Times that the deciding level must hold.
    pub repetitions: u32,
}

/// What is known so far.
#[derive(Debug)]
pub struct Search {
    range: Range,
    /// Levels that held, rising, with how often. A level that failed once holds no more, nor does any above it.
    held: Vec<(f64, u32)>,
    lowest_failed: Option<f64>,
}

impl Search {
    pub fn new(range: Range) -> Self {
        Self {
            range,
            held: Vec::new(),
            lowest_failed: None,
        }
    }

    /// The level to try next; `None` when the search is over.
    pub fn next(&self) -> Option<f64> {
        match (self.highest_held(), self.lowest_failed) {
            (None, None) => Some(self.range.start.clamp(self.range.least, self.range.most)),
            (None, Some(failed)) => (failed > self.range.least).then(|| self.level(failed / 2.0)),
            (Some((held, times)), None) if held >= self.range.most => self.again(held, times),
            (Some((held, _)), None) => Some(self.level(held * 2.0)),
            (Some((held, times)), Some(failed)) if self.is_tight(held, failed) => {
                self.again(held, times)
            }
            (Some((held, _)), Some(failed)) => Some(self.level(f64::midpoint(held, failed))),
        }
    }

    /// Takes in whether a level held.
    pub fn told(&mut self, level: f64, holds: bool) {
        if !holds {
            self.lowest_failed = Some(self.lowest_failed.map_or(level, |failed| failed.min(level)));
            self.held.retain(|(held, _)| *held < level);
            return;
        }
        match self.held.iter_mut().find(|(held, _)| *held == level) {
            Some((_, times)) => *times += 1,
            None => self.held.push((level, 1)),
        }
        self.held.sort_by(|a, b| a.0.total_cmp(&b.0));
    }

    /// The highest level that held so far.
    pub fn capacity(&self) -> Option<f64> {
        self.highest_held().map(|(level, _)| level)
    }

    fn highest_held(&self) -> Option<(f64, u32)> {
        self.held.last().copied()
    }

    fn again(&self, level: f64, times: u32) -> Option<f64> {
        (times < self.range.repetitions).then_some(level)
    }

    fn is_tight(&self, held: f64, failed: f64) -> bool {
        let step = if self.range.whole { 1.0 } else { 0.0 };
        failed - held <= (held * self.range.precision).max(step)
    }

    fn level(&self, level: f64) -> f64 {
        let level = if self.range.whole {
            level.floor()
        } else {
            level
        };
        level.clamp(self.range.least, self.range.most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATES: Range = Range {
        start: 1.0,
        least: 0.01,
        most: 1000.0,
        precision: 0.1,
        whole: false,
        repetitions: 2,
    };
    const USERS: Range = Range {
        least: 1.0,
        most: 64.0,
        whole: true,
        ..RATES
    };

    /// Searches a target that holds up to `limit`; gives the levels that were tried, and what was found.
    fn searched(range: Range, limit: f64) -> (Vec<f64>, Option<f64>) {
        let (mut search, mut tried) = (Search::new(range), Vec::new());
        while let Some(level) = search.next() {
            assert!(tried.len() < 60, "no end: {tried:?}");
            tried.push(level);
            search.told(level, level <= limit);
        }
        (tried, search.capacity())
    }

    #[test]
    fn it_doubles_bisects_and_tries_the_deciding_level_again() {
        let (tried, found) = searched(RATES, 5.2);
        assert_eq!(tried, [1.0, 2.0, 4.0, 8.0, 6.0, 5.0, 5.5, 5.0]);
        assert_eq!(found, Some(5.0));
    }

    #[test]
    fn users_are_whole() {
        let (tried, found) = searched(USERS, 5.0);
        assert_eq!(tried, [1.0, 2.0, 4.0, 8.0, 6.0, 5.0, 5.0]);
        assert_eq!(found, Some(5.0));
    }

    #[test]
    fn a_start_that_is_too_high_is_halved() {
        let (tried, found) = searched(
            Range {
                start: 8.0,
                ..RATES
            },
            2.9,
        );
        assert_eq!(tried[..3], [8.0, 4.0, 2.0]);
        assert!(found.is_some_and(|f| (2.6..=2.9).contains(&f)), "{found:?}");
    }

    #[test]
    fn nothing_that_holds_ends_at_the_least_level() {
        let (tried, found) = searched(USERS, 0.0);
        assert_eq!((tried, found), (vec![1.0], None));
    }

    #[test]
    fn everything_that_holds_ends_at_the_most() {
        let (tried, found) = searched(USERS, 1e9);
        assert_eq!(found, Some(64.0));
        assert_eq!(tried[tried.len() - 2..], [64.0, 64.0]);
    }

    #[test]
    fn a_deciding_level_that_fails_when_repeated_holds_no_more() {
        let mut search = Search::new(RATES);
        for (level, holds) in [(1.0, true), (2.0, true), (2.1, false)] {
            search.told(level, holds);
        }
        assert_eq!(search.next(), Some(2.0), "it decides, so it is tried again");
        search.told(2.0, false);
        assert_eq!((search.capacity(), search.next()), (Some(1.0), Some(1.5)));
    }
}

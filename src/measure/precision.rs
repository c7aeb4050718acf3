//! How tightly a load's medians are known, and how many repetitions more would make them as tight as was asked.

use super::compare::FEWEST;
use super::exchange::Measures;
use super::percentile::Distribution;

/// What was asked of a load's precision, and what came of it. Both are shares of the median: 0.01 is 1 %.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Precision {
    pub asked: f64,
    /// [`half_width`] at the load's end, of its widest measure; `None` where that has fewer than [`FEWEST`] values.
    pub reached: Option<f64>,
    /// Repetitions that the scenario itself asked for.
    pub repetitions_asked: u32,
}

impl Precision {
    /// Of the same load made twice: the wider one of the two, and all repetitions.
    pub fn with(self, again: Precision) -> Precision {
        Precision {
            asked: self.asked,
            reached: self.reached.zip(again.reached).map(|(a, b)| a.max(b)),
            repetitions_asked: self.repetitions_asked.saturating_add(again.repetitions_asked),
        }
    }

    pub fn is_reached(&self) -> bool {
        tight(self.reached, self.asked)
    }
}

/// What one exchange says for its load's precision: the measure that users look at first, and the rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Told {
    Engine {
        ttft_ms: Option<f64>,
        tokens_per_second: Option<f64>,
    },
    /// From the intent to the end of the answer.
    Pipeline {
        intent_to_answer_ms: f64,
    },
}

impl Told {
    pub fn engine(measures: &Measures) -> Told {
        Told::Engine { ttft_ms: measures.ttft_ms, tokens_per_second: measures.tokens_per_second }
    }

    fn values(self) -> [Option<f64>; 2] {
        match self {
            Told::Engine { ttft_ms, tokens_per_second } => [ttft_ms, tokens_per_second],
            Told::Pipeline { intent_to_answer_ms } => [Some(intent_to_answer_ms), None],
        }
    }
}

/// Half the bootstrap 95 % interval of the median as a share of the median. `None` below [`FEWEST`] values, where no
/// median is shown either, and of a median of zero.
pub fn half_width(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let d = Distribution::of(values).filter(|d| d.n >= FEWEST && d.median > 0.0)?;
    let (low, high) = d.median_interval?;
    Some((high - low) / 2.0 / d.median)
}

/// The half-width of a load's widest measure. One that no exchange has (the rate of answers of one token) is left out;
/// `None` where one has too few values, or all are left out.
pub fn widest(exchanges: &[Told]) -> Option<f64> {
    let measures = [0, 1].map(|m| exchanges.iter().filter_map(|e| e.values()[m]).collect::<Vec<f64>>());
    let widths = measures.into_iter().filter(|values| !values.is_empty()).map(half_width);
    widths.reduce(|a, b| Some(a?.max(b?))).flatten()
}

/// Repetitions after which to look again; `None` once every load is as tight as asked. The width shrinks with the root
/// of the number, so what it will take is known roughly: at least a tenth more and at most twice as many at a time.
pub fn next_stop(done: u32, asked: f64, widths: &[Option<f64>]) -> Option<u32> {
    if widths.iter().all(|w| tight(*w, asked)) {
        return None;
    }
    let least = done.saturating_add((done / 10).max(1));
    let most = done.saturating_mul(2).max(FEWEST as u32);
    let guess = |w: &Option<f64>| w.map_or(FEWEST as f64, |w| f64::from(done) * (w / asked).powi(2));
    let widest = widths.iter().map(guess).fold(0.0, f64::max);
    Some((widest.ceil() as u32).clamp(least, most.max(least)))
}

fn tight(width: Option<f64>, asked: f64) -> bool {
    width.is_some_and(|w| w <= asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(ttft_ms: f64, tokens_per_second: Option<f64>) -> Told {
        Told::Engine { ttft_ms: Some(ttft_ms), tokens_per_second }
    }

    #[test]
    fn the_widest_measure_speaks_for_the_load() {
        let steady: Vec<Told> = (0..20).map(|n| told(100.0, Some(f64::from(40 + n)))).collect();
        let rate = half_width((0..20).map(|n| f64::from(40 + n))).expect("20 values");
        assert!(rate > 0.0);
        assert_eq!(widest(&steady), Some(rate), "the first token does not vary");
        let one_token: Vec<Told> = (0..20).map(|_| told(100.0, None)).collect();
        assert_eq!(widest(&one_token), Some(0.0), "a rate that nobody has says nothing");
        assert_eq!(widest(&[Told::Pipeline { intent_to_answer_ms: 9.0 }; 11]), Some(0.0));
    }

    #[test]
    fn below_eleven_values_nothing_is_tight() {
        assert_eq!(half_width([5.0; 10]), None);
        assert_eq!(half_width([5.0; 11]), Some(0.0));
        assert_eq!(widest(&[]), None);
        let mut few_rates = vec![told(5.0, None); 20];
        few_rates[0] = told(5.0, Some(1.0));
        assert_eq!(widest(&few_rates), None, "one rate of twenty is not known tightly");
        assert_eq!(next_stop(3, 0.5, &[None]), Some(11));
        assert_eq!(next_stop(11, 0.5, &[None]), Some(12), "where exchanges fail it goes on by small steps");
    }

    #[test]
    fn it_goes_on_until_every_load_is_tight() {
        assert_eq!(next_stop(20, 0.01, &[Some(0.01), Some(0.005)]), None);
        assert_eq!(next_stop(20, 0.01, &[Some(0.005), Some(0.012)]), Some(29), "20 × 1.2²");
        assert_eq!(next_stop(20, 0.01, &[Some(0.05)]), Some(40), "never more than twice as many");
        assert_eq!(next_stop(20, 0.01, &[Some(0.010_01)]), Some(22), "never less than a tenth more");
        assert_eq!(next_stop(u32::MAX, 0.01, &[Some(9.0)]), Some(u32::MAX));
    }

    #[test]
    fn what_is_asked_counts_as_reached_at_its_very_edge() {
        let precision = |reached| Precision { asked: 0.01, reached, repetitions_asked: 5 };
        assert!(precision(Some(0.01)).is_reached());
        assert!(!precision(Some(0.0101)).is_reached() && !precision(None).is_reached());
    }

    #[test]
    fn a_load_made_twice_is_known_as_its_wider_time() {
        let precision = |reached| Precision { asked: 0.01, reached, repetitions_asked: 5 };
        let both = precision(Some(0.01)).with(precision(Some(0.02)));
        assert_eq!((both.reached, both.repetitions_asked), (Some(0.02), 10));
        assert_eq!(precision(Some(0.01)).with(precision(None)).reached, None);
    }
}

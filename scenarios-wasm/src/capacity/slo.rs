//! Whether a step holds what was asked for, and why not.

use dualbench_scenario::{Arguments, Digest, Outcome, Target, decimal};

use crate::params::By;

/// What must hold; 0 means not asked.
#[derive(Debug, Clone, Copy)]
pub struct Slo {
    /// Of the pipeline: from the intent to the answer's first token.
    pub ttft_p95_ms: f64,
    pub tokens_per_second_p50: f64,
    /// Factor between two loads from which a flat throughput counts.
    pub telling_rise: f64,
}

/// A step of the search, as far as the next one needs it.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    pub level: f64,
    pub throughput: Option<f64>,
}

/// Random arrivals that rise by less than half say nothing of a flat throughput: their own noise would decide. Users
/// have none.
const TELLING_RISE: f64 = 1.5;
/// A throughput is flat where less than this share of the added load came out.
const FLAT: f64 = 0.1;

impl Slo {
    pub fn of(arguments: &Arguments, by: By) -> Self {
        Self {
            ttft_p95_ms: arguments.number("ttft_p95_ms"),
            tokens_per_second_p50: arguments.number("tokens_per_second_p50"),
            telling_rise: if by == By::Users { 1.0 } else { TELLING_RISE },
        }
    }

    /// Why the step does not hold; `None` where it does. `below` is the highest step so far that held.
    pub fn breach(&self, outcome: &Outcome, now: Load, below: Option<Load>) -> Option<String> {
        if outcome.failed > 0 {
            return Some(format!(
                "{} of {} exchanges failed",
                outcome.failed,
                outcome.measured()
            ));
        }
        if outcome.shed > 0 {
            return Some(format!(
                "{} of {} arrivals were shed",
                outcome.shed,
                outcome.arrivals()
            ));
        }
        let first = if outcome.target == Target::Pipeline {
            &outcome.intent_to_first_token_ms
        } else {
            &outcome.ttft_ms
        };
        self.slow_first(first)
            .or_else(|| self.slow_rate(&outcome.tokens_per_second))
            .or_else(|| self.flat(now, below))
    }

    /// Over-saturation: more load, and hardly more comes out.
    fn flat(&self, now: Load, below: Option<Load>) -> Option<String> {
        let below = below?;
        let (before, after) = below.throughput.zip(now.throughput)?;
        let (asked, got) = (now.level / below.level, after / before);
        (asked >= self.telling_rise && got - 1.0 < FLAT * (asked - 1.0)).then(|| {
            format!(
                "saturated: {} times the load, {} times the throughput",
                decimal(asked, 2),
                decimal(got, 2)
            )
        })
    }

    fn slow_first(&self, first: &Digest) -> Option<String> {
        let limit = self.ttft_p95_ms;
        match first.p95 {
            _ if limit <= 0.0 => None,
            None => Some(format!(
                "the 95th percentile of TTFT is not known from {} answers",
                first.n
            )),
            Some(p95) if p95 > limit => Some(format!(
                "TTFT p95 is {} ms, above {}",
                decimal(p95, 1),
                decimal(limit, 1)
            )),
            Some(_) => None,
        }
    }

    fn slow_rate(&self, rate: &Digest) -> Option<String> {
        let limit = self.tokens_per_second_p50;
        match rate.p50 {
            _ if limit <= 0.0 => None,
            None => Some(format!(
                "the median rate is not known from {} answers",
                rate.n
            )),
            Some(p50) if p50 < limit => Some(format!(
                "tokens/s p50 is {}, below {}",
                decimal(p50, 1),
                decimal(limit, 1)
            )),
            Some(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SLO: Slo = Slo {
        ttft_p95_ms: 500.0,
        tokens_per_second_p50: 20.0,
        telling_rise: TELLING_RISE,
    };

    fn outcome(p95_ms: Option<f64>, rate: f64) -> Outcome {
        Outcome {
            target: Target::Main,
            complete: 130,
            failed: 0,
            shed: 0,
            ttft_ms: Digest {
                n: 130,
                p95: p95_ms,
                ..Digest::none()
            },
            e2e_ms: Digest::none(),
            itl_ms: Digest::none(),
            tokens_per_second: Digest {
                n: 130,
                p50: Some(rate),
                ..Digest::none()
            },
            prefill_tokens_per_second: Digest::none(),
            intent_to_first_token_ms: Digest::none(),
            intent_to_answer_ms: Digest::none(),
            throughput_tokens_per_second: None,
        }
    }

    fn at(level: f64, throughput: f64) -> Load {
        Load {
            level,
            throughput: Some(throughput),
        }
    }

    #[track_caller]
    fn check(outcome: &Outcome, below: Option<Load>, expected: Option<&str>) {
        let breach = SLO.breach(outcome, at(2.0, 210.0), below);
        match expected {
            Some(words) => assert!(
                breach.as_ref().is_some_and(|b| b.contains(words)),
                "{breach:?}"
            ),
            None => assert_eq!(breach, None),
        }
    }

    #[test]
    fn a_step_that_holds_everything_has_no_breach() {
        check(&outcome(Some(499.0), 20.0), None, None);
    }

    #[test]
    fn each_limit_is_told_with_its_figure() {
        check(
            &outcome(Some(501.0), 20.0),
            None,
            Some("501.0 ms, above 500.0"),
        );
        check(&outcome(Some(1.0), 19.9), None, Some("19.9, below 20.0"));
        check(
            &Outcome {
                failed: 1,
                ..outcome(Some(1.0), 50.0)
            },
            None,
            Some("1 of 131 exchanges failed"),
        );
        check(
            &Outcome {
                shed: 3,
                ..outcome(Some(1.0), 50.0)
            },
            None,
            Some("3 of 133 arrivals were shed"),
        );
    }

    #[test]
    fn a_percentile_that_is_not_known_does_not_hold() {
        check(&outcome(None, 50.0), None, Some("not known"));
    }

    #[test]
    fn twice_the_load_for_the_same_throughput_is_saturation() {
        check(
            &outcome(Some(1.0), 50.0),
            Some(at(1.0, 200.0)),
            Some("saturated"),
        );
        check(&outcome(Some(1.0), 50.0), Some(at(1.0, 150.0)), None);
        check(&outcome(Some(1.0), 50.0), Some(at(1.8, 209.0)), None);
    }

    #[test]
    fn of_users_a_small_rise_tells_already() {
        let users = Slo {
            telling_rise: 1.0,
            ..SLO
        };
        let breach = users.breach(
            &outcome(Some(1.0), 50.0),
            at(2.0, 210.0),
            Some(at(1.8, 209.0)),
        );
        assert!(breach.is_some_and(|b| b.contains("saturated")));
    }

    #[test]
    fn the_pipeline_is_judged_from_the_intent_on() {
        let slow = Digest {
            n: 130,
            p95: Some(900.0),
            ..Digest::none()
        };
        let pipeline = Outcome {
            target: Target::Pipeline,
            intent_to_first_token_ms: slow,
            ..outcome(Some(1.0), 50.0)
        };
        check(&pipeline, None, Some("900.0 ms, above"));
    }
}

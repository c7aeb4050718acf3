//! `--repeat-until ci=1%`: a load goes on in further blocks until its medians are known as tightly, or its time is spent.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::events::{ExchangeRecord, LogLevel};
use crate::measure::{Precision, Target, Told, ms, next_stop, widest};
use crate::run::lane::{Lane, Lanes, Stop};
use crate::run::load;
use crate::run::plan::{self, Demands};
use crate::run::session::Session;
use crate::scenario::Problem;

/// Percent that may be asked for.
const LEAST: f64 = 0.1;
const MOST: f64 = 50.0;
/// Seconds that a load may take where the request names none, and the most it may name.
const BUDGET_S: f64 = 600.0;
const LONGEST_S: f64 = 86_400.0;

/// How tightly medians are to be known, and what that may cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Repeat {
    /// Half-width of the 95 % interval as a share of the median.
    pub share: f64,
    /// For each load, from the begin of its measured part.
    pub budget: Duration,
}

/// Reads what was asked for, where anything was.
pub(super) fn resolve(demands: &Demands) -> Result<Option<Repeat>, Vec<Problem>> {
    let problem = |field: &str, message: String| Problem { field: field.to_owned(), message };
    let mut problems = Vec::new();
    let share = demands.repeat_until.as_deref().map(share).transpose();
    let share = share.unwrap_or_else(|message| {
        problems.push(problem("repeat_until", message));
        None
    });
    let seconds = demands.repeat_budget_s.unwrap_or(BUDGET_S);
    if !(seconds > 0.0 && seconds <= LONGEST_S) {
        let message = format!("{seconds} s is not above 0 and at most {LONGEST_S}");
        problems.push(problem("repeat_budget_s", message));
    } else if demands.repeat_budget_s.is_some() && demands.repeat_until.is_none() {
        problems.push(problem("repeat_budget_s", "is for repeat_until, which is not given: add ci=1%".to_owned()));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(share.map(|share| Repeat { share, budget: Duration::from_secs_f64(seconds) }))
}

fn share(text: &str) -> Result<f64, String> {
    let percent = text.trim().strip_prefix("ci=").and_then(|t| t.strip_suffix('%')).map(str::trim);
    let Some(percent) = percent.and_then(|t| t.parse::<f64>().ok()) else {
        return Err(format!("`{text}` cannot be read; write ci=PERCENT%, for example ci=1%"));
    };
    if !(LEAST..=MOST).contains(&percent) {
        return Err(format!("`{text}`: {percent} % is not from {LEAST} to {MOST} %"));
    }
    Ok(percent / 100.0)
}

/// Further blocks of a load that has made the `asked` repetitions since `began`; `exchanges` are those of each lane.
pub(super) async fn go_on(
    session: &Arc<Session>,
    repeat: Repeat,
    lanes: &Arc<Lanes>,
    (asked, began): (u32, Instant),
    exchanges: &mut [Vec<u32>],
) -> Vec<Precision> {
    let end = end(session, repeat, began);
    let exchanges_most = half_of_what_is_left(session.exchanges());
    let mut repetitions = asked;
    let (widths, why) = loop {
        let widths: Vec<Option<f64>> = exchanges.iter().map(|of_lane| width(session, of_lane)).collect();
        let Some(next) = next_stop(repetitions, repeat.share, &widths) else { break (widths, None) };
        let over = over(session, lanes, end, exchanges_most).or((next == repetitions).then_some("none can be added"));
        if over.is_some() {
            break (widths, over);
        }
        repetitions = next;
        let stop = Stop::More { repetitions, end, exchanges_most };
        for (all, more) in
            exchanges.iter_mut().zip(load::phase(session, lanes, false, Instant::now(), Some(stop)).await)
        {
            all.extend(more);
        }
    };
    say(session, repeat, lanes, &widths, why);
    widths.into_iter().map(|reached| Precision { asked: repeat.share, reached, repetitions_asked: asked }).collect()
}

/// Further blocks end by nine tenths of the guest's wall time, so that it can end by itself.
fn end(session: &Session, repeat: Repeat, began: Instant) -> Instant {
    let budget = began + repeat.budget;
    let wall = session.origin().checked_add(session.ground.limits.wall / 10 * 9);
    wall.map_or(budget, |wall| wall.min(budget))
}

/// A scenario that goes on to other loads is to find room for them.
fn half_of_what_is_left((made, most): (u32, u32)) -> u32 {
    made.saturating_add(most.saturating_sub(made) / 2)
}

/// Why no further block may begin.
fn over(session: &Session, lanes: &Lanes, end: Instant, exchanges_most: u32) -> Option<&'static str> {
    if session.is_stopping() {
        return Some("the run is stopped");
    }
    if lanes.iter().any(|lane| lane.gave_up()) {
        return Some("a load gave up");
    }
    if session.exchanges().0 >= exchanges_most {
        return Some("half of the exchanges that the run could still make are used (run.exchanges_max)");
    }
    (Instant::now() >= end).then_some("its time is spent (the budget, or nine tenths of scenarios.wall_ms)")
}

fn width(session: &Session, exchanges: &[u32]) -> Option<f64> {
    let told: Vec<Told> = exchanges.iter().filter_map(|id| session.record(*id)).filter_map(|r| told(&r)).collect();
    widest(&told)
}

fn told(record: &ExchangeRecord) -> Option<Told> {
    if !record.timed().counts() {
        return None;
    }
    match (record.target, &record.answer) {
        (Target::Pipeline, Some(a)) if a.ending.counts() => Some(Told::Pipeline { intent_to_answer_ms: ms(a.end) }),
        (Target::Pipeline, _) => None,
        _ => Some(Told::engine(&record.measures)),
    }
}

fn say(session: &Session, repeat: Repeat, lanes: &Lanes, widths: &[Option<f64>], why: Option<&str>) {
    let asked = format!("±{} %", repeat.share * 100.0);
    let one = |(lane, width): (&Lane, &Option<f64>)| {
        let known = width.map_or_else(|| "too few values".to_owned(), |w| format!("±{:.2} %", w * 100.0));
        format!("{} {known}", plan::target(lane.load.target))
    };
    let known: Vec<String> = lanes.iter().zip(widths).map(one).collect();
    let known = known.join(", ");
    match why {
        None => session.say(LogLevel::Info, format!("the medians are known as tightly as asked ({asked}): {known}")),
        Some(why) => {
            let message = format!("the medians are not known as tightly as asked ({asked}): {known}; {why}");
            session.say(LogLevel::Warn, message);
        }
    }
}

/// A run that was asked to go on, and made no load that could.
pub(super) fn say_unused(session: &Session) {
    if session.plan.repeat.is_some() && session.loads().iter().all(|l| l.precision.is_none()) {
        let message = "repeat_until had nothing to do: the scenario asked for no load that counts repetitions";
        session.say(LogLevel::Warn, message.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(until: Option<&str>, budget: Option<f64>, expected: Result<Option<(f64, f64)>, &[&str]>) {
        let demands = Demands { repeat_until: until.map(str::to_owned), repeat_budget_s: budget, ..Demands::default() };
        let read = resolve(&demands).map(|r| r.map(|r| (r.share, r.budget.as_secs_f64())));
        let fields = read.as_ref().map_err(|p| p.iter().map(|p| p.field.as_str()).collect::<Vec<_>>());
        match (fields, expected) {
            (Ok(read), Ok(expected)) => assert_eq!(*read, expected),
            (Err(fields), Err(expected)) => assert_eq!(fields, expected),
            (read, _) => panic!("{until:?} {budget:?}: {read:?}"),
        }
    }

    #[test]
    fn a_share_and_a_budget_are_read_and_everything_else_is_told() {
        check(None, None, Ok(None));
        check(Some("ci=1%"), None, Ok(Some((0.01, 600.0))));
        check(Some(" ci=0.1 % "), Some(2.5), Ok(Some((0.001, 2.5))));
        check(Some("ci=50%"), Some(86_400.0), Ok(Some((0.5, 86_400.0))));
        for bad in ["1%", "ci=1", "ci=%", "ci=one%", "ci=0.09%", "ci=51%", "ci=-1%", "ci=NaN%", ""] {
            check(Some(bad), None, Err(&["repeat_until"]));
        }
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY, 86_401.0] {
            check(Some("ci=1%"), Some(bad), Err(&["repeat_budget_s"]));
        }
        check(None, Some(5.0), Err(&["repeat_budget_s"]));
        check(Some("x"), Some(0.0), Err(&["repeat_until", "repeat_budget_s"]));
    }

    #[test]
    fn further_blocks_leave_half_of_the_exchanges_to_the_scenario() {
        assert_eq!(half_of_what_is_left((20, 100)), 60);
        assert_eq!(half_of_what_is_left((100, 100)), 100);
    }
}

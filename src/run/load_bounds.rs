//! What a load may ask for: each refusal names the load and its field.

use crate::run::arrivals::expected;
use crate::run::session::Session;
use crate::scenario::{Error, Load, Pace, Stage, StagedLoop, Until};

/// Users, and arrivals open at once, that one load may ask for.
const MOST_USERS: u32 = 4_096;
/// Longest `seconds`, of the whole and of a stage.
const LONGEST_S: f64 = 86_400.0;
/// Slowest arrivals: one in a quarter of an hour.
const SLOWEST_PER_SECOND: f64 = 1e-3;
const FASTEST_PER_SECOND: f64 = 10_000.0;
/// Loads of one `measure-loads`.
const MOST_LOADS: usize = 64;
/// Warm-up exchanges of one load.
const MOST_WARM_UP: u32 = 100_000;
/// Requests and stages of one load.
const MOST_REQUESTS: usize = 10_000;
const MOST_STAGES: usize = 1_000;

/// # Errors
/// `invalid`, with the first thing that is wrong.
pub(super) fn check(loads: &[Load], until: Until) -> Result<(), Error> {
    if loads.is_empty() || loads.len() > MOST_LOADS {
        return invalid(format!("{} loads were given; 1 to {MOST_LOADS} are possible", loads.len()));
    }
    match until {
        Until::Repetitions(0) => return invalid("until.repetitions: must be at least 1".into()),
        Until::Seconds(s) if !(s > 0.0 && s <= LONGEST_S) => {
            return invalid(format!("until.seconds: {s} is not above 0 and at most {LONGEST_S}"));
        }
        _ => {}
    }
    loads.iter().enumerate().try_for_each(|(i, load)| {
        one(load, until)
            .or_else(|why| if loads.len() == 1 { invalid(why) } else { invalid(format!("load {i}: {why}")) })
    })
}

fn invalid(message: String) -> Result<(), Error> {
    Err(Error::Invalid(message))
}

fn one(load: &Load, until: Until) -> Result<(), String> {
    if load.warm_up > MOST_WARM_UP {
        return Err(format!("warm-up: {}; at most {MOST_WARM_UP} is possible", load.warm_up));
    }
    if load.requests.is_empty() || load.requests.len() > MOST_REQUESTS {
        return Err(format!("requests: {} were given; 1 to {MOST_REQUESTS} are possible", load.requests.len()));
    }
    match &load.pace {
        Pace::Closed(users) => at_once("closed", *users),
        Pace::Open(open) => {
            at_once("open.max-open", open.max_open)?;
            rate("open.rate-per-second", open.rate_per_second, false)
        }
        Pace::Staged(staged) => {
            at_once("staged.max-open", staged.max_open)?;
            stages(staged)?;
            comes(staged, load.warm_up, until)
        }
    }
}

fn at_once(field: &str, users: u32) -> Result<(), String> {
    if (1..=MOST_USERS).contains(&users) {
        return Ok(());
    }
    Err(format!("{field}: {users}; 1 to {MOST_USERS} are possible"))
}

fn rate(field: &str, rate: f64, or_none: bool) -> Result<(), String> {
    if (SLOWEST_PER_SECOND..=FASTEST_PER_SECOND).contains(&rate) || (or_none && rate == 0.0) {
        return Ok(());
    }
    let none = if or_none { "0 (a pause) and " } else { "" };
    Err(format!("{field}: {rate}; {none}{SLOWEST_PER_SECOND} to {FASTEST_PER_SECOND} are possible"))
}

fn stages(staged: &StagedLoop) -> Result<(), String> {
    let given = &staged.stages;
    rate("staged.from-per-second", staged.from_per_second, true)?;
    if given.is_empty() || given.len() > MOST_STAGES {
        return Err(format!("staged.stages: {} were given; 1 to {MOST_STAGES} are possible", given.len()));
    }
    for (i, stage) in given.iter().enumerate() {
        rate(&format!("staged.stages[{i}].rate-per-second"), stage.rate_per_second, true)?;
        if !(0.0..=LONGEST_S).contains(&stage.seconds) {
            return Err(format!("staged.stages[{i}].seconds: {}; 0 to {LONGEST_S} are possible", stage.seconds));
        }
    }
    Ok(())
}

/// A load whose rate ends at 0 has an end of its own: what is counted must come before it.
fn comes(staged: &StagedLoop, warm_up: u32, until: Until) -> Result<(), String> {
    let Some(Stage { rate_per_second: 0.0, .. }) = staged.stages.last() else { return Ok(()) };
    if let Until::Repetitions(n) = until {
        return Err(format!(
            "staged.stages: the last rate is 0, so {n} repetitions may never come: end with a rate above 0, or measure for \
             a number of seconds"
        ));
    }
    let mut from = staged.from_per_second;
    let mut sum = 0.0;
    for stage in &staged.stages {
        sum += expected(from, *stage);
        from = stage.rate_per_second;
    }
    if sum < f64::from(warm_up.max(1)) {
        let what = if warm_up > 1 { format!("{warm_up} warm-up exchanges") } else { "one exchange".to_owned() };
        return Err(format!("staged.stages: they bring {sum:.1} arrivals in all, not {what}"));
    }
    Ok(())
}

/// All loads together hold no more exchanges open than the guest may by itself.
///
/// # Errors
/// `limit`, with the limit's key.
pub(super) fn room(session: &Session, loads: &[Load]) -> Result<(), Error> {
    let most = |load: &Load| match &load.pace {
        Pace::Closed(users) => u64::from(*users),
        Pace::Open(open) => u64::from(open.max_open),
        Pace::Staged(staged) => u64::from(staged.max_open),
    };
    let (asked, limit) = (loads.iter().map(most).sum::<u64>(), session.ground.limits.open_exchanges);
    let held = session.open().len() as u64;
    if asked + held > u64::from(limit) {
        return Err(Error::Limit(format!(
            "{asked} exchanges at the same time beside {held} that are held; {limit} are allowed \
             (scenarios.open_exchanges)"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Length, OpenLoop, Prompt, Request, Spacing, Target};

    fn load(pace: Pace) -> Load {
        let request = Request {
            prompt: Prompt::Text("x".into()),
            length: Length::AtMost(1),
            temperature: None,
            seed: None,
            warm_up: false,
        };
        Load { target: Target::Main, requests: vec![request], pace, warm_up: 0 }
    }

    fn staged(from_per_second: f64, stages: &[(f64, f64)]) -> Load {
        let stages = stages.iter().map(|&(seconds, rate_per_second)| Stage { seconds, rate_per_second }).collect();
        load(Pace::Staged(StagedLoop { from_per_second, stages, spacing: Spacing::Poisson, max_open: 4 }))
    }

    #[track_caller]
    fn refused(load: Load, until: Until, words: &str) {
        match check(&[load], until) {
            Err(Error::Invalid(why)) => assert!(why.contains(words), "{why}"),
            other => panic!("{other:?}, not a refusal with `{words}`"),
        }
    }

    #[test]
    fn each_refusal_names_its_field() {
        let seconds = Until::Seconds(1.0);
        refused(load(Pace::Closed(0)), seconds, "closed: 0");
        refused(load(Pace::Closed(1)), Until::Repetitions(0), "until.repetitions");
        refused(load(Pace::Closed(1)), Until::Seconds(f64::NAN), "until.seconds");
        refused(Load { requests: Vec::new(), ..load(Pace::Closed(1)) }, seconds, "requests: 0");
        refused(Load { warm_up: u32::MAX, ..load(Pace::Closed(1)) }, seconds, "warm-up");
        let open = |rate_per_second, max_open| {
            load(Pace::Open(OpenLoop { rate_per_second, spacing: Spacing::Constant, max_open }))
        };
        refused(open(0.0, 1), seconds, "open.rate-per-second: 0");
        refused(open(f64::INFINITY, 1), seconds, "open.rate-per-second: inf");
        refused(open(1.0, 0), seconds, "open.max-open: 0");
        refused(staged(-1.0, &[(1.0, 1.0)]), seconds, "staged.from-per-second: -1");
        refused(staged(1.0, &[]), seconds, "staged.stages: 0 were given");
        refused(staged(1.0, &[(1.0, 1.0), (1.0, f64::NAN)]), seconds, "stages[1].rate-per-second");
        refused(staged(1.0, &[(-1.0, 1.0)]), seconds, "stages[0].seconds: -1");
        refused(staged(0.0, &[(1.0, 0.0)]), seconds, "one exchange");
        refused(Load { warm_up: 9, ..staged(1.0, &[(2.0, 0.0)]) }, seconds, "9 warm-up exchanges");
        refused(staged(5.0, &[(2.0, 0.0)]), Until::Repetitions(3), "3 repetitions may never come");
    }

    #[test]
    fn of_several_loads_the_wrong_one_is_named() {
        let loads = [load(Pace::Closed(1)), load(Pace::Closed(0))];
        let why = check(&loads, Until::Repetitions(1)).expect_err("no users");
        assert!(matches!(&why, Error::Invalid(why) if why.starts_with("load 1: closed: 0")), "{why:?}");
    }

    #[test]
    fn pauses_jumps_and_ends_are_possible() {
        let loads = [staged(0.0, &[(5.0, 2.0), (0.0, 0.0), (3.0, 0.0), (0.0, 7.0)]), staged(5.0, &[(2.0, 0.0)])];
        assert_eq!(check(&loads, Until::Seconds(60.0)), Ok(()));
        assert_eq!(check(&loads[..1], Until::Repetitions(60)), Ok(()));
    }
}

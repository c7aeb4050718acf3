//! One step of the search: a load at one level, and what came of it.

use dualbench_scenario::{
    Arguments, Outcome, Request, Result, Target, Until, Workload, decimal, report,
};

use crate::params::By;
use crate::slo::Load;

/// Users each ask at least this often in a step.
const ANSWERS_OF_EACH_USER: f64 = 4.0;

/// What came of a step.
pub struct Step {
    pub outcome: Outcome,
    pub load: Load,
    /// Completed answers each second, from the first arrival to the last end.
    pub completed_per_second: Option<f64>,
}

/// The level in words, for phases and the log: `2.50 arrivals/s`, `4 users`.
pub fn words(by: By, level: f64) -> String {
    match by {
        By::Rate => format!("{} arrivals/s", decimal(level, 2)),
        By::Users => format!("{} users", decimal(level, 0)),
    }
}

pub fn warm_up(arguments: &Arguments) -> Result {
    let exchanges = arguments.count("warm_up");
    if exchanges == 0 {
        return Ok(());
    }
    report::phase("warm-up");
    let target: Target = arguments.choice("engine");
    let warm = request(target, arguments).as_warm_up();
    for _ in 0..exchanges {
        target.start(&warm)?.finish()?;
    }
    Ok(())
}

pub fn run(arguments: &Arguments, by: By, level: f64) -> Result<Step> {
    let target: Target = arguments.choice("engine");
    let request = request(target, arguments);
    let workload = match by {
        By::Rate => Workload::open(target, request, level).max_open(arguments.count("max_open")),
        By::Users => Workload::closed(target, request, level as u32),
    };
    let begun = report::elapsed();
    let outcome = workload.measure(Until::Repetitions(answers(arguments, by, level)))?;
    let seconds = report::elapsed().saturating_sub(begun).as_secs_f64();
    Ok(Step {
        load: Load {
            level,
            throughput: outcome.throughput_tokens_per_second,
        },
        completed_per_second: (seconds > 0.0).then(|| f64::from(outcome.complete) / seconds),
        outcome,
    })
}

fn request(target: Target, arguments: &Arguments) -> Request {
    let tokens = arguments.count("output_tokens");
    match target {
        Target::Pipeline => Request::text(arguments.text("question")).exactly(tokens),
        _ => Request::calibrated(arguments.count("prompt_tokens")).exactly(tokens),
    }
}

/// Enough for the percentiles, and long enough for a queue to show.
fn answers(arguments: &Arguments, by: By, level: f64) -> u32 {
    let steady = match by {
        By::Rate => level * arguments.number("step_seconds"),
        By::Users => level * ANSWERS_OF_EACH_USER,
    };
    arguments.count("arrivals").max(steady.ceil() as u32)
}

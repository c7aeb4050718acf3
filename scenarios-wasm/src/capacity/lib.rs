//! How much one engine, or the pipeline, can take: the highest load at which the stated limits hold.

mod params;
mod search;
mod slo;
mod step;

use dualbench_scenario::{
    Arguments, Manifest, Result, Scenario, Target, decimal, report, scenario,
};
use params::By;
use search::Search;
use slo::{Load, Slo};
use step::Step;

struct Capacity;

impl Scenario for Capacity {
    fn describe() -> Manifest {
        let manifest = Manifest::new("capacity", env!("CARGO_PKG_VERSION"))
            .description(
                "The highest arrival rate, or number of users, at which the stated limits on the first token and the \
                 rate of generation still hold.",
            )
            .targets(&[Target::Main, Target::Mini, Target::Pipeline]);
        params::all().into_iter().fold(manifest, Manifest::param)
    }

    fn run(arguments: &Arguments) -> Result {
        let by: By = arguments.choice("by");
        step::warm_up(arguments)?;
        let mut search = Search::new(params::range(arguments, by));
        let (slo, mut passed) = (Slo::of(arguments, by), Vec::new());
        let mut tried = 0;
        while let Some(level) = search.next() {
            report::phase(&step::words(by, level));
            report::progress(tried, 0);
            tried += 1;
            let step = step::run(arguments, by, level)?;
            let below = highest(&passed, level);
            let breach = slo.breach(&step.outcome, step.load, below);
            tell(by, &step, breach.as_deref());
            search.told(level, breach.is_none());
            if breach.is_none() {
                passed.push(step);
            }
        }
        found(by, search.capacity(), &passed)
    }
}

/// The highest step below a level that held.
fn highest(passed: &[Step], level: f64) -> Option<Load> {
    let below = passed
        .iter()
        .map(|step| step.load)
        .filter(|load| load.level < level);
    below.max_by(|a, b| a.level.total_cmp(&b.level))
}

fn tell(by: By, step: &Step, breach: Option<&str>) {
    let (level, ttft) = (step::words(by, step.load.level), &step.outcome.ttft_ms);
    let verdict = breach.map_or_else(|| "holds".to_owned(), |why| format!("does not hold: {why}"));
    report::info(format!(
        "{level}: {verdict} (first token {ttft} ms, {} tokens/s)",
        step.outcome.tokens_per_second
    ));
}

/// The figures of the deciding level; of its repetitions the lowest.
fn found(by: By, capacity: Option<f64>, passed: &[Step]) -> Result {
    let Some(level) = capacity else {
        report::warn("the limits hold at no level that was tried: there is no capacity to name");
        return Ok(());
    };
    let deciding = passed.iter().filter(|step| step.load.level == level);
    let goodput = deciding
        .filter_map(|step| step.completed_per_second)
        .min_by(f64::total_cmp);
    let answers = goodput.map_or_else(String::new, |g| format!(", {} answers/s", decimal(g, 2)));
    report::info(format!("capacity: {}{answers}", step::words(by, level)));
    if by == By::Users {
        report::metric("capacity_users", level, "users");
    }
    if let Some(rate) = if by == By::Rate { Some(level) } else { goodput } {
        report::metric("capacity_per_second", rate, "1/s");
    }
    if let Some(goodput) = goodput {
        report::metric("goodput_per_second", goodput, "1/s");
    }
    Ok(())
}

scenario!(Capacity);

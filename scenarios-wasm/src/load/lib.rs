//! Many exchanges at once with one engine: so many users, or so many arrivals a second.

mod mix;
mod params;
mod stages;
mod tell;

use dualbench_scenario::{Arguments, Manifest, Requests, Result, Scenario, Target, Until, Workload, report, scenario};
use stages::Stages;

struct Load;

impl Scenario for Load {
    fn describe() -> Manifest {
        let manifest = Manifest::new("load", env!("CARGO_PKG_VERSION"))
            .description(
                "One engine under load, from a number of users or at an arrival rate that may change: throughput, waiting and \
                 token times under load, and how much of the load it could not take.",
            )
            .targets(&[Target::Main, Target::Mini]);
        params::all().into_iter().fold(manifest, Manifest::param)
    }

    fn run(arguments: &Arguments) -> Result {
        let engine: Target = arguments.choice("engine");
        let stages = stages::read(arguments.text("stages"))?;
        let requests = mix::requests(arguments)?;
        let asked = params::asked(arguments, stages.as_ref());
        report::phase(&format!("{engine}, {asked}"));
        report::progress(0, 0);
        let until = until(arguments, stages.as_ref());
        let outcome = workload(engine, requests, stages, arguments).measure(until)?;
        report::progress(outcome.measured(), outcome.measured());
        tell::outcome(&asked, &outcome)
    }
}

fn workload(engine: Target, requests: Requests, stages: Option<Stages>, arguments: &Arguments) -> Workload {
    let rate = arguments.number("rate_per_second");
    let workload = match stages {
        Some(Stages(stages)) => Workload::staged(engine, requests, rate, stages),
        None if rate > 0.0 => Workload::open(engine, requests, rate),
        None => Workload::closed(engine, requests, arguments.count("users")),
    };
    workload
        .spacing(arguments.choice("spacing"))
        .max_open(arguments.count("max_open"))
        .warm_up(arguments.count("warm_up"))
}

/// A number of repetitions beats the stages, and these beat the duration.
fn until(arguments: &Arguments, stages: Option<&Stages>) -> Until {
    match (arguments.count("repetitions"), stages) {
        (0, Some(Stages(stages))) => Until::end_of(stages),
        (0, None) => Until::Seconds(arguments.number("duration_s")),
        (repetitions, _) => Until::Repetitions(repetitions),
    }
}

scenario!(Load);

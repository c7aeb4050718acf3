//! Many exchanges at once with one engine: so many users, or so many arrivals a second.

mod params;
mod tell;

use dualbench_scenario::{
    Arguments, Manifest, Request, Result, Scenario, Target, Until, Workload, report, scenario,
};

struct Load;

impl Scenario for Load {
    fn describe() -> Manifest {
        let manifest = Manifest::new("load", env!("CARGO_PKG_VERSION"))
            .description(
                "One engine under load, from a number of users or at an arrival rate: throughput, waiting and \
                 token times under load, and how much of the load it could not take.",
            )
            .targets(&[Target::Main, Target::Mini]);
        params::all().into_iter().fold(manifest, Manifest::param)
    }

    fn run(arguments: &Arguments) -> Result {
        let engine: Target = arguments.choice("engine");
        let asked = params::asked(arguments);
        report::phase(&format!("{engine}, {asked}"));
        report::progress(0, 0);
        let outcome = workload(engine, arguments).measure(until(arguments))?;
        report::progress(outcome.measured(), outcome.measured());
        tell::outcome(&asked, &outcome)
    }
}

fn workload(engine: Target, arguments: &Arguments) -> Workload {
    let request = Request::calibrated(arguments.count("prompt_tokens"))
        .exactly(arguments.count("output_tokens"));
    let rate = arguments.number("rate_per_second");
    let workload = if rate > 0.0 {
        Workload::open(engine, request, rate)
            .spacing(arguments.choice("spacing"))
            .max_open(arguments.count("max_open"))
    } else {
        Workload::closed(engine, request, arguments.count("users"))
    };
    workload.warm_up(arguments.count("warm_up"))
}

/// A number of repetitions beats the duration.
fn until(arguments: &Arguments) -> Until {
    match arguments.count("repetitions") {
        0 => Until::Seconds(arguments.number("duration_s")),
        repetitions => Until::Repetitions(repetitions),
    }
}

scenario!(Load);

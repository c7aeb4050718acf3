//! A steady load for a long time. The host finds drift, leaks and throttling in it.

mod params;
mod slices;

use dualbench_scenario::{
    Arguments, Manifest, Outcome, Request, Result, Scenario, Target, Until, Workload, decimal,
    measure, report, scenario,
};
use params::Engines;

struct Soak;

impl Scenario for Soak {
    fn describe() -> Manifest {
        let manifest = Manifest::new("soak", env!("CARGO_PKG_VERSION"))
            .description(
                "A steady load on one engine or both for a long time: whether first tokens, rates and VRAM drift, and \
                 whether the card is throttled.",
            )
            .targets(&[Target::Main, Target::Mini]);
        params::all().into_iter().fold(manifest, Manifest::param)
    }

    fn run(arguments: &Arguments) -> Result {
        let engines: Engines = arguments.choice("engines");
        let slices = slices::slices(
            arguments.number("minutes"),
            arguments.number("phase_minutes"),
        );
        let total = slices.len() as u32;
        let mut from = 0.0;
        for (done, minutes) in (0..total).zip(slices) {
            let name = format!(
                "minute {} to {}",
                decimal(from, 1),
                decimal(from + minutes, 1)
            );
            report::phase(&name);
            report::progress(done, total);
            let warm_up = if done == 0 {
                arguments.count("warm_up")
            } else {
                0
            };
            let loads: Vec<Workload> = engines
                .targets()
                .iter()
                .map(|engine| load(*engine, arguments).warm_up(warm_up))
                .collect();
            for outcome in measure(&loads, Until::Seconds(minutes * 60.0))? {
                tell(&name, &outcome)?;
            }
            from += minutes;
        }
        report::progress(total, total);
        Ok(())
    }
}

fn load(engine: Target, arguments: &Arguments) -> Workload {
    let request = Request::calibrated(arguments.count("prompt_tokens"))
        .exactly(arguments.count("output_tokens"));
    let rate = arguments.number("rate_per_second");
    if rate > 0.0 {
        Workload::open(engine, request, rate).max_open(1024)
    } else {
        Workload::closed(engine, request, arguments.count("users"))
    }
}

/// An engine that is gone does not come back by waiting: the soak ends there.
fn tell(phase: &str, outcome: &Outcome) -> Result {
    let (engine, failed, measured) = (outcome.target, outcome.failed, outcome.measured());
    if outcome.complete == 0 && measured > 0 {
        return Err(
            format!("{phase}: none of {measured} exchanges with {engine} was completed").into(),
        );
    }
    if failed > 0 {
        report::warn(format!(
            "{phase}: {failed} of {measured} exchanges with {engine} failed"
        ));
    }
    report::info(format!(
        "{engine}, {phase}: {} tokens/s, first token after {} ms",
        outcome.tokens_per_second, outcome.ttft_ms
    ));
    Ok(())
}

scenario!(Soak);

//! Two engines on one card: each alone, then both at once. The host makes the interference figures of it.

mod params;
mod slow_down;

use dualbench_scenario::{
    Arguments, Manifest, Outcome, Request, Result, Scenario, Target, Until, Workload, measure,
    report, scenario,
};
use slow_down::SlowDown;

struct Dual;

/// Main alone, mini alone, both.
const PHASES: u32 = 3;

impl Scenario for Dual {
    fn describe() -> Manifest {
        let manifest = Manifest::new("dual", env!("CARGO_PKG_VERSION"))
            .description(
                "The main engine alone, the mini engine alone, then both at the same time: how much each one is \
                 slowed down by the other's company.",
            )
            .targets(&[Target::Main, Target::Mini]);
        params::all().into_iter().fold(manifest, Manifest::param)
    }

    fn run(arguments: &Arguments) -> Result {
        let until = Until::Repetitions(arguments.count("repetitions"));
        let loads = [load(arguments, Target::Main), load(arguments, Target::Mini)];
        let main_alone = single(phase(0, "main alone", &loads[..1], until)?)?;
        let mini_alone = single(phase(1, "mini alone", &loads[1..], until)?)?;
        let both = phase(2, "both", &loads, until)?;
        report::progress(PHASES, PHASES);
        match both.as_slice() {
            [main, mini] => {
                SlowDown::of(&main_alone, main).tell();
                SlowDown::of(&mini_alone, mini).tell();
                Ok(())
            }
            _ => Err(format!("two workloads gave {} outcomes", both.len()).into()),
        }
    }
}

fn load(arguments: &Arguments, engine: Target) -> Workload {
    let prompt_tokens = arguments.count(&format!("{engine}_prompt_tokens"));
    let output_tokens = arguments.count(&format!("{engine}_output_tokens"));
    let request = Request::calibrated(prompt_tokens).exactly(output_tokens);
    let users = arguments.count(&format!("{engine}_users"));
    Workload::closed(engine, request, users).warm_up(arguments.count("warm_up"))
}

fn phase(done: u32, name: &str, loads: &[Workload], until: Until) -> Result<Vec<Outcome>> {
    report::phase(name);
    report::progress(done, PHASES);
    let outcomes = measure(loads, until)?;
    for outcome in &outcomes {
        check(name, outcome)?;
    }
    Ok(outcomes)
}

/// An engine that never answers makes every comparison below meaningless, so the run stops there.
fn check(phase: &str, outcome: &Outcome) -> Result {
    let (engine, failed, measured) = (outcome.target, outcome.failed, outcome.measured());
    if outcome.complete == 0 {
        return Err(
            format!("{phase}: none of {measured} exchanges with {engine} was completed").into(),
        );
    }
    if failed > 0 {
        report::warn(format!(
            "{phase}: {failed} of {measured} exchanges with {engine} failed"
        ));
    }
    Ok(())
}

fn single(mut outcomes: Vec<Outcome>) -> Result<Outcome> {
    outcomes
        .pop()
        .ok_or_else(|| "one workload gave no outcome".into())
}

scenario!(Dual);

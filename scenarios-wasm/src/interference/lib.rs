//! Every phase of one engine against every phase of the other: each alone, then the four pairs. The host makes the
//! matrix of it.

mod params;
mod work;

use dualbench_scenario::{
    Arguments, Manifest, Outcome, Result, Scenario, Target, Until, Workload, measure, report,
    scenario,
};
use work::Work;

struct Interference;

/// Two phases of each engine alone, and the four pairs.
const PHASES: u32 = 8;

impl Scenario for Interference {
    fn describe() -> Manifest {
        let manifest = Manifest::new("interference", env!("CARGO_PKG_VERSION"))
            .description(
                "Reading a prompt and generating an answer, of both engines, each alone and each beside each: the \
                 full matrix of what the engines cost one another on one card.",
            )
            .targets(&[Target::Main, Target::Mini]);
        params::all().into_iter().fold(manifest, Manifest::param)
    }

    fn run(arguments: &Arguments) -> Result {
        let mut phases = Phases {
            until: Until::Repetitions(arguments.count("repetitions")),
            done: 0,
        };
        for engine in [Target::Main, Target::Mini] {
            for work in Work::ALL {
                phases.measure(
                    &format!("{engine} {} alone", work.word()),
                    &[work.load(engine, arguments)?],
                )?;
            }
        }
        for main in Work::ALL {
            for mini in Work::ALL {
                let name = format!("main {} + mini {}", main.word(), mini.word());
                let loads = [
                    main.load(Target::Main, arguments)?,
                    mini.load(Target::Mini, arguments)?,
                ];
                phases.measure(&name, &loads)?;
            }
        }
        report::progress(PHASES, PHASES);
        Ok(())
    }
}

struct Phases {
    until: Until,
    done: u32,
}

impl Phases {
    fn measure(&mut self, name: &str, loads: &[Workload]) -> Result {
        report::phase(name);
        report::progress(self.done, PHASES);
        for outcome in measure(loads, self.until)? {
            check(name, &outcome)?;
        }
        self.done += 1;
        Ok(())
    }
}

/// A phase in which an engine never answered leaves a hole in the matrix, so the run stops there.
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

scenario!(Interference);

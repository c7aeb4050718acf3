//! One engine alone: a prompt of known length, an answer of known length, one exchange after the other.

use dualbench_scenario::{
    Arguments, Cache, Choice, Manifest, Outcome, Param, Request, Result, Scenario, Target, Until,
    Workload, report, scenario,
};

struct EngineSpeed;

/// What ends an answer.
#[derive(Clone, Copy, PartialEq)]
enum Stop {
    Exact,
    Natural,
}

impl Choice for Stop {
    const NAMED: &'static [(&'static str, Self)] =
        &[("exact", Stop::Exact), ("natural", Stop::Natural)];
}

impl Scenario for EngineSpeed {
    fn describe() -> Manifest {
        Manifest::new("engine-speed", env!("CARGO_PKG_VERSION"))
            .description(
                "One engine alone, one exchange after the other: how soon the first token comes, how fast the \
                 others follow, and how fast the prompt is read.",
            )
            .targets(&[Target::Main, Target::Mini])
            .param(
                Param::choice("engine", Target::Main)
                    .only(&[Target::Main, Target::Mini])
                    .help("The engine that is measured."),
            )
            .param(
                Param::integer("prompt_tokens", 256)
                    .unit("tokens")
                    .range(1, 131_072)
                    .help("Length of the prompt, as the engine counts it, chat template included."),
            )
            .param(
                Param::integer("output_tokens", 128)
                    .unit("tokens")
                    .range(1, 32_768)
                    .help("Length of the answer; with a natural stop, the most it may have."),
            )
            .param(
                Param::integer("warm_up", 2)
                    .unit("exchanges")
                    .range(0, 100)
                    .help("Exchanges before the measured ones; they enter no statistic."),
            )
            .param(
                Param::integer("repetitions", 20)
                    .unit("exchanges")
                    .range(1, 10_000)
                    .help("Exchanges that are measured. A median needs 11, a 90th percentile 64."),
            )
            .param(
                Param::choice("cache", Cache::Cold)
                    .help("cold: a fresh prompt each time; warm: the same one, so that a prompt cache helps."),
            )
            .param(
                Param::choice("stop", Stop::Exact)
                    .help("exact: answers of the same length; natural: the engine stops when it wants to."),
            )
    }

    fn run(arguments: &Arguments) -> Result {
        let engine: Target = arguments.choice("engine");
        let repetitions = arguments.count("repetitions");
        report::phase(&format!("{engine} alone"));
        report::progress(0, repetitions);
        let outcome = Workload::closed(engine, request(arguments), 1)
            .warm_up(arguments.count("warm_up"))
            .measure(Until::Repetitions(repetitions))?;
        report::progress(outcome.measured(), repetitions);
        tell(engine, &outcome)
    }
}

fn request(arguments: &Arguments) -> Request {
    let tokens = arguments.count("output_tokens");
    let request =
        Request::calibrated(arguments.count("prompt_tokens")).cache(arguments.choice("cache"));
    match arguments.choice("stop") {
        Stop::Exact => request.exactly(tokens),
        Stop::Natural => request.at_most(tokens),
    }
}

fn tell(engine: Target, outcome: &Outcome) -> Result {
    if outcome.complete == 0 {
        let measured = outcome.measured();
        return Err(format!("{engine}: none of {measured} exchanges was completed").into());
    }
    if outcome.failed > 0 {
        let (failed, measured) = (outcome.failed, outcome.measured());
        report::warn(format!("{engine}: {failed} of {measured} exchanges failed"));
    }
    report::info(format!(
        "{engine}: first token after {} ms",
        outcome.ttft_ms
    ));
    report::info(format!(
        "{engine}: {} tokens/s once it has begun; prompt read at {:.0} tokens/s",
        outcome.tokens_per_second, outcome.prefill_tokens_per_second
    ));
    Ok(())
}

scenario!(EngineSpeed);

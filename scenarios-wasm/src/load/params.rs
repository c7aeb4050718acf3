//! The form of the scenario: which engine, what load, how long.

use crate::stages::Stages;
use dualbench_scenario::{Arguments, Param, Spacing, Target, decimal};

/// Every parameter, in the form's order.
pub fn all() -> Vec<Param> {
    let mut params = load();
    params.extend(exchanges());
    params
}

/// The load in words, for phases and the log: `4 users`, `2.50 arrivals/s`, `0.00 to 8.00 arrivals/s in 3 stages`.
pub fn asked(arguments: &Arguments, stages: Option<&Stages>) -> String {
    let rate = arguments.number("rate_per_second");
    if let Some(stages) = stages {
        return stages.words(rate);
    }
    match (rate > 0.0, arguments.count("users")) {
        (true, _) => format!("{} arrivals/s", decimal(rate, 2)),
        (false, 1) => "1 user".into(),
        (false, users) => format!("{users} users"),
    }
}

fn load() -> Vec<Param> {
    vec![
        Param::choice("engine", Target::Main)
            .only(&[Target::Main, Target::Mini])
            .help("The engine under load."),
        Param::integer("users", 4)
            .unit("users")
            .range(1, 4096)
            .help("Each sends its next request when its last one has ended. Used where the rate is 0."),
        Param::number("rate_per_second", 0.0)
            .unit("1/s")
            .range(0, 10_000)
            .help("Arrivals each second, whatever is still open. Above 0 it replaces the users."),
        Param::text("stages", "").help(
            "Rates that change, as SECONDS:RATE: 30:8, 60:8, 0:2 goes from the rate above to 8 a second within 30 s, stays \
             there for 60 s and jumps to 2. The load ends with them.",
        ),
        Param::choice("spacing", Spacing::Poisson)
            .help("How arrivals at a rate are spaced: at random as people come (poisson), or evenly (constant)."),
        Param::integer("max_open", 64)
            .unit("exchanges")
            .range(1, 4096)
            .help("Arrivals beyond this many open exchanges are shed: counted, never delayed."),
    ]
}

fn exchanges() -> Vec<Param> {
    vec![
        Param::integer("prompt_tokens", 256)
            .unit("tokens")
            .range(1, 131_072)
            .help("Length of each prompt, as the engine counts it."),
        Param::text("prompt_mix", "")
            .unit("tokens")
            .help("Prompts of several lengths in turn, such as 64, 512, 64, 2048, instead of the one length."),
        Param::integer("output_tokens", 128).unit("tokens").range(1, 32_768).help("Length of each answer."),
        Param::integer("warm_up", 4)
            .unit("exchanges")
            .range(0, 10_000)
            .help("Exchanges before the measured ones, under the same load."),
        Param::number("duration_s", 30.0)
            .unit("s")
            .range(0.1, 86_400)
            .help("How long the load lasts without stages; exchanges that are open then are finished and counted."),
        Param::integer("repetitions", 0)
            .unit("exchanges")
            .range(0, 1_000_000)
            .help("Exchanges that are measured, instead of a duration. 0: the duration counts."),
    ]
}

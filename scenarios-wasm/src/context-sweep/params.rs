//! The form of the scenario: which engine, how long the prompts, how often.

use dualbench_scenario::{Param, Target};

/// Every parameter, in the form's order.
pub fn all() -> Vec<Param> {
    vec![
        Param::choice("engine", Target::Main)
            .only(&[Target::Main, Target::Mini])
            .help("The engine that is measured."),
        Param::integer("from_tokens", 128)
            .unit("tokens")
            .range(1, 131_072)
            .help("Length of the first prompt; each next one is twice as long."),
        Param::integer("to_tokens", 0)
            .unit("tokens")
            .range(0, 1_048_576)
            .help("Length of the last prompt. 0: as much as the engine's context holds beside the answer."),
        Param::integer("output_tokens", 32)
            .unit("tokens")
            .range(1, 32_768)
            .help("Length of each answer."),
        Param::integer("repetitions", 3)
            .unit("exchanges")
            .range(1, 10_000)
            .help("Exchanges that are measured at each length, after one that is not."),
    ]
}

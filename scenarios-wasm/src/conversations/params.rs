//! The form of the scenario: who talks, how long, and when a talk takes another way.

use dualbench_scenario::{Param, Target};

/// Every parameter, in the form's order.
pub fn all() -> Vec<Param> {
    vec![
        Param::choice("engine", Target::Main)
            .only(&[Target::Main, Target::Mini])
            .help("The engine that is talked with."),
        Param::integer("users", 4)
            .unit("users")
            .range(1, 256)
            .help("Talks at the same time."),
        Param::integer("conversations", 2)
            .range(1, 1000)
            .help("Talks of each user, one after the other; each begins with an empty history."),
        Param::integer("turns", 4)
            .range(1, 64)
            .help("Questions of a talk. Each sends all that was said before."),
        Param::integer("output_tokens", 96)
            .unit("tokens")
            .range(1, 32_768)
            .help("Longest answer."),
        Param::number("doubt", 0.3)
            .range(0, 1)
            .help("How often a user does not take an answer and asks about it, instead of the next question."),
    ]
}

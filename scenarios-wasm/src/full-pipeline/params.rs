//! The form of the scenario: what is asked, how often, by how many.

use dualbench_scenario::{Arguments, Choice, Param, Request};

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

/// Every parameter, in the form's order.
pub fn all() -> Vec<Param> {
    let mut params = asked();
    params.extend(load());
    params
}

/// A question as the user would ask it.
pub fn request(question: &str, arguments: &Arguments) -> Request {
    let tokens = arguments.count("output_tokens");
    let asked = match arguments.count("prompt_tokens") {
        0 => Request::text(question),
        length => Request::calibrated(length),
    };
    match arguments.choice("stop") {
        Stop::Exact => asked.exactly(tokens),
        Stop::Natural => asked.at_most(tokens),
    }
}

fn asked() -> Vec<Param> {
    vec![
        Param::text("questions", "").help(
            "One question a line; with `dualbench run`, questions=@FILE reads them from a file. Empty: twelve built-in \
             ones about running models at home.",
        ),
        Param::integer("prompt_tokens", 0)
            .unit("tokens")
            .range(0, 131_072)
            .help("Above 0: a fresh question of this length in the main engine's tokens, instead of the questions."),
        Param::integer("output_tokens", 128)
            .unit("tokens")
            .range(1, 32_768)
            .help("Length of each answer; with a natural stop, the most it may have."),
        Param::choice("stop", Stop::Natural)
            .help("natural: the engine stops when it wants to; exact: answers of the same length."),
        Param::integer("warm_up", 2)
            .unit("answers")
            .range(0, 100)
            .help("Answers before the measured ones, to each question of the first group."),
        Param::integer("repetitions", 2)
            .unit("answers")
            .range(1, 10_000)
            .help("Measured answers to each question. A median needs 11 in all, a 95th percentile 130."),
    ]
}

fn load() -> Vec<Param> {
    vec![
        Param::integer("users", 1)
            .unit("users")
            .range(1, 64)
            .help("Each asks its next question when its last one was answered. Used where the rate is 0."),
        Param::number("rate_per_second", 0.0)
            .unit("1/s")
            .range(0, 1000)
            .help("Questions each second at random, whatever is still open. Above 0 it replaces the users; at most 64 questions."),
    ]
}

//! The form of the scenario: what must hold, of which target, and how the search goes.

use dualbench_scenario::{Arguments, Choice, Param, Target};

use crate::search::Range;

/// What is raised.
#[derive(Clone, Copy, PartialEq)]
pub enum By {
    Rate,
    Users,
}

impl Choice for By {
    const NAMED: &'static [(&'static str, Self)] = &[("rate", By::Rate), ("users", By::Users)];
}

/// Slowest arrivals that the host drives, and the fewest users.
const LEAST_PER_SECOND: f64 = 1e-3;
const LEAST_USERS: f64 = 1.0;

/// Every parameter, in the form's order.
pub fn all() -> Vec<Param> {
    let mut params = wanted();
    params.extend(exchanges());
    params.extend(search());
    params
}

pub fn range(arguments: &Arguments, by: By) -> Range {
    Range {
        start: arguments.number("start"),
        least: if by == By::Users {
            LEAST_USERS
        } else {
            LEAST_PER_SECOND
        },
        most: arguments.number("most"),
        precision: arguments.number("precision"),
        whole: by == By::Users,
        repetitions: arguments.count("repetitions"),
    }
}

fn wanted() -> Vec<Param> {
    vec![
        Param::choice("engine", Target::Main).help("The engine, or the pipeline, whose capacity is looked for."),
        Param::number("ttft_p95_ms", 2000.0).unit("ms").at_least(0).help(
            "The 95th percentile of the time to the first token must not be above it; of the pipeline, from the intent \
             on. 0: not asked.",
        ),
        Param::number("tokens_per_second_p50", 0.0)
            .unit("tokens/s")
            .at_least(0)
            .help("The median rate of generation must not be below it. 0: not asked."),
        Param::choice("by", By::Rate).help("What is raised: arrivals each second (rate), or users at once (users)."),
    ]
}

fn exchanges() -> Vec<Param> {
    vec![
        Param::integer("prompt_tokens", 256)
            .unit("tokens")
            .range(1, 131_072)
            .help("Length of each prompt; the pipeline is asked a question instead."),
        Param::integer("output_tokens", 64)
            .unit("tokens")
            .range(1, 32_768)
            .help("Length of each answer."),
        Param::text(
            "question",
            "How much memory does a model of 14 billion parameters need at 4 bits?",
        )
        .help("What the pipeline is asked."),
        Param::integer("warm_up", 8)
            .unit("exchanges")
            .range(0, 10_000)
            .help("Exchanges before the first step; they enter no statistic."),
    ]
}

fn search() -> Vec<Param> {
    vec![
        Param::integer("arrivals", 130)
            .unit("exchanges")
            .range(130, 100_000)
            .help("Exchanges of each step, at least. A 95th percentile needs 130."),
        Param::number("step_seconds", 20.0)
            .unit("s")
            .range(0, 3600)
            .help("How long arrivals of each step go on, at least: a short burst would be served from the queue."),
        Param::number("start", 1.0).range(0.001, 10_000).help("The first level, in arrivals each second or users."),
        Param::number("most", 1024.0).range(0.001, 10_000).help("The highest level that is tried; at most 2048 users."),
        Param::number("precision", 0.1)
            .range(0.01, 1)
            .help("The search ends where the lowest level that fails is within this share of the highest that holds."),
        Param::integer("repetitions", 2)
            .unit("steps")
            .range(1, 100)
            .help("Times that the deciding level must hold."),
        Param::integer("max_open", 1024)
            .unit("exchanges")
            .range(1, 2048)
            .help("Arrivals beyond this many open exchanges are shed: the level fails, and the run is void."),
    ]
}

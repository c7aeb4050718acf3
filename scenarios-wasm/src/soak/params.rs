//! The form of the scenario: which engines, what load, how long.

use dualbench_scenario::{Choice, Param, Target};

/// The engines under load.
#[derive(Clone, Copy, PartialEq)]
pub enum Engines {
    Main,
    Mini,
    Both,
}

impl Choice for Engines {
    const NAMED: &'static [(&'static str, Self)] = &[
        ("main", Engines::Main),
        ("mini", Engines::Mini),
        ("both", Engines::Both),
    ];
}

impl Engines {
    pub fn targets(self) -> &'static [Target] {
        match self {
            Engines::Main => &[Target::Main],
            Engines::Mini => &[Target::Mini],
            Engines::Both => &[Target::Main, Target::Mini],
        }
    }
}

/// Every parameter, in the form's order.
pub fn all() -> Vec<Param> {
    let mut params = load();
    params.extend(time());
    params
}

fn load() -> Vec<Param> {
    vec![
        Param::choice("engines", Engines::Main).help("The engines under load; both at the same time, or one alone."),
        Param::integer("users", 1)
            .unit("users")
            .range(1, 1024)
            .help("Of each engine. Each sends its next request when its last one has ended. Used where the rate is 0."),
        Param::number("rate_per_second", 0.0)
            .unit("1/s")
            .range(0, 10_000)
            .help("Arrivals each second at each engine, whatever is still open. Above 0 it replaces the users."),
        Param::integer("prompt_tokens", 256)
            .unit("tokens")
            .range(1, 131_072)
            .help("Length of each prompt, as the engine counts it."),
        Param::integer("output_tokens", 128)
            .unit("tokens")
            .range(1, 32_768)
            .help("Length of each answer."),
    ]
}

fn time() -> Vec<Param> {
    vec![
        Param::integer("warm_up", 4)
            .unit("exchanges")
            .range(0, 10_000)
            .help("Exchanges of each engine before the measured ones."),
        Param::number("minutes", 30.0)
            .unit("min")
            .range(0.01, 10_080)
            .help("How long the load lasts. A run may last an hour; for more, raise scenarios.wall_ms."),
        Param::number("phase_minutes", 5.0)
            .unit("min")
            .range(0.01, 1440)
            .help("The load is cut into phases of this length, each with its own summary."),
    ]
}

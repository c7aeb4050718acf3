//! The form of the scenario: what each engine is asked, and how often.

use dualbench_scenario::Param;

/// Every parameter, in the form's order. Those of one engine begin with its name.
pub fn all() -> Vec<Param> {
    vec![
        prompt_tokens(
            "main_prompt_tokens",
            512,
            "Length of a prompt for main, as the engine counts it.",
        ),
        output_tokens("main_output_tokens", 128, "Length of an answer of main."),
        users("main_users", "Exchanges that main serves at the same time."),
        prompt_tokens(
            "mini_prompt_tokens",
            256,
            "Length of a prompt for mini, as the engine counts it.",
        ),
        output_tokens("mini_output_tokens", 64, "Length of an answer of mini."),
        users("mini_users", "Exchanges that mini serves at the same time."),
        Param::integer("warm_up", 2)
            .unit("exchanges")
            .range(0, 100)
            .help(
                "Exchanges of each engine before the measured ones, in each of the three phases.",
            ),
        Param::integer("repetitions", 12)
            .unit("exchanges")
            .range(1, 10_000)
            .help("Exchanges of each engine that are measured in each phase. A median needs 11."),
    ]
}

fn prompt_tokens(name: &str, default: i32, help: &str) -> Param {
    Param::integer(name, default)
        .unit("tokens")
        .range(1, 131_072)
        .help(help)
}

fn output_tokens(name: &str, default: i32, help: &str) -> Param {
    Param::integer(name, default)
        .unit("tokens")
        .range(1, 32_768)
        .help(help)
}

fn users(name: &str, help: &str) -> Param {
    Param::integer(name, 1)
        .unit("users")
        .range(1, 64)
        .help(help)
}

//! The form of the scenario: the prompt that each engine reads, the answer that it writes, and how often.

use dualbench_scenario::Param;

/// Every parameter, in the form's order. Those of one engine begin with its name.
pub fn all() -> Vec<Param> {
    vec![
        prefill_tokens("main_prefill_tokens", 4096),
        decode_tokens("main_decode_tokens", 128),
        prefill_tokens("mini_prefill_tokens", 3840),
        decode_tokens("mini_decode_tokens", 256),
        Param::integer("decode_prompt_tokens", 32)
            .unit("tokens")
            .range(1, 4096)
            .help("Length of the prompt before an answer that is measured: short, so that generation is all."),
        Param::integer("warm_up", 1)
            .unit("exchanges")
            .range(0, 100)
            .help("Exchanges of each engine before the measured ones, in each of the eight phases."),
        Param::integer("repetitions", 8)
            .unit("exchanges")
            .range(1, 10_000)
            .help("Exchanges of each engine that are measured in each phase; an interval needs 3."),
    ]
}

fn prefill_tokens(name: &str, default: i32) -> Param {
    Param::integer(name, default)
        .unit("tokens")
        .range(1, 131_072)
        .help(
            "Length of the prompt whose reading is measured, cut to the engine's context. Long: the fixed part of a \
             first token must be small beside it.",
        )
}

fn decode_tokens(name: &str, default: i32) -> Param {
    Param::integer(name, default)
        .unit("tokens")
        .range(2, 32_768)
        .help("Length of the answer whose generation is measured.")
}

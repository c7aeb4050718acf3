//! The two phases of an engine's work, each as a load that is hardly anything else.

use dualbench_scenario::{Arguments, Request, Result, Target, Workload, report};

/// Tokens of the context that stay free behind a prompt cut to fit.
const SPARE_TOKENS: u32 = 16;

/// What an engine is kept busy with.
#[derive(Clone, Copy)]
pub enum Work {
    /// A long prompt, one token of answer.
    Prefill,
    /// A short prompt, a long answer.
    Decode,
}

impl Work {
    pub const ALL: [Work; 2] = [Work::Decode, Work::Prefill];

    pub fn word(self) -> &'static str {
        match self {
            Work::Prefill => "prefill",
            Work::Decode => "decode",
        }
    }

    /// One user, so that the engine is its own company never.
    pub fn load(self, engine: Target, arguments: &Arguments) -> Result<Workload> {
        let request = match self {
            Work::Prefill => Request::calibrated(prefill_tokens(engine, arguments)?).exactly(1),
            Work::Decode => Request::calibrated(arguments.count("decode_prompt_tokens"))
                .exactly(arguments.count(&format!("{engine}_decode_tokens"))),
        };
        Ok(Workload::closed(engine, request, 1).warm_up(arguments.count("warm_up")))
    }
}

/// What was asked for, or what the engine's context holds.
fn prefill_tokens(engine: Target, arguments: &Arguments) -> Result<u32> {
    let asked = arguments.count(&format!("{engine}_prefill_tokens"));
    let most = match engine.info()?.context_tokens {
        Some(context) => context.saturating_sub(SPARE_TOKENS).max(1),
        None => asked,
    };
    if most < asked {
        report::debug(format!(
            "{engine}: a prompt of {most} tokens, since its context holds no {asked}"
        ));
    }
    Ok(asked.min(most))
}

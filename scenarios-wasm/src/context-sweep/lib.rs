//! Longer and longer prompts, up to where the engine ends: first tokens, prefill, memory, and the point of breaking.

mod lengths;
mod params;

use dualbench_scenario::{
    Arguments, Ending, Error, Manifest, Outcome, Request, Result, Scenario, Target, Until,
    Workload, report, scenario,
};

struct ContextSweep;

/// Where the sweep ends for an engine that does not tell its context.
const UNKNOWN_CONTEXT_TOKENS: u32 = 131_072;

impl Scenario for ContextSweep {
    fn describe() -> Manifest {
        let manifest = Manifest::new("context-sweep", env!("CARGO_PKG_VERSION"))
            .description(
                "One engine with longer and longer prompts, up to its context: time to the first token, prefill rate \
                 and VRAM at each length, and where it breaks.",
            )
            .targets(&[Target::Main, Target::Mini]);
        params::all().into_iter().fold(manifest, Manifest::param)
    }

    fn run(arguments: &Arguments) -> Result {
        let engine: Target = arguments.choice("engine");
        let lengths = lengths::lengths(
            arguments.count("from_tokens"),
            last_length(engine, arguments)?,
        );
        let total = lengths.len() as u32;
        let mut longest = None;
        for (done, tokens) in (0..total).zip(lengths) {
            report::phase(&format!("{tokens} tokens"));
            report::progress(done, total);
            if let Some(detail) = measured(engine, tokens, arguments)? {
                report::warn(format!("{engine} breaks at {tokens} tokens: {detail}"));
                return finding(engine, longest);
            }
            longest = Some(tokens);
        }
        report::progress(total, total);
        finding(engine, longest)
    }
}

fn last_length(engine: Target, arguments: &Arguments) -> Result<u32> {
    let asked = arguments.count("to_tokens");
    if asked > 0 {
        return Ok(asked);
    }
    match engine.info()?.context_tokens {
        Some(context) => Ok(context
            .saturating_sub(arguments.count("output_tokens"))
            .max(1)),
        None => {
            report::warn(format!(
                "{engine} does not tell its context: the sweep ends at {UNKNOWN_CONTEXT_TOKENS} tokens, or where it breaks"
            ));
            Ok(UNKNOWN_CONTEXT_TOKENS)
        }
    }
}

/// Measures one length; `Some` says why it cannot be had. One exchange goes ahead as a warm-up: a refusal is what the
/// sweep looks for, and must not count as a failed measurement.
fn measured(engine: Target, tokens: u32, arguments: &Arguments) -> Result<Option<String>> {
    let request = Request::calibrated(tokens).exactly(arguments.count("output_tokens"));
    if let Some(detail) = refusal(engine, &request)? {
        return Ok(Some(detail));
    }
    let outcome = Workload::closed(engine, request, 1)
        .measure(Until::Repetitions(arguments.count("repetitions")))?;
    if outcome.failed > 0 {
        return Ok(Some(format!(
            "{} of {} exchanges failed",
            outcome.failed,
            outcome.measured()
        )));
    }
    tell(engine, tokens, &outcome);
    Ok(None)
}

fn refusal(engine: Target, request: &Request) -> Result<Option<String>> {
    let ahead = engine
        .start(&request.clone().as_warm_up())
        .and_then(|exchange| exchange.finish());
    match ahead {
        Ok(measures) if matches!(measures.ending, Ending::Complete | Ending::Length) => Ok(None),
        Ok(measures) => Ok(Some(
            measures
                .detail
                .unwrap_or_else(|| format!("{:?}", measures.ending)),
        )),
        Err(Error::Calibration(why)) => Ok(Some(why)),
        Err(error) => Err(error),
    }
}

fn tell(engine: Target, tokens: u32, outcome: &Outcome) {
    report::info(format!(
        "{engine}, {tokens} tokens: first token after {} ms, prompt read at {:.0} tokens/s",
        outcome.ttft_ms, outcome.prefill_tokens_per_second
    ));
}

fn finding(engine: Target, longest: Option<u32>) -> Result {
    let Some(tokens) = longest else {
        return Err(format!("{engine} took not even the shortest prompt").into());
    };
    report::info(format!(
        "{engine}: the longest prompt that it took has {tokens} tokens"
    ));
    report::metric("longest_prompt_tokens", f64::from(tokens), "tokens");
    Ok(())
}

scenario!(ContextSweep);

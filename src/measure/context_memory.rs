//! What a longer prompt costs in VRAM: the slope over phases of different prompt lengths.

use super::line_fit::fit;
use super::phase::PhaseSummary;
use super::target::Target;

/// Prompt lengths from which a slope is taken.
const FEWEST_LENGTHS: usize = 3;
/// Lengths within this share of one another are the same.
const SAME_LENGTH: f64 = 0.02;

/// Bytes of VRAM for 1 000 more prompt tokens: the least-squares slope of `vram_at_peak_bytes` over the prompt tokens of
/// those phases in which one engine worked alone.
///
/// # Errors
/// Why there is none.
pub fn vram_bytes_per_1000_prompt_tokens(phases: &[PhaseSummary]) -> Result<f64, String> {
    let swept: Vec<Vec<(f64, f64)>> =
        Target::ALL.into_iter().map(|t| points(phases, t)).filter(|p| lengths(p) >= FEWEST_LENGTHS).collect();
    match swept.as_slice() {
        [one] => fit(one).map(|f| f.slope * 1e3).ok_or_else(|| "all prompts have one length".to_owned()),
        [] => Err(format!(
            "no engine alone had {FEWEST_LENGTHS} phases of different prompt lengths with a VRAM sample at the peak"
        )),
        _ => Err("more than one engine was measured with prompts of different lengths".to_owned()),
    }
}

/// Prompt tokens and VRAM of the phases in which the target was alone.
fn points(phases: &[PhaseSummary], target: Target) -> Vec<(f64, f64)> {
    let alone = |p: &&PhaseSummary| !phases.iter().any(|o| o.phase == p.phase && o.target != p.target);
    let own = phases.iter().filter(|p| p.target == target).filter(alone);
    own.filter_map(|p| Some((p.prompt_tokens?, p.vram_at_peak_bytes? as f64))).collect()
}

fn lengths(points: &[(f64, f64)]) -> usize {
    let mut tokens: Vec<f64> = points.iter().map(|(tokens, _)| *tokens).collect();
    tokens.sort_by(f64::total_cmp);
    tokens.chunk_by(|a, b| b - a <= SAME_LENGTH * b).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phase(name: &str, target: Target, prompt_tokens: f64, vram: Option<u64>) -> PhaseSummary {
        PhaseSummary {
            phase: name.into(),
            target,
            n: 3,
            failed: 0,
            ttft_ms: None,
            tokens_per_second: None,
            prefill_tokens_per_second: None,
            prompt_tokens: Some(prompt_tokens),
            throughput_tokens_per_second: None,
            concurrency: None,
            achieved_rate_per_second: None,
            vram_at_peak_bytes: vram,
        }
    }

    #[test]
    fn the_slope_is_the_memory_of_a_thousand_tokens() {
        let sweep = [128.0, 256.0, 512.0, 1024.0];
        let phases: Vec<_> = sweep
            .iter()
            .map(|n| phase(&n.to_string(), Target::Main, *n, Some(9_000_000_000 + (*n as u64) * 196_608)))
            .collect();
        let slope = vram_bytes_per_1000_prompt_tokens(&phases).expect("four lengths");
        assert!((slope - 196_608_000.0).abs() < 1.0, "{slope}");
    }

    #[track_caller]
    fn check(phases: &[PhaseSummary], why: &str) {
        let error = vram_bytes_per_1000_prompt_tokens(phases).expect_err("no slope");
        assert!(error.contains(why), "{error}");
    }

    #[test]
    fn too_few_lengths_have_a_reason_instead() {
        check(&[], "different prompt lengths");
        let nearly_one = [1000.0, 1010.0, 2000.0].map(|n| phase(&n.to_string(), Target::Main, n, Some(1)));
        check(&nearly_one, "different prompt lengths");
        let no_sample = [100.0, 200.0, 300.0].map(|n| phase(&n.to_string(), Target::Main, n, None));
        check(&no_sample, "VRAM sample");
    }

    #[test]
    fn phases_in_company_say_nothing_of_one_engine() {
        let both = [100.0, 200.0, 300.0].map(|n| phase("both", Target::Main, n, Some(n as u64)));
        check(&[both.as_slice(), &[phase("both", Target::Mini, 100.0, Some(1))]].concat(), "no engine alone");
    }

    #[test]
    fn two_sweeps_in_one_run_are_not_mixed() {
        let sweep = |t: Target| [100.0, 200.0, 300.0].map(|n| phase(&format!("{t} {n}"), t, n, Some(n as u64)));
        check(&[sweep(Target::Main), sweep(Target::Mini)].concat(), "more than one engine");
    }
}

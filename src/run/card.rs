//! What the card did in a run's measured window, and what its energy bought.

use std::sync::Arc;
use std::time::Duration;

use crate::events::ExchangeRecord;
use crate::measure::{self, EnergyCost, GpuSample, GpuSummary, PhaseSummary, Stage, Target, Timed};
use crate::run::evidence::Observed;
use crate::run::gpu_share;

/// The summary of the window from the first measured send to the last end; `None` without a sample or an exchange.
pub(super) fn summary(seen: &Observed, records: &[Arc<ExchangeRecord>], phases: &[PhaseSummary]) -> Option<GpuSummary> {
    let samples = &seen.recorded.samples;
    if samples.is_empty() {
        return None;
    }
    let timed: Vec<Timed<'_>> = records.iter().map(|r| r.timed()).filter(Timed::counts).collect();
    let (from, to) = (timed.iter().map(|t| t.sent).min()?, timed.iter().map(Timed::end).max()?);
    let tokens = timed.iter().flat_map(measure::tokens_of);
    let period = seen.period();
    let summary = measure::summarise_gpu(samples, tokens, from, to, period);
    let summary = with_engines(summary, seen, period);
    Some(with_cost(with_context_memory(summary, phases), records, samples, period))
}

fn with_engines(mut gpu: GpuSummary, seen: &Observed, period: Duration) -> GpuSummary {
    for engine in &seen.on_card {
        let vram = gpu_share::engine_vram(&engine.pids, &seen.recorded.samples, gpu.peak_at, period);
        if let Err(why) = &vram {
            let instead = "what all processes use above the baseline is vram_at_peak_over_baseline_bytes";
            gpu.reasons_for_null.push((engine_field(engine.target), format!("{why}; {instead}")));
        }
        gpu.engines.push((engine.target, vram.ok()));
    }
    gpu
}

fn engine_field(role: Target) -> &'static str {
    if role == Target::Main { "engine_vram_at_peak_bytes.main" } else { "engine_vram_at_peak_bytes.mini" }
}

fn with_context_memory(mut gpu: GpuSummary, phases: &[PhaseSummary]) -> GpuSummary {
    match measure::vram_bytes_per_1000_prompt_tokens(phases) {
        Ok(slope) => gpu.vram_bytes_per_1000_prompt_tokens = Some(slope),
        Err(why) => gpu.reasons_for_null.push(("vram_bytes_per_1000_prompt_tokens", why)),
    }
    gpu
}

fn with_cost(
    mut gpu: GpuSummary,
    records: &[Arc<ExchangeRecord>],
    samples: &[GpuSample],
    period: Duration,
) -> GpuSummary {
    let counted = || records.iter().filter(|r| !r.warm_up && r.trace.ending.counts());
    let tokens: u64 = counted().filter_map(|r| r.measures.output_tokens).map(u64::from).sum();
    gpu.cost = EnergyCost::of(gpu.energy_j, tokens, counted().count());
    let no_energy = "there is no energy of the window: see energy_j";
    if gpu.cost.per_answer_j.is_none() {
        gpu.reasons_for_null.push(("energy_per_answer_j", no_energy.to_owned()));
    }
    if gpu.cost.per_output_token_j.is_none() {
        let why = if gpu.energy_j.is_none() { no_energy } else { "the engines told of no output token" };
        gpu.reasons_for_null.push(("energy_per_output_token_j", why.to_owned()));
    }
    if counted().all(|r| r.answer.is_none()) {
        return gpu;
    }
    let devices: Vec<Vec<GpuSample>> = measure::by_device(samples).into_values().collect();
    for stage in Stage::ALL {
        let windows: Vec<_> = counted().filter_map(|r| window(r, stage)).collect();
        if windows.is_empty() {
            continue;
        }
        let energy = measure::stage_energy_j(&devices, &windows, period);
        if let Err(why) = &energy {
            gpu.reasons_for_null.push((stage_field(stage), why.clone()));
        }
        gpu.cost.per_stage_j.push((stage, energy.ok()));
    }
    gpu
}

/// A stage of a pipeline's answer on the run's clock.
fn window(record: &ExchangeRecord, stage: Stage) -> Option<(Duration, Duration)> {
    let span = record.answer.as_ref()?.stage(stage)?;
    let began = record.timed().began;
    Some((began + span.start, began + span.end))
}

fn stage_field(stage: Stage) -> &'static str {
    match stage {
        Stage::Classify => "energy_per_stage_j.classify",
        Stage::Embed => "energy_per_stage_j.embed",
        Stage::Retrieve => "energy_per_stage_j.retrieve",
        Stage::Rerank => "energy_per_stage_j.rerank",
        Stage::Prompt => "energy_per_stage_j.prompt",
        Stage::Generate => "energy_per_stage_j.generate",
    }
}

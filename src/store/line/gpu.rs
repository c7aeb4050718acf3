//! The GPU in a journal line.

use serde_json::{Value, json};

use crate::measure::{EnergyCost, EnergySource, GpuSummary, ms};

/// The object under `gpu`; each device on its own under `devices`, where there are several.
pub fn gpu(g: &GpuSummary) -> Value {
    json!({
        "vram_at_peak_bytes": g.vram_at_peak_bytes,
        "vram_max_bytes": g.vram_max_bytes,
        "peak_at_ms": g.peak_at.map(ms),
        "energy_j": g.energy_j,
        "energy_source": g.energy_source.map(energy_source),
        "device": g.device,
        "samples": g.samples,
        "vram_at_peak_distance_ms": g.vram_at_peak_distance.map(ms),
        "vram_max_at_ms": g.vram_max_at.map(ms),
        "vram_baseline_bytes": g.vram_baseline_bytes,
        "vram_at_peak_over_baseline_bytes": g.vram_at_peak_over_baseline_bytes,
        "power_mean_w": g.power_mean_w,
        "utilisation_mean_percent": g.utilisation_mean_percent,
        "temperature_max_c": g.temperature_max_c,
        "sm_clock_min_mhz": g.sm_clock_min_mhz,
        "throttle": g.throttle.map(|t| t.names()),
        "throttle_reasons": g.throttle_reasons,
        "engine_vram_at_peak_bytes": g.engines.iter().map(|(t, b)| (t.word().to_owned(), json!(b))).collect::<serde_json::Map<_, _>>(),
        "vram_bytes_per_1000_prompt_tokens": g.vram_bytes_per_1000_prompt_tokens,
        "energy_per_output_token_j": g.cost.per_output_token_j,
        "energy_per_answer_j": g.cost.per_answer_j,
        "energy_per_stage_j": stages(&g.cost),
        "devices": g.devices.iter().map(gpu).collect::<Vec<_>>(),
    })
}

/// Field path → why it is null, of all devices together and of each.
pub fn reasons(g: &GpuSummary) -> Vec<(String, &str)> {
    let devices = g.devices.iter().enumerate().flat_map(|(i, d)| reasons_at(d, format!("gpu.devices[{i}]")));
    reasons_at(g, "gpu".to_owned()).chain(devices).collect()
}

fn reasons_at(g: &GpuSummary, path: String) -> impl Iterator<Item = (String, &str)> {
    g.reasons_for_null.iter().map(move |(field, why)| (format!("{path}.{field}"), why.as_str()))
}

/// Null of a run that asked no pipeline.
fn stages(cost: &EnergyCost) -> Value {
    let stages = cost.per_stage_j.iter().map(|(stage, j)| (stage.word().to_owned(), json!(j)));
    if cost.per_stage_j.is_empty() { Value::Null } else { Value::Object(stages.collect()) }
}

fn energy_source(source: EnergySource) -> &'static str {
    match source {
        EnergySource::Counter => "counter",
        EnergySource::Power => "power",
    }
}

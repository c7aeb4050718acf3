//! `GET /api/runs/{run}/samples`: the GPU over a run, thinned for a chart.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::api::ask::Named;
use crate::api::error::Problem;
use crate::api::refusals::NotFound;
use crate::api::{Parts, runs, schemas, wire};
use crate::measure::{GpuSample, ms};

/// Points of one device; more are not seen on a screen.
const POINTS: usize = 2_000;

/// The GPU over a run, thinned for a chart
#[utoipa::path(
    get,
    path = "/api/runs/{run}/samples",
    operation_id = "samples",
    tag = "runs",
    params(
        ("run" = String, Path, description = "A run's id, as `/api/runs` tells them"),
    ),
    responses(
        (status = 200, description = "At most 2000 points of each device", body = schemas::Samples),
        NotFound,
    ),
)]
pub(super) async fn samples(State(parts): State<Parts>, Named(run): Named) -> Result<Json<Value>, Problem> {
    let run = runs::known(&parts, &run).await?;
    let samples = parts.store.samples(run.id).await?;
    let mut indices: Vec<u32> = samples.iter().map(|s| s.device).collect();
    indices.sort_unstable();
    indices.dedup();
    let devices: Vec<Value> = indices
        .into_iter()
        .map(|index| device(index, &samples.iter().filter(|s| s.device == index).collect::<Vec<_>>()))
        .collect();
    Ok(Json(
        json!({ "run_id": run.id.to_string(), "simulated": run.origin.gpu.unwrap_or(run.simulated), "devices": devices }),
    ))
}

/// `step` readings stand behind each point.
fn device(index: u32, all: &[&GpuSample]) -> Value {
    let step = all.len().div_ceil(POINTS).max(1);
    let kept: Vec<&GpuSample> = all.chunks(step).filter_map(fullest).collect();
    let column = |of: fn(&GpuSample) -> Option<f64>| kept.iter().map(|s| of(s).map(wire::round)).collect::<Vec<_>>();
    json!({
        "index": index,
        "readings": all.len(),
        "step": step,
        "at_ms": kept.iter().map(|s| wire::round(ms(s.at))).collect::<Vec<_>>(),
        "vram_used_bytes": kept.iter().map(|s| s.vram_used_bytes).collect::<Vec<_>>(),
        "utilisation_percent": column(|s| s.utilisation_percent),
        "power_w": column(|s| s.power_w),
        "temperature_c": column(|s| s.temperature_c),
        "sm_clock_mhz": column(|s| s.sm_clock_mhz.map(f64::from)),
    })
}

/// The reading with the most memory in use: the peak is what a chart of memory is looked at for. A gap among readings
/// gives way to them; a piece without any reading stays a gap.
fn fullest<'a>(piece: &[&'a GpuSample]) -> Option<&'a GpuSample> {
    piece.iter().copied().max_by_key(|s| s.vram_used_bytes)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn reading(i: usize, vram: Option<u64>) -> GpuSample {
        GpuSample { vram_used_bytes: vram, ..GpuSample::blank(0, Duration::from_millis(i as u64)) }
    }

    #[test]
    fn a_long_run_is_thinned_and_keeps_its_peak() {
        let samples: Vec<GpuSample> =
            (0..5_001).map(|i| reading(i, Some(if i == 3_001 { 900 } else { 100 }))).collect();
        let value = device(0, &samples.iter().collect::<Vec<_>>());
        assert_eq!((&value["step"], &value["readings"]), (&json!(3), &json!(5_001)));
        let vram = value["vram_used_bytes"].as_array().expect("a list");
        assert_eq!(vram.len(), 1_667);
        assert!(vram.contains(&json!(900)));
        assert_eq!(value["at_ms"].as_array().map(Vec::len), Some(1_667));
    }

    #[test]
    fn a_short_run_is_whole_and_its_gaps_stay_gaps() {
        let samples = [reading(0, Some(5)), reading(1, None), reading(2, Some(7))];
        let value = device(0, &samples.iter().collect::<Vec<_>>());
        assert_eq!((&value["step"], &value["vram_used_bytes"]), (&json!(1), &json!([5, null, 7])));
    }
}

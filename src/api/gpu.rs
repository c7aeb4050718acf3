//! `GET /api/gpu`: the latest sample of each GPU, or why there is none.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::api::{Parts, schemas};
use crate::gpu::GpuState;

/// The latest sample of each GPU
#[utoipa::path(
    get,
    path = "/api/gpu",
    operation_id = "gpu",
    tag = "about",
    responses((status = 200, description = "Each GPU, or why there is none", body = schemas::Gpu)),
)]
pub(super) async fn show(State(parts): State<Parts>) -> Json<Value> {
    let state = parts.sampler.state();
    let (word, reason) = match &state {
        GpuState::Present => ("present", None),
        GpuState::Simulated => ("simulated", None),
        GpuState::Absent { reason, cure } => ("absent", Some(format!("{reason}; {cure}"))),
    };
    let names = parts.sampler.devices();
    let devices: Vec<Value> = parts
        .sampler
        .latest()
        .iter()
        .map(|s| {
            json!({
                "index": s.device,
                "name": names.iter().find(|d| d.index == s.device).map(|d| d.name.clone()),
                "vram_total_bytes": s.vram_total_bytes,
                "vram_used_bytes": s.vram_used_bytes,
                "utilisation_percent": s.utilisation_percent,
                "power_w": s.power_w,
                "temperature_c": s.temperature_c,
                "sm_clock_mhz": s.sm_clock_mhz,
            })
        })
        .collect();
    Json(json!({ "state": word, "reason": reason, "devices": devices }))
}

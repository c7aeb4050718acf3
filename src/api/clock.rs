//! `GET /api/clock`: what a millisecond is worth on this machine, looked at when it is asked for.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::api::error::Problem;
use crate::api::refusals::Conflict;
use crate::api::{Parts, schemas, wire};
use crate::run::ClockQuality;

/// The clock and the scheduling of this machine
///
/// It is looked at anew, for a quarter of a second, and never while a run measures.
#[utoipa::path(
    get,
    path = "/api/clock",
    operation_id = "clock",
    tag = "about",
    responses((status = 200, description = "How good they are", body = schemas::Clock), Conflict),
)]
pub(super) async fn clock(State(parts): State<Parts>) -> Result<Json<Value>, Problem> {
    if parts.supervisor.measuring().load(std::sync::atomic::Ordering::Acquire) {
        return Err(Problem::new(StatusCode::CONFLICT, "a run measures; ask again when it has ended"));
    }
    let failed = |_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the clock could not be looked at");
    let quality = tokio::task::spawn_blocking(ClockQuality::look).await.map_err(failed)?;
    let late = quality.late_us.as_ref();
    Ok(Json(json!({
        "good": quality.is_good(),
        "step_ns": quality.step.as_nanos() as u64,
        "n": late.map_or(0, |d| d.n),
        "wake_late_median_us": late.map(|d| wire::round(d.median)),
        "wake_late_max_us": late.map(|d| wire::round(d.max)),
    })))
}

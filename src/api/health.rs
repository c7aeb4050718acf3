//! `GET /api/health`.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::api::Parts;

pub(super) async fn health(State(parts): State<Parts>) -> Json<Value> {
    let store = parts.store.health().await;
    let status = if store.write_error.is_some() { "degraded" } else { "ok" };
    Json(json!({
        "status": status,
        "version": env!("CARGO_PKG_VERSION"),
        "uptime_s": parts.started.elapsed().as_secs_f64(),
        "simulated": parts.simulated,
        "measuring": parts.supervisor.measuring().load(std::sync::atomic::Ordering::Acquire),
        "open_runs": parts.supervisor.open_runs().iter().map(ToString::to_string).collect::<Vec<_>>(),
        "watchers": parts.hub.watchers(),
        "store": {
            "path": store.path.display().to_string(),
            "journal": store.journal_path.display().to_string(),
            "runs": store.runs,
            "set_aside": store.set_aside,
            "write_error": store.write_error,
        },
    }))
}

//! `GET /api/engines`: where the engines are, and what they said of themselves.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::api::{Parts, schemas};
use crate::run::EngineState;

/// The engines, and what they say of themselves
#[utoipa::path(
    get,
    path = "/api/engines",
    operation_id = "engines",
    tag = "about",
    responses((status = 200, description = "Each engine", body = schemas::Engines)),
)]
pub(super) async fn list(State(parts): State<Parts>) -> Json<Value> {
    let states = parts.engines.look().await;
    Json(json!({ "engines": states.iter().map(engine).collect::<Vec<_>>() }))
}

fn engine(state: &EngineState) -> Value {
    let facts = &state.facts;
    json!({
        "role": facts.role.word(),
        "dialect": facts.dialect,
        "base_url": facts.base_url,
        "simulated": facts.simulated,
        "state": if facts.identity.is_some() { "up" } else { "down" },
        "detail": facts.problem,
        "checked_at": state.checked_at.to_string(),
        "identity": facts.identity.as_ref().map(|i| json!({
            "model": i.model,
            "build": i.build,
            "quantisation": i.quantisation,
            "context_tokens": i.context_tokens,
            "parameters": i.parameters,
            "cpu_spill_bytes": i.cpu_spill_bytes,
            "raw": i.raw.as_deref().and_then(|r| serde_json::from_str::<Value>(r).ok()),
        })),
    })
}

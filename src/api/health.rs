//! `GET /api/health`.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::api::{Parts, schemas};
use crate::store::{Health, Reconciled};

/// How the daemon is
#[utoipa::path(
    get,
    path = "/api/health",
    operation_id = "health",
    tag = "about",
    responses((status = 200, description = "How it is", body = schemas::Health)),
)]
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
        "limits": parts.limits.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect::<Vec<_>>(),
        "store": of_store(&store, parts.store.reconciled()),
    }))
}

/// `waiting` and `lost` count events; `reconciled` is what the start found, and stays as it is until the next one.
fn of_store(store: &Health, reconciled: Reconciled) -> Value {
    let Reconciled { interrupted, rebuilt, appended, set_aside, duplicates, newer } = reconciled;
    json!({
        "path": store.path.display().to_string(),
        "journal": store.journal_path.display().to_string(),
        "runs": store.runs,
        "set_aside": store.set_aside,
        "write_error": store.write_error,
        "waiting": store.waiting,
        "lost": store.lost,
        "reconciled": {
            "interrupted": interrupted,
            "rebuilt": rebuilt,
            "appended": appended,
            "set_aside": set_aside,
            "duplicates": duplicates,
            "newer": newer,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_store_tells_what_waits_what_is_lost_and_what_its_start_put_right() {
        let health = Health {
            path: "s/dualbench.db".into(),
            journal_path: "s/j.jsonl".into(),
            set_aside: 4,
            write_error: Some("full".into()),
            waiting: 3,
            lost: 2,
            runs: Some(9),
            size_bytes: 0,
        };
        let reconciled = Reconciled { interrupted: 1, rebuilt: 2, appended: 3, set_aside: 4, duplicates: 5, newer: 6 };
        let expected = json!({
            "path": "s/dualbench.db", "journal": "s/j.jsonl", "runs": 9, "set_aside": 4, "write_error": "full",
            "waiting": 3, "lost": 2,
            "reconciled": {
                "interrupted": 1, "rebuilt": 2, "appended": 3, "set_aside": 4, "duplicates": 5, "newer": 6,
            },
        });
        assert_eq!(of_store(&health, reconciled), expected);
    }
}

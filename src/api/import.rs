//! `POST /api/import`: runs of another machine's journal.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::ask;
use crate::api::error::Problem;
use crate::api::{Parts, schemas};

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Lines {
    /// Lines of a `benchmark_history.jsonl`, word for word.
    lines: Vec<String>,
}

/// Take in runs of another machine's journal
///
/// A run that is here already is left as it is. A body holds 1 MiB: send a longer journal in pieces.
#[utoipa::path(
    post,
    path = "/api/import",
    operation_id = "import",
    tag = "runs",
    request_body = Lines,
    responses((status = 200, description = "What became of the lines", body = schemas::Imported)),
)]
pub(super) async fn import(
    State(parts): State<Parts>,
    body: Result<Json<Lines>, JsonRejection>,
) -> Result<Json<Value>, Problem> {
    let Json(Lines { lines }) = body.map_err(ask::bad_body)?;
    let done = parts.store.import(&lines).await?;
    let refused = done.refused.iter().map(|(line, why)| json!({ "line": line, "why": why }));
    Ok(Json(json!({ "taken": done.taken, "known": done.known, "refused": refused.collect::<Vec<_>>() })))
}

//! `/api/baselines`: pin a run under a name, list, remove.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::ask::{self, Named};
use crate::api::error::Problem;
use crate::api::refusals::{Conflict, NotFound, Unprocessable};
use crate::api::{Parts, schemas, wire};

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Pin {
    /// Reads neither as a run's id nor as `latest`.
    #[schema(example = "release", pattern = "^[A-Za-z0-9._-]{1,64}$")]
    name: String,
    /// An id, its beginning, or `latest`.
    #[schema(example = "latest", min_length = 1)]
    run: String,
}

/// The pinned runs
#[utoipa::path(
    get,
    path = "/api/baselines",
    operation_id = "baselines",
    tag = "compare",
    responses((status = 200, description = "All of them", body = schemas::Baselines)),
)]
pub(super) async fn list(State(parts): State<Parts>) -> Result<Json<Value>, Problem> {
    let rows = parts.store.pinned().await?;
    Ok(Json(json!({ "baselines": rows.iter().map(wire::baseline).collect::<Vec<_>>() })))
}

/// Pin a run under a name
#[utoipa::path(
    post,
    path = "/api/baselines",
    operation_id = "pin_baseline",
    tag = "compare",
    request_body = Pin,
    responses(
        (status = 201, description = "It is pinned", body = schemas::Baseline),
        NotFound,
        Conflict,
    ),
)]
pub(super) async fn pin(
    State(parts): State<Parts>,
    body: Result<Json<Pin>, JsonRejection>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let Json(pin) = body.map_err(ask::bad_body)?;
    let baseline = parts.store.baselines().pin(&pin.name, &pin.run).await?;
    Ok((StatusCode::CREATED, Json(wire::baseline(&baseline))))
}

/// Forget a name
#[utoipa::path(
    delete,
    path = "/api/baselines/{name}",
    operation_id = "forget_baseline",
    tag = "compare",
    params(
        ("name" = String, Path, description = "A baseline's name"),
    ),
    responses(
        (status = 204, description = "It is forgotten; the run stays"),
        NotFound,
        Unprocessable,
    ),
)]
pub(super) async fn remove(State(parts): State<Parts>, Named(name): Named) -> Result<StatusCode, Problem> {
    parts.store.baselines().remove(&name).await?;
    Ok(StatusCode::NO_CONTENT)
}

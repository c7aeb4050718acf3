//! `/api/runs/{run}/mark`: tags, a note, and whether a run is on the lists.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use serde::Deserialize;
use serde_json::Value;

use crate::api::ask::{self, Named};
use crate::api::error::{FieldProblem, Problem};
use crate::api::refusals::{NotFound, Unprocessable};
use crate::api::{Parts, runs, schemas, wire};
use crate::store::MarkChange;

#[derive(Deserialize, utoipa::ToSchema)]
#[schema(as = MarkAsk)]
#[serde(deny_unknown_fields)]
pub(super) struct Ask {
    /// In place of those there are.
    #[schema(max_items = 20)]
    tags: Option<Vec<String>>,
    /// Empty: none.
    #[schema(max_length = 4000)]
    note: Option<String>,
    /// Off the lists, or back on them; the run and its record stay.
    removed: Option<bool>,
}

/// What is kept about a run
#[utoipa::path(
    get,
    path = "/api/runs/{run}/mark",
    operation_id = "mark",
    tag = "runs",
    params(
        ("run" = String, Path, description = "A run's id, as `/api/runs` tells them"),
    ),
    responses(
        (status = 200, description = "Tags, note, and whether it is off the lists", body = schemas::Mark),
        NotFound,
    ),
)]
pub(super) async fn show(State(parts): State<Parts>, Named(run): Named) -> Result<Json<Value>, Problem> {
    let run = runs::known(&parts, &run).await?.id;
    Ok(Json(wire::mark(&parts.store.mark_of(run).await?)))
}

/// Keep something about a run
///
/// What the body does not name stays as it is.
#[utoipa::path(
    post,
    path = "/api/runs/{run}/mark",
    operation_id = "set_mark",
    tag = "runs",
    params(
        ("run" = String, Path, description = "A run's id, as `/api/runs` tells them"),
    ),
    request_body = Ask,
    responses(
        (status = 200, description = "What is kept now", body = schemas::Mark),
        NotFound,
        Unprocessable,
    ),
)]
pub(super) async fn keep(
    State(parts): State<Parts>,
    Named(run): Named,
    body: Result<Json<Ask>, JsonRejection>,
) -> Result<Json<Value>, Problem> {
    let Json(Ask { tags, note, removed }) = body.map_err(ask::bad_body)?;
    let run = runs::known(&parts, &run).await?.id;
    let change = MarkChange { tags, note, removed };
    let problems = change.problems();
    if !problems.is_empty() {
        let told = problems.into_iter().map(|(field, message)| FieldProblem { field, message });
        return Err(Problem::unprocessable(told.collect()));
    }
    Ok(Json(wire::mark(&parts.store.mark(run, &change).await?)))
}

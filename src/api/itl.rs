//! `GET /api/runs/{run}/itl`: the latency of the tokens of a run, its course and its distribution, thinned for charts.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::api::ask::Named;
use crate::api::error::Problem;
use crate::api::refusals::NotFound;
use crate::api::{Parts, runs, schemas, wire};
use crate::store::TokenGaps;

/// The latency of each token over a run, thinned for charts
#[utoipa::path(
    get,
    path = "/api/runs/{run}/itl",
    operation_id = "itl",
    tag = "runs",
    params(
        ("run" = String, Path, description = "A run's id, as `/api/runs` tells them"),
    ),
    responses(
        (status = 200, description = "Of each target, at most 2000 points and about 1000 ranks", body = schemas::TokenLatencies),
        NotFound,
    ),
)]
pub(super) async fn itl(State(parts): State<Parts>, Named(run): Named) -> Result<Json<Value>, Problem> {
    let run = runs::known(&parts, &run).await?;
    let gaps = parts.store.token_gaps(run.id).await?;
    let targets = gaps.iter().map(|g| target(g, run.origin.of(g.target))).collect::<Vec<_>>();
    Ok(Json(json!({ "run_id": run.id.to_string(), "simulated": run.simulated, "targets": targets })))
}

fn target(g: &TokenGaps, simulated: bool) -> Value {
    json!({
        "target": g.target.word(),
        "simulated": simulated,
        "exchanges": g.exchanges,
        "of": g.of,
        "n": g.n,
        "at_ms": g.course.iter().map(|(at, _)| wire::round(*at)).collect::<Vec<_>>(),
        "itl_ms": g.course.iter().map(|(_, gap)| wire::round(*gap)).collect::<Vec<_>>(),
        "rank": g.ranks.iter().map(|(rank, _)| rank).collect::<Vec<_>>(),
        "rank_itl_ms": g.ranks.iter().map(|(_, gap)| wire::round(*gap)).collect::<Vec<_>>(),
    })
}

//! `GET /api/trends?figure=…`: one figure over the runs.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::ask;
use crate::api::error::{FieldProblem, Problem};
use crate::api::refusals::Unprocessable;
use crate::api::{Parts, schemas};
use crate::store::{Figure, TrendPoint};

/// Runs of one trend.
const RUNS: u32 = 500;

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    /// As a record has it: `main.ttft_ms`, `pipeline.stages.retrieve`, `gpu.energy_j`.
    figure: String,
    scenario: Option<String>,
}

/// One figure over the runs
#[utoipa::path(
    get,
    path = "/api/trends",
    operation_id = "trends",
    tag = "compare",
    params(Asked),
    responses(
        (status = 200, description = "The latest 500 valid runs that have it, the latest first; of a distribution its median", body = schemas::Trend),
        Unprocessable,
    ),
)]
pub(super) async fn trends(
    State(parts): State<Parts>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<Value>, Problem> {
    let Query(asked) = asked.map_err(ask::bad_query)?;
    let figure = Figure::parse(&asked.figure).ok_or_else(|| {
        let message = "names no figure; write for example main.ttft_ms, pipeline.intent_to_answer_ms or gpu.energy_j";
        Problem::unprocessable(vec![FieldProblem { field: "figure".into(), message: message.into() }])
    })?;
    let points = parts.store.trend(&figure, asked.scenario.as_deref(), RUNS).await?;
    Ok(Json(json!({ "figure": asked.figure, "points": points.iter().map(point).collect::<Vec<_>>() })))
}

fn point(p: &TrendPoint) -> Value {
    json!({
        "run_id": p.run.to_string(),
        "scenario": p.scenario,
        "started_at": p.started_at.to_string(),
        "simulated": p.simulated,
        "value": p.value,
        "ci95": p.low.zip(p.high).map(|(low, high)| [low, high]),
    })
}

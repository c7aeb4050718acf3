//! `/api/runs`: start, list, one, its exchanges and log, cancel.

use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::api::ask::{self, Named};
use crate::api::error::{FieldProblem, Problem};
use crate::api::{Parts, wire};
use crate::events::RunId;
use crate::run::{RunPlan, RunRequest};
use crate::scenario::RawArg;

/// Runs on one page, at most.
const PAGE: u32 = 200;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Start {
    scenario: String,
    #[serde(default)]
    params: Map<String, Value>,
    seed: Option<u32>,
}

pub(super) async fn start(
    State(parts): State<Parts>,
    body: Result<Json<Start>, JsonRejection>,
) -> Result<Response, Problem> {
    let Json(start) = body.map_err(ask::bad_body)?;
    let params = start.params.into_iter().map(|(k, v)| (k, RawArg::Json(v))).collect();
    let request = RunRequest { scenario: start.scenario, params, seed: start.seed };
    let plan = RunPlan::resolve(&request, &parts.catalogue)?;
    let ticket = parts.supervisor.submit(plan).await?;
    let answer = json!({ "run_id": ticket.run.to_string(), "state": "queued", "position": ticket.position });
    Ok((StatusCode::ACCEPTED, Json(answer)).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Page {
    limit: Option<u32>,
    before: Option<String>,
    scenario: Option<String>,
}

pub(super) async fn list(
    State(parts): State<Parts>,
    page: Result<Query<Page>, QueryRejection>,
) -> Result<Json<Value>, Problem> {
    let Query(page) = page.map_err(ask::bad_query)?;
    let limit = page.limit.unwrap_or(50);
    if limit == 0 || limit > PAGE {
        let message = format!("{limit} is not from 1 to {PAGE}");
        return Err(Problem::unprocessable(vec![FieldProblem { field: "limit".into(), message }]));
    }
    let before = page.before.as_deref().map(run_id).transpose()?;
    let rows = parts.store.runs(limit, before, page.scenario.as_deref()).await?;
    let next = rows.last().filter(|_| rows.len() == limit as usize).map(|r| r.run.to_string());
    Ok(Json(json!({ "runs": rows.iter().map(wire::run_row).collect::<Vec<_>>(), "next": next })))
}

pub(super) async fn one(State(parts): State<Parts>, Named(run): Named) -> Result<Response, Problem> {
    let run = run_id(&run)?;
    let text = parts.store.run_json(run).await?.ok_or_else(|| unknown(run))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
}

pub(super) async fn exchanges(State(parts): State<Parts>, Named(run): Named) -> Result<Json<Value>, Problem> {
    let run = known(&parts, &run).await?;
    let rows = parts.store.exchanges(run.id).await?;
    Ok(Json(
        json!({ "simulated": run.simulated, "exchanges": rows.iter().map(wire::exchange_row).collect::<Vec<_>>() }),
    ))
}

pub(super) async fn log(State(parts): State<Parts>, Named(run): Named) -> Result<Json<Value>, Problem> {
    let run = known(&parts, &run).await?;
    let (lines, metrics) = (parts.store.log(run.id).await?, parts.store.metrics(run.id).await?);
    Ok(Json(json!({
        "simulated": run.simulated,
        "log": lines.iter().map(wire::log_row).collect::<Vec<_>>(),
        "metrics": metrics.iter().map(wire::metric).collect::<Vec<_>>(),
    })))
}

pub(super) async fn cancel(State(parts): State<Parts>, Named(run): Named) -> Result<Response, Problem> {
    let run = known(&parts, &run).await?.id;
    if !parts.supervisor.cancel(run).await {
        return Err(Problem::new(StatusCode::CONFLICT, format!("run {run} has ended already")));
    }
    let answer = json!({ "run_id": run.to_string(), "state": "cancelling" });
    Ok((StatusCode::ACCEPTED, Json(answer)).into_response())
}

fn run_id(text: &str) -> Result<RunId, Problem> {
    RunId::parse(text).ok_or_else(|| Problem::not_found("this is no run id; take one from /api/runs"))
}

/// A run that there is.
pub(super) struct Known {
    pub id: RunId,
    /// Its own word where it has been stored; until then the daemon's.
    pub simulated: bool,
}

pub(super) async fn known(parts: &Parts, text: &str) -> Result<Known, Problem> {
    #[derive(Deserialize)]
    struct Told {
        simulated: Option<bool>,
    }
    let id = run_id(text)?;
    let open = parts.supervisor.open_runs().contains(&id);
    let stored = parts.store.run_json(id).await?;
    if !open && stored.is_none() {
        return Err(unknown(id));
    }
    // A run that waits has not asked its engines yet: its own word is not meant until it has ended.
    let told = stored.filter(|_| !open).and_then(|text| serde_json::from_str::<Told>(&text).ok()?.simulated);
    Ok(Known { id, simulated: told.unwrap_or(parts.simulated) })
}

fn unknown(run: RunId) -> Problem {
    Problem::not_found(format!("no run {run} is known"))
}

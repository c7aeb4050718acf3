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
use crate::api::refusals::{Conflict, NotFound, Unavailable, Unprocessable};
use crate::api::{Parts, schemas, wire};
use crate::events::RunId;
use crate::run::{Demands, RunPlan, RunRequest};
use crate::scenario::RawArg;
use crate::store::{ExchangeRow, Origin};

/// Runs on one page, at most.
const PAGE: u32 = 200;
/// Exchanges or log lines on one page where the request names no limit.
const ROWS: u32 = 1_000;
/// Exchanges or log lines on one page, at most: a load of an hour has more of them than one answer should.
const ROWS_MAX: u32 = 10_000;

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Start {
    #[schema(example = "engine-speed")]
    scenario: String,
    /// Each by its name in the scenario's manifest.
    #[serde(default)]
    #[schema(value_type = Object)]
    params: Map<String, Value>,
    #[schema(format = Int64, maximum = 4294967295i64)]
    seed: Option<u32>,
    /// Each must hold.
    #[serde(default)]
    thresholds: Vec<String>,
    #[serde(default)]
    abort_on_fail: bool,
    /// Loads go on until the half-width of the medians' 95 % interval is at most this: `ci=1%`, from 0.1 to 50 %.
    #[schema(example = "ci=1%")]
    repeat_until: Option<String>,
    /// Seconds that each load may take for it; 600 without it.
    #[schema(exclusive_minimum = 0.0, maximum = 86400.0)]
    repeat_budget_s: Option<f64>,
}

/// Start a run
#[utoipa::path(
    post,
    path = "/api/runs",
    operation_id = "start_run",
    tag = "runs",
    request_body = Start,
    responses(
        (status = 202, description = "It waits for its turn", body = schemas::Started),
        NotFound,
        Conflict,
        Unprocessable,
        Unavailable,
    ),
)]
pub(super) async fn start(
    State(parts): State<Parts>,
    body: Result<Json<Start>, JsonRejection>,
) -> Result<Response, Problem> {
    let Json(start) = body.map_err(ask::bad_body)?;
    let params = start.params.into_iter().map(|(k, v)| (k, RawArg::Json(v))).collect();
    let demands = Demands {
        thresholds: start.thresholds,
        fail_if: Vec::new(),
        abort_on_fail: start.abort_on_fail,
        repeat_until: start.repeat_until,
        repeat_budget_s: start.repeat_budget_s,
    };
    let request = RunRequest { scenario: start.scenario, params, seed: start.seed, demands };
    let plan = RunPlan::resolve(&request, &parts.catalogue)?;
    let ticket = parts.supervisor.submit(plan).await?;
    let answer = json!({ "run_id": ticket.run.to_string(), "state": "queued", "position": ticket.position });
    Ok((StatusCode::ACCEPTED, Json(answer)).into_response())
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Page {
    /// Runs of this page; 50 without it.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The `next` of the page before.
    before: Option<String>,
    scenario: Option<String>,
    /// Those that were taken off the lists, and no others.
    removed: Option<bool>,
}

/// The runs, the latest first
#[utoipa::path(
    get,
    path = "/api/runs",
    operation_id = "runs",
    tag = "runs",
    params(Page),
    responses(
        (status = 200, description = "A page of them", body = schemas::Runs),
        NotFound,
        Unprocessable,
    ),
)]
pub(super) async fn list(
    State(parts): State<Parts>,
    page: Result<Query<Page>, QueryRejection>,
) -> Result<Json<Value>, Problem> {
    let Query(page) = page.map_err(ask::bad_query)?;
    let limit = limit(page.limit.unwrap_or(50), PAGE)?;
    let before = page.before.as_deref().map(run_id).transpose()?;
    let scenario = page.scenario.as_deref();
    let rows = match page.removed.unwrap_or(false) {
        true => parts.store.removed_runs(limit, before, scenario).await?,
        false => parts.store.runs(limit, before, scenario).await?,
    };
    let next = next(&rows, limit, |row| row.run.to_string());
    Ok(Json(json!({ "runs": wire::run_rows(&parts.store, &rows).await?, "next": next })))
}

fn limit(limit: u32, most: u32) -> Result<u32, Problem> {
    if (1..=most).contains(&limit) {
        return Ok(limit);
    }
    let message = format!("{limit} is not from 1 to {most}");
    Err(Problem::unprocessable(vec![FieldProblem { field: "limit".into(), message }]))
}

/// One run's whole record
#[utoipa::path(
    get,
    path = "/api/runs/{run}",
    operation_id = "run",
    tag = "runs",
    params(
        ("run" = String, Path, description = "A run's id, as `/api/runs` tells them"),
    ),
    responses(
        (status = 200, description = "Its record", body = schemas::Journal),
        NotFound,
    ),
)]
pub(super) async fn one(State(parts): State<Parts>, Named(run): Named) -> Result<Response, Problem> {
    let run = run_id(&run)?;
    let text = parts.store.run_json(run).await?.ok_or_else(|| unknown(run))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
}

/// A part of one run's rows. `after` is the `next` of the page before; `next` is null on the last page.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Part<N> {
    limit: Option<u32>,
    after: Option<N>,
}

impl<N> Part<N> {
    fn of(part: Result<Query<Part<N>>, QueryRejection>) -> Result<(u32, Option<N>), Problem> {
        let Query(part) = part.map_err(ask::bad_query)?;
        Ok((limit(part.limit.unwrap_or(ROWS), ROWS_MAX)?, part.after))
    }
}

/// Where the next page begins. A page that is not full is the last one.
fn next<R, N>(rows: &[R], limit: u32, number: impl Fn(&R) -> N) -> Option<N> {
    rows.last().filter(|_| rows.len() == limit as usize).map(number)
}

/// The exchanges of a run
#[utoipa::path(
    get,
    path = "/api/runs/{run}/exchanges",
    operation_id = "exchanges",
    tag = "runs",
    params(
        ("run" = String, Path, description = "A run's id, as `/api/runs` tells them"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 10000, description = "Rows of this page; 1000 without it"),
        ("after" = Option<u32>, Query, minimum = 0, description = "The `next` of the page before"),
    ),
    responses(
        (status = 200, description = "A page of them", body = schemas::Exchanges),
        NotFound,
        Unprocessable,
    ),
)]
pub(super) async fn exchanges(
    State(parts): State<Parts>,
    Named(run): Named,
    part: Result<Query<Part<u32>>, QueryRejection>,
) -> Result<Json<Value>, Problem> {
    let (limit, after) = Part::of(part)?;
    let run = known(&parts, &run).await?;
    let rows = parts.store.exchanges(run.id, limit, after).await?;
    let (from, to) = (rows.first().map_or(0, |r| r.exchange), rows.last().map_or(0, |r| r.exchange));
    let stages = parts.store.stages(run.id, from, to).await?;
    let row =
        |r: &ExchangeRow| wire::exchange_row(r, run.origin.of(r.target), stages.get(&r.exchange).map(Vec::as_slice));
    Ok(Json(json!({
        "simulated": run.simulated,
        "exchanges": rows.iter().map(row).collect::<Vec<_>>(),
        "next": next(&rows, limit, |row| row.exchange),
    })))
}

/// The log, the metrics and the marks of a run
///
/// The metrics and the marks come with the first page; the run's own record has them all.
#[utoipa::path(
    get,
    path = "/api/runs/{run}/log",
    operation_id = "log",
    tag = "runs",
    params(
        ("run" = String, Path, description = "A run's id, as `/api/runs` tells them"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 10000, description = "Rows of this page; 1000 without it"),
        ("after" = Option<u64>, Query, minimum = 0, description = "The `next` of the page before"),
    ),
    responses(
        (status = 200, description = "A page of the log; the metrics and marks come with the first", body = schemas::Log),
        NotFound,
        Unprocessable,
    ),
)]
pub(super) async fn log(
    State(parts): State<Parts>,
    Named(run): Named,
    part: Result<Query<Part<u64>>, QueryRejection>,
) -> Result<Json<Value>, Problem> {
    let (limit, after) = Part::of(part)?;
    let run = known(&parts, &run).await?;
    let lines = parts.store.log(run.id, limit, after).await?;
    let metrics = if after.is_none() { parts.store.metrics(run.id, ROWS_MAX).await? } else { Vec::new() };
    let marks = if after.is_none() { parts.store.timeline_marks(run.id, ROWS_MAX).await? } else { Vec::new() };
    Ok(Json(json!({
        "simulated": run.simulated,
        "log": lines.iter().map(wire::log_row).collect::<Vec<_>>(),
        "metrics": metrics.iter().map(wire::metric).collect::<Vec<_>>(),
        "marks": marks.iter().map(wire::timeline_mark).collect::<Vec<_>>(),
        "next": next(&lines, limit, |line| line.log_line),
    })))
}

/// Cancel a run that waits or goes on
#[utoipa::path(
    post,
    path = "/api/runs/{run}/cancel",
    operation_id = "cancel_run",
    tag = "runs",
    params(
        ("run" = String, Path, description = "A run's id, as `/api/runs` tells them"),
    ),
    responses(
        (status = 202, description = "It is told", body = schemas::Cancelling),
        NotFound,
        Conflict,
    ),
)]
pub(super) async fn cancel(State(parts): State<Parts>, Named(run): Named) -> Result<Response, Problem> {
    let run = known(&parts, &run).await?.id;
    told(run, parts.supervisor.cancel(run).await)
}

/// End a run at once
///
/// Its scenario is dropped where it stands, without the grace that a cancelled one has. What was measured is kept.
#[utoipa::path(
    post,
    path = "/api/runs/{run}/kill",
    operation_id = "kill_run",
    tag = "runs",
    params(
        ("run" = String, Path, description = "A run's id, as `/api/runs` tells them"),
    ),
    responses(
        (status = 202, description = "Its scenario is gone", body = schemas::Cancelling),
        NotFound,
        Conflict,
    ),
)]
pub(super) async fn kill(State(parts): State<Parts>, Named(run): Named) -> Result<Response, Problem> {
    let run = known(&parts, &run).await?.id;
    told(run, parts.supervisor.kill(run).await)
}

fn told(run: RunId, open: bool) -> Result<Response, Problem> {
    if !open {
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
    pub origin: Origin,
}

pub(super) async fn known(parts: &Parts, text: &str) -> Result<Known, Problem> {
    let id = run_id(text)?;
    let open = parts.supervisor.open_runs().contains(&id);
    let mut origin = match parts.store.origin_of(id).await? {
        Some(stored) => stored,
        None if open => Origin::default(),
        None => return Err(unknown(id)),
    };
    // A run that waits has not asked its engines yet: until it has, the daemon's word holds.
    origin.any |= open && parts.simulated;
    Ok(Known { id, simulated: origin.any, origin })
}

fn unknown(run: RunId) -> Problem {
    Problem::not_found(format!("no run {run} is known"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(query: &str, expected: Result<(u32, Option<u32>), u16>) {
        let uri = format!("/?{query}").parse().expect("an address");
        assert_eq!(Part::of(Query::try_from_uri(&uri)).map_err(|problem| problem.status), expected, "{query}");
    }

    #[test]
    fn a_page_of_what_the_store_holds_of_a_run_is_bounded() {
        check("", Ok((1_000, None)));
        check("limit=10000&after=7", Ok((10_000, Some(7))));
        check("limit=10001", Err(422));
        check("limit=0", Err(422));
        check("after=-1", Err(400));
        check("befor=1", Err(400));
    }

    #[test]
    fn only_a_full_page_of_the_store_has_a_next_one() {
        assert_eq!(next(&[3, 5], 2, |n| *n), Some(5));
        assert_eq!(next(&[3, 5], 3, |n| *n), None);
        assert_eq!(next(&[] as &[u32], 1, |n| *n), None);
    }
}

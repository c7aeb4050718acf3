//! `POST /api/benchmark/...`: one engine or the pipeline, a calibrated request or questions, the answer in one reply or as
//! it comes. All three share one request and one answer.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::benchmark_events::follow;
use crate::api::error::Problem;
use crate::api::refusals::{Conflict, NotFound, Unavailable};
use crate::api::{Parts, ask, schemas, wire};
use crate::events::{RunId, RunReport};
use crate::measure::{Distribution, Target};
use crate::run::{RunPlan, RunRequest};
use crate::scenario::RawArg;
use crate::store::journal_line;

/// The scenarios that answer these routes.
const OF_ENGINES: &str = "engine-speed";
const OF_PIPELINE: &str = "full-pipeline";

#[derive(Deserialize, Default, utoipa::ToSchema)]
#[schema(as = PipelineAsk)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Ask {
    /// Of the pipeline only; none: a calibrated question where `prompt_tokens` is given, else the built-in set.
    questions: Vec<String>,
    #[schema(minimum = 0, maximum = 131072)]
    prompt_tokens: Option<i32>,
    #[schema(minimum = 1, maximum = 32768)]
    output_tokens: Option<i32>,
    #[schema(minimum = 1, maximum = 10000)]
    repetitions: Option<i32>,
    #[schema(minimum = 0, maximum = 100)]
    warm_up: Option<i32>,
    #[schema(format = Int64, maximum = 4294967295i64)]
    seed: Option<u32>,
}

type Body = Result<Json<Ask>, JsonRejection>;

/// Ask the engine `main` a calibrated request
#[utoipa::path(
    post,
    path = "/api/benchmark/main",
    operation_id = "benchmark_main",
    tag = "benchmark",
    request_body = schemas::EngineAsk,
    responses(
        (
            status = 200,
            description = "The figures of the run once it has ended; with `Accept: text/event-stream` tokens and \
                           measures as they come, and the figures at the end",
            content((schemas::Benchmark = "application/json"), (schemas::Events = "text/event-stream")),
        ),
        NotFound,
        Conflict,
        Unavailable,
    ),
)]
pub(super) async fn main(State(parts): State<Parts>, headers: HeaderMap, body: Body) -> Result<Response, Problem> {
    benchmark(parts, Target::Main, &headers, body).await
}

/// Ask the engine `mini` a calibrated request
#[utoipa::path(
    post,
    path = "/api/benchmark/mini",
    operation_id = "benchmark_mini",
    tag = "benchmark",
    request_body = schemas::EngineAsk,
    responses(
        (
            status = 200,
            description = "The figures of the run once it has ended; with `Accept: text/event-stream` tokens and \
                           measures as they come, and the figures at the end",
            content((schemas::Benchmark = "application/json"), (schemas::Events = "text/event-stream")),
        ),
        NotFound,
        Conflict,
        Unavailable,
    ),
)]
pub(super) async fn mini(State(parts): State<Parts>, headers: HeaderMap, body: Body) -> Result<Response, Problem> {
    benchmark(parts, Target::Mini, &headers, body).await
}

/// Ask the pipeline questions
#[utoipa::path(
    post,
    path = "/api/benchmark/full_pipeline",
    operation_id = "benchmark_full_pipeline",
    tag = "benchmark",
    request_body = Ask,
    responses(
        (
            status = 200,
            description = "The figures of the run once it has ended; with `Accept: text/event-stream` tokens and \
                           measures as they come, and the figures at the end",
            content((schemas::Benchmark = "application/json"), (schemas::Events = "text/event-stream")),
        ),
        NotFound,
        Conflict,
        Unavailable,
    ),
)]
pub(super) async fn full_pipeline(
    State(parts): State<Parts>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    if !parts.has_pipeline {
        let cure = "it needs the engines main and mini, or [pipeline] with a remote url; see docs/pipeline.md";
        return Err(Problem::new(StatusCode::CONFLICT, format!("no pipeline is configured: {cure}")));
    }
    benchmark(parts, Target::Pipeline, &headers, body).await
}

async fn benchmark(parts: Parts, target: Target, headers: &HeaderMap, body: Body) -> Result<Response, Problem> {
    let Json(ask) = body.map_err(ask::bad_body)?;
    let streamed = ask::wants_events(headers);
    let asked = if target == Target::Pipeline { questions(&ask)? } else { engine(target, &ask)? };
    let mut plan = RunPlan::resolve(&asked, &parts.catalogue)?;
    plan.show_text = streamed;
    let events = parts.bus.watch();
    let ticket = parts.supervisor.submit(plan).await?;
    let asker = Asker { parts, run: ticket.run, told: false };
    if streamed {
        return Ok(Sse::new(follow(events, ticket, target, asker)).keep_alive(KeepAlive::default()).into_response());
    }
    let report = ticket.ended().await;
    asker.answered();
    Ok(Json(result(&*report.ok_or_else(stopped)?, target)).into_response())
}

/// Who waits for the answer. Gone before it was given, the run is cancelled: nobody is there to read it, and the
/// engines would be kept busy for nothing.
pub(super) struct Asker {
    pub parts: Parts,
    pub run: RunId,
    told: bool,
}

impl Asker {
    pub(super) fn answered(mut self) {
        self.told = true;
    }
}

impl Drop for Asker {
    fn drop(&mut self) {
        if self.told {
            return;
        }
        let (supervisor, run) = (self.parts.supervisor.clone(), self.run);
        tracing::info!(run.id = %run, "the client of this benchmark left; its run is cancelled");
        self.parts.tasks.spawn(async move { supervisor.cancel(run).await });
    }
}

fn engine(target: Target, ask: &Ask) -> Result<RunRequest, Problem> {
    if !ask.questions.is_empty() {
        let what =
            format!("questions: /api/benchmark/{target} asks a calibrated prompt; /full_pipeline takes questions");
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, what));
    }
    let params = vec![
        ("engine", json!(target.word())),
        ("prompt_tokens", json!(ask.prompt_tokens.unwrap_or(256))),
        ("output_tokens", json!(ask.output_tokens.unwrap_or(128))),
        ("repetitions", json!(ask.repetitions.unwrap_or(5))),
        ("warm_up", json!(ask.warm_up.unwrap_or(1))),
    ];
    Ok(request(OF_ENGINES, params, ask.seed))
}

fn questions(ask: &Ask) -> Result<RunRequest, Problem> {
    if let Some(odd) = ask.questions.iter().position(|q| q.trim().is_empty() || q.contains('\n')) {
        let what = format!("questions[{odd}]: a question is one line that is not empty");
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, what));
    }
    let params = vec![
        ("questions", json!(ask.questions.join("\n"))),
        ("prompt_tokens", json!(ask.prompt_tokens.unwrap_or(0))),
        ("output_tokens", json!(ask.output_tokens.unwrap_or(128))),
        ("repetitions", json!(ask.repetitions.unwrap_or(1))),
        ("warm_up", json!(ask.warm_up.unwrap_or(1))),
    ];
    Ok(request(OF_PIPELINE, params, ask.seed))
}

fn request(scenario: &str, params: Vec<(&str, Value)>, seed: Option<u32>) -> RunRequest {
    let params = params.into_iter().map(|(name, value)| (name.to_owned(), RawArg::Json(value))).collect();
    RunRequest { scenario: scenario.to_owned(), params, seed, ..RunRequest::default() }
}

pub(super) fn stopped() -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the daemon is stopping")
}

/// The figures of one target, and why a missing one is. One rule for all four: a run that is not valid tells none.
pub(super) fn result(report: &RunReport, target: Target) -> Value {
    let summary = report.targets.iter().find(|t| t.target == target);
    let pipeline = report.pipeline.as_ref();
    let spoilt = spoilt(report);
    let median = |d: Option<&Distribution>| d.map(|d| json!(wire::round(d.median)));
    let figures = [
        ("ttft_ms", median(summary.and_then(|s| s.ttft_ms.as_ref()))),
        ("tokens_per_second", median(summary.and_then(|s| s.tokens_per_second.as_ref()))),
        ("itl_ms", median(summary.and_then(|s| s.itl_ms.as_ref()))),
        ("vram_at_peak_bytes", report.gpu.as_ref().and_then(|g| g.vram_at_peak_bytes).map(|b| json!(b))),
        ("intent_to_first_token_ms", median(pipeline.and_then(|p| p.intent_to_first_token_ms.as_ref()))),
        ("intent_to_answer_ms", median(pipeline.and_then(|p| p.intent_to_answer_ms.as_ref()))),
    ];
    let journal: Value = serde_json::from_str(&journal_line(report)).unwrap_or(Value::Null);
    let mut answer = json!({
        "run_id": report.header.run.to_string(),
        "state": report.state.word(),
        "verdict": journal["verdict"],
        "simulated": report.header.simulated,
    });
    let mut reasons = json!({});
    for (field, value) in figures {
        let value = value.filter(|_| spoilt.is_none());
        if value.is_none() {
            let why = spoilt.clone().unwrap_or_else(|| missing(&journal["reasons_for_null"], target, field));
            reasons[field] = json!(why);
        }
        answer[field] = json!(value);
    }
    answer["reasons_for_null"] = reasons;
    // As in the record: of an engine, null.
    let of_pipeline = &journal["targets"]["pipeline"];
    for part in ["stages", "bottleneck", "what_if"] {
        answer[part] = if spoilt.is_none() { of_pipeline[part].clone() } else { Value::Null };
    }
    answer["n"] = json!(summary.map_or(0, |s| s.counts.complete + s.counts.length));
    answer["journal"] = journal;
    answer
}

/// Why none of the run's figures is told.
fn spoilt(report: &RunReport) -> Option<String> {
    match (&report.verdict, &report.failure) {
        (Some(verdict), _) if verdict.reasons().is_empty() => None,
        (Some(verdict), _) => Some(wire::void(verdict)),
        (None, Some(failure)) => Some(format!("the run failed: {}", failure.message)),
        (None, None) => Some(format!("the run was {}", report.state.word())),
    }
}

/// The record's own reason, from the nearest field that has one.
fn missing(reasons: &Value, target: Target, field: &str) -> String {
    let word = target.word();
    let paths = match field {
        "vram_at_peak_bytes" => [format!("gpu.{field}"), "gpu".to_owned()],
        "intent_to_first_token_ms" | "intent_to_answer_ms" if target != Target::Pipeline => {
            return "an engine is given no intent; see /api/benchmark/full_pipeline".to_owned();
        }
        _ => [format!("targets.{word}.{field}"), format!("targets.{word}")],
    };
    let told = paths.iter().find_map(|path| reasons[path].as_str());
    told.unwrap_or("no exchange had enough chunks or tokens for this figure").to_owned()
}

//! `POST /api/benchmark/...`: one engine, a calibrated request, the answer in one reply or as it comes.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, stream};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::broadcast;

use crate::api::error::Problem;
use crate::api::{Parts, wire};
use crate::events::{RunEvent, RunId, RunReport};
use crate::measure::{Distribution, Target};
use crate::run::{RunPlan, RunRequest, Ticket};
use crate::scenario::RawArg;
use crate::store::journal_line;

/// The scenario that answers these routes.
const SCENARIO: &str = "engine-speed";

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Ask {
    prompt_tokens: Option<i32>,
    output_tokens: Option<i32>,
    repetitions: Option<i32>,
    warm_up: Option<i32>,
    seed: Option<u32>,
}

type Body = Result<Json<Ask>, JsonRejection>;

pub(super) async fn main(State(parts): State<Parts>, headers: HeaderMap, body: Body) -> Result<Response, Problem> {
    benchmark(parts, Target::Main, &headers, body).await
}

pub(super) async fn mini(State(parts): State<Parts>, headers: HeaderMap, body: Body) -> Result<Response, Problem> {
    benchmark(parts, Target::Mini, &headers, body).await
}

pub(super) async fn full_pipeline() -> Problem {
    Problem::new(
        StatusCode::NOT_IMPLEMENTED,
        "no pipeline is configured: this version measures the two engines; see /api/benchmark/main and /mini",
    )
}

async fn benchmark(parts: Parts, target: Target, headers: &HeaderMap, body: Body) -> Result<Response, Problem> {
    let Json(ask) = body.map_err(wire::bad_body)?;
    let streamed = headers
        .get(header::ACCEPT)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|accept| accept.split(',').any(|a| a.trim().starts_with("text/event-stream")));
    let mut plan = RunPlan::resolve(&request(target, &ask), &parts.catalogue)?;
    plan.show_text = streamed;
    let events = parts.bus.watch();
    let ticket = parts.supervisor.submit(plan).await?;
    if streamed {
        let stream = follow(events, ticket, target);
        return Ok(Sse::new(stream).keep_alive(KeepAlive::default()).into_response());
    }
    let report = ticket.ended().await.ok_or_else(stopped)?;
    Ok(Json(result(&report, target)).into_response())
}

fn request(target: Target, ask: &Ask) -> RunRequest {
    let numbers = [
        ("prompt_tokens", Some(ask.prompt_tokens.unwrap_or(256))),
        ("output_tokens", Some(ask.output_tokens.unwrap_or(128))),
        ("repetitions", Some(ask.repetitions.unwrap_or(5))),
        ("warm_up", Some(ask.warm_up.unwrap_or(1))),
    ];
    let mut params = vec![("engine".to_owned(), RawArg::Json(json!(target.word())))];
    params.extend(numbers.into_iter().filter_map(|(k, v)| Some((k.to_owned(), RawArg::Json(json!(v?))))));
    RunRequest { scenario: SCENARIO.to_owned(), params, seed: ask.seed, ..RunRequest::default() }
}

fn stopped() -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the daemon is stopping")
}

/// The medians of one target; null where void or missing.
fn result(report: &RunReport, target: Target) -> Value {
    let summary = report.targets.iter().find(|t| t.target == target);
    let valid = report.verdict.as_ref().is_some_and(|v| v.reasons().is_empty());
    let median = |d: Option<&Distribution>| d.filter(|_| valid).map(|d| wire::round(d.median));
    let journal: Value = serde_json::from_str(&journal_line(report)).unwrap_or(Value::Null);
    json!({
        "run_id": report.header.run.to_string(),
        "state": report.state.word(),
        "verdict": journal["verdict"],
        "simulated": report.header.simulated,
        "ttft_ms": median(summary.and_then(|s| s.ttft_ms.as_ref())),
        "tokens_per_second": median(summary.and_then(|s| s.tokens_per_second.as_ref())),
        "itl_ms": median(summary.and_then(|s| s.itl_ms.as_ref())),
        "vram_at_peak_bytes": report.gpu.as_ref().and_then(|g| g.vram_at_peak_bytes),
        "n": summary.map_or(0, |s| s.counts.complete + s.counts.length),
        "journal": journal,
    })
}

/// Tokens and measures as they come, then the result.
fn follow(
    events: broadcast::Receiver<Arc<RunEvent>>,
    ticket: Ticket,
    target: Target,
) -> impl Stream<Item = Result<Event, Infallible>> {
    let run = ticket.run;
    let state = Some((events, ticket));
    stream::unfold(state, move |state| next_event(state, run, target))
}

type Following = Option<(broadcast::Receiver<Arc<RunEvent>>, Ticket)>;

async fn next_event(state: Following, run: RunId, target: Target) -> Option<(Result<Event, Infallible>, Following)> {
    let (mut events, ticket) = state?;
    loop {
        match events.recv().await {
            Ok(event) if matches!(&*event, RunEvent::Ended(r) if r.header.run == run) => break,
            Ok(event) => {
                if let Some(shown) = show(&event, run) {
                    return Some((Ok(shown), Some((events, ticket))));
                }
            }
            Err(broadcast::error::RecvError::Lagged(_)) => {}
            Err(broadcast::error::RecvError::Closed) => break,
        }
    }
    let last = match ticket.ended().await {
        Some(report) => Event::default().event("result").data(result(&report, target).to_string()),
        None => Event::default().event("error").json_data(stopped()).unwrap_or_default(),
    };
    Some((Ok(last), None))
}

fn show(event: &RunEvent, run: RunId) -> Option<Event> {
    match event {
        RunEvent::Text { run: of, exchange, text } if *of == run => {
            Some(Event::default().event("token").data(json!({ "exchange": exchange, "text": text }).to_string()))
        }
        RunEvent::Exchange { run: of, record } if *of == run => {
            let m = &record.measures;
            let value = json!({
                "exchange": record.exchange,
                "target": record.target.word(),
                "warm_up": record.warm_up,
                "ending": record.trace.ending.word(),
                "ttft_ms": m.ttft_ms.map(wire::round),
                "e2e_ms": m.e2e_ms.map(wire::round),
                "tokens_per_second": m.tokens_per_second.map(wire::round),
                "output_tokens": m.output_tokens,
            });
            Some(Event::default().event("measures").data(value.to_string()))
        }
        _ => None,
    }
}

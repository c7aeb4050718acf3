//! `POST /api/benchmark/...`: one engine or the pipeline, a calibrated request or questions, the answer in one reply or as
//! it comes. All three share one request and one answer.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, stream};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::broadcast;

use crate::api::error::Problem;
use crate::api::refusals::{Conflict, NotFound, Unavailable};
use crate::api::{Parts, ask, schemas, wire};
use crate::events::{RunEvent, RunHeader, RunId, RunReport};
use crate::measure::{Distribution, Target};
use crate::run::{RunPlan, RunRequest, Ticket};
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
struct Asker {
    parts: Parts,
    run: RunId,
    told: bool,
}

impl Asker {
    fn answered(mut self) {
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

fn stopped() -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the daemon is stopping")
}

/// The figures of one target, and why a missing one is. One rule for all four: a run that is not valid tells none.
fn result(report: &RunReport, target: Target) -> Value {
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

/// Tokens and measures as they come, then the result.
fn follow(
    events: broadcast::Receiver<Arc<RunEvent>>,
    ticket: Ticket,
    target: Target,
    asker: Asker,
) -> impl Stream<Item = Result<Event, Infallible>> {
    let following = Following { events, ended: Box::pin(ticket.ended()), asker, header: None };
    stream::unfold(Some(following), move |following| next_event(following, target))
}

type Ended = Pin<Box<dyn Future<Output = Option<Arc<RunReport>>> + Send>>;

struct Following {
    events: broadcast::Receiver<Arc<RunEvent>>,
    ended: Ended,
    asker: Asker,
    /// Once its engines have been asked.
    header: Option<Arc<RunHeader>>,
}

async fn next_event(
    following: Option<Following>,
    target: Target,
) -> Option<(Result<Event, Infallible>, Option<Following>)> {
    let mut following = following?;
    let (run, embedded) = (following.asker.run, following.asker.parts.simulated);
    let report = loop {
        match step(&mut following.events, &mut following.ended, run).await {
            Step::Event(event) => {
                if let RunEvent::Started(header) = &*event
                    && header.run == run
                {
                    following.header = Some(header.clone());
                }
                let own = |target| following.header.as_ref().and_then(|h| h.is_simulated(target));
                if let Some(shown) = show(&event, run, |target| own(target).unwrap_or(embedded)) {
                    return Some((Ok(shown), Some(following)));
                }
            }
            Step::Missed(n) => return Some((Ok(gap(n)), Some(following))),
            Step::End(report) => break report,
        }
    };
    following.asker.answered();
    let last = match report {
        Some(report) => Event::default().event("result").data(result(&report, target).to_string()),
        None => Event::default().event("error").json_data(stopped()).unwrap_or_default(),
    };
    Some((Ok(last), None))
}

#[derive(Debug)]
enum Step {
    Event(Arc<RunEvent>),
    /// So many were dropped before the next one.
    Missed(u64),
    /// `None`: the daemon stops.
    End(Option<Arc<RunReport>>),
}

/// Events first, so that none that came before the end is told after it. The ticket beside them, because the end
/// itself may be among those that were missed.
async fn step(events: &mut broadcast::Receiver<Arc<RunEvent>>, ended: &mut Ended, run: RunId) -> Step {
    tokio::select! {
        biased;
        event = events.recv() => match event {
            Ok(event) if matches!(&*event, RunEvent::Ended(r) if r.header.run == run) => Step::End(ended.await),
            Ok(event) => Step::Event(event),
            Err(broadcast::error::RecvError::Lagged(n)) => Step::Missed(n),
            Err(broadcast::error::RecvError::Closed) => Step::End(ended.await),
        },
        report = &mut *ended => Step::End(report),
    }
}

/// The client read too slowly: so many events, of tokens and measures and others, it has not seen.
fn gap(missed: u64) -> Event {
    Event::default().event("gap").data(json!({ "missed_events": missed }).to_string())
}

fn show(event: &RunEvent, run: RunId, simulated: impl Fn(Target) -> bool) -> Option<Event> {
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
                "simulated": simulated(record.target),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_slow_reader_hears_how_much_it_missed_and_still_of_the_end() {
        let (show, mut events) = broadcast::channel(2);
        let run = RunId::fresh();
        for text in ["a", "b", "c", "d", "e"] {
            let event = RunEvent::Text { run, exchange: 0, text: text.to_owned() };
            show.send(Arc::new(event)).expect("somebody listens");
        }
        // The lane stays open, as the daemon's does, and the event of the end never comes.
        let mut ended: Ended = Box::pin(std::future::ready(None));
        let mut steps = Vec::new();
        for _ in 0..4 {
            let next = tokio::time::timeout(std::time::Duration::from_secs(5), step(&mut events, &mut ended, run));
            steps.push(match next.await.expect("it never hangs") {
                Step::Event(event) => matches!(&*event, RunEvent::Text { .. }).then(|| "text".to_owned()),
                Step::Missed(n) => Some(format!("missed {n}")),
                Step::End(_) => Some("end".to_owned()),
            });
        }
        let steps: Vec<String> = steps.into_iter().flatten().collect();
        assert_eq!(steps, ["missed 3", "text", "text", "end"]);
    }
}

//! Every URL on one screen.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{delete, get, post};

use crate::api::error::Problem;
use crate::api::guard::{Guard, guard};
use crate::api::{
    Parts, ask, assets, baselines, benchmark, clock, compare, engines, exchange, gpu, health, import, itl, live, marks,
    openapi, pipeline, runs, samples, scenarios, templates, trends, upload,
};

/// Bytes of a request's body.
const BODY_BYTES: usize = 1024 * 1024;

/// The whole surface of the daemon.
pub fn router(parts: Parts, rules: Guard) -> Router {
    Router::new()
        .route("/api/health", get(health::health))
        .route("/api/scenarios", get(scenarios::list))
        .route("/api/templates", get(templates::list))
        .route("/api/templates/{archive}", get(templates::one))
        .route("/api/clock", get(clock::clock))
        .route("/api/engines", get(engines::list))
        .route("/api/gpu", get(gpu::show))
        .route("/api/pipeline", get(pipeline::show))
        .route("/api/runs", get(runs::list).post(runs::start))
        .route("/api/runs/{run}", get(runs::one))
        .route("/api/runs/{run}/exchanges", get(runs::exchanges))
        .route("/api/runs/{run}/exchanges/{exchange}", get(exchange::exchange))
        .route("/api/runs/{run}/itl", get(itl::itl))
        .route("/api/runs/{run}/log", get(runs::log))
        .route("/api/runs/{run}/samples", get(samples::samples))
        .route("/api/runs/{run}/mark", get(marks::show).post(marks::keep))
        .route("/api/runs/{run}/cancel", post(runs::cancel))
        .route("/api/runs/{run}/kill", post(runs::kill))
        .route("/api/import", post(import::import))
        .route("/api/trends", get(trends::trends))
        .route("/api/compare", get(compare::compare))
        .route("/api/baselines", get(baselines::list).post(baselines::pin))
        .route("/api/baselines/{name}", delete(baselines::remove))
        .route("/api/benchmark/main", post(benchmark::main))
        .route("/api/benchmark/mini", post(benchmark::mini))
        .route("/api/benchmark/full_pipeline", post(benchmark::full_pipeline))
        .route("/api/live", get(live::live))
        .route("/api/openapi.json", get(openapi::document))
        .route("/api/docs", get(assets::docs))
        .route("/", get(assets::index))
        .route("/assets/{*path}", get(assets::asset))
        // Around the handlers, and before the answer to a wrong method is set: that one is no matter of bodies.
        .route_layer(middleware::from_fn(ask::body_in_time))
        .route_layer(middleware::from_fn(ask::json_only))
        // Below them, because its body is a file, with its own bound and time.
        .route("/api/scenarios/{file}", post(upload::upload))
        .fallback(not_found)
        .method_not_allowed_fallback(wrong_method)
        .with_state(parts)
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(middleware::from_fn_with_state(Arc::new(rules), guard))
        .layer(middleware::map_response(assets::secured))
}

async fn not_found() -> Problem {
    Problem::not_found("nothing is here; the API starts at /api, the cockpit at /")
}

async fn wrong_method() -> Problem {
    Problem::new(axum::http::StatusCode::METHOD_NOT_ALLOWED, "this address does not take that method")
}

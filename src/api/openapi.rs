//! `GET /api/openapi.json`: the API described for programs (OpenAPI 3.1); `/api/docs` shows it. What each address takes
//! and answers stands at its handler, the answers' schemas in `schemas`, the refusals in `refusals`.

use std::sync::LazyLock;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use utoipa::OpenApi;

use crate::api::error::Problem;
use crate::api::refusals::Refusals;
use crate::api::{
    assets, baselines, benchmark, clock, compare, engines, exchange, gpu, health, import, itl, live, marks, pipeline,
    runs, samples, scenarios, schemas, templates, trends, upload,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "dualbench",
        description = "The laboratory for two local LLMs side by side. A figure that is missing is null, and \
                       `reasons_for_null` says why; every refusal is a problem (RFC 9457).",
    ),
    paths(
        health::health,
        scenarios::list,
        upload::upload,
        templates::list,
        templates::one,
        clock::clock,
        engines::list,
        gpu::show,
        pipeline::show,
        runs::list,
        runs::start,
        runs::one,
        runs::exchanges,
        exchange::exchange,
        itl::itl,
        runs::log,
        samples::samples,
        runs::cancel,
        runs::kill,
        marks::show,
        marks::keep,
        import::import,
        trends::trends,
        compare::compare,
        baselines::list,
        baselines::pin,
        baselines::remove,
        benchmark::main,
        benchmark::mini,
        benchmark::full_pipeline,
        live::live,
        document,
        assets::docs,
        assets::index,
        assets::asset,
    ),
    components(schemas(Problem)),
    modifiers(&Refusals),
    tags(
        (name = "runs", description = "Start, follow, read"),
        (name = "benchmark", description = "One figure's worth of a run, in one request"),
        (name = "compare", description = "Runs held against one another, and those pinned for it"),
        (name = "about", description = "What there is, and how it is"),
        (name = "pages", description = "For a browser"),
    ),
)]
struct Api;

/// The same text for as long as the daemon runs.
static DOCUMENT: LazyLock<Result<String, serde_json::Error>> = LazyLock::new(|| Api::openapi().to_json());

/// This document
#[utoipa::path(
    get,
    path = "/api/openapi.json",
    tag = "about",
    responses((status = 200, description = "OpenAPI 3.1", body = schemas::Document)),
)]
pub(super) async fn document() -> Response {
    match &*DOCUMENT {
        Ok(text) => ([(header::CONTENT_TYPE, "application/json")], text.as_str()).into_response(),
        Err(e) => {
            let what = format!("the API's document could not be written: {e}");
            Problem::new(axum::http::StatusCode::INTERNAL_SERVER_ERROR, what).into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;

    fn written() -> Value {
        let text = DOCUMENT.as_ref().expect("it can be written");
        serde_json::from_str(text).expect("it is JSON")
    }

    /// `METHOD path` of each route, as `router.rs` has them: axum tells nobody what it holds.
    fn routed() -> BTreeSet<String> {
        let lines = include_str!("router.rs").lines().filter_map(|line| line.trim().strip_prefix(".route(\""));
        let routes = lines.flat_map(|line| {
            let (path, handlers) = line.split_once("\", ").expect("a route stands on one line");
            let path = path.replace("{*", "{");
            let methods = ["get", "post", "delete", "put", "patch", "any"];
            let taken = methods.into_iter().filter(|m| format!(".{handlers}").contains(&format!(".{m}(")));
            taken.map(|method| format!("{method} {path}")).collect::<Vec<_>>()
        });
        routes.collect()
    }

    #[test]
    fn the_document_has_the_routers_routes_and_no_others() {
        let document = written();
        let paths = document["paths"].as_object().expect("paths");
        let told: BTreeSet<String> = paths
            .iter()
            .flat_map(|(path, item)| {
                let methods = item.as_object().expect("an item").keys();
                methods.map(|method| format!("{method} {path}")).collect::<Vec<_>>()
            })
            .collect();
        assert_eq!(told, routed());
        assert_eq!(include_str!("router.rs").matches(".route(").count(), paths.len());
    }

    #[test]
    fn every_reference_of_the_document_leads_somewhere() {
        let document = written();
        let text = document.to_string();
        let references = text.split("\"$ref\":\"#").skip(1).filter_map(|rest| rest.split('"').next());
        for reference in references {
            assert!(document.pointer(reference).is_some(), "{reference}");
        }
        assert_eq!(document["openapi"], "3.1.0");
    }

    #[test]
    fn every_operation_tells_its_refusals_and_what_each_piece_of_its_address_is() {
        let document = written();
        for (path, item) in document["paths"].as_object().expect("paths") {
            for (method, operation) in item.as_object().expect("an item") {
                let pieces = path.matches('{').count();
                let parameters = operation["parameters"]
                    .as_array()
                    .map_or(0, |all| all.iter().filter(|p| p["in"] == "path").count());
                assert_eq!(parameters, pieces, "{method} {path}");
                let content = &operation["responses"]["401"]["content"];
                assert!(content["application/problem+json"].is_object(), "{method} {path}");
                // Also of a POST that takes no body: without the header it is refused all the same.
                assert_eq!(operation["responses"]["415"].is_object(), method == "post", "{method} {path}");
            }
        }
    }
}

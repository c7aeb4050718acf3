//! `POST /api/scenarios/{file}`: a scenario brought into the watched folder, if it is one.

use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use crate::api::ask::{self, Named};
use crate::api::error::{FieldProblem, Problem};
use crate::api::refusals::{Conflict, Unprocessable};
use crate::api::{Parts, schemas};
use crate::scenario::{Module, UploadError};

/// For the whole file to come.
const BODY_TIMEOUT: Duration = Duration::from_secs(60);
/// From the file's rename until the watcher has it live; it looks after each settle time.
const LIVE_WITHIN: Duration = Duration::from_secs(5);

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct How {
    /// Whether a file of that name may be replaced.
    replace: Option<bool>,
}

/// Put a scenario into the watched folder
///
/// The body is the file itself. It is checked as the folder checks it; where it is no scenario, nothing is written.
#[utoipa::path(
    post,
    path = "/api/scenarios/{file}",
    operation_id = "upload_scenario",
    tag = "about",
    params(
        ("file" = String, Path, description = "A plain file name that ends in .wasm, .wat, .js, .ts or .py"),
        How,
    ),
    request_body(content = schemas::File, content_type = "application/octet-stream"),
    responses(
        (status = 201, description = "It is in the folder", body = schemas::Uploaded),
        Conflict,
        Unprocessable,
    ),
)]
pub(super) async fn upload(
    State(parts): State<Parts>,
    Named(file): Named,
    how: Result<Query<How>, QueryRejection>,
    request: Request,
) -> Result<Response, Problem> {
    let Query(How { replace }) = how.map_err(ask::bad_query)?;
    let bytes = match body(request, parts.runtime.module_bytes()).await {
        Ok(bytes) => bytes,
        // What was not read of the body must not be taken for the next request.
        Err(problem) => return Ok(([(header::CONNECTION, "close")], problem).into_response()),
    };
    // Nothing is compiled while a run measures.
    if parts.supervisor.measuring().load(std::sync::atomic::Ordering::Acquire) {
        return Err(Problem::new(StatusCode::CONFLICT, "a run measures; bring the file when it has ended"));
    }
    let (runtime, catalogue, name) = (parts.runtime.clone(), parts.catalogue.clone(), file.clone());
    let work = move || runtime.upload(&catalogue, &name, &bytes, replace.unwrap_or(false));
    let failed = |_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the file could not be looked at");
    let module = tokio::task::spawn_blocking(work).await.map_err(failed)?.map_err(problem)?;
    let live = tokio::time::timeout(LIVE_WITHIN, live(&parts, &file, &module)).await.is_ok();
    let answer = json!({
        "file": file, "name": module.manifest.name, "version": module.manifest.version, "sha256": module.sha256, "live": live,
    });
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}

/// The file itself. Another site's form cannot send this kind of content.
async fn body(request: Request, most: u64) -> Result<Bytes, Problem> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if !kind.eq_ignore_ascii_case("application/octet-stream") {
        let text = "send the file itself, with `Content-Type: application/octet-stream`";
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, text));
    }
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let whole = axum::body::to_bytes(request.into_body(), most);
    match tokio::time::timeout(BODY_TIMEOUT, whole).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(_)) => {
            let text = format!("the file could not be read, or is larger than {most} bytes (scenarios.module_bytes)");
            Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, text))
        }
        Err(_) => {
            Err(Problem::new(StatusCode::REQUEST_TIMEOUT, format!("the file was not there within {BODY_TIMEOUT:?}")))
        }
    }
}

/// Until the catalogue has this very version.
async fn live(parts: &Parts, file: &str, module: &Module) {
    let mut changes = parts.catalogue.changes();
    loop {
        let serves = |m: &std::sync::Arc<Module>| m.sha256 == module.sha256;
        if parts.catalogue.snapshot().iter().any(|e| e.file == file && e.ready.as_ref().is_some_and(serves)) {
            return;
        }
        if changes.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// The loader's verdict: its class, what is wrong, and the cure.
fn problem(error: UploadError) -> Problem {
    let field = match &error {
        UploadError::Exists(_) => return Problem::new(StatusCode::CONFLICT, error.to_string()),
        UploadError::Write { .. } => return Problem::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
        UploadError::Name(_) => "file".to_owned(),
        UploadError::Load(load) => load.class.word().to_owned(),
    };
    let message = match error {
        UploadError::Load(load) => load.message,
        other => other.to_string(),
    };
    Problem::unprocessable(vec![FieldProblem { field, message }])
}

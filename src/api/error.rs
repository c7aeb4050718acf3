//! Errors as `application/problem+json` (RFC 9457).

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::run::{PlanError, SubmitError};
use crate::store::{CompareError, StoreError};

/// One field of a request and what is wrong with it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct FieldProblem {
    pub field: String,
    pub message: String,
}

/// What went wrong, where, and how to mend it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Problem {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    pub(super) status: u16,
    detail: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<FieldProblem>,
}

impl Problem {
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Problem {
        Problem {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("error"),
            status: status.as_u16(),
            detail: detail.into(),
            problems: Vec::new(),
        }
    }

    pub fn not_found(what: impl Into<String>) -> Problem {
        Problem::new(StatusCode::NOT_FOUND, what)
    }

    pub fn unprocessable(problems: Vec<FieldProblem>) -> Problem {
        Problem::fields(StatusCode::UNPROCESSABLE_ENTITY, problems)
    }

    pub fn fields(status: StatusCode, problems: Vec<FieldProblem>) -> Problem {
        let detail = problems.iter().map(|p| format!("{}: {}", p.field, p.message)).collect::<Vec<_>>().join("; ");
        Problem { problems, ..Problem::new(status, detail) }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, axum::Json(self)).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        if status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer realm=\"dualbench\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
        }
        response
    }
}

impl From<PlanError> for Problem {
    fn from(error: PlanError) -> Problem {
        match error {
            PlanError::Unknown { .. } => Problem::not_found(error.to_string()),
            PlanError::Broken { .. } => Problem::new(StatusCode::CONFLICT, error.to_string()),
            PlanError::Problems { problems, demands } => Problem::unprocessable(
                problems
                    .into_iter()
                    .map(|p| FieldProblem { field: format!("params.{}", p.field), message: p.message })
                    .chain(demands.into_iter().map(|p| FieldProblem { field: p.field, message: p.message }))
                    .collect(),
            ),
        }
    }
}

impl From<SubmitError> for Problem {
    fn from(error: SubmitError) -> Problem {
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, error.to_string())
    }
}

impl From<CompareError> for Problem {
    fn from(error: CompareError) -> Problem {
        let status = match error {
            CompareError::Store(e) => return e.into(),
            CompareError::Unknown { .. } => StatusCode::NOT_FOUND,
            CompareError::NotEnded { .. }
            | CompareError::NoBaseline { .. }
            | CompareError::Gone { .. }
            | CompareError::Unreadable { .. } => StatusCode::CONFLICT,
            CompareError::Own(_) => StatusCode::INTERNAL_SERVER_ERROR,
            CompareError::Ambiguous { .. }
            | CompareError::TooFew { .. }
            | CompareError::TooMany { .. }
            | CompareError::Name { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Problem::new(status, error.to_string())
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Problem {
        tracing::error!("store: {error}");
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, format!("the store could not answer: {error}"))
    }
}

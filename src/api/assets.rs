//! The cockpit's files, embedded.
use axum::extract::Path;
use axum::response::{Html, IntoResponse, Response};

pub const SECURITY_HEADERS: [(&str, &str); 1] = [("x-content-type-options", "nosniff")];

pub(super) async fn index() -> Html<&'static str> {
    Html("cockpit")
}

pub(super) async fn asset(Path(_path): Path<String>) -> Response {
    axum::http::StatusCode::NOT_FOUND.into_response()
}

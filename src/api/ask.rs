//! What a request asks: pieces of its path, its query, its body, what it accepts; each a problem in our own words where it is wrong.

use std::error::Error;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts as Head;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::api::error::{FieldProblem, Problem};

/// For the whole body of a request. Ours are a few hundred bytes.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// The one named piece of a path, as text.
pub(super) struct Named(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Named {
    type Rejection = Problem;

    async fn from_request_parts(head: &mut Head, state: &S) -> Result<Named, Problem> {
        match Path::<String>::from_request_parts(head, state).await {
            Ok(Path(name)) => Ok(Named(name)),
            Err(e) => Err(Problem::new(e.status(), "a piece of this address is no UTF-8 text")),
        }
    }
}

pub(super) fn is_change(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// JSON for everything that has a body: another site's form cannot send that. Around the handlers only, so that an
/// address or a method that is not there is told first.
pub(super) async fn json_only(request: Request, next: Next) -> Response {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let json = kind.split(';').next().is_some_and(|k| k.trim().eq_ignore_ascii_case("application/json"));
    if json || !is_change(request.method()) || request.method() == Method::DELETE {
        return next.run(request).await;
    }
    Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send `Content-Type: application/json`").into_response()
}

/// Reads the body before the handler runs, within its time and its bound.
pub(super) async fn body_in_time(request: Request, next: Next) -> Response {
    body_within(BODY_TIMEOUT, request, next).await
}

async fn body_within(limit: Duration, request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    let whole = Bytes::from_request(Request::from_parts(head.clone(), body), &());
    match tokio::time::timeout(limit, whole).await {
        Ok(Ok(bytes)) => next.run(Request::from_parts(head, Body::from(bytes))).await,
        Ok(Err(e)) => Problem::new(e.status(), unread(e.status())).into_response(),
        Err(_) => {
            let text = format!("the body was not there within {limit:?}; send it at once");
            let problem = Problem::new(StatusCode::REQUEST_TIMEOUT, text);
            ([(header::CONNECTION, "close")], problem).into_response()
        }
    }
}

fn unread(status: StatusCode) -> &'static str {
    if status == StatusCode::PAYLOAD_TOO_LARGE { "the body is larger than 1 MiB" } else { "the body could not be read" }
}

/// Whether the client takes a stream of events; `q=0` says that it does not.
pub(super) fn wants_events(headers: &HeaderMap) -> bool {
    let accepts = headers.get_all(header::ACCEPT);
    accepts.iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(',')).any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let named = parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("text/event-stream"));
        let refused = parts
            .filter_map(|p| p.split_once('='))
            .any(|(k, v)| k.trim().eq_ignore_ascii_case("q") && v.trim().parse().is_ok_and(|q: f64| q <= 0.0));
        named && !refused
    })
}

pub(super) fn bad_body(rejection: JsonRejection) -> Problem {
    let status = rejection.status();
    match (&rejection, cause::<serde_path_to_error::Error<serde_json::Error>>(&rejection)) {
        (JsonRejection::JsonDataError(_), Some(e)) => {
            Problem::fields(status, vec![field_problem(&e.path().to_string(), &e.inner().to_string())])
        }
        (_, Some(e)) => {
            let (line, column) = (e.inner().line(), e.inner().column());
            Problem::new(status, format!("the body is no JSON; it goes wrong in line {line}, column {column}"))
        }
        _ => Problem::new(status, unread(status)),
    }
}

pub(super) fn bad_query(rejection: QueryRejection) -> Problem {
    match cause::<serde_path_to_error::Error<serde::de::value::Error>>(&rejection) {
        Some(e) => {
            let problem = field_problem(&e.path().to_string(), &e.inner().to_string());
            Problem::fields(rejection.status(), vec![problem])
        }
        None => Problem::new(rejection.status(), "the part of the address after `?` could not be read"),
    }
}

fn cause<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    std::iter::successors(Some(error), |&e| e.source()).find_map(|e| e.downcast_ref())
}

/// The deserializer's sentence in words that need no Rust. `path` is `.` for the body itself.
fn field_problem(path: &str, message: &str) -> FieldProblem {
    let message = message.split(" at line ").next().unwrap_or(message);
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    if message.starts_with("unknown field") {
        let (field, known) = quoted.split_first().unwrap_or((&"?", &[]));
        return field_text(below(path, field), format!("is not known here; known are {}", known.join(", ")));
    }
    if message.starts_with("missing field") {
        return field_text(below(path, quoted.first().unwrap_or(&"?")), "is missing".to_owned());
    }
    if let Some((found, expected)) = message.split_once(", expected ") {
        let found = found.rsplit_once(": ").map_or(found, |(_, found)| found);
        return field_text(whole(path), format!("is {}; {} is needed", found_words(found), needed(expected)));
    }
    if message.contains("digit found") || message.contains("number too") {
        return field_text(whole(path), "a whole number is needed, no smaller than 0".to_owned());
    }
    field_text(whole(path), "has a value that cannot be taken".to_owned())
}

fn field_text(field: String, message: String) -> FieldProblem {
    FieldProblem { field, message }
}

fn whole(path: &str) -> String {
    if path == "." { "body".to_owned() } else { path.to_owned() }
}

/// A field of what stands at `path`; some paths end in it already.
fn below(path: &str, field: &str) -> String {
    match path {
        "." => field.to_owned(),
        path if path.rsplit('.').next() == Some(field) => path.to_owned(),
        path => format!("{path}.{field}"),
    }
}

/// "integer `-1`", "string \"x\"", "map": what was sent.
fn found_words(found: &str) -> String {
    let kind = found.split(' ').next().unwrap_or(found);
    let value = found.split(['`', '"']).nth(1).filter(|v| v.chars().count() <= 40);
    match (kind, value) {
        ("integer" | "floating", Some(value)) => value.to_owned(),
        ("string", Some(value)) => format!("the text \"{value}\""),
        ("string", None) => "a text".to_owned(),
        ("boolean", _) => "true or false".to_owned(),
        ("map", _) => "an object".to_owned(),
        // A list in place of an object is told as one of the wrong length.
        ("sequence" | "invalid", _) => "a list".to_owned(),
        ("null", _) => "null".to_owned(),
        _ => "something else".to_owned(),
    }
}

fn needed(expected: &str) -> &'static str {
    match expected.split(' ').next().unwrap_or_default() {
        "i32" => "a whole number from -2147483648 to 2147483647",
        "u32" => "a whole number from 0 to 4294967295",
        "i64" | "u64" | "usize" => "a whole number",
        "f32" | "f64" => "a number",
        _ if expected.contains("string") => "a text",
        _ if expected.contains("boolean") => "true or false",
        _ if expected.contains("sequence") => "a list",
        _ => "an object",
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::middleware;
    use axum::routing::post;
    use tower::ServiceExt;

    use super::*;

    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its refusals are looked at")]
    struct Ask {
        scenario: String,
        seed: Option<u32>,
        thresholds: Option<Vec<String>>,
    }

    #[track_caller]
    fn check(body: &str, expected: &str) {
        let mut json = serde_json::Deserializer::from_str(body);
        let error = serde_path_to_error::deserialize::<_, Ask>(&mut json).err().expect("it is wrong");
        let problem = field_problem(&error.path().to_string(), &error.inner().to_string());
        assert_eq!(format!("{}: {}", problem.field, problem.message), expected);
    }

    #[test]
    fn a_wrong_field_is_named_in_words_that_need_no_rust() {
        check(r#"{"scenari":"x"}"#, "scenari: is not known here; known are scenario, seed, thresholds");
        check("{}", "scenario: is missing");
        check(r#"{"scenario":7}"#, "scenario: is 7; a text is needed");
        check(r#"{"scenario":"x","seed":-1}"#, "seed: is -1; a whole number from 0 to 4294967295 is needed");
        check(
            r#"{"scenario":"x","seed":"one"}"#,
            "seed: is the text \"one\"; a whole number from 0 to 4294967295 is needed",
        );
        check(r#"{"scenario":"x","thresholds":{}}"#, "thresholds: is an object; a list is needed");
        check("[]", "body: is a list; an object is needed");
        check("7", "body: is 7; an object is needed");
    }

    #[test]
    fn a_stream_is_sent_only_to_who_takes_one() {
        for (accept, expected) in [
            ("text/event-stream", true),
            ("application/json, Text/Event-Stream;q=0.5", true),
            ("text/event-stream;q=0", false),
            ("text/event-stream; q=0.000, application/json", false),
            ("text/event-streams", false),
            ("*/*", false),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT, accept.parse().expect("a value"))]);
            assert_eq!(wants_events(&headers), expected, "{accept}");
        }
    }

    #[tokio::test]
    async fn a_body_that_does_not_come_is_waited_for_a_bounded_time() {
        let limit = |request: Request, next: Next| body_within(Duration::from_millis(20), request, next);
        let router = Router::new().route("/", post(|| async { "taken" })).layer(middleware::from_fn(limit));
        let never = Body::from_stream(futures_util::stream::pending::<Result<Bytes, std::io::Error>>());
        let answer = router.clone().oneshot(Request::post("/").body(never).expect("a request")).await;
        assert_eq!(answer.expect("an answer").status(), StatusCode::REQUEST_TIMEOUT);
        let answer = router.oneshot(Request::post("/").body(Body::from("{}")).expect("a request")).await;
        assert_eq!(answer.expect("an answer").status(), StatusCode::OK);
    }
}

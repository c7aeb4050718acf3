//! The embedded cockpit and the page of the API's document: both pages and their files, and the security headers that every answer carries. Nothing here reads the disk.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::api::ask::Named;
use crate::api::error::Problem;
use crate::api::refusals::NotFound;
use crate::api::schemas;

/// `web/dist`, made by `build.rs`.
#[derive(RustEmbed)]
#[folder = "web/dist"]
struct Dist;

/// Headers of every answer, API included. The page runs our own script and style and talks to nobody but us.
pub const SECURITY_HEADERS: [(&str, &str); 5] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; \
         font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// A name with a hash in it never changes its content.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// The page names the hashed files: asked for again each time, answered with 304 when it is the same.
const ASK_AGAIN: &str = "no-cache";
/// Letters and digits of the hash that the build puts before the extension.
const HASH_LENGTH: usize = 8;

/// The cockpit
#[utoipa::path(
    get,
    path = "/",
    operation_id = "cockpit",
    tag = "pages",
    responses(
        (status = 200, description = "A page for a browser", body = schemas::Page, content_type = "text/html"),
        NotFound,
    ),
)]
pub(super) async fn index(headers: HeaderMap) -> Response {
    file("index.html", &headers)
}

/// This document for people
#[utoipa::path(
    get,
    path = "/api/docs",
    operation_id = "docs",
    tag = "pages",
    responses(
        (status = 200, description = "A page for a browser", body = schemas::Page, content_type = "text/html"),
        NotFound,
    ),
)]
pub(super) async fn docs(headers: HeaderMap) -> Response {
    file("docs.html", &headers)
}

/// A file of one of the pages; only what is embedded
#[utoipa::path(
    get,
    path = "/assets/{path}",
    operation_id = "asset",
    tag = "pages",
    params(
        ("path" = String, Path, description = "Its name"),
    ),
    responses(
        (status = 200, description = "The file", body = schemas::Page, content_type = "*/*"),
        NotFound,
    ),
)]
pub(super) async fn asset(Named(path): Named, headers: HeaderMap) -> Response {
    file(&format!("assets/{path}"), &headers)
}

/// Adds [`SECURITY_HEADERS`]; for `axum::middleware::map_response` around the whole router.
pub async fn secured(mut response: Response) -> Response {
    for (name, value) in SECURITY_HEADERS {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

fn file(path: &str, asked: &HeaderMap) -> Response {
    let Some(found) = Dist::get(path) else {
        return Problem::not_found("no such file is part of the cockpit; reload the page").into_response();
    };
    let tag = entity_tag(&found);
    let cache = if is_hashed(path) { FOREVER } else { ASK_AGAIN };
    let known = [(CACHE_CONTROL, cache.to_owned()), (ETAG, tag.clone())];
    if asked.get(IF_NONE_MATCH).is_some_and(|held| held.as_bytes() == tag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, known).into_response();
    }
    (known, [(CONTENT_TYPE, content_type(path))], found.data.into_owned()).into_response()
}

/// The first 16 of the content's 32 sha256 bytes, quoted as HTTP wants it.
fn entity_tag(file: &EmbeddedFile) -> String {
    let hex: String = file.metadata.sha256_hash().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hex}\"")
}

fn content_type(path: &str) -> String {
    let mime = mime_guess::from_path(path).first_or_octet_stream();
    if mime.type_() == mime_guess::mime::TEXT { format!("{mime}; charset=utf-8") } else { mime.to_string() }
}

/// Whether the name ends in `-HASH.extension`, as in `assets/main-IJY6GY4F.js`.
fn is_hashed(path: &str) -> bool {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    stem.rsplit_once('-').is_some_and(|(_, hash)| {
        hash.len() == HASH_LENGTH && hash.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::to_bytes;

    async fn text(response: Response) -> String {
        let bytes = to_bytes(response.into_body(), 4 << 20).await.expect("an embedded file is one piece");
        String::from_utf8(bytes.to_vec()).expect("the page is UTF-8")
    }

    #[test]
    fn only_a_name_with_a_hash_is_kept_forever() {
        for (path, expected) in [
            ("assets/main-IJY6GY4F.js", true),
            ("assets/icon-2CI2UHHS.svg", true),
            ("assets/licences.txt", false),
            ("index.html", false),
            ("assets/main-ijy6gy4f.js", false),
            ("assets/main-IJY6GY4F7.js", false),
        ] {
            assert_eq!(is_hashed(path), expected, "{path}");
        }
    }

    #[tokio::test]
    async fn the_page_is_html_and_asked_for_again() {
        let response = index(HeaderMap::new()).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[CONTENT_TYPE], "text/html; charset=utf-8");
        assert_eq!(response.headers()[CACHE_CONTROL], ASK_AGAIN);
        assert!(text(response).await.starts_with("<!doctype html>"));
    }

    #[tokio::test]
    async fn a_held_copy_is_answered_with_304() {
        let first = index(HeaderMap::new()).await;
        let held = HeaderMap::from_iter([(IF_NONE_MATCH, first.headers()[ETAG].clone())]);
        let second = index(held).await;
        assert_eq!(second.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(text(second).await, "");
    }

    #[tokio::test]
    async fn every_file_the_pages_name_is_embedded() {
        let page = text(index(HeaderMap::new()).await).await + &text(docs(HeaderMap::new()).await).await;
        for name in page.split("\"/assets/").skip(1).filter_map(|rest| rest.split('"').next()) {
            let response = asset(Named(name.to_owned()), HeaderMap::new()).await;
            assert_eq!(response.status(), StatusCode::OK, "{name}");
            assert_eq!(response.headers()[CACHE_CONTROL], FOREVER, "{name}");
        }
    }

    #[tokio::test]
    async fn what_is_not_embedded_is_not_found() {
        for path in ["../index.html", "", "main.js", "../../Cargo.toml"] {
            assert_eq!(asset(Named(path.to_owned()), HeaderMap::new()).await.status(), StatusCode::NOT_FOUND, "{path}");
        }
    }

    #[tokio::test]
    async fn every_answer_carries_the_security_headers() {
        let response = secured(StatusCode::NOT_FOUND.into_response()).await;
        for (name, value) in SECURITY_HEADERS {
            assert_eq!(response.headers()[name], value);
        }
    }
}

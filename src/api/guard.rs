//! Who may talk to the daemon: Host allow-list, same origin for the API, the token. Before any routing.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::api::ask::is_change;
use crate::api::error::Problem;

/// The cookie that carries the token for a browser.
const COOKIE: &str = "dualbench_token";

/// The rules, fixed when the daemon starts.
#[derive(Debug, Clone)]
pub struct Guard {
    /// `host:port` texts under which the daemon answers, lower case.
    hosts: Vec<String>,
    token: Option<String>,
}

impl Guard {
    /// `port` is the one that was bound; `names` come beside `localhost` and the loopback addresses.
    pub fn new(address: std::net::SocketAddr, names: &[String], token: Option<String>) -> Guard {
        let port = address.port();
        let own = match address {
            std::net::SocketAddr::V4(a) => a.ip().to_string(),
            std::net::SocketAddr::V6(a) => format!("[{}]", a.ip()),
        };
        let known = ["localhost".to_owned(), "127.0.0.1".to_owned(), "[::1]".to_owned(), own];
        let mut hosts = Vec::new();
        for name in known.iter().chain(names) {
            let name = name.to_ascii_lowercase();
            if port == 80 {
                hosts.push(name.clone());
            }
            hosts.push(format!("{name}:{port}"));
        }
        Guard { hosts, token }
    }

    fn check(&self, request: &Request) -> Result<(), Problem> {
        self.check_host(request)?;
        if is_change(request.method()) || request.uri().path().starts_with("/api/") {
            self.check_origin(request.headers())?;
        }
        self.check_token(request.headers())
    }

    fn check_host(&self, request: &Request) -> Result<(), Problem> {
        let mut hosts = request.headers().get_all(header::HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else {
            return Err(Problem::new(StatusCode::BAD_REQUEST, "give one Host header, no more and no less"));
        };
        let authority = request.uri().authority().map(|a| a.as_str().to_ascii_lowercase());
        let host = host.to_str().unwrap_or_default().to_ascii_lowercase();
        let known = |name: &String| self.hosts.contains(name);
        if known(&host) && authority.as_ref().is_none_or(known) {
            return Ok(());
        }
        Err(Problem::new(
            StatusCode::MISDIRECTED_REQUEST,
            "this name is not known here; open the address that the daemon printed, or name it in server.host_names",
        ))
    }

    /// Origin absent or our own, and Sec-Fetch-Site not from elsewhere. Reading is checked too: another site's page
    /// cannot see an answer, but it could hold streams open and have the store read.
    fn check_origin(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let text = |name: &str| headers.get(name).map(|v| v.to_str().unwrap_or("?").to_ascii_lowercase());
        let own =
            text("origin").is_none_or(|o| o.strip_prefix("http://").is_some_and(|h| self.hosts.iter().any(|k| k == h)));
        let same = text("sec-fetch-site").is_none_or(|s| s == "same-origin" || s == "none");
        if own && same {
            return Ok(());
        }
        Err(Problem::new(
            StatusCode::FORBIDDEN,
            "the API answers dualbench's own pages and programs, not pages of other sites",
        ))
    }

    fn check_token(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let Some(token) = &self.token else { return Ok(()) };
        let bearer = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()?.strip_prefix("Bearer "));
        let cookie = headers
            .get(header::COOKIE)
            .and_then(|v| v.to_str().ok()?.split(';').find_map(|c| c.trim().strip_prefix(COOKIE)?.strip_prefix('=')));
        if bearer.or(cookie).is_some_and(|given| same(given, token)) {
            return Ok(());
        }
        Err(Problem::new(
            StatusCode::UNAUTHORIZED,
            "a token is needed: send `Authorization: Bearer …`, or open the address with `?token=…` once",
        ))
    }

    /// The browser's way in: `/?token=…` becomes a cookie, and leaves the address.
    fn cookie_for(&self, request: &Request) -> Option<Response> {
        let token = self.token.as_ref()?;
        let given = request.uri().query()?.split('&').find_map(|p| p.strip_prefix("token="))?;
        if request.uri().path() != "/" || !same(given, token) {
            return None;
        }
        let cookie = format!("{COOKIE}={token}; HttpOnly; SameSite=Strict; Path=/");
        Some(
            (StatusCode::SEE_OTHER, [(header::SET_COOKIE, cookie), (header::LOCATION, "/".to_owned())]).into_response(),
        )
    }
}

/// Compares in a time that does not depend on where the texts differ.
fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |acc, (x, y)| acc | (x ^ y)) == 0
}

/// The middleware.
pub async fn guard(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    if let Err(problem) = guard.check_host(&request) {
        return problem.into_response();
    }
    if let Some(redirect) = guard.cookie_for(&request) {
        return redirect;
    }
    match guard.check(&request) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(method: &str, headers: &[(&str, &str)], token: Option<&str>) -> u16 {
        let guard = Guard::new(([127, 0, 0, 1], 7373).into(), &["lab.local".into()], token.map(Into::into));
        let mut request = axum::http::Request::builder().method(method).uri("/api/runs");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(axum::body::Body::empty()).expect("a request");
        guard.check(&request).map_or_else(|p| p.status, |()| 200)
    }

    #[test]
    fn only_known_names_are_answered() {
        for host in ["localhost:7373", "127.0.0.1:7373", "[::1]:7373", "LOCALHOST:7373", "lab.local:7373"] {
            assert_eq!(check("GET", &[("host", host)], None), 200, "{host}");
        }
        for host in
            ["evil.com", "localhost.evil.com:7373", "127.0.0.1.nip.io:7373", "localhost:80", "localhost.:7373", ""]
        {
            assert_eq!(check("GET", &[("host", host)], None), 421, "{host}");
        }
        assert_eq!(check("GET", &[], None), 400);
        assert_eq!(check("GET", &[("host", "localhost:7373"), ("host", "evil.com")], None), 400);
    }

    #[test]
    fn a_change_from_elsewhere_is_refused() {
        let own = [("host", "localhost:7373"), ("content-type", "application/json")];
        let with = |extra: (&'static str, &'static str)| [own[0], own[1], extra];
        assert_eq!(check("POST", &own, None), 200);
        assert_eq!(check("POST", &with(("origin", "http://localhost:7373")), None), 200);
        for origin in ["null", "file://", "http://localhost:9", "https://localhost:7373", "http://evil.com"] {
            assert_eq!(check("POST", &with(("origin", origin)), None), 403, "{origin}");
        }
        assert_eq!(check("POST", &with(("sec-fetch-site", "cross-site")), None), 403);
    }

    #[test]
    fn another_sites_page_may_not_even_read() {
        let host = ("host", "localhost:7373");
        assert_eq!(
            check("GET", &[host, ("origin", "http://localhost:7373"), ("sec-fetch-site", "same-origin")], None),
            200
        );
        assert_eq!(check("GET", &[host, ("sec-fetch-site", "none")], None), 200, "an address typed by hand");
        assert_eq!(check("GET", &[host, ("origin", "http://evil.com")], None), 403);
        assert_eq!(check("GET", &[host, ("sec-fetch-site", "cross-site")], None), 403);
        assert_eq!(check("GET", &[host, ("sec-fetch-site", "same-site")], None), 403, "another port of this machine");
    }

    #[test]
    fn a_token_is_needed_everywhere_once_it_is_set() {
        let host = ("host", "localhost:7373");
        assert_eq!(check("GET", &[host], Some("canary")), 401);
        assert_eq!(check("GET", &[host, ("authorization", "Bearer canary")], Some("canary")), 200);
        assert_eq!(check("GET", &[host, ("authorization", "Bearer canarz")], Some("canary")), 401);
        assert_eq!(check("GET", &[host, ("cookie", "a=b; dualbench_token=canary")], Some("canary")), 200);
    }
}

//! One engine's settings.

use std::path::PathBuf;
use std::time::Duration;

use crate::engines::dialects::Dialect;
use crate::measure::Target;

/// Everything the client needs to know of one engine.
#[derive(Clone)]
pub struct Config {
    pub role: Target,
    /// `http://host:port`, with a path prefix where the engine has one. Of a remote pipeline, its endpoint.
    pub base_url: String,
    pub dialect: Dialect,
    /// Sent as `model`; where absent, the first model that the engine lists.
    pub model: Option<String>,
    /// Sent as a bearer token. Never shown.
    pub api_key: Option<String>,
    /// A `tokenizer.json`, for a local claim on token counts and for calibration.
    pub tokenizer: Option<PathBuf>,
    pub connect_timeout: Duration,
    /// Without a byte for this long, an exchange has stalled.
    pub idle_timeout: Duration,
    /// The longest that one exchange may take.
    pub total_timeout: Duration,
    /// Bytes of one event; more end the exchange as malformed.
    pub line_bytes: usize,
    /// Bytes of one response; more end the exchange as malformed.
    pub stream_bytes: usize,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            role: Target::Main,
            base_url: String::new(),
            dialect: Dialect::OpenaiChat,
            model: None,
            api_key: None,
            tokenizer: None,
            connect_timeout: Duration::from_secs(5),
            idle_timeout: Duration::from_secs(120),
            total_timeout: Duration::from_secs(1_800),
            line_bytes: 1024 * 1024,
            stream_bytes: 64 * 1024 * 1024,
        }
    }
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config")
            .field("role", &self.role)
            .field("base_url", &self.base_url)
            .field("dialect", &self.dialect)
            .field("model", &self.model)
            .field("api_key", &self.api_key.as_ref().map(|_| "…"))
            .field("tokenizer", &self.tokenizer)
            .finish_non_exhaustive()
    }
}

/// An engine's address, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// As the `Host` header wants it.
    pub authority: String,
    /// Without brackets.
    pub host: String,
    pub port: u16,
    /// Path prefix, without a slash at its end.
    pub prefix: String,
    /// The path as it was written, `/` at least.
    pub path: String,
}

impl Address {
    /// For an endpoint whose URL is whole: nothing is cut off its path.
    pub fn at_own_path(self) -> Address {
        Address { prefix: self.path.clone(), ..self }
    }
}

impl Address {
    /// What a path such as `/v1/models` is put behind.
    pub fn base(&self) -> String {
        format!("http://{}{}", self.authority, self.prefix)
    }
}

/// Takes a base URL apart.
///
/// # Errors
/// What is wrong with it and what to write instead.
pub fn parse_url(url: &str) -> Result<Address, String> {
    // Before any message shows the URL: what stands before an `@` may be a password.
    if names_a_user(url) {
        return Err("a URL with a user name or password; remove it, and put a key into api_key_env".to_owned());
    }
    if !url.contains("://") {
        return Err(format!("`{url}` has no scheme; write `http://{}`", example(url)));
    }
    if url.starts_with("https://") {
        return Err(format!(
            "`{url}`: https is not supported, since a local engine needs none; give its http:// address"
        ));
    }
    let parsed = reqwest::Url::parse(url)
        .map_err(|e| format!("`{url}` is no URL ({e}); write for example `http://127.0.0.1:8080`"))?;
    if parsed.scheme() != "http" {
        return Err(format!("`{url}`: only http:// is supported"));
    }
    if parsed.query().is_some() {
        return Err(format!("`{}`: no query here; a key goes into api_key_env", host_of(&parsed)));
    }
    let host = parsed.host_str().ok_or_else(|| format!("`{url}` has no host"))?;
    let port = parsed.port().unwrap_or(80);
    let authority = if parsed.port().is_some() { format!("{host}:{port}") } else { host.to_owned() };
    Ok(Address {
        authority,
        host: host.trim_matches(['[', ']']).to_owned(),
        port,
        prefix: parsed.path().trim_end_matches('/').trim_end_matches("/v1").to_owned(),
        path: parsed.path().to_owned(),
    })
}

/// Whether something stands before an `@` in the part of a URL that names the host.
fn names_a_user(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#', '\\']).next().is_some_and(|authority| authority.contains('@'))
}

/// What was written where it looks like an address, else an address.
fn example(written: &str) -> &str {
    let host = |c: char| c.is_ascii_alphanumeric() || "-._:[]/".contains(c);
    if written.contains([':', '.', '/']) && written.chars().all(host) { written } else { "127.0.0.1:8080" }
}

fn host_of(url: &reqwest::Url) -> String {
    format!("{}://{}", url.scheme(), url.host_str().unwrap_or("?"))
}

/// Whether a base URL can be used.
///
/// # Errors
/// As `parse_url`, for whoever only checks.
pub fn check_url(url: &str) -> Result<(), String> {
    parse_url(url).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_apart() {
        let a = parse_url("http://127.0.0.1:8080/").expect("fine");
        assert_eq!((a.authority.as_str(), a.port, a.prefix.as_str()), ("127.0.0.1:8080", 8080, ""));
        assert_eq!(parse_url("http://[::1]:1234/llm/v1").expect("fine").prefix, "/llm");
        assert_eq!(parse_url("http://[::1]:1234").expect("fine").host, "::1");
    }

    #[test]
    fn an_endpoint_keeps_its_path_as_written() {
        let path = |url: &str| parse_url(url).expect("fine").at_own_path().prefix;
        assert_eq!(path("http://127.0.0.1:9000/api/hermes/v1"), "/api/hermes/v1");
        assert_eq!(path("http://127.0.0.1:9000/ask/"), "/ask/");
        assert_eq!(path("http://127.0.0.1:9000"), "/");
    }

    #[test]
    fn what_cannot_be_used_is_told_with_its_cure() {
        assert!(parse_url("https://x").expect_err("tls").contains("http://"));
        assert!(parse_url("nonsense").expect_err("no url").contains("127.0.0.1:8080"));
        let with_key = parse_url("http://user:canary@host/").expect_err("secret");
        assert!(with_key.contains("api_key_env") && !with_key.contains("canary"));
        for url in ["https://user:canary@host/", "ftp://canary@host", "user:canary@host:8080", "http://canary@ho st:x"]
        {
            assert!(!parse_url(url).expect_err("secret").contains("canary"), "{url}");
        }
        assert!(parse_url("localhost:8080").expect_err("no scheme").contains("write `http://localhost:8080`"));
    }
}

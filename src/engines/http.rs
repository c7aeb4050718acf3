//! JSON over HTTP for what is not measured. No redirect, no proxy, no decompression; bounded in time and in length.

use std::time::Duration;

use serde_json::Value;

use crate::engines::dialects::{error_text, fit_to_keep};

/// Bytes of an answer.
const ANSWER_BYTES: usize = 8 * 1024 * 1024;
/// A kept connection older than this is not used again: llama.cpp closes after five seconds.
const IDLE_FOR: Duration = Duration::from_secs(3);

/// Why there is no answer. Who was asked is for the caller to say.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum HttpError {
    #[error("{0}")]
    Unreachable(String),
    #[error("status {status}: {message}")]
    Status { status: u16, message: String },
    #[error("more than {ANSWER_BYTES} bytes")]
    TooLong,
}

/// A client for any service on the user's own network: an engine, a reranker, a search endpoint.
#[derive(Clone)]
pub struct Http {
    client: reqwest::Client,
    /// Sent as a bearer token. Never shown.
    key: Option<String>,
}

impl Http {
    /// # Errors
    /// The system refuses to make a client.
    pub fn new(connect_timeout: Duration, key: Option<String>) -> Result<Http, String> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .connect_timeout(connect_timeout)
            .pool_idle_timeout(IDLE_FOR)
            .build()
            .map_err(|e| e.to_string())?;
        Ok(Http { client, key })
    }

    /// An answer that is no JSON comes as a JSON string. `timeout`: from the request to the last byte.
    ///
    /// # Errors
    /// Unreachable or late, a status other than 200, an answer that is too long.
    pub async fn get(&self, url: &str, timeout: Duration) -> Result<Value, HttpError> {
        self.send(self.client.get(url).timeout(timeout)).await
    }

    /// The same with a JSON body.
    ///
    /// # Errors
    /// As [`Http::get`].
    pub async fn post(&self, url: &str, body: &Value, timeout: Duration) -> Result<Value, HttpError> {
        self.send(self.client.post(url).timeout(timeout).json(body)).await
    }

    /// The `Server` header of any answer to `GET url`; `None` where it says none, or nothing in time.
    ///
    /// # Errors
    /// Nobody listens.
    pub async fn server(&self, url: &str, timeout: Duration) -> Result<Option<String>, HttpError> {
        match self.client.get(url).timeout(timeout).send().await {
            Ok(response) => Ok(response.headers().get("server").and_then(|v| v.to_str().ok()).map(str::to_owned)),
            Err(e) if e.is_connect() => Err(unreachable(e)),
            Err(_) => Ok(None),
        }
    }

    async fn send(&self, mut request: reqwest::RequestBuilder) -> Result<Value, HttpError> {
        if let Some(key) = &self.key {
            request = request.bearer_auth(key);
        }
        let mut response = request.send().await.map_err(unreachable)?;
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while let Some(part) = response.chunk().await.map_err(unreachable)? {
            body.extend_from_slice(&part);
            if body.len() > ANSWER_BYTES {
                return Err(HttpError::TooLong);
            }
        }
        if status != 200 {
            return Err(HttpError::Status { status, message: fit_to_keep(&error_text(&body), self.key.as_deref()) });
        }
        Ok(serde_json::from_slice(&body).unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&body).into_owned())))
    }
}

impl std::fmt::Debug for Http {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Http").field("key", &self.key.as_ref().map(|_| "…")).finish_non_exhaustive()
    }
}

/// The last link of an error's chain says what happened.
fn unreachable(e: reqwest::Error) -> HttpError {
    let mut cause: &dyn std::error::Error = &e;
    while let Some(next) = cause.source() {
        cause = next;
    }
    HttpError::Unreachable(if e.is_timeout() { "no answer in time".to_owned() } else { cause.to_string() })
}

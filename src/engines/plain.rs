//! Requests that are not measured: JSON in, JSON out, over reqwest.

use std::time::Duration;

use serde_json::Value;

use crate::engines::config::{Address, Config};
use crate::engines::dialects::error_text;
use crate::engines::error::EngineError;
use crate::measure::Target;

/// For one request, the connection included.
const TIMEOUT: Duration = Duration::from_secs(3);
/// For a request that makes the engine work.
const WORK_TIMEOUT: Duration = Duration::from_secs(120);
/// Bytes of an answer.
const ANSWER_BYTES: usize = 8 * 1024 * 1024;

/// The client for what is not measured. No redirect, no proxy, no decompression.
#[derive(Debug, Clone)]
pub struct Plain {
    client: reqwest::Client,
    engine: Target,
    base: String,
    url: String,
    api_key: Option<String>,
}

impl Plain {
    pub(super) fn new(config: &Config, address: &Address) -> Result<Plain, EngineError> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .connect_timeout(config.connect_timeout.min(TIMEOUT))
            .build()
            .map_err(|e| EngineError::Config { engine: config.role, problem: e.to_string() })?;
        Ok(Plain {
            client,
            engine: config.role,
            base: format!("http://{}{}", address.authority, address.prefix),
            url: config.base_url.clone(),
            api_key: config.api_key.clone(),
        })
    }

    /// `GET path`; an answer that is no JSON comes as a JSON string.
    ///
    /// # Errors
    /// Unreachable, a status other than 200, an answer that is too long.
    pub async fn get(&self, path: &str) -> Result<Value, EngineError> {
        self.send(path, self.client.get(format!("{}{path}", self.base)).timeout(TIMEOUT)).await
    }

    /// `POST path` with a JSON body.
    ///
    /// # Errors
    /// As [`Plain::get`].
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value, EngineError> {
        self.send(path, self.client.post(format!("{}{path}", self.base)).timeout(WORK_TIMEOUT).json(body)).await
    }

    /// The `Server` header of whatever `GET` of the base answers; `None` where it says none, or nothing in time.
    ///
    /// # Errors
    /// Nobody listens.
    pub async fn server(&self) -> Result<Option<String>, EngineError> {
        match self.client.get(&self.base).timeout(TIMEOUT).send().await {
            Ok(response) => Ok(response.headers().get("server").and_then(|v| v.to_str().ok()).map(str::to_owned)),
            Err(e) if e.is_connect() => Err(self.unreachable(&e)),
            Err(_) => Ok(None),
        }
    }

    fn unreachable(&self, e: &reqwest::Error) -> EngineError {
        EngineError::Unreachable { engine: self.engine, url: self.url.clone(), why: root_cause(e) }
    }

    async fn send(&self, path: &str, mut request: reqwest::RequestBuilder) -> Result<Value, EngineError> {
        if let Some(key) = &self.api_key {
            request = request.bearer_auth(key);
        }
        let unreachable = |e: reqwest::Error| self.unreachable(&e);
        let mut response = request.send().await.map_err(unreachable)?;
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while let Some(part) = response.chunk().await.map_err(unreachable)? {
            body.extend_from_slice(&part);
            if body.len() > ANSWER_BYTES {
                let problem = format!("more than {ANSWER_BYTES} bytes");
                return Err(EngineError::Unexpected { engine: self.engine, path: path.to_owned(), problem });
            }
        }
        if status != 200 {
            let message = error_text(&body);
            return Err(EngineError::Status { engine: self.engine, path: path.to_owned(), status, message });
        }
        Ok(serde_json::from_slice(&body).unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&body).into_owned())))
    }
}

/// The last link of an error's chain says what happened.
fn root_cause(e: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = e;
    while let Some(next) = cause.source() {
        cause = next;
    }
    if e.is_timeout() { "no answer in time".to_owned() } else { cause.to_string() }
}

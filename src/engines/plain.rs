//! One engine's requests that are not measured: JSON in, JSON out, errors in the engine's name.

use std::time::Duration;

use serde_json::Value;

use crate::engines::config::{Address, Config};
use crate::engines::error::EngineError;
use crate::engines::http::{Http, HttpError};
use crate::measure::Target;

/// For one request, the connection included.
const TIMEOUT: Duration = Duration::from_secs(3);
/// For a request that makes the engine work.
const WORK_TIMEOUT: Duration = Duration::from_secs(120);

/// The client for what is not measured.
#[derive(Debug, Clone)]
pub struct Plain {
    http: Http,
    engine: Target,
    base: String,
    url: String,
}

impl Plain {
    pub(super) fn new(config: &Config, address: &Address) -> Result<Plain, EngineError> {
        let http = Http::new(config.connect_timeout.min(TIMEOUT), config.api_key.clone())
            .map_err(|problem| EngineError::Config { engine: config.role, problem })?;
        Ok(Plain { http, engine: config.role, base: address.base(), url: config.base_url.clone() })
    }

    /// `GET path`; an answer that is no JSON comes as a JSON string.
    ///
    /// # Errors
    /// Unreachable, a status other than 200, an answer that is too long.
    pub async fn get(&self, path: &str) -> Result<Value, EngineError> {
        let answer = self.http.get(&format!("{}{path}", self.base), TIMEOUT).await;
        answer.map_err(|e| self.named(path, e))
    }

    /// `POST path` with a JSON body.
    ///
    /// # Errors
    /// As [`Plain::get`].
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value, EngineError> {
        let answer = self.http.post(&format!("{}{path}", self.base), body, WORK_TIMEOUT).await;
        answer.map_err(|e| self.named(path, e))
    }

    /// The `Server` header of whatever `GET` of the base answers; `None` where it says none, or nothing in time.
    ///
    /// # Errors
    /// Nobody listens.
    pub async fn server(&self) -> Result<Option<String>, EngineError> {
        self.http.server(&self.base, TIMEOUT).await.map_err(|e| self.named("/", e))
    }

    fn named(&self, path: &str, error: HttpError) -> EngineError {
        let (engine, path) = (self.engine, path.to_owned());
        match error {
            HttpError::Unreachable(why) => EngineError::Unreachable { engine, url: self.url.clone(), why },
            HttpError::Status { status, message } => EngineError::Status { engine, path, status, message },
            HttpError::TooLong => EngineError::Unexpected { engine, path, problem: error.to_string() },
        }
    }
}

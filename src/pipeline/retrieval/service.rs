//! A service that retrieval asks: its address, and errors in its name.

use std::time::Duration;

use serde_json::Value;

use crate::engines::{Http, HttpError, parse_url};
use crate::pipeline::retrieval::config::Method;
use crate::pipeline::retrieval::error::RetrievalError;

/// For opening a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// One address that answers JSON.
#[derive(Debug)]
pub struct Service {
    http: Http,
    name: &'static str,
    /// Of an engine, the whole address; of a search, the one with its placeholders.
    url: String,
    timeout: Duration,
}

impl Service {
    /// An engine's `path`.
    pub fn of_engine(
        name: &'static str,
        base_url: &str,
        path: &str,
        key: Option<String>,
        timeout: Duration,
    ) -> Result<Service, RetrievalError> {
        let address = parse_url(base_url)
            .map_err(|problem| RetrievalError::Config { field: format!("base_url of {name}"), problem })?;
        Service::at(name, format!("{}{path}", address.base()), key, timeout)
    }

    /// Any address.
    pub fn at(
        name: &'static str,
        url: String,
        key: Option<String>,
        timeout: Duration,
    ) -> Result<Service, RetrievalError> {
        let http = Http::new(CONNECT_TIMEOUT.min(timeout), key)
            .map_err(|problem| RetrievalError::Config { field: name.to_owned(), problem })?;
        Ok(Service { http, name, url, timeout })
    }

    pub async fn post(&self, body: &Value) -> Result<Value, RetrievalError> {
        self.http.post(&self.url, body, self.timeout).await.map_err(|e| self.named(e))
    }

    /// At the address itself, or at the one that a template made of it.
    pub async fn send(&self, method: Method, url: &str, body: &Value) -> Result<Value, RetrievalError> {
        let answer = match method {
            Method::Get => self.http.get(url, self.timeout).await,
            Method::Post => self.http.post(url, body, self.timeout).await,
        };
        answer.map_err(|e| self.named(e))
    }

    /// The answer is not what it should be.
    pub fn unexpected(&self, problem: impl Into<String>) -> RetrievalError {
        RetrievalError::Unexpected { service: self.name, url: self.url.clone(), problem: problem.into() }
    }

    fn named(&self, error: HttpError) -> RetrievalError {
        let (service, url) = (self.name, self.url.clone());
        match error {
            HttpError::Unreachable(why) => RetrievalError::Unreachable { service, url, why },
            HttpError::Status { status, message } => RetrievalError::Status { service, url, status, message },
            HttpError::TooLong => self.unexpected(error.to_string()),
        }
    }
}

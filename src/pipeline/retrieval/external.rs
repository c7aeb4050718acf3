//! Retrieval by somebody else's search: any HTTP endpoint, worded by a template, read by JSON pointers.

use futures_util::future::BoxFuture;
use serde_json::Value;

use crate::pipeline::retrieval::config::{ExternalConfig, Method};
use crate::pipeline::retrieval::embeddings::Embedder;
use crate::pipeline::retrieval::error::RetrievalError;
use crate::pipeline::retrieval::request::{Template, Values};
use crate::pipeline::retrieval::service::Service;
use crate::pipeline::retrieval::{MOST_PASSAGES, Passage, Retriever};

/// A search endpoint.
pub struct External {
    service: Service,
    url: Template,
    body: Template,
    embedder: Option<Embedder>,
    config: ExternalConfig,
}

impl External {
    /// Checks all that can be checked without asking: the address, the templates, the pointers.
    pub fn new(config: ExternalConfig) -> Result<External, RetrievalError> {
        check_url(&config.url)?;
        let url = Template::parse(&config.url).map_err(|problem| wrong("url", problem))?;
        let body = Template::parse(&config.body).map_err(|problem| wrong("body", problem))?;
        check_request(&config, &url, &body)?;
        check_pointers(&config)?;
        let embedder = match (&config.embeddings, body.needs_vector()) {
            (Some(embeddings), true) => Some(Embedder::new(embeddings)?),
            (None, true) => return Err(wrong("body", "{{vector}} needs `embeddings`, the engine that makes it")),
            (_, false) => None,
        };
        let service = Service::at("the search", config.url.clone(), config.api_key.clone(), config.timeout)?;
        Ok(External { service, url, body, embedder, config })
    }

    async fn search(
        &self,
        question: &str,
        vector: Option<&[f32]>,
        most: usize,
    ) -> Result<Vec<Passage>, RetrievalError> {
        let most = most.min(MOST_PASSAGES);
        let values = Values { question, vector, most };
        if self.body.needs_vector() && vector.is_none() {
            return Err(wrong("vector", "the question was not embedded"));
        }
        let (body, url) = match self.config.method {
            Method::Get => (Value::Null, self.url.url(&values)),
            Method::Post => (self.body.json(&values).map_err(|e| wrong("body", e))?, self.config.url.clone()),
        };
        let answer = self.service.send(self.config.method, &url, &body).await?;
        passages(&answer, &self.config, most).map_err(|problem| self.service.unexpected(problem))
    }
}

fn wrong(field: &str, problem: impl Into<String>) -> RetrievalError {
    RetrievalError::Config { field: field.to_owned(), problem: problem.into() }
}

fn check_url(url: &str) -> Result<(), RetrievalError> {
    let parsed = reqwest::Url::parse(url).map_err(|e| wrong("url", format!("`{url}` is no URL ({e})")))?;
    if parsed.scheme() != "http" {
        return Err(wrong("url", format!("only http:// is supported, not {}://", parsed.scheme())));
    }
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Err(wrong("url", "no user name or password here; a key goes into its own setting"));
    }
    Ok(())
}

/// The question must be asked somewhere, and whatever is asked must be well-formed.
fn check_request(config: &ExternalConfig, url: &Template, body: &Template) -> Result<(), RetrievalError> {
    let (asking, field, empty) = match config.method {
        Method::Get => (url, "url", config.body.is_empty()),
        Method::Post => (body, "body", !config.url.contains("{{")),
    };
    match config.method {
        Method::Get if !empty => return Err(wrong("body", "a GET has none; put {{question}} into the url")),
        Method::Get if url.needs_vector() => return Err(wrong("url", "{{vector}} is for the body of a POST")),
        Method::Post if !empty => return Err(wrong("url", "with POST the placeholders go into the body")),
        Method::Post => body.check_json().map_err(|problem| wrong("body", problem))?,
        Method::Get => {}
    }
    match asking.asks_the_question() {
        true => Ok(()),
        false => Err(wrong(field, "neither {{question}} nor {{vector}} is in it, so nothing would be asked")),
    }
}

fn check_pointers(config: &ExternalConfig) -> Result<(), RetrievalError> {
    let fields = [("text", &config.text), ("score", &config.score), ("id", &config.id), ("results", &config.results)];
    let source = config.source.as_ref().map(|pointer| ("source", pointer));
    match fields.into_iter().chain(source).find(|(_, pointer)| !pointer.is_empty() && !pointer.starts_with('/')) {
        Some((field, pointer)) => Err(wrong(
            field,
            format!("`{pointer}` is no JSON pointer; write `/{pointer}`, or `/a/b` for a field in a field"),
        )),
        None => Ok(()),
    }
}

/// In the order of the service, which is its ranking.
fn passages(answer: &Value, config: &ExternalConfig, most: usize) -> Result<Vec<Passage>, String> {
    let results = answer.pointer(&config.results).and_then(Value::as_array);
    let results = results.ok_or_else(|| format!("no array at results `{}`", config.results))?;
    let numbered = results.iter().take(most).enumerate();
    numbered.map(|(n, result)| passage(result, config).map_err(|problem| format!("result {n} has {problem}"))).collect()
}

fn passage(result: &Value, config: &ExternalConfig) -> Result<Passage, String> {
    let text = result.pointer(&config.text).and_then(Value::as_str);
    let score = result.pointer(&config.score).and_then(Value::as_f64);
    let id = result.pointer(&config.id).and_then(named).ok_or_else(|| format!("no name at id `{}`", config.id))?;
    let source = config.source.as_ref().and_then(|pointer| result.pointer(pointer)).and_then(named);
    Ok(Passage {
        source: source.unwrap_or_else(|| id.clone()),
        id,
        text: text.ok_or_else(|| format!("no string at text `{}`", config.text))?.to_owned(),
        score: score.ok_or_else(|| format!("no number at score `{}`", config.score))?,
    })
}

fn named(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

impl Retriever for External {
    fn kind(&self) -> &'static str {
        "external"
    }

    fn embed<'a>(&'a self, question: &'a str) -> Option<BoxFuture<'a, Result<Vec<f32>, RetrievalError>>> {
        let embedder = self.embedder.as_ref()?;
        Some(Box::pin(embedder.embed_one(question)))
    }

    fn retrieve<'a>(
        &'a self,
        question: &'a str,
        vector: Option<&'a [f32]>,
        most: usize,
    ) -> BoxFuture<'a, Result<Vec<Passage>, RetrievalError>> {
        Box::pin(self.search(question, vector, most))
    }
}

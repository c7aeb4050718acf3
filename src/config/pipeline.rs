//! `[pipeline]`: who runs it, what it retrieves from, and which way each intent takes.

use std::path::Path;
use std::time::Duration;

use serde::Deserialize;

use crate::config::secret::secret;
use crate::engines::{self, Dialect};
use crate::measure::Target;
use crate::pipeline::retrieval::{self, CorpusConfig, EmbeddingsConfig, ExternalConfig, Method, RerankConfig};
use crate::pipeline::{ComposedConfig, Config, Intent};

/// Passages of one retrieval.
const PASSAGES: usize = 4;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PipelineSection {
    pub kind: Option<String>,
    pub url: Option<String>,
    pub api_key_env: Option<String>,
    pub api_key_file: Option<String>,
    pub template: Option<String>,
    pub passages: Option<usize>,
    pub context_tokens: Option<u32>,
    pub retrieval: Option<String>,
    pub documents: Option<String>,
    pub index: Option<String>,
    pub embeddings: Option<ServiceSection>,
    pub rerank: Option<ServiceSection>,
    pub external: Option<ExternalSection>,
    pub intent: Vec<IntentSection>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ServiceSection {
    pub base_url: Option<String>,
    pub model: Option<String>,
    pub api_key_env: Option<String>,
    pub api_key_file: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ExternalSection {
    pub url: Option<String>,
    pub qdrant_collection: Option<String>,
    pub method: Option<String>,
    pub body: Option<String>,
    pub results: Option<String>,
    pub text: Option<String>,
    pub score: Option<String>,
    pub id: Option<String>,
    pub source: Option<String>,
    pub api_key_env: Option<String>,
    pub api_key_file: Option<String>,
    pub timeout_ms: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct IntentSection {
    pub name: Option<String>,
    pub description: Option<String>,
    pub retrieves: Option<bool>,
    pub answered_by: Option<String>,
}

/// Reads the section; every problem is told.
pub(super) fn pipeline(dir: &Path, s: &PipelineSection, problems: &mut Vec<String>) -> Config {
    match s.kind.as_deref().unwrap_or("composed") {
        "composed" => Config::Composed(Box::new(composed(dir, s, problems))),
        "remote" => remote(dir, s, problems),
        "off" => Config::Off,
        other => {
            problems.push(format!("pipeline.kind: `{other}` is not known; known are composed, remote, off"));
            Config::Off
        }
    }
}

fn remote(dir: &Path, s: &PipelineSection, problems: &mut Vec<String>) -> Config {
    let Some(url) = &s.url else {
        problems.push("pipeline.url is missing; write for example `http://127.0.0.1:9000/api/hermes`".to_owned());
        return Config::Off;
    };
    if let Err(problem) = engines::check_url(url) {
        problems.push(format!("pipeline.url: {problem}"));
    }
    let api_key = secret(dir, "pipeline.api_key", s.api_key_env.as_deref(), s.api_key_file.as_deref(), problems);
    Config::Remote(engines::Config {
        role: Target::Pipeline,
        base_url: url.clone(),
        dialect: Dialect::Pipeline,
        api_key,
        ..engines::Config::default()
    })
}

fn composed(dir: &Path, s: &PipelineSection, problems: &mut Vec<String>) -> ComposedConfig {
    let passages = s.passages.unwrap_or(PASSAGES);
    if !(1..=retrieval::MOST_PASSAGES).contains(&passages) {
        problems.push(format!("pipeline.passages: {passages}; 1 to {} are possible", retrieval::MOST_PASSAGES));
    }
    if s.url.is_some() {
        problems.push("pipeline.url belongs to kind = \"remote\"; set that, or remove the url".to_owned());
    }
    ComposedConfig {
        intents: intents(&s.intent, problems),
        retrieval: retrieval_config(dir, s, problems),
        rerank: s.rerank.as_ref().and_then(|r| rerank(dir, r, problems)),
        template: s.template.as_ref().map(|t| dir.join(t)),
        passages,
        context_tokens: s.context_tokens,
    }
}

fn intents(sections: &[IntentSection], problems: &mut Vec<String>) -> Vec<Intent> {
    if sections.is_empty() {
        return Intent::built_in();
    }
    let mut out: Vec<Intent> = Vec::new();
    for (i, s) in sections.iter().enumerate() {
        let key = format!("pipeline.intent[{i}]");
        let name = s.name.clone().unwrap_or_default();
        if name.is_empty() || name.contains(char::is_whitespace) {
            problems.push(format!("{key}.name: `{name}` must be one word, such as `question`"));
        }
        if out.iter().any(|o| o.name.eq_ignore_ascii_case(&name)) {
            problems.push(format!("{key}.name: `{name}` stands twice"));
        }
        let answered_by = match s.answered_by.as_deref() {
            None | Some("main") => Target::Main,
            Some("mini") => Target::Mini,
            Some(other) => {
                problems.push(format!("{key}.answered_by: `{other}`; main or mini is possible"));
                Target::Main
            }
        };
        out.push(Intent {
            description: s.description.clone().unwrap_or_else(|| name.clone()),
            name,
            retrieves: s.retrieves.unwrap_or(true),
            answered_by,
        });
    }
    out
}

fn retrieval_config(dir: &Path, s: &PipelineSection, problems: &mut Vec<String>) -> Option<retrieval::Config> {
    let corpus = CorpusConfig {
        folder: s.documents.as_ref().map(|d| dir.join(d)),
        database: dir.join(s.index.as_deref().unwrap_or("dualbench-index.db")),
    };
    match s.retrieval.as_deref().unwrap_or("fts") {
        "fts" => Some(retrieval::Config::Fts(corpus)),
        "vector" => {
            let embeddings = embeddings(dir, s, problems);
            if embeddings.is_none() {
                problems.push("pipeline.retrieval = \"vector\" needs [pipeline.embeddings] with base_url".to_owned());
            }
            Some(retrieval::Config::Vector { corpus, embeddings: embeddings? })
        }
        "external" => external(dir, s, problems).map(retrieval::Config::External),
        "none" => None,
        other => {
            problems.push(format!("pipeline.retrieval: `{other}` is not known; known are fts, vector, external, none"));
            None
        }
    }
}

fn external(dir: &Path, s: &PipelineSection, problems: &mut Vec<String>) -> Option<ExternalConfig> {
    let Some((url, e)) = s.external.as_ref().and_then(|e| Some((e.url.clone()?, e))) else {
        problems.push("pipeline.retrieval = \"external\" needs [pipeline.external] with url".to_owned());
        return None;
    };
    let embeddings = embeddings(dir, s, problems);
    let mut config = match (&e.qdrant_collection, embeddings) {
        (Some(collection), Some(embeddings)) => ExternalConfig::qdrant(&url, collection, embeddings),
        (Some(_), None) => {
            problems.push("pipeline.external.qdrant_collection needs [pipeline.embeddings] with base_url".to_owned());
            return None;
        }
        (None, embeddings) => ExternalConfig {
            url,
            method: Method::Post,
            body: r#"{"query": {{question}}, "limit": {{most}}}"#.to_owned(),
            results: "/results".to_owned(),
            text: "/text".to_owned(),
            score: "/score".to_owned(),
            id: "/id".to_owned(),
            source: None,
            embeddings,
            api_key: None,
            timeout: Duration::from_secs(30),
        },
    };
    match e.method.as_deref() {
        None => {}
        Some("POST" | "post") => config.method = Method::Post,
        Some("GET" | "get") => (config.method, config.body) = (Method::Get, String::new()),
        Some(other) => problems.push(format!("pipeline.external.method: `{other}`; GET or POST is possible")),
    }
    let texts = [
        (&e.body, &mut config.body),
        (&e.results, &mut config.results),
        (&e.text, &mut config.text),
        (&e.score, &mut config.score),
        (&e.id, &mut config.id),
    ];
    for (given, field) in texts {
        if let Some(given) = given {
            field.clone_from(given);
        }
    }
    config.source = e.source.clone().or(config.source);
    config.timeout = e.timeout_ms.map_or(config.timeout, Duration::from_millis);
    config.api_key =
        secret(dir, "pipeline.external.api_key", e.api_key_env.as_deref(), e.api_key_file.as_deref(), problems);
    Some(config)
}

fn embeddings(dir: &Path, s: &PipelineSection, problems: &mut Vec<String>) -> Option<EmbeddingsConfig> {
    let (base_url, model, api_key) = service(dir, "pipeline.embeddings", s.embeddings.as_ref()?, problems)?;
    Some(EmbeddingsConfig { base_url, model, api_key })
}

fn rerank(dir: &Path, s: &ServiceSection, problems: &mut Vec<String>) -> Option<RerankConfig> {
    let (base_url, model, api_key) = service(dir, "pipeline.rerank", s, problems)?;
    Some(RerankConfig { base_url, model, api_key })
}

type Service = (String, String, Option<String>);

fn service(dir: &Path, key: &str, s: &ServiceSection, problems: &mut Vec<String>) -> Option<Service> {
    let Some(base_url) = s.base_url.clone() else {
        problems.push(format!("{key}.base_url is missing; write for example `http://127.0.0.1:8081`"));
        return None;
    };
    if let Err(problem) = engines::check_url(&base_url) {
        problems.push(format!("{key}.base_url: {problem}"));
    }
    let api_key = secret(dir, &format!("{key}.api_key"), s.api_key_env.as_deref(), s.api_key_file.as_deref(), problems);
    Some((base_url, s.model.clone().unwrap_or_else(|| "default".to_owned()), api_key))
}

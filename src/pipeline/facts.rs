//! What the configured pipeline is, told without opening it: for the cockpit and for `doctor`. No key is ever told.

use std::path::PathBuf;

use crate::engines::Client;
use crate::measure::Target;
use crate::pipeline::config::{ComposedConfig, Config};
use crate::pipeline::intents::Intent;
use crate::pipeline::retrieval::{self, CorpusConfig, EmbeddingsConfig, ExternalConfig, IndexFacts, RetrievalError};
use crate::pipeline::template::Template;

/// The pipeline as configured, and what is wrong with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    pub kind: &'static str,
    /// Why nothing can be asked, with the cure; empty where all is well.
    pub problems: Vec<String>,
    /// Of a remote one.
    pub endpoint: Option<Service>,
    /// Of a composed one; empty elsewhere.
    pub intents: Vec<Intent>,
    /// Who sorts the questions. `None`: there is nothing to sort.
    pub classifier: Option<Target>,
    pub retrieval: Option<RetrievalFacts>,
    pub rerank: Option<Service>,
    /// `None`: the built-in one.
    pub template: Option<PathBuf>,
    /// Passages of one retrieval.
    pub passages: Option<usize>,
    pub context_tokens: Option<u32>,
}

/// Somebody else's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Without a query: a key may stand there.
    pub url: String,
    pub model: Option<String>,
    /// Whether one is sent.
    pub has_key: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct RetrievalFacts {
    pub kind: &'static str,
    /// Of the two kinds that keep an index.
    pub corpus: Option<CorpusFacts>,
    pub search: Option<Service>,
    pub embeddings: Option<Service>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct CorpusFacts {
    /// `None`: the texts that ship.
    pub folder: Option<PathBuf>,
    pub index: PathBuf,
    /// Or what keeps it from being read.
    pub state: Result<IndexFacts, RetrievalError>,
}

/// `engines`: those that are configured. `idle`: nothing is measured, so that folders may be read and backends asked.
pub async fn facts(config: &Config, engines: &[Target], idle: bool) -> Facts {
    match config {
        Config::Off => nothing("off"),
        Config::Remote(remote) => {
            let endpoint = Service::new(&remote.base_url, None, remote.api_key.as_ref());
            let asked = match Client::new(remote.clone()) {
                Ok(client) if idle => client.identity().await.map(|_| ()),
                made => made.map(|_| ()),
            };
            let problems = asked.err().map(|e| e.to_string()).into_iter().collect();
            Facts { endpoint: Some(endpoint), problems, ..nothing("remote") }
        }
        Config::Composed(composed) => of_composed(composed, engines, idle).await,
    }
}

async fn of_composed(config: &ComposedConfig, engines: &[Target], idle: bool) -> Facts {
    let mut problems: Vec<String> = [Target::Main, Target::Mini]
        .into_iter()
        .filter(|target| !engines.contains(target))
        .map(|target| format!("engine `{target}` is not configured; the pipeline needs both: add [engines.{target}]"))
        .collect();
    problems.extend(Template::load(config.template.as_deref()).err().map(|e| e.to_string()));
    let retrieval = match &config.retrieval {
        Some(retrieval) => Some(of_retrieval(retrieval, idle).await),
        None => None,
    };
    if let Some(search @ retrieval::Config::External(_)) = &config.retrieval {
        // It asks nobody yet; its request is checked.
        problems.extend(retrieval::open(search).await.err().map(|e| e.to_string()));
    }
    let corpus = retrieval.as_ref().and_then(|r| r.corpus.as_ref());
    problems.extend(corpus.and_then(|c| c.state.as_ref().err()).map(ToString::to_string));
    Facts {
        problems,
        classifier: (config.intents.len() > 1).then_some(Target::Mini),
        intents: config.intents.clone(),
        retrieval,
        rerank: config.rerank.as_ref().map(|r| Service::new(&r.base_url, Some(&r.model), r.api_key.as_ref())),
        template: config.template.clone(),
        passages: Some(config.passages),
        context_tokens: config.context_tokens,
        ..nothing("composed")
    }
}

async fn of_retrieval(config: &retrieval::Config, idle: bool) -> RetrievalFacts {
    match config {
        retrieval::Config::Fts(corpus) => {
            let corpus = Some(of_corpus(corpus, idle).await);
            RetrievalFacts { kind: "fts", corpus, search: None, embeddings: None }
        }
        retrieval::Config::Vector { corpus, embeddings } => {
            let corpus = Some(of_corpus(corpus, idle).await);
            RetrievalFacts { kind: "vector", corpus, search: None, embeddings: Some(embedder(embeddings)) }
        }
        retrieval::Config::External(external) => RetrievalFacts {
            kind: "external",
            corpus: None,
            search: Some(search(external)),
            embeddings: external.embeddings.as_ref().map(embedder),
        },
    }
}

async fn of_corpus(config: &CorpusConfig, idle: bool) -> CorpusFacts {
    let state = match retrieval::look(config, idle).await {
        // Without an index nobody has read the folder yet.
        Ok(facts) if facts.content.is_err() => retrieval::readable(config).await.map(|()| facts),
        told => told,
    };
    CorpusFacts { folder: config.folder.clone(), index: config.database.clone(), state }
}

fn embedder(config: &EmbeddingsConfig) -> Service {
    Service::new(&config.base_url, Some(&config.model), config.api_key.as_ref())
}

fn search(config: &ExternalConfig) -> Service {
    Service::new(&config.url, None, config.api_key.as_ref())
}

fn nothing(kind: &'static str) -> Facts {
    Facts {
        kind,
        problems: Vec::new(),
        endpoint: None,
        intents: Vec::new(),
        classifier: None,
        retrieval: None,
        rerank: None,
        template: None,
        passages: None,
        context_tokens: None,
    }
}

impl Service {
    fn new(url: &str, model: Option<&String>, key: Option<&String>) -> Service {
        Service { url: shown(url), model: model.cloned(), has_key: key.is_some() }
    }
}

/// An address without what may be secret in it: a query, and whoever stands before an `@`.
fn shown(url: &str) -> String {
    let bare = url.split(['?', '#']).next().unwrap_or_default();
    let Some((scheme, rest)) = bare.split_once("://") else { return bare.to_owned() };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or_default();
    format!("{scheme}://{host}{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: [Target; 2] = [Target::Main, Target::Mini];

    fn composed(dir: &std::path::Path) -> ComposedConfig {
        let corpus = CorpusConfig { folder: None, database: dir.join("index.db") };
        ComposedConfig {
            intents: Intent::built_in(),
            retrieval: Some(retrieval::Config::Fts(corpus)),
            rerank: None,
            template: None,
            passages: 4,
            context_tokens: None,
        }
    }

    async fn of(config: ComposedConfig) -> Facts {
        facts(&Config::Composed(Box::new(config)), &BOTH, true).await
    }

    #[tokio::test]
    async fn what_is_off_tells_nothing_else() {
        assert_eq!(facts(&Config::Off, &BOTH, true).await, nothing("off"));
    }

    #[tokio::test]
    async fn the_pipeline_that_ships_is_well_before_it_is_indexed() {
        let dir = tempfile::tempdir().expect("a folder");
        let told = of(composed(dir.path())).await;
        assert_eq!((told.problems.len(), told.classifier, told.intents.len()), (0, Some(Target::Mini), 3));
        let corpus = told.retrieval.and_then(|r| r.corpus).expect("words");
        assert!(corpus.state.expect("readable").content.is_err());
    }

    #[tokio::test]
    async fn a_single_intent_is_not_sorted() {
        let dir = tempfile::tempdir().expect("a folder");
        let intents = Intent::built_in().into_iter().take(1).collect();
        assert_eq!(of(ComposedConfig { intents, ..composed(dir.path()) }).await.classifier, None);
    }

    #[tokio::test]
    async fn a_broken_template_a_missing_folder_and_a_missing_engine_are_told_together() {
        let dir = tempfile::tempdir().expect("a folder");
        let template = dir.path().join("prompt.jinja");
        std::fs::write(&template, "{{ question }} {{ quetsion }}").expect("written");
        let corpus = CorpusConfig { folder: Some("/nowhere/at/all".into()), database: dir.path().join("index.db") };
        let retrieval = Some(retrieval::Config::Fts(corpus));
        let config = ComposedConfig { template: Some(template), retrieval, ..composed(dir.path()) };
        let told = facts(&Config::Composed(Box::new(config)), &[Target::Main], true).await;
        let all = told.problems.join("\n");
        for part in ["[engines.mini]", "quetsion", "/nowhere/at/all"] {
            assert!(all.contains(part), "{part} in {all}");
        }
    }

    #[tokio::test]
    async fn no_secret_is_told_only_that_there_is_one() {
        let embeddings = EmbeddingsConfig {
            base_url: "http://127.0.0.1:1".into(),
            model: "m".into(),
            api_key: Some("canary".into()),
        };
        let mut external = ExternalConfig::qdrant("http://127.0.0.1:2", "notes", embeddings);
        external.url = "http://me:canary@127.0.0.1:2/search?key=canary&q={{question}}".into();
        external.api_key = Some("canary".into());
        let dir = tempfile::tempdir().expect("a folder");
        let retrieval = Some(retrieval::Config::External(external));
        let told = of(ComposedConfig { retrieval, ..composed(dir.path()) }).await;
        let told_of = told.retrieval.as_ref().expect("a search");
        assert_eq!(
            told_of.search.as_ref().map(|s| (s.url.as_str(), s.has_key)),
            Some(("http://127.0.0.1:2/search", true))
        );
        assert!(!format!("{told:?}").contains("canary"), "{told:?}");
    }

    #[tokio::test]
    async fn a_remote_pipeline_that_does_not_answer_is_told() {
        let remote = crate::engines::Config {
            role: Target::Pipeline,
            base_url: "http://127.0.0.1:1/ask".into(),
            dialect: crate::engines::Dialect::Pipeline,
            ..Default::default()
        };
        let told = facts(&Config::Remote(remote), &BOTH, true).await;
        assert_eq!((told.kind, told.problems.len()), ("remote", 1), "{told:?}");
        assert_eq!(told.endpoint.map(|e| e.url).as_deref(), Some("http://127.0.0.1:1/ask"));
    }
}

//! `GET /api/pipeline`: what the configured pipeline is made of, where it retrieves, and what is wrong with it.

use std::sync::atomic::Ordering;

use axum::Json;
use axum::extract::State;
use serde_json::{Map, Value, json};

use crate::api::{Parts, schemas};
use crate::events::WallTime;
use crate::measure::Target;
use crate::pipeline::{CorpusFacts, Facts, Intent, RetrievalFacts, Service, facts};

/// The pipeline, and what it retrieves from
///
/// Nothing is opened or indexed by this. Of keys it says only whether one is sent.
#[utoipa::path(
    get,
    path = "/api/pipeline",
    operation_id = "pipeline",
    tag = "about",
    responses((status = 200, description = "As it is configured, and as its index lies on the disk", body = schemas::Pipeline)),
)]
pub(super) async fn show(State(parts): State<Parts>) -> Json<Value> {
    let engines: Vec<Target> = parts.engines.roles.iter().map(|role| role.target).collect();
    let idle = !parts.supervisor.measuring().load(Ordering::Acquire);
    Json(told(&facts(&parts.pipeline, &engines, idle).await))
}

fn told(f: &Facts) -> Value {
    let mut reasons = Map::new();
    let state = match (f.kind, f.problems.is_empty()) {
        ("off", _) => "off",
        (_, true) => "ready",
        _ => "broken",
    };
    if f.context_tokens.is_none() {
        because(&mut reasons, "context_tokens", "not set; the answering engine's own word holds");
    }
    if f.classifier.is_none() {
        because(&mut reasons, "classifier", "nothing is classified here");
    }
    if f.template.is_none() {
        because(
            &mut reasons,
            "template",
            if f.kind == "composed" { "the built-in one serves" } else { "no prompt is made here" },
        );
    }
    for (field, missing) in [("endpoint", f.endpoint.is_none()), ("rerank", f.rerank.is_none())] {
        if missing {
            because(&mut reasons, field, "there is none");
        }
    }
    if f.passages.is_none() {
        because(&mut reasons, "passages", "nothing is retrieved here");
    }
    let retrieval = f.retrieval.as_ref().map(|r| retrieval(r, &mut reasons));
    if retrieval.is_none() {
        because(&mut reasons, "retrieval", no_retrieval(f.kind));
    }
    json!({
        "kind": f.kind,
        "state": state,
        "problems": f.problems,
        "endpoint": f.endpoint.as_ref().map(service),
        "intents": f.intents.iter().map(intent).collect::<Vec<_>>(),
        "classifier": f.classifier.map(Target::word),
        "retrieval": retrieval,
        "rerank": f.rerank.as_ref().map(service),
        "template": f.template.as_ref().map(|path| path.display().to_string()),
        "passages": f.passages,
        "context_tokens": f.context_tokens,
        "reasons_for_null": reasons,
    })
}

fn no_retrieval(kind: &str) -> &'static str {
    match kind {
        "composed" => "pipeline.retrieval is \"none\"",
        "remote" => "the backend's own affair",
        _ => "pipeline.kind is \"off\"",
    }
}

fn because(reasons: &mut Map<String, Value>, field: &str, why: impl Into<String>) {
    reasons.insert(field.to_owned(), Value::String(why.into()));
}

fn retrieval(r: &RetrievalFacts, reasons: &mut Map<String, Value>) -> Value {
    for (field, missing, why) in [
        ("corpus", r.corpus.is_none(), "the documents belong to the external search"),
        ("search", r.search.is_none(), "the index is dualbench's own"),
        ("embeddings", r.embeddings.is_none(), "no vectors are asked for"),
    ] {
        if missing {
            because(reasons, &format!("retrieval.{field}"), why);
        }
    }
    json!({
        "kind": r.kind,
        "corpus": r.corpus.as_ref().map(|c| corpus(c, reasons)),
        "search": r.search.as_ref().map(service),
        "embeddings": r.embeddings.as_ref().map(service),
    })
}

fn corpus(c: &CorpusFacts, reasons: &mut Map<String, Value>) -> Value {
    let path = |field: &str| format!("retrieval.corpus.{field}");
    let (state, facts) = match &c.state {
        Ok(facts) if facts.content.is_ok() => ("indexed", Some(facts)),
        Ok(facts) => ("never", Some(facts)),
        Err(e) => {
            for field in ["size_bytes", "changed_at", "documents", "passages", "behind"] {
                because(reasons, &path(field), e.to_string());
            }
            ("broken", None)
        }
    };
    if c.folder.is_none() {
        because(reasons, &path("folder"), "none is configured; the texts that ship serve");
    }
    if let Some(facts) = facts {
        let unknown = "there is no such file yet";
        for (field, why) in [
            ("size_bytes", facts.size_bytes.is_none().then_some(unknown)),
            ("changed_at", facts.changed_at.is_none().then_some(unknown)),
            ("documents", facts.content.as_ref().err().map(String::as_str)),
            ("passages", facts.content.as_ref().err().map(String::as_str)),
            ("behind", facts.behind.as_ref().err().map(String::as_str)),
        ] {
            if let Some(why) = why {
                because(reasons, &path(field), why);
            }
        }
    }
    let content = facts.and_then(|f| f.content.as_ref().ok());
    json!({
        "state": state,
        "folder": c.folder.as_ref().map(|path| path.display().to_string()),
        "index": c.index.display().to_string(),
        "size_bytes": facts.and_then(|f| f.size_bytes),
        "changed_at": facts.and_then(|f| f.changed_at).and_then(WallTime::of).map(|at| at.to_string()),
        "documents": content.map(|c| c.documents),
        "passages": content.map(|c| c.passages),
        "behind": facts.and_then(|f| f.behind.as_ref().ok()),
    })
}

fn service(s: &Service) -> Value {
    json!({ "url": s.url, "model": s.model, "has_key": s.has_key })
}

fn intent(i: &Intent) -> Value {
    json!({
        "name": i.name,
        "description": i.description,
        "retrieves": i.retrieves,
        "answered_by": i.answered_by.word(),
    })
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::pipeline::retrieval::{IndexFacts, RetrievalError};

    fn over(state: Result<IndexFacts, RetrievalError>) -> Facts {
        let problems = state.as_ref().err().map(ToString::to_string).into_iter().collect();
        let corpus = CorpusFacts { folder: None, index: PathBuf::from("index.db"), state };
        Facts {
            kind: "composed",
            problems,
            endpoint: None,
            intents: Intent::built_in(),
            classifier: Some(Target::Mini),
            retrieval: Some(RetrievalFacts { kind: "fts", corpus: Some(corpus), search: None, embeddings: None }),
            rerank: None,
            template: None,
            passages: Some(4),
            context_tokens: Some(4_096),
        }
    }

    /// Each null of the answer has its reason, and no reason stands for what is there.
    #[track_caller]
    fn reasoned(answer: &Value) {
        fn nulls(value: &Value, path: &str, out: &mut Vec<String>) {
            for (key, inner) in value.as_object().into_iter().flatten().filter(|(key, _)| *key != "model") {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                if inner.is_null() { out.push(path) } else { nulls(inner, &path, out) }
            }
        }
        let mut found = Vec::new();
        nulls(answer, "", &mut found);
        let mut told: Vec<&String> = answer["reasons_for_null"].as_object().expect("reasons").keys().collect();
        told.sort();
        found.sort();
        assert_eq!(told, found.iter().collect::<Vec<_>>(), "{answer:#}");
    }

    #[test]
    fn an_index_that_was_never_made_has_a_state_and_reasons() {
        let why = || "never".to_owned();
        let facts = IndexFacts { size_bytes: None, changed_at: None, content: Err(why()), behind: Err(why()) };
        let answer = told(&over(Ok(facts)));
        reasoned(&answer);
        assert_eq!((&answer["state"], &answer["retrieval"]["corpus"]["state"]), (&json!("ready"), &json!("never")));
    }

    #[test]
    fn an_index_that_cannot_be_read_says_why_in_its_own_words() {
        let error = RetrievalError::Busy { path: "index.db".into() };
        let answer = told(&over(Err(error.clone())));
        reasoned(&answer);
        assert_eq!((&answer["state"], &answer["problems"][0]), (&json!("broken"), &json!(error.to_string())));
        assert_eq!(answer["reasons_for_null"]["retrieval.corpus.documents"], json!(error.to_string()));
    }

    #[tokio::test]
    async fn a_pipeline_that_is_off_has_a_reason_for_everything() {
        let answer = told(&facts(&crate::pipeline::Config::Off, &[], true).await);
        reasoned(&answer);
        assert_eq!(answer["state"], "off");
    }
}

//! Who an engine says it is, and what is made of it when that changes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;

use super::client;
use super::scripted::{Scripted, Step, answer, json, whole};
use crate::engines::calibrate::{Calibrator, Method};
use crate::engines::client::Client;
use crate::engines::config::Config;
use crate::engines::dialects::Dialect;

fn models(ids: &str) -> Vec<Step> {
    json(&format!(r#"{{"data":[{ids}]}}"#))
}

fn wanting(url: &str, dialect: Dialect, model: &str) -> Client {
    let config = Config { base_url: url.to_owned(), dialect, model: Some(model.to_owned()), ..Config::default() };
    Client::new(config).expect("a client")
}

/// An engine whose chat template takes as many tokens as the shared number says, and whose model is named by it.
fn templated(template: Arc<AtomicU32>) -> Scripted {
    Scripted::start(move |path, body| {
        let template = template.load(Ordering::SeqCst);
        match path {
            "/v1/models" => models(&format!(r#"{{"id":"model-{template}"}}"#)),
            "/v1/chat/completions" => {
                let body: Value = serde_json::from_str(body).unwrap_or_default();
                let text = body["messages"][0]["content"].as_str().unwrap_or_default();
                let prompt = template + text.split(' ').count() as u32;
                let stream = format!(
                    "data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"a\"}},\"finish_reason\":\"length\"}}],\
                     \"usage\":{{\"prompt_tokens\":{prompt},\"completion_tokens\":1}}}}\n\ndata: [DONE]\n\n"
                );
                whole("text/event-stream", stream.as_bytes())
            }
            _ => answer(404, "text/plain", "no such route"),
        }
    })
}

#[tokio::test]
async fn a_restarted_engine_is_named_and_calibrated_anew() {
    let template = Arc::new(AtomicU32::new(10));
    let engine = templated(template.clone());
    let (client, calibrator) = (client(&engine.url, Dialect::OpenaiChat), Calibrator::default());
    for (overhead, model) in [(10, "model-10"), (25, "model-25")] {
        template.store(overhead, Ordering::SeqCst);
        assert_eq!(client.identity().await.expect("an identity").model.as_deref(), Some(model));
        assert_eq!(client.model(), model);
        let made = calibrator.prompt(&client, 200, 1).await.expect("a prompt");
        assert_eq!(made.prompt.text().split(' ').count() as u32 + overhead, 200);
    }
}

#[tokio::test]
async fn a_model_that_is_not_served_is_a_problem_that_names_what_is() {
    let engine = Scripted::always(models(r#"{"id":"a","aliases":["a","big"]},{"id":"b"}"#));
    let ask = |model: &'static str| wanting(&engine.url, Dialect::OpenaiChat, model);
    let problem = ask("zzz").identity().await.expect_err("not served").to_string();
    assert!(problem.contains("serves a, b; `zzz` is not among them"), "{problem}");
    assert_eq!(ask("big").identity().await.expect("an alias").model.as_deref(), Some("a"));
    assert_eq!(ask("b").identity().await.expect("an id").model.as_deref(), Some("b"));
}

#[tokio::test]
async fn an_ollama_model_is_known_with_and_without_its_tag() {
    let engine = Scripted::start(|path, _| match path {
        "/api/version" => json(r#"{"version":"0.33.0"}"#),
        "/api/ps" => json(r#"{"models":[]}"#),
        _ => json(r#"{"models":[{"name":"mini:latest","digest":"ab","details":{"quantization_level":"Q8_0"}}]}"#),
    });
    for name in ["mini", "mini:latest"] {
        let identity = wanting(&engine.url, Dialect::Ollama, name).identity().await.expect(name);
        assert_eq!((identity.model.as_deref(), identity.digest.as_deref()), (Some("mini:latest"), Some("ab")));
    }
    let problem = wanting(&engine.url, Dialect::Ollama, "zzz").identity().await.expect_err("not there").to_string();
    assert!(problem.contains("serves mini:latest; `zzz`"), "{problem}");
}

#[tokio::test]
async fn an_engine_that_cannot_list_its_models_can_still_be_measured() {
    let engine = Scripted::always(answer(500, "application/json", r#"{"detail":"offline"}"#));
    let identity = wanting(&engine.url, Dialect::OpenaiChat, "/a/path").identity().await.expect("an identity");
    assert_eq!(identity.model.as_deref(), Some("/a/path"));
    assert!(identity.note.expect("a note").contains("offline"));
    for status in [401, 403, 503] {
        let engine = Scripted::always(answer(status, "application/json", "{}"));
        client(&engine.url, Dialect::OpenaiChat).identity().await.expect_err("it cannot serve");
    }
}

/// A tokenizer of words.
const WORDS: &str = r#"{"version":"1.0","truncation":null,"padding":null,"added_tokens":[],"normalizer":null,
"pre_tokenizer":{"type":"Whitespace"},"post_processor":null,"decoder":null,
"model":{"type":"WordLevel","vocab":{"x":0},"unk_token":"x"}}"#;

#[tokio::test]
async fn an_engine_without_counts_is_calibrated_by_a_tokenizer_alone_and_it_is_said() {
    let silent = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":\"length\"}]}\n\n";
    let engine = Scripted::start(move |path, _| match path {
        "/v1/chat/completions" => whole("text/event-stream", silent.as_bytes()),
        _ => answer(404, "text/plain", "no such route"),
    });
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("tokenizer.json");
    std::fs::write(&file, WORDS).expect("written");
    let config = Config { base_url: engine.url.clone(), tokenizer: Some(file), ..Config::default() };
    let with_file = Client::new(config).expect("a client");
    let made = Calibrator::default().prompt(&with_file, 64, 1).await.expect("a prompt");
    assert_eq!((made.prompt.text().split(' ').count(), made.method), (64, Method::TokenizerAlone));
    assert!(made.method.word().contains("template"));
    let bare = client(&engine.url, Dialect::OpenaiChat);
    let problem = Calibrator::default().prompt(&bare, 64, 1).await.expect_err("no counts").to_string();
    assert!(problem.contains("no prompt of 64 tokens") && problem.contains("engines.main.tokenizer"), "{problem}");
}

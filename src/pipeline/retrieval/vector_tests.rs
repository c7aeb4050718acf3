//! Retrieval by meaning, with an engine on loopback whose vectors count three words.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use serde_json::{Value, json};

use crate::pipeline::retrieval::loopback::Loopback;
use crate::pipeline::retrieval::{Config, CorpusConfig, EmbeddingsConfig, Opened, RetrievalError, open};

/// How often each word stands in the text, and a little of everything, so that no vector is zero.
fn vector(text: &str, model: u8) -> Vec<f64> {
    let mut counts: Vec<f64> =
        ["cat", "dog", "bird"].iter().map(|word| text.matches(word).count() as f64 + 0.01).collect();
    match model {
        0 => {}
        1 => counts.reverse(),
        _ => counts.push(0.5),
    }
    counts
}

async fn engine(model: Arc<AtomicU8>) -> Loopback {
    Loopback::start(move |_, body| {
        let texts = body["input"].as_array().cloned().unwrap_or_default();
        let model = model.load(Ordering::SeqCst);
        let item = |(n, text): (usize, &Value)| {
            json!({ "index": n, "embedding": vector(text.as_str().unwrap_or_default(), model) })
        };
        (200, json!({ "data": texts.iter().enumerate().map(item).collect::<Vec<_>>() }))
    })
    .await
}

fn texts_embedded(loopback: &Loopback) -> Vec<usize> {
    loopback.asked().iter().map(|(_, body)| body["input"].as_array().map_or(0, Vec::len)).collect()
}

fn write(dir: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        std::fs::write(dir.join(name), text).expect("written");
    }
}

async fn open_at(dir: &Path, loopback: &Loopback) -> Result<Opened, RetrievalError> {
    let corpus = CorpusConfig { folder: Some(dir.to_owned()), database: dir.join("dualbench-index.db") };
    let embeddings = EmbeddingsConfig { base_url: loopback.url.clone(), model: "counting".into(), api_key: None };
    open(&Config::Vector { corpus, embeddings }).await
}

async fn first_for(opened: &Opened, question: &str) -> String {
    let vector = opened.retriever.embed(question).expect("a stage of its own").await.expect("a vector");
    let found = opened.retriever.retrieve(question, Some(&vector), 2).await.expect("found");
    assert!(found.len() == 2 && found[0].score >= found[1].score && found[0].score <= 1.000_1, "{found:?}");
    found[0].source.clone()
}

const ANIMALS: [(&str, &str); 3] = [("a.md", "cat cat"), ("b.md", "dog dog"), ("c.md", "bird bird")];

#[tokio::test]
async fn the_passage_that_points_the_same_way_comes_first() {
    let dir = tempfile::tempdir().expect("a folder");
    write(dir.path(), &ANIMALS);
    let loopback = engine(Arc::default()).await;
    let opened = open_at(dir.path(), &loopback).await.expect("opened");
    assert_eq!(opened.retriever.kind(), "vector");
    assert_eq!(first_for(&opened, "where is the dog?").await, "b.md");
    assert_eq!(first_for(&opened, "bird").await, "c.md");
    let error = opened.retriever.retrieve("dog", None, 2).await.expect_err("no vector").to_string();
    assert!(error.contains("3 numbers"), "{error}");
}

#[tokio::test]
async fn a_passage_is_embedded_once_and_in_batches_of_32() {
    let dir = tempfile::tempdir().expect("a folder");
    for n in 0..70 {
        write(dir.path(), &[(&format!("{n}.md"), &format!("cat number {n}"))]);
    }
    write(dir.path(), &[("same.md", "cat number 3")]);
    let loopback = engine(Arc::default()).await;
    open_at(dir.path(), &loopback).await.expect("opened");
    assert_eq!(texts_embedded(&loopback), [32, 32, 6], "the same text twice is embedded once");
    write(dir.path(), &[("new.md", "dog"), ("3.md", "bird")]);
    open_at(dir.path(), &loopback).await.expect("opened again");
    assert_eq!(texts_embedded(&loopback)[3..], [1, 2], "one to see whether the model is the same, two new");
}

#[tokio::test]
async fn another_model_under_the_same_name_is_found_out() {
    let dir = tempfile::tempdir().expect("a folder");
    write(dir.path(), &ANIMALS);
    let model = Arc::new(AtomicU8::new(0));
    let loopback = engine(model.clone()).await;
    let opened = open_at(dir.path(), &loopback).await.expect("opened");
    for other in [1, 2] {
        model.store(other, Ordering::SeqCst);
        let again = open_at(dir.path(), &loopback).await.expect("opened again");
        assert_eq!(texts_embedded(&loopback).last(), Some(&3), "all of them anew");
        assert_eq!(first_for(&again, "dog dog").await, "b.md");
    }
    let error = opened.retriever.embed("dog").expect("a stage").await.expect_err("4 numbers now").to_string();
    assert!(error.contains("a vector of 4 numbers") && error.contains("have 3"), "{error}");
}

#[tokio::test]
async fn an_engine_that_fails_names_itself_and_what_was_embedded_is_kept() {
    let dir = tempfile::tempdir().expect("a folder");
    for n in 0..40 {
        write(dir.path(), &[(&format!("{n}.md"), &format!("cat number {n}"))]);
    }
    let failing = Loopback::start(|_, body| {
        let texts = body["input"].as_array().map_or(0, Vec::len);
        let item = |n: usize| json!({ "index": n, "embedding": vector("cat", 0) });
        match texts {
            32 => (200, json!({ "data": (0..32).map(item).collect::<Vec<_>>() })),
            _ => (501, json!({ "error": { "message": "start it with --embeddings" } })),
        }
    })
    .await;
    let error = open_at(dir.path(), &failing).await.err().expect("refused").to_string();
    assert!(error.contains("embeddings engine") && error.contains("501: start it with --embeddings"), "{error}");
    let loopback = engine(Arc::default()).await;
    open_at(dir.path(), &loopback).await.expect("opened");
    assert_eq!(texts_embedded(&loopback), [1, 8], "one to see whether the model is the same, and the rest");
}

//! Somebody else's search, from the socket's other side.

use std::time::Duration;

use serde_json::{Value, json};

use crate::pipeline::retrieval::external::External;
use crate::pipeline::retrieval::loopback::Loopback;
use crate::pipeline::retrieval::{EmbeddingsConfig, ExternalConfig, Method, Passage, RetrievalError, Retriever};

fn post(url: &str) -> ExternalConfig {
    ExternalConfig {
        url: format!("{url}/search"),
        method: Method::Post,
        body: r#"{"q": {{question}}, "n": {{most}}}"#.to_owned(),
        results: "/hits".to_owned(),
        text: "/doc/body".to_owned(),
        score: "/score".to_owned(),
        id: "/id".to_owned(),
        source: None,
        embeddings: None,
        api_key: None,
        timeout: Duration::from_secs(5),
    }
}

async fn retrieve(config: ExternalConfig, question: &str) -> Result<Vec<Passage>, RetrievalError> {
    External::new(config)?.retrieve(question, None, 2).await
}

#[tokio::test]
async fn any_search_is_asked_by_its_template_and_read_by_pointers() {
    let loopback = Loopback::start(|_, _| {
        let hit = |id: Value| json!({ "id": id, "score": 0.5, "doc": { "body": "a text" } });
        (200, json!({ "hits": [hit(json!("x")), hit(json!(7)), hit(json!("too many"))] }))
    })
    .await;
    let found = retrieve(post(&loopback.url), "what \"is\" it?").await.expect("found");
    assert_eq!(found.iter().map(|p| p.id.as_str()).collect::<Vec<_>>(), ["x", "7"]);
    let expected = Passage { id: "x".into(), source: "x".into(), text: "a text".into(), score: 0.5 };
    assert_eq!(found[0], expected);
    assert_eq!(loopback.asked(), [("POST /search".to_owned(), json!({ "q": "what \"is\" it?", "n": 2 }))]);
}

#[tokio::test]
async fn a_get_puts_the_question_into_the_address() {
    let loopback = Loopback::start(|_, _| (200, json!([{ "id": 1, "score": 1, "t": "x" }]))).await;
    let url = format!("{}/s?q={{{{question}}}}&k={{{{most}}}}", loopback.url);
    let (results, text) = (String::new(), "/t".to_owned());
    let config = ExternalConfig { url, method: Method::Get, body: String::new(), results, text, ..post("") };
    assert_eq!(retrieve(config, "a & b").await.expect("found").len(), 1);
    assert_eq!(loopback.asked()[0].0, "GET /s?q=a%20%26%20b&k=2");
}

#[tokio::test]
async fn qdrant_is_a_preset_with_its_own_embed_stage() {
    let loopback = Loopback::start(|path, _| match path {
        "/v1/embeddings" => (200, json!({ "data": [{ "index": 0, "embedding": [0.25, 0.5] }] })),
        _ => {
            let payload = json!({ "text": "a text", "source": "book.md" });
            let point = json!({ "id": 42, "version": 3, "score": 0.75, "payload": payload });
            (200, json!({ "result": { "points": [point] }, "status": "ok", "time": 0.001 }))
        }
    })
    .await;
    let embeddings = EmbeddingsConfig { base_url: loopback.url.clone(), model: "e".into(), api_key: None };
    let qdrant = External::new(ExternalConfig::qdrant(&loopback.url, "notes", embeddings)).expect("fine");
    let vector = qdrant.embed("why?").expect("a stage").await.expect("a vector");
    let found = qdrant.retrieve("why?", Some(&vector), 5).await.expect("found");
    let expected = Passage { id: "42".into(), source: "book.md".into(), text: "a text".into(), score: 0.75 };
    assert_eq!(found, [expected]);
    let asked = loopback.asked();
    assert_eq!(asked[1].0, "POST /collections/notes/points/query");
    assert_eq!(asked[1].1, json!({ "query": [0.25, 0.5], "limit": 5, "with_payload": true }));
}

#[tokio::test]
async fn a_search_that_fails_is_named_with_its_answer() {
    let loopback = Loopback::start(|path, _| match path {
        "/refused" => (503, json!({ "error": "still loading" })),
        "/moved" => (302, Value::Null),
        "/huge" => (200, Value::String("a".repeat(8 * 1024 * 1024 + 1))),
        "/scoreless" => (200, json!({ "hits": [{ "id": 1, "doc": { "body": "x" } }] })),
        _ => (200, json!("<html>")),
    })
    .await;
    for (path, told) in [
        ("refused", "answered 503: still loading"),
        ("moved", "answered 302"),
        ("huge", "more than 8388608 bytes"),
        ("scoreless", "result 0 has no number at score `/score`"),
        ("page", "no array at results `/hits`"),
    ] {
        let config = ExternalConfig { url: format!("{}/{path}", loopback.url), ..post("") };
        let error = retrieve(config, "x").await.expect_err(path).to_string();
        assert!(error.contains(told) && error.contains(&loopback.url), "{error}");
    }
}

#[tokio::test]
async fn a_search_that_is_silent_is_given_up_in_time() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", silent.local_addr().expect("an address"));
    let config = ExternalConfig { timeout: Duration::from_millis(200), ..post(&url) };
    let asked = tokio::time::timeout(Duration::from_secs(10), retrieve(config, "x"));
    let error = asked.await.expect("given up").expect_err("silent");
    assert!(matches!(error, RetrievalError::Unreachable { .. }), "{error}");
    drop(silent);
    let nobody = retrieve(post(&url), "x").await.expect_err("nobody");
    assert!(matches!(nobody, RetrievalError::Unreachable { .. }), "{nobody}");
}

#[test]
fn what_cannot_work_is_refused_before_it_is_asked() {
    let base = || post("http://127.0.0.1:1");
    for (config, told) in [
        (ExternalConfig { url: "https://h/s".into(), ..base() }, "url: only http://"),
        (ExternalConfig { url: "http://user:canary@h/s".into(), ..base() }, "url: no user name"),
        (ExternalConfig { url: "http://h/{{question}}".into(), ..base() }, "url: with POST"),
        (ExternalConfig { body: r#"{"q": "{{question}}"}"#.into(), ..base() }, "body: no JSON"),
        (ExternalConfig { body: r#"{"q": {{query}}}"#.into(), ..base() }, "body: `{{query}}` is not known"),
        (ExternalConfig { body: r#"{"q": 1}"#.into(), ..base() }, "nothing would be asked"),
        (ExternalConfig { body: r#"{"q": {{vector}}}"#.into(), ..base() }, "needs `embeddings`"),
        (ExternalConfig { method: Method::Get, ..base() }, "body: a GET has none"),
        (ExternalConfig { score: "score".into(), ..base() }, "score: `score` is no JSON pointer; write `/score`"),
    ] {
        let error = External::new(config).err().expect(told).to_string();
        assert!(error.contains(told) && !error.contains("canary"), "{error}");
    }
}

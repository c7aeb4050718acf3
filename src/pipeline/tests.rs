//! Whole answers of the pipeline that the host runs, against scripted engines and scripted retrieval.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures_util::future::BoxFuture;
use futures_util::stream;
use serde_json::{Value, json};
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use super::retrieval::{Passage, RerankConfig, Reranker, RetrievalError, Retriever};
use super::{Along, Answered, Composed, Intent, Question, Template};
use crate::engines::{Client, Config, Length, Progress};
use crate::measure::{Ending, Stage, Target, summarise_pipeline};

const PLANTED: Duration = Duration::from_millis(300);

/// How a scripted engine behaves.
#[derive(Clone, Default)]
struct Script {
    first_token: Duration,
    tokenize: Duration,
    rerank: Duration,
    dead: Arc<AtomicBool>,
}

/// An engine in llama.cpp's words; it says the grammar's first alternative, else three words.
struct Engine {
    address: SocketAddr,
    dead: Arc<AtomicBool>,
    _serving: AbortOnDropHandle<()>,
}

impl Engine {
    async fn start(script: Script) -> Engine {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let (address, dead) = (listener.local_addr().expect("an address"), script.dead.clone());
        let app = Router::new()
            .route(
                "/v1/models",
                get(async || Json(json!({ "data": [{ "id": "m", "owned_by": "llamacpp", "meta": {} }] }))),
            )
            .route("/props", get(async || Json(json!({}))))
            .route("/tokenize", post(tokenize))
            .route("/v1/rerank", post(rerank))
            .route("/v1/chat/completions", post(chat))
            .with_state(script);
        let serving = Handle::current().spawn(async move { axum::serve(listener, app).await.expect("served") });
        Engine { address, dead, _serving: AbortOnDropHandle::new(serving) }
    }

    async fn client(&self) -> Arc<Client> {
        let client = Client::new(Config { base_url: format!("http://{}", self.address), ..Config::default() });
        let client = Arc::new(client.expect("a client"));
        client.identity().await.expect("an identity");
        client
    }
}

async fn tokenize(State(script): State<Script>, Json(body): Json<Value>) -> Json<Value> {
    tokio::time::sleep(script.tokenize).await;
    let words = body["content"].as_str().unwrap_or_default().split_whitespace().count();
    Json(json!({ "tokens": vec![1; words] }))
}

async fn rerank(State(script): State<Script>, Json(body): Json<Value>) -> Json<Value> {
    tokio::time::sleep(script.rerank).await;
    let n = body["documents"].as_array().map_or(0, Vec::len);
    let results: Vec<Value> = (0..n).map(|i| json!({ "index": i, "relevance_score": i as f64 })).collect();
    Json(json!({ "results": results }))
}

async fn chat(State(script): State<Script>, Json(body): Json<Value>) -> Response {
    if script.dead.load(Ordering::Relaxed) {
        return (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({ "error": "the model crashed" }))).into_response();
    }
    tokio::time::sleep(script.first_token).await;
    let grammar = body["grammar"].as_str().and_then(|g| g.split('"').nth(1)).map(str::to_owned);
    let words = grammar.map_or_else(|| vec!["one".into(), " two".into(), " three".into()], |label| vec![label]);
    let mut events: Vec<String> = words
        .iter()
        .map(|w| json!({ "choices": [{ "index": 0, "delta": { "content": w }, "finish_reason": null }] }).to_string())
        .collect();
    events.push(json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": "stop" }] }).to_string());
    let usage = json!({ "prompt_tokens": 9, "completion_tokens": words.len() });
    events.push(json!({ "choices": [], "usage": usage }).to_string());
    events.push("[DONE]".into());
    let parts = events.into_iter().map(|e| Ok::<_, std::convert::Infallible>(format!("data: {e}\n\n")));
    Response::builder()
        .header("content-type", "text/event-stream")
        .body(Body::from_stream(stream::iter(parts)))
        .expect("a response")
}

/// Finds always the same two passages.
#[derive(Clone, Default)]
struct Shelf {
    embed: Option<Duration>,
    retrieve: Duration,
    gone: Arc<AtomicBool>,
}

impl Retriever for Shelf {
    fn kind(&self) -> &'static str {
        "fts"
    }

    fn embed<'a>(&'a self, _question: &'a str) -> Option<BoxFuture<'a, Result<Vec<f32>, RetrievalError>>> {
        let time = self.embed?;
        Some(Box::pin(async move {
            tokio::time::sleep(time).await;
            Ok(vec![1.0])
        }))
    }

    fn retrieve<'a>(
        &'a self,
        _question: &'a str,
        _vector: Option<&'a [f32]>,
        most: usize,
    ) -> BoxFuture<'a, Result<Vec<Passage>, RetrievalError>> {
        Box::pin(async move {
            tokio::time::sleep(self.retrieve).await;
            if self.gone.load(Ordering::Relaxed) {
                return Err(RetrievalError::Unreachable {
                    service: "the shelf",
                    url: "here".into(),
                    why: "it is gone".into(),
                });
            }
            let passage = |n: usize| Passage {
                id: format!("p{n}"),
                source: "shelf.md".into(),
                text: "word ".repeat(20 * n).trim().to_owned(),
                score: 1.0,
            };
            Ok((1..=most.min(2)).map(passage).collect())
        })
    }
}

/// A whole pipeline and what it stands on.
struct Desk {
    pipeline: Composed,
    main: Engine,
    mini: Engine,
}

impl Desk {
    async fn new(main: Script, mini: Script, shelf: Shelf, reranks: bool, context: u32) -> Desk {
        let (main, mini) = (Engine::start(main).await, Engine::start(mini).await);
        let rerank = |base_url| RerankConfig { base_url, model: "r".into(), api_key: None };
        let reranker = reranks.then(|| Reranker::new(&rerank(format!("http://{}", mini.address))).expect("a reranker"));
        let pipeline = Composed::new(
            Intent::built_in(),
            main.client().await,
            mini.client().await,
            Some(Arc::new(shelf)),
            reranker,
            Template::load(None).expect("the built-in one"),
            4,
            Some(context),
        );
        Desk { pipeline, main, mini }
    }

    async fn ask(&self) -> Answered {
        let question = Question {
            text: "what is a cache?".into(),
            length: Length::AtMost(16),
            temperature: None,
            seed: Some(1),
            cache_prompt: true,
        };
        let along = Along {
            streams: Handle::current(),
            exchange: 0,
            cancel: CancellationToken::new(),
            progress: Arc::new(Progress::default()),
            followers: Vec::new(),
            context_tokens: Vec::new(),
        };
        tokio::time::timeout(Duration::from_secs(20), self.pipeline.answer(question, along)).await.expect("in time")
    }
}

fn stages(answered: &Answered) -> Vec<Stage> {
    answered.answer.stages.iter().map(|s| s.stage).collect()
}

#[tokio::test]
async fn every_stage_of_an_answer_stands_on_one_clock_and_all_sum_to_the_whole() {
    let shelf = Shelf { embed: Some(Duration::from_millis(5)), ..Shelf::default() };
    let desk = Desk::new(Script::default(), Script::default(), shelf, true, 4_096).await;
    let answered = desk.ask().await;
    let a = &answered.answer;
    assert_eq!(stages(&answered), Stage::ALL);
    assert_eq!((a.intent.as_deref(), a.ending.clone()), (Some("question"), Ending::Complete));
    assert_eq!((a.passages, a.passages_cut, answered.text.as_str()), (Some(2), Some(0), "one two three"));
    assert!(a.stages.windows(2).all(|w| w[0].end <= w[1].start), "{a:?}");
    let covered: Duration = a.parts().into_iter().map(|(_, d)| d).sum();
    assert_eq!(covered + a.glue(), a.end);
    let generate = a.stage(Stage::Generate).expect("generated");
    assert_eq!((a.first_token, a.end), (generate.first_token, generate.end));
    assert_eq!(answered.sent.duration_since(answered.began), generate.start);
    assert!(answered.notes.is_empty(), "{:?}", answered.notes);
}

#[tokio::test]
async fn a_delay_planted_in_a_stage_is_named_by_bottleneck_and_what_if() {
    let slow = |first_token| Script { first_token, ..Script::default() };
    let none = Script::default;
    let shelf = Shelf { embed: Some(Duration::ZERO), ..Shelf::default() };
    let desks = [
        (Stage::Classify, Desk::new(none(), slow(PLANTED), shelf.clone(), true, 4_096).await),
        (Stage::Embed, Desk::new(none(), none(), Shelf { embed: Some(PLANTED), ..shelf.clone() }, true, 4_096).await),
        (Stage::Retrieve, Desk::new(none(), none(), Shelf { retrieve: PLANTED, ..shelf.clone() }, true, 4_096).await),
        (Stage::Rerank, Desk::new(none(), Script { rerank: PLANTED, ..none() }, shelf.clone(), true, 4_096).await),
        // A context so small that tokens must be counted, by an engine that counts slowly.
        (Stage::Prompt, Desk::new(Script { tokenize: PLANTED, ..none() }, none(), shelf.clone(), true, 200).await),
        (Stage::Generate, Desk::new(slow(PLANTED), none(), shelf, true, 4_096).await),
    ];
    for (stage, desk) in desks {
        let answers = [desk.ask().await.answer];
        let summary = summarise_pipeline(&answers).expect("an answer");
        assert_eq!(summary.bottleneck.map(|b| b.stage), Some(stage), "{answers:?}");
        assert_eq!(summary.what_if.first().map(|w| w.stage), Some(stage));
        assert!(answers[0].stage(stage).is_some_and(|s| s.duration() >= PLANTED), "{answers:?}");
    }
}

#[tokio::test]
async fn a_dead_engine_leaves_a_typed_partial_answer_and_the_next_works_when_it_is_back() {
    let shelf = Shelf::default();
    let gone = shelf.gone.clone();
    let desk = Desk::new(Script::default(), Script::default(), shelf, false, 4_096).await;
    let broken = [
        (&desk.mini.dead, vec![Stage::Classify]),
        (&gone, vec![Stage::Classify, Stage::Retrieve]),
        (&desk.main.dead, vec![Stage::Classify, Stage::Retrieve, Stage::Prompt, Stage::Generate]),
    ];
    for (switch, expected) in broken {
        switch.store(true, Ordering::Relaxed);
        let answered = desk.ask().await;
        assert_eq!(stages(&answered), expected);
        let (last, done) = answered.answer.stages.split_last().expect("a stage");
        assert!(last.error.is_some() && done.iter().all(|s| s.error.is_none()), "{answered:?}");
        assert!(!answered.answer.ending.counts() && !answered.trace.ending.counts());
        switch.store(false, Ordering::Relaxed);
        assert_eq!(desk.ask().await.answer.ending, Ending::Complete);
    }
}

#[tokio::test]
async fn what_the_context_has_no_room_for_is_cut_and_recorded() {
    let desk = Desk::new(Script::default(), Script::default(), Shelf::default(), false, 200).await;
    let answer = desk.ask().await.answer;
    assert_eq!((answer.passages, answer.passages_cut, answer.ending), (Some(2), Some(1), Ending::Complete));
    assert!(answer.tokens_cut.is_some_and(|n| n >= 20), "{:?}", answer.tokens_cut);
}

#[tokio::test]
async fn a_route_without_retrieval_has_no_such_stage_and_one_intent_needs_no_classifier() {
    let mut desk = Desk::new(Script::default(), Script::default(), Shelf::default(), false, 4_096).await;
    desk.pipeline.intents.retain(|i| i.name == "small-talk");
    let answered = desk.ask().await;
    assert_eq!(stages(&answered), [Stage::Prompt, Stage::Generate]);
    assert_eq!(answered.answer.passages, None);
    assert_eq!(desk.pipeline.intents[0].answered_by, Target::Mini);
}

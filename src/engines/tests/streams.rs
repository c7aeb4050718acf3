//! What goes wrong in a stream, and how it is told.

use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::scripted::{Scripted, Step, answer, begun, json, whole};
use super::{CANARY, ask, client, exchange, stream};
use crate::engines::client::Client;
use crate::engines::config::Config;
use crate::engines::dialects::Dialect;
use crate::engines::progress::Progress;
use crate::engines::raw::Closing;
use crate::measure::Ending;

const SSE: &str = "text/event-stream";
const TEXT: &str = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":null}]}\n\n";
const FINISH: &str = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";

/// The ending's word and detail of what a scripted chat engine does.
async fn ending(steps: Vec<Step>) -> String {
    let engine = Scripted::always(steps);
    let ending = exchange(&client(&engine.url, Dialect::OpenaiChat)).await.trace.ending;
    match ending.detail() {
        Some(detail) => format!("{}: {detail}", ending.word()),
        None => ending.word().to_owned(),
    }
}

fn sse(body: &str) -> Vec<Step> {
    whole(SSE, body.as_bytes())
}

#[tokio::test]
async fn each_finish_reason_counts_or_is_refused_by_its_name() {
    let with = |word: &str| sse(&format!("{TEXT}{}data: [DONE]\n\n", FINISH.replace("stop", word)));
    for (word, expected) in [
        ("stop", "complete"),
        ("tool_calls", "complete"),
        ("function_call", "complete"),
        ("eos", "complete"),
        ("length", "length"),
        ("abort", "refused: HTTP 200: the engine ended the answer with `abort`"),
        ("error", "refused: HTTP 200: the engine ended the answer with `error`"),
        ("content_filter", "refused: HTTP 200: the engine ended the answer with `content_filter`"),
        ("whatever", "refused: HTTP 200: the engine ended the answer with `whatever`"),
    ] {
        assert_eq!(ending(with(word)).await, expected, "{word}");
    }
}

#[tokio::test]
async fn an_answer_without_any_content_does_not_count() {
    let said = ending(sse(&format!("{FINISH}data: [DONE]\n\n"))).await;
    assert_eq!(said, "malformed: the answer ended without any text, reasoning or tool call");
}

#[tokio::test]
async fn an_answer_that_did_not_stream_is_refused() {
    let body = r#"{"choices":[{"index":0,"message":{"role":"assistant","content":"a"},"finish_reason":"stop"}]}"#;
    assert!(ending(json(body)).await.contains("did not stream"));
    assert!(ending(answer(200, SSE, &format!("data: {body}\n\n"))).await.contains("did not stream"));
}

#[tokio::test]
async fn what_comes_behind_done_is_not_read() {
    assert_eq!(ending(sse(&format!("{TEXT}{FINISH}data: [DONE]\n\ndata: {{broken\n\n"))).await, "complete");
}

#[tokio::test]
async fn a_response_left_open_behind_done_is_complete_and_soon() {
    let mut steps = begun(SSE, format!("{TEXT}{FINISH}data: [DONE]\n\n").as_bytes());
    steps.push(Step::Hold);
    let since = Instant::now();
    assert_eq!(ending(steps).await, "complete");
    assert!(since.elapsed() < Duration::from_secs(4), "the idle time is five seconds");
}

#[tokio::test]
async fn a_response_left_open_behind_an_ollama_done_is_complete_and_its_connection_is_not_used_again() {
    let line =
        "{\"message\":{\"content\":\"\\\"done\\\":true\"},\"done\":false}\n{\"done\":true,\"done_reason\":\"stop\"}\n";
    let mut steps = begun("application/x-ndjson", line.as_bytes());
    steps.push(Step::Hold);
    let engine = Scripted::always(steps);
    let client = client(&engine.url, Dialect::Ollama);
    for n in 1..=2 {
        assert_eq!(exchange(&client).await.trace.ending, Ending::Complete);
        assert_eq!(engine.connections(), n);
    }
}

#[tokio::test]
async fn a_torn_last_event_is_a_cut_and_not_a_fault_of_form() {
    let torn = [TEXT, "data: {\"choices\":[{\"ind"].concat();
    let mut cut = begun(SSE, torn.as_bytes());
    cut.push(Step::Close);
    assert_eq!(ending(cut).await, "truncated: the stream ended without a finish reason");
    // Without a length, the close is all that tells the end.
    let bare = format!("HTTP/1.1 200 OK\r\nContent-Type: {SSE}\r\n\r\n{torn}");
    assert_eq!(
        ending(vec![Step::Bytes(bare.into_bytes()), Step::Close]).await,
        "truncated: the stream ended without a finish reason"
    );
}

#[tokio::test]
async fn a_cut_behind_the_finish_changes_nothing() {
    let mut steps = begun(SSE, [TEXT, FINISH, "data: [DO"].concat().as_bytes());
    steps.push(Step::Close);
    assert_eq!(ending(steps).await, "complete");
}

#[tokio::test]
async fn a_pause_between_text_and_finish_is_generation_and_one_behind_the_finish_is_not() {
    let pause = Duration::from_millis(120);
    let mut steps = begun(SSE, TEXT.as_bytes());
    steps.push(Step::Pause(pause));
    let sized = |body: &str| Step::Bytes(format!("{:x}\r\n{body}\r\n", body.len()).into_bytes());
    steps.push(sized(FINISH));
    steps.push(Step::Pause(pause));
    steps.push(sized("data: [DONE]\n\n"));
    steps.push(Step::Bytes(b"0\r\n\r\n".to_vec()));
    let engine = Scripted::always(steps);
    let trace = exchange(&client(&engine.url, Dialect::OpenaiChat)).await.trace;
    let (first, finish) = (trace.chunks[0].offset, trace.finish.expect("a finish"));
    assert!(finish - first >= pause / 2, "{finish:?} {first:?}");
    assert!(trace.closed - finish >= pause / 2, "{:?} {finish:?}", trace.closed);
}

#[tokio::test]
async fn errors_under_status_200_are_refused_with_their_text() {
    for body in [
        "data: {\"object\":\"error\",\"message\":\"out of memory\",\"code\":500}\n\n",
        "error: {\"code\":500,\"message\":\"out of memory\",\"type\":\"server_error\"}\n\n",
        "event: error\ndata: {\"message\":\"out of memory\"}\n\n",
        "data: {\"error\":{\"message\":\"out of memory\"}}\n\n",
    ] {
        assert_eq!(ending(sse(&[TEXT, body].concat())).await, "refused: HTTP 200: out of memory", "{body}");
    }
}

#[tokio::test]
async fn a_page_or_a_json_body_is_no_stream() {
    assert_eq!(
        ending(answer(200, "text/html; charset=utf-8", "<html>a: proxy</html>")).await,
        "refused: HTTP 200: <html>a: proxy</html>"
    );
    assert_eq!(ending(json(r#"{"detail":"no such route"}"#)).await, "refused: HTTP 200: no such route");
}

#[tokio::test]
async fn what_is_no_json_costs_its_place_and_not_the_exchange() {
    let lone = TEXT.replace("\"a\"", "\"\\ud83d\"");
    let bytes =
        [lone.as_bytes(), b"data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\xf0\x9f\"}}]}\n\n"].concat();
    let usage = "data: {\"choices\":[],\"usage\":{\"completion_tokens\":NaN,\"prompt_tokens\":\"many\"}}\n\n";
    let engine = Scripted::always(whole(SSE, &[&bytes, FINISH.as_bytes(), usage.as_bytes()].concat()));
    let f = exchange(&client(&engine.url, Dialect::OpenaiChat)).await;
    assert_eq!((f.text.as_str(), &f.trace.ending), ("\u{fffd}\u{fffd}", &Ending::Complete));
    assert_eq!((f.trace.output.usage, f.trace.prompt.total), (None, None));
}

#[tokio::test]
async fn a_key_that_an_engine_echoes_is_kept_nowhere() {
    let long = format!("{} {CANARY} is no key", "x".repeat(390));
    for steps in [
        answer(401, "application/json", &format!(r#"{{"error":{{"message":"Incorrect API key: {CANARY}"}}}}"#)),
        answer(401, "text/plain", &long),
        sse(&format!("data: {{\"error\":\"{CANARY} has no credit\"}}\n\n")),
        sse(&format!("{TEXT}{}", FINISH.replace("stop", CANARY))),
    ] {
        let said = ending(steps.clone()).await;
        assert!(said.starts_with("refused") && !said.contains("canary"), "{said}");
        let engine = Scripted::always(steps);
        if let Err(e) = client(&engine.url, Dialect::OpenaiChat).identity().await {
            assert!(!e.to_string().contains("canary"), "{e}");
        }
    }
}

#[tokio::test]
async fn a_request_that_is_not_taken_ends_by_time_and_by_cancelling() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let config = Config { base_url: url, idle_timeout: Duration::from_millis(300), ..Config::default() };
    let client = Client::new(config).expect("a client");
    // More than the socket's buffers hold, and nobody reads.
    let prepared = client.prepare_body("/v1/chat/completions", &"x".repeat(64 << 20), "1");
    let connection = client.connect().await.expect("it listens");
    let raw =
        client.stream(connection, prepared.clone(), None, &CancellationToken::new(), &Progress::default(), &[]).await;
    assert_eq!(raw.closing, Closing::Stalled("the request was not taken within 300ms".into()));
    let cancel = CancellationToken::new();
    cancel.cancel();
    let connection = client.connect().await.expect("it listens");
    let raw = client.stream(connection, prepared, None, &cancel, &Progress::default(), &[]).await;
    assert_eq!(raw.closing, Closing::Cancelled);
}

#[tokio::test]
async fn a_connection_for_one_exchange_is_not_kept() {
    let engine = Scripted::always(sse(&[TEXT, FINISH].concat()));
    let client = client(&engine.url, Dialect::OpenaiChat);
    let once = client.connect_once().await.expect("it listens");
    let prepared = client.prepare(&ask(), 1);
    client.stream(once, prepared, None, &CancellationToken::new(), &Progress::default(), &[]).await;
    for _ in 0..2 {
        assert_eq!(stream(&client).await.closing, Closing::Whole);
    }
    assert_eq!(engine.connections(), 2, "the first was not used again, the second was");
}

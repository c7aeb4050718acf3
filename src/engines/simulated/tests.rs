//! The simulated engines over real sockets, read by a client that knows nothing but bytes.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::*;

/// Fast enough for tests, with the physics switched off.
fn quick() -> Profile {
    Profile { slots: 4, stop_after: 3..=9, ..Profile::flat(Duration::from_millis(1), Duration::from_micros(200)) }
}

fn start(main: Profile) -> SimulatedEngines {
    let config = Config { main, mini: quick(), ..Config::default() };
    SimulatedEngines::start(config, CancellationToken::new()).unwrap()
}

fn connect(engine: &SimulatedEngine) -> TcpStream {
    let stream = TcpStream::connect(engine.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream
}

fn request(path: &str, exchange: &str, body: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nX-Dualbench-Exchange: {exchange}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Sends, and reads until the engine closes or `end` has come.
fn converse(engine: &SimulatedEngine, bytes: &str, end: &str) -> String {
    let mut stream = connect(engine);
    stream.write_all(bytes.as_bytes()).unwrap();
    read_until(&mut stream, end)
}

fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let (mut seen, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let count = stream.read(&mut buffer).unwrap();
        seen.extend_from_slice(&buffer[..count]);
        if count == 0 || seen.ends_with(end.as_bytes()) {
            return String::from_utf8(seen).unwrap();
        }
    }
}

fn stream_chat(engine: &SimulatedEngine, exchange: &str, fields: &str) -> String {
    let body = format!(r#"{{"messages":[{{"role":"user","content":"name the engines"}}],"stream":true,{fields}}}"#);
    converse(engine, &request("/v1/chat/completions", exchange, &body), "0\r\n\r\n")
}

fn post(engine: &SimulatedEngine, path: &str, body: &str) -> (String, serde_json::Value) {
    let close = request(path, "post", body).replacen("Host: x", "Host: x\r\nConnection: close", 1);
    let response = converse(engine, &close, "\u{0}");
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    (head.lines().next().unwrap().into(), serde_json::from_str(body).unwrap())
}

/// The JSON of each event, `[DONE]` left out.
fn events(response: &str) -> Vec<serde_json::Value> {
    let payloads =
        response.lines().filter_map(|line| line.strip_prefix("data: ")).filter(|payload| *payload != "[DONE]");
    payloads.map(|payload| serde_json::from_str(payload).unwrap()).collect()
}

fn text(response: &str) -> String {
    let content = |event: &serde_json::Value| event["choices"][0]["delta"]["content"].as_str().map(str::to_owned);
    events(response).iter().filter_map(content).collect()
}

/// Tries until there is something; machines may be slow, but not for ever.
#[track_caller]
fn eventually<T>(mut attempt: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        if let Some(found) = attempt() {
            return found;
        }
        assert!(Instant::now() < deadline, "it never held");
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn until(holds: impl Fn() -> bool) {
    eventually(|| holds().then_some(()));
}

#[test]
fn a_short_stream_has_the_bytes_of_llama_cpp() {
    let engines = start(quick());
    let seen = stream_chat(
        &engines.main,
        "a",
        r#""max_tokens":2,"ignore_eos":true,"seed":7,"stream_options":{"include_usage":true}"#,
    );
    let (head, body) = seen.split_once("\r\n\r\n").unwrap();
    let told = chunks(body).join("~\n").split(",\"timings\":{").next().unwrap().to_owned();
    insta::assert_snapshot!(format!("{}\n\n{told}", head.replace('\r', "")));
    assert!(body.contains(r#""timings":{"cache_n":0,"prompt_n":10,"prompt_ms":"#));
    assert!(body.ends_with("}}\n\n\r\ne\r\ndata: [DONE]\n\n\r\n0\r\n\r\n"));
}

/// The payloads of HTTP's chunks; each must be as long as it says.
fn chunks(mut body: &str) -> Vec<&str> {
    let mut chunks = Vec::new();
    while let Some((length, rest)) = body.split_once("\r\n") {
        let (chunk, rest) = rest.split_at(usize::from_str_radix(length, 16).unwrap());
        chunks.push(chunk);
        body = rest.strip_prefix("\r\n").unwrap();
    }
    chunks
}

#[test]
fn a_completion_stream_ends_with_usage_and_timings_unasked() {
    let engines = start(quick());
    let body = r#"{"prompt":"one two","stream":true,"seed":1}"#;
    let seen = converse(&engines.main, &request("/v1/completions", "c", body), "0\r\n\r\n");
    let events = events(&seen);
    let [.., stop_token, finish] = events.as_slice() else { panic!("{seen}") };
    assert_eq!(
        (stop_token["choices"][0]["text"].as_str(), &stop_token["choices"][0]["finish_reason"]),
        (Some(""), &serde_json::Value::Null)
    );
    assert_eq!(finish["choices"][0]["finish_reason"], "stop");
    assert_eq!(finish["usage"]["prompt_tokens"], 2);
    // All but the finish: one per visible token, and the stop token's empty one.
    assert_eq!(finish["usage"]["completion_tokens"], events.len() - 1);
    assert_eq!(finish["timings"]["predicted_n"], finish["usage"]["completion_tokens"]);
}

#[test]
fn ignore_eos_gives_exactly_the_tokens_asked_for() {
    let engines = start(quick());
    for asked in [1, 2, 37] {
        let seen = stream_chat(&engines.main, "exact", &format!(r#""max_tokens":{asked},"ignore_eos":true"#));
        let truth = engines.main.truth().take("exact").unwrap();
        assert_eq!((tokenize(&text(&seen)).len(), truth.writes.len()), (asked, asked));
        assert_eq!((truth.output_tokens as usize, truth.ending), (asked, TrueEnding::Length));
    }
}

#[test]
fn without_ignore_eos_an_answer_stops_by_itself_in_the_profiles_range() {
    let engines = start(quick());
    let mut lengths = std::collections::BTreeSet::new();
    for seed in 0..40 {
        let seen =
            stream_chat(&engines.main, "stop", &format!(r#""seed":{seed},"stream_options":{{"include_usage":true}}"#));
        let events = events(&seen);
        assert_eq!(events[events.len() - 2]["choices"][0]["finish_reason"], "stop");
        let claimed = events[events.len() - 1]["usage"]["completion_tokens"].as_u64().unwrap();
        // The stop token is counted and has no text.
        assert_eq!(tokenize(&text(&seen)).len() as u64 + 1, claimed);
        lengths.insert(claimed);
    }
    assert_eq!((lengths.first(), lengths.last()), (Some(&3), Some(&9)));
}

#[test]
fn a_seed_fixes_the_answer_whatever_came_before() {
    let answers = |first: &str| {
        let engines = start(quick());
        stream_chat(&engines.main, "x", first);
        text(&stream_chat(&engines.main, "y", r#""seed":5"#))
    };
    assert_eq!(answers(r#""seed":1"#), answers(r#""seed":2,"max_tokens":1"#));
    let engines = start(quick());
    let unseeded = || text(&stream_chat(&engines.main, "z", r#""max_tokens":2,"ignore_eos":true"#));
    assert_ne!(unseeded(), unseeded());
}

#[test]
fn usage_agrees_with_tokenize_and_the_fixed_template() {
    let engines = start(quick());
    let prompt = "Compare 1234 engines: which, of these two, answers faster? 🙂";
    let (_, tokens) = post(&engines.main, "/tokenize", &serde_json::json!({"content": prompt}).to_string());
    let counted = tokens["tokens"].as_array().unwrap().len() as u32;
    let body =
        serde_json::json!({"messages": [{"role": "user", "content": prompt}], "max_tokens": 3, "ignore_eos": true});
    let (status, answer) = post(&engines.main, "/v1/chat/completions", &body.to_string());
    assert_eq!(status, "HTTP/1.1 200 OK");
    assert_eq!(answer["usage"]["prompt_tokens"], counted + TEMPLATE_TOKENS_PER_MESSAGE + TEMPLATE_TOKENS_OPENING);
    let answered = answer["choices"][0]["message"]["content"].as_str().unwrap();
    assert_eq!((tokenize(answered).len(), answer["usage"]["completion_tokens"].as_u64()), (3, Some(3)));
    let body = serde_json::json!({"prompt": prompt, "max_tokens": 1});
    assert_eq!(post(&engines.main, "/v1/completions", &body.to_string()).1["usage"]["prompt_tokens"], counted);
}

#[test]
fn the_same_prompt_again_is_cached_unless_the_request_forbids_it() {
    let engines = start(quick());
    let cached = |fields: &str| {
        stream_chat(&engines.main, "cache", fields);
        engines.main.truth().take("cache").unwrap().cached_tokens
    };
    assert_eq!(cached(r#""max_tokens":1"#), 0);
    assert_eq!(cached(r#""max_tokens":1"#), 9);
    assert_eq!(cached(r#""max_tokens":1,"cache_prompt":false"#), 0);
}

#[test]
fn the_truth_brackets_what_the_client_saw() {
    let engines = start(quick());
    let before = now_ns();
    let seen = stream_chat(&engines.main, "t", r#""max_tokens":5,"ignore_eos":true"#);
    let after = now_ns();
    let truth = engines.main.truth().take("t").unwrap();
    let mut moments = vec![before, truth.request_read_ns, truth.slot_ns];
    moments.extend(truth.writes.iter().map(|write| write.at_ns));
    moments.extend([truth.finish_ns.unwrap(), after]);
    assert!(moments.is_sorted(), "{moments:?}");
    for write in &truth.writes {
        assert!(seen[..write.end_byte as usize].ends_with("\n\n\r\n"));
    }
    assert!(
        truth.writes[0].at_ns >= truth.slot_ns + 1_000_000 - 20_000,
        "the flat profile's first token is due after 1 ms"
    );
}

#[test]
fn lateness_does_not_add_up_over_a_stream() {
    let engines = start(Profile::flat(Duration::from_millis(2), Duration::from_millis(1)));
    stream_chat(&engines.main, "d", r#""max_tokens":100,"ignore_eos":true"#);
    let truth = engines.main.truth().take("d").unwrap();
    // Each token is due at its own absolute moment, so none can come early and the earliest of many is not late.
    let late = |(token, write): (usize, &TrueWrite)| {
        write.at_ns as i64 - (truth.slot_ns + 2_000_000 + token as u64 * 1_000_000) as i64
    };
    let latest_best = truth.writes.iter().enumerate().skip(50).map(late).min().unwrap();
    assert!((-20_000..5_000_000).contains(&latest_best), "{latest_best} ns");
    assert!(truth.writes.iter().enumerate().map(late).all(|late| late >= -20_000));
}

#[test]
fn an_engine_is_slower_while_the_other_one_works() {
    // A factor so large that no machine's noise reaches it: five steps take 20 ms alone and 400 ms together.
    let slowed = Profile { slow_down: 20.0, ..Profile::flat(Duration::ZERO, Duration::from_millis(4)) };
    let engines = start(slowed);
    let span_ns = || {
        stream_chat(&engines.main, "span", r#""max_tokens":6,"ignore_eos":true"#);
        let writes = engines.main.truth().take("span").unwrap().writes;
        writes[5].at_ns - writes[0].at_ns
    };
    let company = connect_and_decode(&engines.mini, 1_000_000);
    until(|| engines.mini.activity.snapshot().decoding == 1);
    assert!(span_ns() > 300_000_000);
    drop(company);
    until(|| engines.mini.activity.streams() == 0);
    eventually(|| (span_ns() < 200_000_000).then_some(()));
}

/// An open stream whose client reads nothing yet.
fn connect_and_decode(engine: &SimulatedEngine, tokens: u32) -> TcpStream {
    let mut stream = connect(engine);
    let body = format!(r#"{{"prompt":"x","stream":true,"ignore_eos":true,"max_tokens":{tokens}}}"#);
    stream.write_all(request("/v1/completions", "held", &body).as_bytes()).unwrap();
    stream
}

#[test]
fn a_client_that_leaves_ends_its_stream() {
    let engines = start(quick());
    let mut stream = connect_and_decode(&engines.main, 1_000_000);
    stream.read_exact(&mut [0; 400]).unwrap();
    assert_eq!(engines.main.activity.streams(), 1);
    drop(stream);
    until(|| engines.main.activity.streams() == 0);
    let truth = eventually(|| engines.main.truth().take("held"));
    assert_eq!((truth.ending, truth.finish_ns), (TrueEnding::Disconnected, None));
    assert!(truth.output_tokens < 1_000_000);
    assert_eq!(engines.main.activity.snapshot().kv_tokens, 0);
}

#[test]
fn a_request_beyond_the_slots_waits_its_turn() {
    let engines = start(Profile { slots: 1, ..quick() });
    let first = connect_and_decode(&engines.main, 1_000_000);
    until(|| engines.main.activity.streams() == 1);
    let second = std::thread::spawn({
        let main = engines.main.clone();
        move || stream_chat(&main, "second", r#""max_tokens":1"#)
    });
    std::thread::sleep(Duration::from_millis(30));
    assert!(!second.is_finished());
    first.shutdown(Shutdown::Both).unwrap();
    second.join().unwrap();
    let truth = engines.main.truth().take("second").unwrap();
    assert!(truth.slot_ns > truth.request_read_ns + 5_000_000);
}

#[test]
fn a_reader_that_does_not_read_holds_the_engine_back_and_loses_nothing() {
    let engines = start(Profile::flat(Duration::ZERO, Duration::from_nanos(100)));
    let mut stream = connect_and_decode(&engines.main, 200_000);
    until(|| engines.main.activity.snapshot().decoded_tokens > 1000);
    let mut before = 0;
    eventually(|| {
        std::thread::sleep(Duration::from_millis(20));
        let now = engines.main.activity.snapshot().decoded_tokens;
        (now == std::mem::replace(&mut before, now)).then_some(())
    });
    assert!(engines.main.activity.snapshot().decoded_tokens < 200_000);
    let seen = read_until(&mut stream, "0\r\n\r\n");
    assert_eq!(events(&seen).len(), 200_001);
}

#[test]
fn pipelined_requests_are_answered_in_order_on_one_connection() {
    let engines = start(quick());
    let two =
        request("/tokenize", "1", r#"{"content":"a b"}"#) + &request("/tokenize", "2", r#"{"content":"a b c d"}"#);
    let get = "GET /health HTTP/1.1\r\nConnection: close\r\n\r\n";
    let seen = converse(&engines.main, &(two + get), "\u{0}");
    let bodies: Vec<&str> = seen.split("\r\n\r\n").skip(1).map(|part| part.split("HTTP/1.1").next().unwrap()).collect();
    assert_eq!(bodies.len(), 3, "{seen}");
    assert_eq!([bodies[0].matches(',').count(), bodies[1].matches(',').count()], [1, 3]);
    assert_eq!(bodies[2], r#"{"status":"ok"}"#);
}

#[test]
fn what_cannot_be_answered_is_refused_as_llama_cpp_does() {
    let engines = start(Profile { context_tokens: 64, ..quick() });
    let check = |path: &str, body: &str, status: &str, error: &str| {
        let (seen, answer) = post(&engines.main, path, body);
        assert_eq!((seen.as_str(), answer["error"].to_string().as_str()), (status, error));
    };
    check(
        "/v1/chat/completions",
        "{}",
        "HTTP/1.1 400 Bad Request",
        r#"{"code":400,"message":"'messages' is required","type":"invalid_request_error"}"#,
    );
    let long = serde_json::json!({"prompt": "word ".repeat(70), "stream": true});
    check(
        "/v1/completions",
        &long.to_string(),
        "HTTP/1.1 400 Bad Request",
        r#"{"code":400,"message":"request (71 tokens) exceeds the available context size (64 tokens), try increasing it","type":"exceed_context_size_error","n_prompt_tokens":71,"n_ctx":64}"#,
    );
    check(
        "/v1/nothing",
        "{}",
        "HTTP/1.1 404 Not Found",
        r#"{"code":404,"message":"File Not Found","type":"not_found_error"}"#,
    );
    check(
        "/truth",
        "",
        "HTTP/1.1 404 Not Found",
        r#"{"code":404,"message":"File Not Found","type":"not_found_error"}"#,
    );
    let (_, answer) = post(&engines.main, "/v1/completions", r#"{"prompt":"a b c d","ignore_eos":true}"#);
    assert_eq!(
        (&answer["usage"]["total_tokens"], &answer["choices"][0]["finish_reason"]),
        (&64.into(), &"length".into())
    );
}

#[test]
fn an_engine_says_that_it_is_simulated() {
    let engines = start(Profile::main_14b());
    let seen = converse(&engines.main, "GET /v1/models HTTP/1.1\r\nConnection: close\r\n\r\n", "\u{0}");
    let (head, body) = seen.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("Server: dualbench-simulated"));
    let models: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!(models["data"][0]["id"], "simulated-main-14b");
    assert_eq!(
        (&models["data"][0]["meta"]["simulated"], &models["data"][0]["meta"]["n_ctx"]),
        (&true.into(), &8192.into())
    );
}

#[test]
fn stopping_ends_open_streams_and_frees_the_ports() {
    let mut engines = start(quick());
    let mut stream = connect_and_decode(&engines.main, 1_000_000);
    stream.read_exact(&mut [0; 100]).unwrap();
    engines.stop();
    assert!(stream.read_to_end(&mut Vec::new()).is_ok() || TcpStream::connect(engines.main.address).is_err());
    assert!(TcpStream::connect(engines.main.address).is_err());
    assert_eq!(engines.main.activity.streams(), 0);
}

#[test]
fn a_profile_that_cannot_be_played_is_refused() {
    let config = Config { main: Profile { slots: 0, ..quick() }, ..Config::default() };
    let refused = SimulatedEngines::start(config, CancellationToken::new()).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the simulated engines cannot play their profiles: slots of `simulated-flat` must be at least 1; correct these numbers"
    );
}

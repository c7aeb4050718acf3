//! The API over real sockets.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;

use crate::daemon::{Daemon, eventually, folder};

#[test]
fn a_run_is_started_finished_listed_and_the_same_everywhere() {
    let dir = folder();
    let daemon = Daemon::start(dir.path());
    let run = daemon.start_run("engine-speed", json!({ "engine": "mini", "repetitions": 3, "output_tokens": 16 }));
    let record = daemon.wait_run(&run);
    assert_eq!((&record["state"], &record["verdict"]["state"]), (&json!("finished"), &json!("valid")), "{record}");
    assert_eq!(record["simulated"], true);
    let mini = &record["targets"]["mini"];
    assert_eq!(
        (&mini["ttft_ms"]["n"], &mini["ttft_ms"]["p50"], &mini["ttft_ms"]["needs"]["p50"]),
        (&json!(3), &json!(null), &json!(11))
    );
    assert_eq!(mini["output_tokens"], 48);
    assert!(record["gpu"]["vram_at_peak_bytes"].as_u64().is_some_and(|b| b > 0), "{record}");

    let journal = std::fs::read_to_string(dir.path().join("benchmark_history.jsonl")).expect("a journal");
    assert_eq!(journal.lines().last(), Some(daemon.get(&format!("/api/runs/{run}")).text.as_str()));
    let list = daemon.get("/api/runs").json();
    assert_eq!((&list["runs"][0]["run_id"], &list["runs"][0]["verdict"]["state"]), (&json!(run), &json!("valid")));
    let exchanges = daemon.get(&format!("/api/runs/{run}/exchanges")).json();
    let exchanges = exchanges["exchanges"].as_array().expect("a list").clone();
    assert_eq!(exchanges.iter().filter(|e| e["warm_up"] == false).count(), 3);
    assert!(exchanges.iter().all(|e| e["ending"] == "length"));
    let page = daemon.get(&format!("/api/runs/{run}/exchanges?limit=1")).json();
    assert_eq!((&page["exchanges"][0], &page["next"]), (&exchanges[0], &exchanges[0]["exchange"]));
    let page = daemon.get(&format!("/api/runs/{run}/exchanges?after={}", page["next"])).json();
    assert_eq!((&page["exchanges"][0], &page["next"]), (&exchanges[1], &json!(null)));
    let log = daemon.get(&format!("/api/runs/{run}/log")).json();
    assert!(!log["log"].as_array().expect("a list").is_empty());
    let samples = daemon.get(&format!("/api/runs/{run}/samples")).json();
    for answer in [&log, &samples, &daemon.get(&format!("/api/runs/{run}/exchanges")).json()] {
        assert_eq!(answer["simulated"], true, "{answer}");
    }
    let device = &samples["devices"][0];
    assert_eq!((&device["index"], &device["step"]), (&json!(0), &json!(1)));
    let vram = device["vram_used_bytes"].as_array().expect("a list");
    assert!(!vram.is_empty() && vram.len() == device["at_ms"].as_array().expect("a list").len(), "{device}");
}

#[test]
fn what_is_wrong_with_a_request_is_told_at_once_and_by_field() {
    let dir = folder();
    let daemon = Daemon::start(dir.path());
    let unknown = daemon.post("/api/runs", &json!({ "scenario": "engine-sped" }));
    assert_eq!((unknown.status, unknown.kind.as_str()), (404, "application/problem+json"));
    assert!(unknown.text.contains("engine-speed"), "{}", unknown.text);
    let two = daemon
        .post("/api/runs", &json!({ "scenario": "engine-speed", "params": { "repetitons": 3, "output_tokens": -1 } }));
    assert_eq!(two.status, 422);
    assert_eq!(two.json()["problems"].as_array().map(Vec::len), Some(2), "{}", two.text);
    for (body, field) in [
        (json!({ "scenari": "x" }), "scenari"),
        (json!({ "params": {} }), "scenario"),
        (json!({ "scenario": "engine-speed", "seed": -1 }), "seed"),
    ] {
        let answer = daemon.post("/api/runs", &body);
        assert_eq!((answer.status, &answer.json()["problems"][0]["field"]), (422, &json!(field)), "{}", answer.text);
        assert!(!answer.text.contains("u32") && !answer.text.contains("struct"), "{}", answer.text);
    }
    let limit = daemon.get("/api/runs?limit=many");
    assert_eq!((limit.status, &limit.json()["problems"][0]["field"]), (400, &json!("limit")), "{}", limit.text);
    assert_eq!(daemon.get("/api/runs?limit=0").status, 422);
}

#[test]
fn every_refusal_is_a_problem_and_says_the_first_thing_first() {
    let dir = folder();
    let daemon = Daemon::start(dir.path());
    for (request, status) in [
        ("GET /api/nothing", 404),
        ("GET /api/runs/nonsense", 404),
        ("GET /api/runs/%FF", 400),
        ("GET /assets/none.js", 404),
        ("GET /assets/%FF", 400),
        ("POST /api/health", 405),
        ("POST /api/runs/x", 405),
        ("DELETE /api/runs", 405),
        ("POST /api/nothing", 404),
        ("POST /api/runs", 415),
    ] {
        let (found, head) = raw(
            &daemon,
            &format!(
                "{request} HTTP/1.1\r\nHost: localhost:PORT\r\nContent-Type: text/plain\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            ),
        );
        assert_eq!(found, status, "{request}: {head}");
        assert!(head.contains("content-type: application/problem+json"), "{request}: {head}");
    }
}

#[test]
fn without_its_token_the_daemon_says_which_scheme_it_wants() {
    let dir = folder();
    std::fs::write(dir.path().join("token"), "canary-0123456789").expect("written");
    let daemon = Daemon::start_with(dir.path(), &["--set", "server.token_file=token"]);
    let get = |more: &str| {
        raw(&daemon, &format!("GET /api/health HTTP/1.1\r\nHost: localhost:PORT\r\nConnection: close\r\n{more}\r\n"))
    };
    let (status, head) = get("");
    assert!(status == 401 && head.contains("www-authenticate: bearer"), "{head}");
    assert_eq!(get("Authorization: Bearer canary-0123456789\r\n").0, 200);
}

#[test]
fn a_running_and_a_waiting_run_can_be_cancelled_and_a_full_queue_refuses() {
    let dir = folder();
    let daemon = Daemon::start_with(dir.path(), &["--set", "run.queue=1"]);
    let long = json!({ "repetitions": 10000 });
    let first = daemon.start_run("engine-speed", long.clone());
    eventually("the first run begins", || {
        (daemon.get(&format!("/api/runs/{first}")).json()["state"] != "queued").then_some(())
    });
    let second = daemon.start_run("engine-speed", long.clone());
    let third = daemon.post("/api/runs", &json!({ "scenario": "engine-speed" }));
    assert_eq!(third.status, 503, "{}", third.text);
    let cancel = |run: &str| daemon.post(&format!("/api/runs/{run}/cancel"), &json!({})).status;
    assert_eq!(cancel(&second), 202);
    assert_eq!(daemon.get(&format!("/api/runs/{second}")).json()["state"], "cancelled", "at once, not at its turn");
    let fourth = daemon.start_run("engine-speed", json!({ "repetitions": 1, "output_tokens": 4 }));
    assert_eq!(cancel(&first), 202);
    assert_eq!(daemon.wait_run(&first)["state"], "cancelled");
    assert_eq!(daemon.wait_run(&fourth)["state"], "finished", "its place in the queue was free");
    assert_eq!(daemon.post(&format!("/api/runs/{first}/cancel"), &json!({})).status, 409);
}

#[test]
fn a_load_opens_no_more_exchanges_than_a_guest_may_hold() {
    let dir = folder();
    let daemon = Daemon::start_with(dir.path(), &["--set", "scenarios.open_exchanges=2"]);
    let record = daemon.wait_run(&daemon.start_run("load", json!({ "users": 3 })));
    assert_eq!(record["state"], "failed", "{record}");
    assert!(record["failure"]["message"].as_str().is_some_and(|m| m.contains("open_exchanges")), "{record}");
}

#[test]
fn the_benchmark_routes_answer_in_one_reply_or_as_it_comes() {
    let dir = folder();
    let daemon = Daemon::start(dir.path());
    for role in ["main", "mini"] {
        let path = format!("/api/benchmark/{role}");
        let answer = daemon.post(&path, &json!({ "repetitions": 2, "output_tokens": 12, "prompt_tokens": 64 })).json();
        for field in ["ttft_ms", "tokens_per_second", "itl_ms", "vram_at_peak_bytes"] {
            assert!(answer[field].as_f64().is_some_and(|v| v > 0.0), "{role} {field}: {answer}");
        }
        assert_eq!(
            (&answer["verdict"]["state"], &answer["n"], &answer["simulated"]),
            (&json!("valid"), &json!(2), &json!(true))
        );
        assert!(answer["run_id"].is_string());
        let reasons = answer["reasons_for_null"].as_object().expect("reasons");
        assert!(reasons.keys().all(|field| field.starts_with("intent_to_")), "{answer}");
    }
    let stream =
        daemon.post_for_events("/api/benchmark/mini", &json!({ "repetitions": 1, "warm_up": 0, "output_tokens": 12 }));
    assert!(stream.kind.starts_with("text/event-stream"));
    let count = |name: &str| stream.text.lines().filter(|l| *l == format!("event: {name}")).count();
    assert_eq!((count("token"), count("measures"), count("result")), (12, 1, 1), "{}", stream.text);
    let measures = stream.text.lines().skip_while(|l| *l != "event: measures").nth(1).unwrap_or_default();
    assert!(measures.contains("\"simulated\":true"), "{measures}");
}

#[test]
fn a_void_benchmark_tells_none_of_its_four_figures_and_says_why() {
    let dir = folder();
    let daemon = Daemon::start_with(dir.path(), &["--set", "run.lag_limit_us=0.001"]);
    let answer = daemon.post("/api/benchmark/mini", &json!({ "repetitions": 2, "output_tokens": 12 })).json();
    assert_eq!(answer["verdict"]["state"], "void", "{answer}");
    for field in ["ttft_ms", "tokens_per_second", "itl_ms", "vram_at_peak_bytes"] {
        assert_eq!(answer[field], json!(null), "{field}");
        assert!(
            answer["reasons_for_null"][field].as_str().is_some_and(|why| why.contains("void")),
            "{field}: {answer}"
        );
    }
    let row = &daemon.get("/api/runs").json()["runs"][0];
    assert!(row["reasons_for_null"]["headline.mini.ttft_ms"].as_str().is_some_and(|w| w.contains("void")), "{row}");
}

#[test]
fn a_client_that_leaves_a_streamed_benchmark_ends_its_run() {
    let dir = folder();
    let daemon = Daemon::start(dir.path());
    let body = r#"{"repetitions":1000}"#;
    let mut socket = TcpStream::connect(("127.0.0.1", daemon.port())).expect("connected");
    socket.set_read_timeout(Some(Duration::from_secs(20))).expect("set");
    let head = format!(
        "POST /api/benchmark/mini HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\nContent-Length: {}\r\n\r\n",
        daemon.port(),
        body.len()
    );
    socket.write_all(head.as_bytes()).and_then(|()| socket.write_all(body.as_bytes())).expect("sent");
    let mut seen = String::new();
    let mut buffer = [0; 4096];
    while !seen.contains("event: token") {
        let n = socket.read(&mut buffer).expect("the stream goes on");
        assert!(n > 0, "the stream ended: {seen}");
        seen += &String::from_utf8_lossy(&buffer[..n]);
    }
    drop(socket);
    eventually("the run is cancelled", || {
        (daemon.get("/api/runs").json()["runs"][0]["state"] == "cancelled").then_some(())
    });
}

#[test]
fn a_reader_that_comes_again_gets_a_whole_snapshot_with_the_last_run() {
    let dir = folder();
    let daemon = Daemon::start(dir.path());
    let run = daemon.start_run("engine-speed", json!({ "engine": "mini", "repetitions": 3, "output_tokens": 16 }));
    daemon.wait_run(&run);
    let mut socket = TcpStream::connect(("127.0.0.1", daemon.port())).expect("connected");
    socket.set_read_timeout(Some(Duration::from_secs(5))).expect("set");
    let request =
        format!("GET /api/live HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nLast-Event-ID: 1000000\r\n\r\n", daemon.port());
    socket.write_all(request.as_bytes()).expect("sent");
    let mut seen = String::new();
    let mut buffer = [0; 65_536];
    while !seen.contains("event: snapshot") || !seen.contains("scenarios_changed") {
        let n = socket.read(&mut buffer).expect("the stream goes on");
        assert!(n > 0, "the stream ended: {seen}");
        seen += &String::from_utf8_lossy(&buffer[..n]);
    }
    let first = seen.lines().find_map(|l| l.strip_prefix("data: ")).expect("data");
    let snapshot: serde_json::Value = serde_json::from_str(first).expect("JSON");
    assert_eq!((&snapshot["run"]["run_id"], &snapshot["run"]["state"]), (&json!(run), &json!("finished")));
    assert_eq!(snapshot["series"]["mini"]["ttft_ms"].as_array().map(Vec::len), Some(3));
}

#[test]
fn the_live_stream_begins_with_a_snapshot_and_goes_on_with_the_run() {
    let dir = folder();
    let daemon = Daemon::start(dir.path());
    let mut socket = TcpStream::connect(("127.0.0.1", daemon.port())).expect("connected");
    socket.set_read_timeout(Some(Duration::from_secs(5))).expect("set");
    let request = format!("GET /api/live HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nLast-Event-ID: 7\r\n\r\n", daemon.port());
    socket.write_all(request.as_bytes()).expect("sent");
    let run = daemon.start_run("engine-speed", json!({ "engine": "mini", "repetitions": 3, "output_tokens": 16 }));
    let mut seen = String::new();
    let mut buffer = [0; 65_536];
    while !(seen.contains("event: snapshot")
        && seen.contains("event: frame")
        && seen.contains("\"tokens_per_second\":[[")
        && seen.contains("\"state\":\"finished\""))
    {
        let n = socket.read(&mut buffer).expect("the stream goes on");
        assert!(n > 0, "the stream ended: {seen}");
        seen += &String::from_utf8_lossy(&buffer[..n]);
    }
    assert!(seen.find("event: snapshot") < seen.find("event: frame"));
    assert!(seen.contains(&run));
}

/// One request as bytes; the status line's number.
fn raw(daemon: &Daemon, request: &str) -> (u16, String) {
    let mut socket = TcpStream::connect(("127.0.0.1", daemon.port())).expect("connected");
    socket.set_read_timeout(Some(Duration::from_secs(10))).expect("set");
    socket.write_all(request.replace("PORT", &daemon.port().to_string()).as_bytes()).expect("sent");
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    while !answer.windows(4).any(|w| w == b"\r\n\r\n") {
        let n = socket.read(&mut buffer).expect("an answer");
        if n == 0 {
            break;
        }
        answer.extend_from_slice(&buffer[..n]);
    }
    let text = String::from_utf8_lossy(&answer).to_lowercase();
    (text.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0), text)
}

#[test]
fn other_names_other_origins_and_other_kinds_are_refused_on_the_socket() {
    let dir = folder();
    let daemon = Daemon::start(dir.path());
    let get = |host: &str| raw(&daemon, &format!("GET /api/health HTTP/1.1\r\n{host}Connection: close\r\n\r\n")).0;
    assert_eq!(get("Host: 127.0.0.1:PORT\r\n"), 200);
    assert_eq!(get("Host: evil.com\r\n"), 421);
    assert_eq!(get(""), 400);
    assert_eq!(get("Host: 127.0.0.1:PORT\r\nHost: evil.com\r\n"), 400);
    let post = |more: &str| {
        raw(&daemon, &format!("POST /api/runs HTTP/1.1\r\nHost: localhost:PORT\r\nContent-Length: 2\r\nConnection: close\r\n{more}\r\n{{}}")).0
    };
    assert_eq!(post("Content-Type: text/plain\r\n"), 415);
    assert_eq!(post("Content-Type: application/json\r\nOrigin: http://evil.com\r\n"), 403);
    assert_eq!(post("Content-Type: application/json\r\nSec-Fetch-Site: cross-site\r\n"), 403);
    assert_eq!(post("Content-Type: application/json\r\nOrigin: http://localhost:PORT\r\n"), 422);
    let read = |more: &str| raw(&daemon, &format!("GET /api/live HTTP/1.1\r\nHost: localhost:PORT\r\n{more}\r\n")).0;
    assert_eq!(read("Sec-Fetch-Site: same-origin\r\n"), 200);
    assert_eq!(read("Sec-Fetch-Site: cross-site\r\n"), 403);
    assert_eq!(read("Origin: http://evil.com\r\n"), 403);
    let (status, head) = raw(&daemon, "GET / HTTP/1.1\r\nHost: localhost:PORT\r\nConnection: close\r\n\r\n");
    assert_eq!(status, 200);
    for header in [
        "content-security-policy: default-src 'none'",
        "x-content-type-options: nosniff",
        "referrer-policy: no-referrer",
    ] {
        assert!(head.contains(header), "{header} is missing: {head}");
    }
    assert!(!head.contains("access-control-allow"), "{head}");
}

#[test]
fn a_body_over_the_limit_is_refused() {
    let dir = folder();
    let daemon = Daemon::start(dir.path());
    let huge = daemon.post("/api/runs", &json!({ "scenario": "x".repeat(2 << 20) }));
    assert_eq!(huge.status, 413);
}

#[test]
fn a_stop_ends_the_run_at_hand_and_leaves_nothing_half_done() {
    let dir = folder();
    let daemon = Daemon::start(dir.path());
    let run = daemon.start_run("engine-speed", json!({ "repetitions": 10000 }));
    eventually("it measures", || {
        (daemon.get(&format!("/api/runs/{run}")).json()["state"] == "measuring").then_some(())
    });
    assert_eq!(daemon.stop(), Some(0));
    let journal = std::fs::read_to_string(dir.path().join("benchmark_history.jsonl")).expect("a journal");
    assert!(journal.contains(&run) && journal.contains("\"state\":\"cancelled\""), "{journal}");
}

#[test]
fn one_exchange_is_told_with_every_chunk_and_the_tokens_of_a_run_with_their_ranks() {
    let dir = folder();
    let daemon = Daemon::start(dir.path());
    let run = daemon.start_run("engine-speed", json!({ "engine": "mini", "repetitions": 3, "output_tokens": 16 }));
    daemon.wait_run(&run);
    let rows = daemon.get(&format!("/api/runs/{run}/exchanges")).json();
    let row = &rows["exchanges"].as_array().expect("a list").last().expect("an exchange").clone();
    let whole = daemon.get(&format!("/api/runs/{run}/exchanges/{}", row["exchange"])).json();
    let at: Vec<f64> = whole["chunks"]["at_ms"].as_array().expect("a list").iter().filter_map(|v| v.as_f64()).collect();
    assert_eq!(Some(at.len() as u64), row["chunks"].as_u64(), "{whole}");
    assert!(at.windows(2).all(|w| w[0] <= w[1]), "{at:?}");
    assert_eq!((&whole["claims"], &whole["answer"]), (&row["claims"], &json!(null)), "{whole}");
    assert_eq!(row["stages"], json!(null));
    for missing in ["99999", "x"] {
        assert_eq!(daemon.get(&format!("/api/runs/{run}/exchanges/{missing}")).status, 404, "{missing}");
    }
    let itl = daemon.get(&format!("/api/runs/{run}/itl")).json();
    let mini = &itl["targets"][0];
    assert_eq!((&mini["target"], &mini["exchanges"], &mini["n"]), (&json!("mini"), &json!(3), &json!(45)), "{itl}");
    assert_eq!(mini["rank"].as_array().expect("a list").last(), Some(&json!(45)));
    assert_eq!(mini["at_ms"].as_array().map(Vec::len), mini["itl_ms"].as_array().map(Vec::len));
}

#[test]
fn tags_and_a_note_are_kept_and_a_run_that_is_taken_off_the_lists_comes_back() {
    let dir = folder();
    let daemon = Daemon::start(dir.path());
    let run = daemon.start_run("engine-speed", json!({ "engine": "mini", "repetitions": 1, "output_tokens": 4 }));
    daemon.wait_run(&run);
    let mark = |body: serde_json::Value| daemon.post(&format!("/api/runs/{run}/mark"), &body);
    let kept = mark(json!({ "tags": ["slow ", "q4", "q4"], "note": "after the update" })).json();
    assert_eq!(kept, json!({ "tags": ["q4", "slow"], "note": "after the update", "removed": false }));
    let row = daemon.get("/api/runs").json()["runs"][0].clone();
    assert_eq!((&row["tags"], &row["note"]), (&json!(["q4", "slow"]), &json!("after the update")), "{row}");
    assert!(row["models"]["mini"].as_str().is_some_and(|model| model.contains("simulated")), "{row}");

    assert_eq!(mark(json!({ "removed": true })).json()["tags"], json!(["q4", "slow"]), "what is not named stays");
    assert_eq!(daemon.get("/api/runs").json()["runs"], json!([]));
    assert_eq!(daemon.get("/api/runs?removed=true").json()["runs"][0]["run_id"], json!(run));
    assert_eq!(daemon.get(&format!("/api/runs/{run}")).status, 200, "the record stays");
    mark(json!({ "removed": false }));
    assert_eq!(daemon.get("/api/runs").json()["runs"][0]["run_id"], json!(run));

    let refused = mark(json!({ "tags": ["a,b"], "note": "x" }));
    assert_eq!((refused.status, &refused.json()["problems"][0]["field"]), (422, &json!("tags[0]")), "{}", refused.text);
    assert_eq!(mark(json!({ "colour": "red" })).status, 422);
}

#[test]
fn the_journal_of_another_machine_is_taken_in_once_and_its_figures_make_a_trend() {
    let (there, here) = (folder(), folder());
    let daemon = Daemon::start(there.path());
    for _ in 0..2 {
        let run = daemon.start_run("engine-speed", json!({ "engine": "mini", "repetitions": 3, "output_tokens": 8 }));
        daemon.wait_run(&run);
    }
    let journal = std::fs::read_to_string(there.path().join("benchmark_history.jsonl")).expect("a journal");
    let own: Vec<&str> = journal.lines().collect();
    let daemon = Daemon::start(here.path());
    let sent = json!({ "lines": [own[0], "no line of ours", own[1], own[1], ""] });
    let done = daemon.post("/api/import", &sent).json();
    assert_eq!((&done["taken"], &done["known"]), (&json!(2), &json!(1)), "{done}");
    assert_eq!((&done["refused"][0]["line"], done["refused"].as_array().map(Vec::len)), (&json!(1), Some(1)), "{done}");
    assert_eq!(daemon.post("/api/import", &sent).json()["known"], json!(3), "a second time nothing is new");
    let copied = std::fs::read_to_string(here.path().join("benchmark_history.jsonl")).expect("a journal");
    assert!(own.iter().all(|line| copied.lines().filter(|found| found == line).count() == 1), "{copied}");

    // A machine under load may void a run: only the valid ones have figures to tell.
    let records = own.iter().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
    let valid: Vec<_> = records.filter(|record| record["verdict"]["state"] == "valid").collect();
    let points = |query: &str| daemon.get(&format!("/api/trends?figure={query}")).json()["points"].as_array().cloned();
    let medians: Vec<_> =
        valid.iter().rev().map(|record| record["targets"]["mini"]["ttft_ms"]["median"].clone()).collect();
    let told = points("mini.ttft_ms&scenario=engine-speed").expect("a list");
    assert_eq!(told.iter().map(|point| point["value"].clone()).collect::<Vec<_>>(), medians);
    assert_eq!(points("mini.ttft_ms&scenario=none"), Some(Vec::new()));
    // A run may be over before its card is sampled.
    let sampled = valid.iter().filter(|record| record["gpu"]["vram_max_bytes"].is_number()).count();
    assert_eq!(points("gpu.vram_max_bytes").map(|all| all.len()), Some(sampled));
    let odd = daemon.get("/api/trends?figure=ttft");
    assert_eq!((odd.status, &odd.json()["problems"][0]["field"]), (422, &json!("figure")), "{}", odd.text);
}

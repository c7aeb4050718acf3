//! The pipeline that the host runs, from outside: on the simulated engines, and on two real ones where they are given.

use serde_json::{Value, json};

use crate::daemon::{Daemon, folder, output, text};
use crate::real_engines::engines;

/// Stages, glue and residue of each answer sum to the whole within a microsecond, from what the store holds.
fn sums_hold(dir: &std::path::Path, at_least: usize) {
    use sqlx::Connection;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let path = dir.join("dualbench.db");
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).read_only(true);
        let mut db = sqlx::SqliteConnection::connect_with(&options).await.expect("a database");
        let answers: Vec<(i64, i64)> = sqlx::query_as("select exchange, end_ns from answer order by exchange")
            .fetch_all(&mut db)
            .await
            .expect("rows");
        assert!(answers.len() >= at_least, "{} answers", answers.len());
        for (exchange, end) in answers {
            let spans: Vec<(i64, i64)> =
                sqlx::query_as("select start_ns, end_ns from stage where exchange = ? order by place")
                    .bind(exchange)
                    .fetch_all(&mut db)
                    .await
                    .expect("rows");
            let (mut at, mut stages, mut glue) = (0, 0, 0);
            for (from, to) in &spans {
                assert!(*from >= at && to >= from, "stages follow one another: {spans:?}");
                glue += from - at;
                stages += to - from;
                at = *to;
            }
            assert!((stages + glue - end).abs() <= 1_000, "{stages} + {glue} is not {end}: {spans:?}");
        }
    });
}

#[test]
fn the_full_pipeline_tells_where_the_time_goes_in_one_reply() {
    let dir = folder();
    let daemon = Daemon::start(dir.path());
    let body =
        json!({ "questions": ["what is a cache?", "why is prefill fast?"], "repetitions": 6, "output_tokens": 24 });
    let answer = daemon.post("/api/benchmark/full_pipeline", &body).json();
    assert_eq!(
        (&answer["verdict"]["state"], &answer["n"], &answer["simulated"]),
        (&json!("valid"), &json!(12), &json!(true))
    );
    for field in
        ["intent_to_first_token_ms", "ttft_ms", "intent_to_answer_ms", "tokens_per_second", "vram_at_peak_bytes"]
    {
        assert!(answer[field].as_f64().is_some_and(|v| v > 0.0), "{field}: {answer}");
    }
    assert!(answer["intent_to_first_token_ms"].as_f64() > answer["ttft_ms"].as_f64(), "{answer}");
    let classify = &answer["stages"]["classify"];
    assert!(classify["p50"].as_f64().is_some_and(|v| v > 0.0) && classify["n"] == 12, "{classify}");
    assert!(answer["bottleneck"]["stage"].is_string() && answer["what_if"][0]["saves_ms"].is_number(), "{answer}");
    daemon.stop();
    sums_hold(dir.path(), 12);
}

#[test]
fn the_three_routes_share_one_answer_and_say_what_belongs_to_another() {
    let dir = folder();
    let daemon = Daemon::start(dir.path());
    let keys = |v: &Value| v.as_object().map(|o| o.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
    let small = json!({ "repetitions": 1, "warm_up": 0, "output_tokens": 8 });
    let engine = daemon.post("/api/benchmark/mini", &small).json();
    let pipeline = daemon.post("/api/benchmark/full_pipeline", &small).json();
    assert_eq!(keys(&engine), keys(&pipeline));
    assert!(engine["reasons_for_null"]["intent_to_answer_ms"].is_string(), "{engine}");
    let refused = daemon.post("/api/benchmark/main", &json!({ "questions": ["x"] }));
    assert!(refused.status == 422 && refused.text.contains("full_pipeline"), "{}", refused.text);
    let stream = daemon.post_for_events(
        "/api/benchmark/full_pipeline",
        &json!({ "questions": ["x"], "warm_up": 0, "output_tokens": 8 }),
    );
    let count = |name: &str| stream.text.lines().filter(|l| *l == format!("event: {name}")).count();
    assert!(count("token") >= 8 && count("result") == 1, "{}", stream.text);
}

#[test]
fn without_a_pipeline_the_route_and_the_scenario_say_what_to_configure() {
    let dir = folder();
    let daemon = Daemon::start_with(dir.path(), &["--set", "pipeline.kind=off"]);
    let refused = daemon.post("/api/benchmark/full_pipeline", &json!({}));
    assert!(refused.status == 409 && refused.text.contains("[pipeline]"), "{}", refused.text);
    let record = daemon.wait_run(&daemon.start_run("full-pipeline", json!({})));
    assert!(record["failure"]["message"].as_str().is_some_and(|m| m.contains("pipeline")), "{record}");
}

#[test]
fn a_broken_template_is_named_with_its_file_and_line_and_stands_in_no_other_runs_way() {
    let dir = folder();
    std::fs::write(dir.path().join("prompt.jinja"), "{{ question }}\n{{ pasages }}\n").expect("written");
    let run = output(dir.path(), &["run", "full-pipeline", "--set", "pipeline.template=prompt.jinja"]);
    let said = text(&run.stdout) + &text(&run.stderr);
    assert!(said.contains("prompt.jinja") && said.contains('2') && said.contains("pasages"), "{said}");
    assert_eq!(run.status.code(), Some(4), "{said}");
    let other = output(
        dir.path(),
        &[
            "run",
            "engine-speed",
            "--set",
            "pipeline.template=prompt.jinja",
            "-p",
            "repetitions=1",
            "-p",
            "output_tokens=4",
        ],
    );
    assert_eq!(other.status.code(), Some(0), "{}", text(&other.stderr));
}

/// Before the index is made, once it is, and when its folder has changed since.
#[test]
fn the_pipeline_tells_what_it_retrieves_from_and_indexes_nothing_by_it() {
    let dir = folder();
    let notes = dir.path().join("notes");
    std::fs::create_dir(&notes).expect("made");
    std::fs::write(notes.join("rivers.md"), "# Rivers\n\nA river runs to the sea.").expect("written");
    let daemon = Daemon::start_with(dir.path(), &["--set", "pipeline.documents=notes"]);
    let corpus = || daemon.get("/api/pipeline").json()["retrieval"]["corpus"].clone();
    assert_eq!((&corpus()["state"], &corpus()["documents"]), (&json!("never"), &json!(null)));
    assert!(!dir.path().join("dualbench-index.db").exists());

    let indexed = output(dir.path(), &["--set", "pipeline.documents=notes", "index"]);
    assert!(indexed.status.success(), "{}", text(&indexed.stderr));
    let told = daemon.get("/api/pipeline").json();
    let now = &told["retrieval"]["corpus"];
    assert_eq!(
        (&told["kind"], &told["state"], &told["classifier"]),
        (&json!("composed"), &json!("ready"), &json!("mini"))
    );
    assert_eq!((&now["state"], &now["documents"], &now["behind"]), (&json!("indexed"), &json!(1), &json!(false)));
    assert!(now["size_bytes"].as_u64() > Some(0) && now["changed_at"].is_string(), "{now}");
    assert!(now["folder"].as_str().is_some_and(|folder| folder.ends_with("notes")), "{now}");

    std::fs::write(notes.join("more.md"), "Another text.").expect("written");
    assert_eq!(corpus()["behind"], true);
}

#[test]
fn a_pipeline_that_is_off_or_broken_is_told_with_its_reason() {
    let dir = folder();
    std::fs::write(dir.path().join("mine.jinja"), "{{ question }}\n{{ quetsion }}").expect("written");
    let settings = ["--set", "pipeline.template=mine.jinja", "--set", "pipeline.documents=nowhere"];
    let broken = Daemon::start_with(dir.path(), &settings).get("/api/pipeline").json();
    assert_eq!((&broken["state"], &broken["retrieval"]["corpus"]["state"]), (&json!("broken"), &json!("broken")));
    let problems = broken["problems"].to_string();
    assert!(problems.contains("line 2") && problems.contains("nowhere"), "{problems}");
    let off = Daemon::start_with(dir.path(), &["--set", "pipeline.kind=off"]).get("/api/pipeline").json();
    assert_eq!((&off["kind"], &off["state"], &off["retrieval"]), (&json!("off"), &json!("off"), &json!(null)));
    assert!(off["reasons_for_null"]["retrieval"].is_string(), "{off}");
}

#[test]
fn real_engines_answer_the_whole_pipeline() {
    let Some([main, mini]) = engines() else { return };
    let dir = folder();
    let args = ["run", "full-pipeline", "--json", "--main-url", &main, "--mini-url", &mini];
    let run = output(
        dir.path(),
        // A model of random weights may stop at once, and an answer without a word voids a run.
        &[&args[..], &["-p", "repetitions=1", "-p", "output_tokens=32", "-p", "warm_up=1", "-p", "stop=exact"]]
            .concat(),
    );
    assert_eq!(run.status.code(), Some(0), "{}\n{}", text(&run.stdout), text(&run.stderr));
    let record: Value = serde_json::from_str(text(&run.stdout).trim()).expect("one line of JSON");
    let pipeline = &record["targets"]["pipeline"];
    assert_eq!((&record["simulated"], &pipeline["exchanges"]["failed"]), (&json!(false), &json!(0)), "{pipeline}");
    assert!(pipeline["bottleneck"]["stage"].is_string(), "{pipeline}");
    sums_hold(dir.path(), 12);
}

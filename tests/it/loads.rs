//! Loads whose rate changes and that ask several things in turn, from the outside: the moments come from the store.

use serde_json::{Value, json};

use crate::daemon::{Daemon, folder, output, text};

/// Planned starts in s after the first one, and the prompt's length, in the order of the plan; measured exchanges alone.
fn planned(dir: &std::path::Path) -> Vec<(f64, i64)> {
    use sqlx::Connection;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let rows: Vec<(i64, i64)> = runtime.block_on(async {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(dir.join("dualbench.db")).read_only(true);
        let mut db = sqlx::SqliteConnection::connect_with(&options).await.expect("a database");
        let query = "select sent_ns - start_delay_ns, coalesce(prompt_asked_tokens, 0) from exchange where not warm_up order by 1";
        sqlx::query_as(query).fetch_all(&mut db).await.expect("rows")
    });
    rows.iter().map(|(at, tokens)| ((at - rows[0].0) as f64 / 1e9, *tokens)).collect()
}

fn load(params: &[&str]) -> (tempfile::TempDir, Value, Vec<(f64, i64)>) {
    let dir = folder();
    let common = ["run", "load", "--json", "-p", "output_tokens=4", "-p", "warm_up=2", "-p", "spacing=constant"];
    let given = params.iter().flat_map(|p| ["-p", p]).collect::<Vec<_>>();
    let run = output(dir.path(), &[&common[..], &given].concat());
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    let record = serde_json::from_slice(&run.stdout).expect("a journal line");
    let planned = planned(dir.path());
    (dir, record, planned)
}

#[test]
fn a_ramp_a_plateau_a_pause_and_a_jump_start_at_their_moments() {
    let (_dir, record, planned) = load(&["rate_per_second=10", "stages=1:30, 0.5:30, 0:0, 0.5:0, 0:20, 0.25:20"]);
    // 10 t + 10 t² = n in the ramp, then 30 a second for half a second, nothing for half a second, 20 a second.
    let ramp = (0..20).map(|n| (-10.0 + f64::sqrt(100.0 + 40.0 * f64::from(n))) / 20.0);
    let plateau = (0..15).map(|n| 1.0 + f64::from(n) / 30.0);
    let jump = (0..5).map(|n| 2.0 + f64::from(n) / 20.0);
    let expected: Vec<f64> = ramp.chain(plateau).chain(jump).collect();
    let starts: Vec<f64> = planned.iter().map(|(at, _)| *at).collect();
    assert_eq!(starts.len(), expected.len(), "{starts:?}");
    // What is stored is the send and its delay, each to the nanosecond: the plan itself, whatever this machine's load is.
    let apart = starts.iter().zip(&expected).map(|(s, e)| (s - e).abs()).fold(0.0, f64::max);
    assert!(apart < 1e-4, "{apart}: {starts:?}, not {expected:?}");
    let asked = &record["targets"]["main"]["asked_load"][0];
    let (first, stages) = (&asked["stages"][0], asked["stages"].as_array().map(Vec::len));
    assert_eq!((first, stages), (&json!({ "seconds": 1.0, "rate_per_second": 30.0 }), Some(6)), "{asked}");
    assert_eq!((&asked["from_per_second"], &asked["started"]), (&json!(10.0), &json!(40)), "{asked}");
    assert_eq!((&asked["rate_per_second"], &asked["shed"]), (&Value::Null, &json!(0)), "{asked}");
}

#[test]
fn each_load_of_a_run_draws_arrivals_of_its_own_and_the_same_seed_the_same_ones() {
    let twice = r#"
import { mini, measure, open, report, scenario } from "dualbench";
export const { describe, run } = scenario({
  name: "twice", version: "1.0.0", description: "The same load twice.", targets: [mini], params: {},
  run() {
    for (let i = 0; i < 2; i++) measure(open(mini, { prompt: "Hi.", atMost: 2 }, { ratePerSecond: 40 }), { repetitions: 12 });
  },
});
"#;
    let gaps = |seed: &str| {
        let dir = folder();
        let file = dir.path().join("twice.js");
        std::fs::write(&file, twice).expect("written");
        let run = output(dir.path(), &["run", &file.display().to_string(), "--seed", seed]);
        assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
        let starts: Vec<f64> = planned(dir.path()).iter().map(|(at, _)| *at).collect();
        let gaps = |of: &[f64]| of.windows(2).map(|w| ((w[1] - w[0]) * 1e4).round() as i64).collect::<Vec<_>>();
        (gaps(&starts[..12]), gaps(&starts[12..]))
    };
    let ((first, second), again) = (gaps("7"), gaps("7"));
    assert_eq!((first.len(), second.len()), (11, 11));
    let apart = |a: &[i64], b: &[i64]| a.iter().zip(b).map(|(a, b)| (a - b).abs()).max().unwrap_or(0);
    assert!(apart(&first, &second) > 10, "the second load repeats the first: {first:?}");
    assert!(apart(&first, &again.0) <= 2 && apart(&second, &again.1) <= 2, "{first:?} {second:?}, then {again:?}");
}

#[test]
fn several_requests_are_sent_in_turn_from_the_first_one_on() {
    let (_dir, record, planned) = load(&["rate_per_second=40", "duration_s=0.5", "prompt_mix=64, 128, 32"]);
    let lengths: Vec<i64> = planned.iter().map(|(_, tokens)| *tokens).collect();
    let expected: Vec<i64> = [64, 128, 32].into_iter().cycle().take(20).collect();
    assert_eq!(lengths, expected, "the two warm-up exchanges do not count");
    assert_eq!(record["targets"]["main"]["asked_load"][0]["requests"], 3);
}

#[test]
fn stages_that_cannot_be_are_refused_with_their_field() {
    let dir = folder();
    let daemon = Daemon::start(dir.path());
    for (params, words) in [
        (json!({ "stages": "5:x" }), "`5:x` at place 1"),
        (json!({ "stages": "5:20000" }), "staged.stages[0].rate-per-second: 20000"),
        (json!({ "stages": "5:1, 5:0", "repetitions": 9 }), "9 repetitions may never come"),
        (json!({ "prompt_mix": "64, many" }), "`many` at place 2"),
    ] {
        let record = daemon.wait_run(&daemon.start_run("load", params));
        let message = record["failure"]["message"].as_str().unwrap_or_default();
        assert!(message.contains(words), "{words}: {record}");
    }
}

//! Two real llama.cpp servers, where the environment names them (`cargo xtask test` starts two): our figures against
//! the engine's own timings.

use serde_json::Value;

use crate::daemon::{folder, output, text};

/// The addresses; `None` is said aloud.
#[expect(clippy::disallowed_methods, reason = "a test's own switch")]
pub fn engines() -> Option<[String; 2]> {
    let urls = ["DUALBENCH_TEST_MAIN_URL", "DUALBENCH_TEST_MINI_URL"].map(|v| std::env::var(v).ok());
    if let [Some(main), Some(mini)] = urls {
        return Some([main, mini]);
    }
    eprintln!("skipped: no real engines; `cargo xtask test` starts two");
    None
}

fn run(dialect: &str, args: &[&str]) -> Option<Value> {
    let [main, mini] = engines()?;
    let dir = folder();
    let common = ["--main-url", &main, "--mini-url", &mini, "--dialect", dialect, "run", "--json"];
    let run = output(dir.path(), &[&common[..], args].concat());
    assert_eq!(run.status.code(), Some(0), "{}\n{}", text(&run.stdout), text(&run.stderr));
    Some(serde_json::from_slice(&run.stdout).expect("a journal line"))
}

/// Rates within 5 % of the engine's, counts equal, nothing failed.
#[track_caller]
fn holds(target: &Value, exchanges: u64, tokens: u64) {
    let n = target["tokens_per_second"]["n"].as_u64().expect("rates");
    assert!(n >= exchanges, "{n} exchanges");
    let (ours, theirs) = (&target["tokens_per_second"]["median"], &target["engine_tokens_per_second"]["median"]);
    let (ours, theirs) = (ours.as_f64().expect("ours"), theirs.as_f64().expect("theirs"));
    assert!((ours / theirs - 1.0).abs() < 0.05, "{ours} against {theirs}");
    let ledger = &target["ledger"];
    assert_eq!((&ledger["timings"], &ledger["disagreements"]), (&target["output_tokens"], &Value::from(0)), "{ledger}");
    if !ledger["usage"].is_null() {
        assert_eq!(ledger["usage"], ledger["timings"]);
    }
    assert_eq!(target["output_tokens"].as_u64().expect("a count") / n, tokens);
}

#[test]
fn real_engines_engine_speed_agrees_with_their_timings_in_each_dialect() {
    for dialect in ["openai-chat", "openai-completions", "llamacpp"] {
        let args = ["engine-speed", "-p", "repetitions=10", "-p", "output_tokens=64", "-p", "prompt_tokens=96"];
        let Some(line) = run(dialect, &args) else { return };
        assert_eq!(line["simulated"], false);
        assert_eq!(line["engines"]["main"]["identity"]["model"], "main");
        holds(&line["targets"]["main"], 10, 64);
        assert_eq!(
            line["targets"]["main"]["prompt_tokens"].as_u64(),
            Some(960),
            "prompts of exactly 96 tokens: {dialect}"
        );
    }
}

#[test]
fn real_engines_dual_measures_both_alone_and_together() {
    let args = [
        "dual",
        "-p",
        "repetitions=3",
        "-p",
        "main_output_tokens=64",
        "-p",
        "mini_output_tokens=64",
        "-p",
        "main_prompt_tokens=96",
        "-p",
        "mini_prompt_tokens=96",
    ];
    let Some(line) = run("openai-chat", &args) else { return };
    holds(&line["targets"]["main"], 3, 64);
    holds(&line["targets"]["mini"], 3, 64);
    let interference = line["interference"].as_array().expect("a list");
    assert_eq!(interference.len(), 2, "{line}");
}

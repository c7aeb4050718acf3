//! Two engines in alternating blocks: real daemons' engines, seen from outside as any engine is.

use std::path::Path;

use serde_json::{Value, json};

use crate::daemon::{Daemon, folder, output, text};

/// The address of that daemon's main engine.
fn main_engine(daemon: &Daemon) -> String {
    let engines = daemon.get("/api/engines").json();
    let list = engines["engines"].as_array().expect("a list");
    let main = list.iter().find(|e| e["role"] == "main").expect("a main engine");
    main["base_url"].as_str().expect("an address").to_owned()
}

fn history(dir: &Path) -> Vec<Value> {
    let journal = std::fs::read_to_string(dir.join("benchmark_history.jsonl")).unwrap_or_default();
    journal.lines().map(|line| serde_json::from_str(line).expect("a line")).collect()
}

fn interleaved(dir: &Path, a: &str, b: &str, more: &[&str]) -> std::process::Output {
    let other = format!("main={b}");
    let short = ["run", "engine-speed", "-p", "repetitions=6", "-p", "output_tokens=4", "-p", "warm_up=1"];
    let urls = ["--main-url", a, "--interleave", &other, "--set", "run.lag_limit_us=1e9"];
    output(dir, &[&short[..], &urls, more].concat())
}

#[test]
fn blocks_alternate_are_ordinary_runs_and_are_compared_once() {
    let (home_a, home_b, dir) = (folder(), folder(), folder());
    let daemons = [home_a.path(), home_b.path()].map(|home| Daemon::start_with(home, &["--simulated"]));
    let [a, b] = [&daemons[0], &daemons[1]].map(main_engine);
    let run = interleaved(dir.path(), &a, &b, &["--blocks", "3", "--json"]);
    assert_eq!(run.status.code(), Some(0), "{}\n{}", text(&run.stderr), text(&run.stdout));

    let runs = history(dir.path());
    let asked: Vec<&str> = runs.iter().filter_map(|r| r["engines"]["main"]["base_url"].as_str()).collect();
    assert_eq!(asked, [&a, &b, &b, &a, &a, &b]);
    let seeds: std::collections::BTreeSet<u64> = runs.iter().filter_map(|r| r["seed"].as_u64()).collect();
    assert_eq!(seeds.len(), 6, "each block has prompts of its own");

    let compared: Value = serde_json::from_slice(&run.stdout).expect("one object");
    assert_eq!(compared["comparisons"].as_array().map(Vec::len), Some(1));
    let ids = |places: [usize; 3]| json!(places.map(|i| &runs[i]["run_id"]));
    let comparison = &compared["comparisons"][0];
    assert_eq!((&compared["a"]["runs"], &comparison["b"]["runs"]), (&ids([0, 3, 4]), &ids([1, 2, 5])));
    assert_eq!(comparison["differs"], json!([{ "field": "engines.main.base_url", "a": a, "b": b }]));
    assert_eq!(comparison["withheld"], Value::Null);
    assert_eq!(comparison["noise_runs"].as_array().map(Vec::len), Some(3), "the blocks of A");
    let ttft = &comparison["targets"]["main"]["ttft_ms"];
    assert_eq!((&ttft["n_a"], &ttft["n_b"]), (&json!(18), &json!(18)));
    assert!(ttft["ci95"].is_array() && ttft["call"] != "too few values", "{ttft}");
}

#[test]
fn where_a_block_is_void_no_figure_is_shown() {
    let (home, dir) = (folder(), folder());
    let daemon = Daemon::start_with(home.path(), &["--simulated"]);
    let engines = daemon.get("/api/engines").json();
    let urls: Vec<&str> = ["main", "mini"]
        .iter()
        .filter_map(|role| engines["engines"].as_array()?.iter().find(|e| e["role"] == *role)?["base_url"].as_str())
        .collect();
    let run = interleaved(dir.path(), urls[0], urls[1], &["--blocks", "2", "--set", "run.lag_limit_us=0.001"]);
    let shown = text(&run.stdout);
    assert_eq!(run.status.code(), Some(3), "{}\n{shown}", text(&run.stderr));
    assert!(shown.contains("no figures of B: A: it is void: block ") && !shown.contains("median A"), "{shown}");
    assert!(shown.contains("engines.main.model"), "what differs is told all the same: {shown}");
    assert_eq!(history(dir.path()).len(), 4);
}

#[test]
fn a_block_that_fails_ends_it() {
    let (home, dir) = (folder(), folder());
    let daemon = Daemon::start_with(home.path(), &["--simulated"]);
    let run = interleaved(dir.path(), &main_engine(&daemon), "http://127.0.0.1:1", &[]);
    assert_eq!(run.status.code(), Some(4), "{}", text(&run.stderr));
    assert!(text(&run.stderr).contains("nothing is compared"), "{}", text(&run.stderr));
    assert_eq!(history(dir.path()).len(), 2, "A, and the B that failed");
}

#[test]
fn what_cannot_take_turns_is_refused_before_any_run() {
    let dir = folder();
    let refused = |args: &[&str]| {
        let run = output(dir.path(), &[&["run", "engine-speed"], args].concat());
        (run.status.code(), text(&run.stderr))
    };
    let (code, said) = refused(&["--interleave", "main=http://127.0.0.1:9"]);
    assert_eq!(code, Some(5), "{said}");
    assert!(said.contains("interleave[0]") && said.contains("embedded simulated"), "{said}");
    let here = ["--main-url", "http://127.0.0.1:9"];
    let (code, said) = refused(&[&here[..], &["--interleave", "main=http://127.0.0.1:9/"]].concat());
    assert!(code == Some(5) && said.contains("A's own `main`"), "{said}");
    assert_eq!(refused(&["--blocks", "3"]).0, Some(2), "blocks are of --interleave");
    let many = [&here[..], &["--interleave", "main=http://127.0.0.1:8", "--blocks", "51"]].concat();
    assert_eq!(refused(&many).0, Some(2));
    assert_eq!(history(dir.path()).len(), 0);
}

/// What a daemon's main engine is, to any other daemon: an engine at an address that says of itself that it is simulated.
#[test]
fn a_simulated_engine_of_another_daemon_is_told_as_such_and_by_its_name() {
    let (home, dir) = (folder(), folder());
    let daemon = Daemon::start_with(home.path(), &["--simulated"]);
    let (simulated, nobody) = (main_engine(&daemon), "http://127.0.0.1:1");
    let urls = ["--main-url", nobody, "--mini-url", &simulated, "--set", "run.lag_limit_us=1e9"];
    let short = ["run", "engine-speed", "-p", "engine=mini", "-p", "repetitions=6", "-p", "output_tokens=4"];
    let run = output(dir.path(), &[&short[..], &urls].concat());
    let shown = text(&run.stdout);
    let runs = history(dir.path());
    let [record] = runs.as_slice() else { panic!("{}\n{shown}", text(&run.stderr)) };
    assert_eq!(record["simulated"], true);
    assert_eq!(record["engines"]["mini"]["simulated"], true);
    assert_ne!(record["engines"]["main"]["simulated"], true, "nobody answers there");
    assert!(!record["host"]["gpu"].as_str().is_some_and(|gpu| gpu.contains("simulated")), "{record}");
    assert!(shown.contains("SIMULATED: mini") && shown.contains(", simulated)"), "{shown}");
    let listed = text(&output(dir.path(), &["history"]).stdout);
    assert!(listed.contains("simulated: mini"), "{listed}");
}

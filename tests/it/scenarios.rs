//! The built-in scenarios on the simulated engines, whose physics are known (src/engines/simulated/profile.rs).

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::daemon::{folder, output, text};

fn module(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("scenarios-wasm/{name}.wasm"))
}

/// The journal line of a run that must finish. Whether it is void is not looked at: a busy test machine may lag.
#[track_caller]
fn finished(name: &str, speed: u32, params: &[&str]) -> Value {
    let (dir, module) = (folder(), module(name));
    let speed = format!("simulated.speed={speed}");
    let mut args = vec!["run", module.to_str().expect("utf-8"), "--json", "--set", &speed];
    params.iter().for_each(|p| args.extend(["-p", *p]));
    let run = output(dir.path(), &args);
    let line: Value = serde_json::from_slice(&run.stdout).unwrap_or_else(|e| panic!("{e}: {}", text(&run.stderr)));
    assert_eq!(line["state"], "finished", "{line}");
    line
}

#[track_caller]
fn metric(line: &Value, name: &str) -> f64 {
    let found = line["metrics"].as_array().and_then(|all| all.iter().find(|m| m["name"] == name));
    found.and_then(|m| m["value"].as_f64()).unwrap_or_else(|| panic!("no metric {name}: {line}"))
}

#[test]
fn interference_recovers_the_known_slow_downs_in_every_cell() {
    let line = finished("interference", 3, &["repetitions=4", "main_decode_tokens=96", "mini_decode_tokens=192"]);
    for (target, truth) in [("main", 1.35), ("mini", 1.8)] {
        let directions = line["interference"].as_array().expect("a list");
        let found = directions.iter().find(|i| i["target"] == target).unwrap_or_else(|| panic!("no {target}: {line}"));
        for cell in ["decode_in_decode", "decode_in_prefill", "prefill_in_decode", "prefill_in_prefill"] {
            let factor = found[cell]["factor"].as_f64().unwrap_or_else(|| panic!("no {target} {cell}: {found}"));
            eprintln!("{target} {cell}: {factor:.3} (truth {truth}), {}", found[cell]["ci95"]);
            assert!((factor / truth - 1.0).abs() < 0.03, "{target} {cell}: {factor} instead of {truth}: {found}");
        }
    }
    assert_eq!(line["phases"].as_array().map(Vec::len), Some(4 + 2 * 4), "{}", line["phases"]);
}

#[test]
fn a_sweep_past_the_context_ends_where_the_engine_refuses() {
    let line = finished("context-sweep", 10, &["engine=mini", "from_tokens=1024", "to_tokens=16384", "repetitions=1"]);
    assert_eq!(metric(&line, "longest_prompt_tokens"), 2048.0, "4096 tokens fill the context");
    assert_eq!(line["targets"]["mini"]["exchanges"]["failed"], 0, "the refusal is the finding, and no failure");
    let why = &line["reasons_for_null"]["gpu.vram_bytes_per_1000_prompt_tokens"];
    assert!(why.as_str().is_some_and(|w| w.contains("prompt lengths")), "{why}");
}

#[test]
fn a_sweep_finds_the_context_and_the_memory_of_its_tokens() {
    // Answers that last a second, so that samples lie within them.
    let params = ["engine=mini", "from_tokens=512", "output_tokens=220", "repetitions=1"];
    let line = finished("context-sweep", 1, &params);
    assert_eq!(metric(&line, "longest_prompt_tokens"), 3876.0, "all of it but the answer");
    let slope = line["gpu"]["vram_bytes_per_1000_prompt_tokens"].as_f64().expect("four lengths");
    let truth = 28_672_000.0;
    assert!((slope / truth - 1.0).abs() < 0.1, "{slope} instead of {truth}: {}", line["phases"]);
}

#[test]
fn capacity_finds_a_rate_that_holds_below_one_that_does_not() {
    let params = [
        "engine=mini",
        "ttft_p95_ms=250",
        "prompt_tokens=64",
        "output_tokens=16",
        "start=32",
        "step_seconds=1",
        "precision=0.5",
        "repetitions=1",
    ];
    let line = finished("capacity", 2, &params);
    // Eight slots of about 53 ms each: 150 answers a second.
    let capacity = metric(&line, "capacity_per_second");
    assert!((32.0..256.0).contains(&capacity), "{capacity}");
    assert!(metric(&line, "goodput_per_second") <= capacity * 1.3);
    let phases = line["phases"].as_array().expect("a list");
    assert!(phases.len() >= 2 && phases.iter().all(|p| p["n"].as_u64() >= Some(130)), "{phases:?}");
}

#[test]
fn a_short_soak_is_cut_into_phases_and_has_no_drift() {
    let line = finished("soak", 10, &["engines=both", "minutes=0.2", "phase_minutes=0.1"]);
    let phases: Vec<_> = line["phases"].as_array().expect("a list").iter().map(|p| p["phase"].clone()).collect();
    assert_eq!(phases, ["minute 0.0 to 0.1", "minute 0.0 to 0.1", "minute 0.1 to 0.2", "minute 0.1 to 0.2"]);
    assert_eq!(line["drift"], Value::Array(Vec::new()), "twelve seconds say nothing of hours");
}

#[test]
fn a_parameter_can_come_from_a_file() {
    let dir = folder();
    std::fs::write(dir.path().join("engine.txt"), "mini\n").expect("written");
    let from = format!("engine=@{}", dir.path().join("engine.txt").display());
    let run = output(dir.path(), &["run", "engine-speed", "--json", "-p", &from, "-p", "repetitions=1"]);
    let line: Value = serde_json::from_slice(&run.stdout).expect("a line");
    assert_eq!(line["params"]["engine"], "mini");
    let gone = output(dir.path(), &["run", "engine-speed", "-p", "engine=@/no/such/file"]);
    assert_eq!(gone.status.code(), Some(5));
    assert!(text(&gone.stderr).contains("/no/such/file"), "{}", text(&gone.stderr));
}

//! What the scenario host costs, and whether a guest can make the host's stamps worse: `cargo bench --bench host_cost`.
//!
//! Fails (exit code 1) where a promise is broken: a Rust guest's instance made and dropped within 100 µs, a `next` noted for replay within 2 µs, a module under
//! 100 KB read, compiled and checked within 50 ms (both medians), and the p99 of the ITL error beside a guest that
//! burns a core within 1.5 times of that without, on the simulated engine's true times. The cost of a `next` is in
//! docs/languages.md, for each language.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a program that prints its findings; a panic is one too")]

#[path = "guests/host.rs"]
#[allow(dead_code, reason = "the host of another bench, which notes what is asked")]
mod host;

use dualbench::app::Streams;
use dualbench::measure::{Percentile, quantile};
use dualbench::run::{cost_of_a_note, own_error};
use dualbench::scenario::{Config, Invocation, Limits, Module, RawArg, Runtime, ScenarioHost, arguments, run};
use host::Host;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;
use tokio_util::sync::CancellationToken;

const START_US: f64 = 100.0;
const NOTE_US: f64 = 2.0;
const RELOAD_MS: f64 = 50.0;
const SMALL_BYTES: u64 = 100 << 10;
const BESIDE: f64 = 1.5;

const STARTS: usize = 201;
const LOADS: usize = 9;
const NOTES: u32 = 10_000;
/// Exchanges of 64 tokens, alone and beside the guest, in turn: enough for a p99. The median of the rounds counts.
const EXCHANGES: usize = 12;
const ROUNDS: usize = 5;

fn main() -> ExitCode {
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let scenarios = Runtime::new(&Config::default()).unwrap();
    println!("| what | measured | promised |\n| --- | --- | --- |");
    let kept = [starts(&tokio, &scenarios), notes(), reloads(&scenarios), stamps(&tokio, &scenarios)];
    println!("{}", if kept.iter().all(|kept| *kept) { "kept" } else { "NOT KEPT" });
    ExitCode::from(u8::from(kept.contains(&false)))
}

/// A store, an instance, one exchange with an engine that answers at once, and all of it dropped.
fn starts(tokio: &tokio::runtime::Runtime, scenarios: &Runtime) -> bool {
    let module = load(scenarios, "scenarios-wasm/engine-speed.wasm");
    let once = || {
        let began = Instant::now();
        tokio.block_on(invoke(&module, &[("repetitions", "1"), ("warm_up", "0")], CancellationToken::new())).unwrap();
        began.elapsed().as_secs_f64() * 1e6
    };
    let median = median((0..STARTS).map(|_| once()).collect());
    row(
        "a Rust guest's instance made, run and dropped, median, µs",
        median,
        &format!("< {START_US}"),
        median < START_US,
    )
}

/// What a transcript adds to a `next` beside a chunk that is already there.
fn notes() -> bool {
    let cost = median((0..LOADS).map(|_| cost_of_a_note(NOTES).as_secs_f64() * 1e6).collect());
    row("noting one `next` for a replay, median of means, µs", cost, &format!("< {NOTE_US}"), cost < NOTE_US)
}

/// Every built-in, as the folder's watcher does it.
fn reloads(scenarios: &Runtime) -> bool {
    let mut slowest = 0.0_f64;
    for entry in std::fs::read_dir("scenarios-wasm").unwrap().flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|e| e != "wasm") || entry.metadata().unwrap().len() > SMALL_BYTES {
            continue;
        }
        let once = || {
            let began = Instant::now();
            scenarios.load_file(&path).unwrap();
            began.elapsed().as_secs_f64() * 1e3
        };
        slowest = slowest.max(median((0..LOADS).map(|_| once()).collect()));
    }
    let promise = format!("< {RELOAD_MS}");
    row(
        "read, compile, describe: the slowest built-in under 100 KB, median, ms",
        slowest,
        &promise,
        slowest < RELOAD_MS,
    )
}

fn stamps(tokio: &tokio::runtime::Runtime, scenarios: &Runtime) -> bool {
    let streams = Streams::start().unwrap();
    let busy = load(scenarios, "tests/fixtures/scenarios/loop.wat");
    let p99 =
        || tokio.block_on(own_error(&streams.handle(), EXCHANGES)).unwrap().itl_error_ms.percentile(Percentile::P99);
    let (mut alone, mut beside) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        alone.extend(p99());
        let cancel = CancellationToken::new();
        let guest = tokio.spawn({
            let (busy, cancel) = (Arc::clone(&busy), cancel.clone());
            async move { invoke(&busy, &[], cancel).await }
        });
        beside.extend(p99());
        assert!(!guest.is_finished(), "the guest was to be busy throughout");
        cancel.cancel();
        tokio.block_on(guest).unwrap().unwrap_err();
    }
    let (alone, beside) = (median(alone), median(beside));
    println!(
        "| p99 of the ITL error alone, ms | {alone:.3} | |\n| the same beside a guest that burns a core, ms | {beside:.3} | |"
    );
    row("beside ÷ alone", beside / alone, &format!("< {BESIDE}"), beside / alone < BESIDE)
}

fn load(scenarios: &Runtime, file: &str) -> Arc<Module> {
    Arc::new(scenarios.load_file(Path::new(file)).unwrap())
}

async fn invoke(module: &Arc<Module>, given: &[(&str, &str)], cancel: CancellationToken) -> Result<(), String> {
    let given: Vec<(String, RawArg)> =
        given.iter().map(|(name, value)| ((*name).to_owned(), RawArg::Text((*value).to_owned()))).collect();
    run(Invocation {
        module: Arc::clone(module),
        arguments: arguments(&module.manifest, &given).unwrap(),
        host: Arc::new(Host::silent(0)) as Arc<dyn ScenarioHost>,
        limits: Limits::default(),
        cancel,
        seed: 7,
    })
    .await
    .map_err(|error| error.to_string())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    quantile(&values, 0.5).unwrap()
}

fn row(what: &str, measured: f64, promised: &str, kept: bool) -> bool {
    println!("| {what} | {measured:.2} | {promised}{} |", if kept { "" } else { ", NOT KEPT" });
    kept
}

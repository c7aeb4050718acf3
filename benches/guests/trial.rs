//! What is asked of one file: its transcript in four runs, its costs, and a long run.

use crate::host::Host;
use dualbench::scenario::{Config, Data, Invocation, Limits, Module, RawArg, Runtime, ScenarioHost, arguments, run};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// Chunks of an answer in the runs whose transcript is held against another's.
const FEW: usize = 11;
/// Calls of `next` that a guest must survive in one run. Go's allocator gave up after some thousands.
const MANY: usize = 100_000;
/// Starts that are timed; the median counts.
const STARTS: usize = 51;

pub struct Trial {
    runtime: Arc<Runtime>,
}

impl Trial {
    pub fn new() -> Self {
        let config = Config {
            // A big module is given its time: how long it takes is a finding.
            compile_time: Duration::from_secs(120),
            describe_wall: Duration::from_secs(30),
            describe_cpu: Duration::from_secs(10),
            ..Config::default()
        };
        Self { runtime: Runtime::new(&config).unwrap() }
    }

    pub async fn of(&self, file: &str) -> Value {
        let loaded = std::fs::read(file).map_err(|e| e.to_string()).and_then(|bytes| {
            let name = file.rsplit('/').next().unwrap_or(file);
            let data =
                [("grüße.txt", "Grüße ✓".as_bytes()), ("none.bin", &[])].map(|(name, b)| (name.to_owned(), b.to_vec()));
            let loaded = self.runtime.load_with(name, &bytes, Data::of(data));
            loaded.map_err(|e| format!("{e}\n{}", e.backtrace.clone().unwrap_or_default()))
        });
        match loaded {
            Ok(module) => findings(file, &Arc::new(module)).await,
            Err(error) => json!({ "file": file, "error": error }),
        }
    }
}

async fn findings(file: &str, module: &Arc<Module>) -> Value {
    let mut runs = serde_json::Map::new();
    for (name, given) in [
        ("as it is", vec![]),
        ("mini alone", vec![("engine", "mini"), ("pair", "false"), ("temperature", "1.25"), ("exchanges", "1")]),
        ("nothing", vec![("exchanges", "0")]),
        ("failing", vec![("fail", "tschüß ✓ 🙂")]),
    ] {
        let host = Arc::new(Host::noting(FEW));
        let ended = invoke(module, &host, &given).await;
        let mut transcript = host.transcript();
        transcript.push(ended.map_or_else(|e| format!("ended {e}"), |()| "ended well".to_owned()));
        runs.insert(name.to_owned(), json!(transcript));
    }
    json!({
        "file": file,
        "manifest": format!("{:?}", module.manifest),
        "runs": runs,
        "size_bytes": module.size_bytes,
        "compiler": module.compiler,
        "compile_ms": module.compile.as_secs_f64() * 1e3,
        "start_us": start_us(module).await,
        "soak": soak(module).await,
    })
}

/// A run that does nothing: a store, an instance, two calls of ours, and all of it dropped.
async fn start_us(module: &Arc<Module>) -> f64 {
    let mut times = Vec::with_capacity(STARTS);
    for _ in 0..STARTS {
        let host = Arc::new(Host::silent(0));
        let began = Instant::now();
        invoke(module, &host, &[("exchanges", "0")]).await.unwrap();
        times.push(began.elapsed());
    }
    times.sort();
    times[STARTS / 2].as_secs_f64() * 1e6
}

/// One answer of very many chunks, each already there.
async fn soak(module: &Arc<Module>) -> Value {
    let host = Arc::new(Host::silent(MANY));
    let began = Instant::now();
    let ended = invoke(module, &host, &[("exchanges", "1"), ("pair", "false")]).await;
    let (took, calls) = (began.elapsed(), host.sent());
    match ended {
        Ok(()) => json!({ "calls": calls, "call_us": took.as_secs_f64() * 1e6 / calls as f64 }),
        Err(error) => json!({ "calls": calls, "error": error }),
    }
}

async fn invoke(module: &Arc<Module>, host: &Arc<Host>, given: &[(&str, &str)]) -> Result<(), String> {
    let given: Vec<(String, RawArg)> =
        given.iter().map(|(name, value)| ((*name).to_owned(), RawArg::Text((*value).to_owned()))).collect();
    let arguments = arguments(&module.manifest, &given).map_err(|problems| format!("{problems:?}"))?;
    run(Invocation {
        module: Arc::clone(module),
        arguments,
        host: Arc::clone(host) as Arc<dyn ScenarioHost>,
        limits: Limits::default(),
        cancel: CancellationToken::new(),
        seed: 7,
    })
    .await
    .map_err(|error| error.to_string())
}

//! What compilers of other languages make: their own metadata, UTF-16, WASI, and imports of things we lack.

use super::fake_host::{FakeHost, Script};
use super::{RUNTIME, binary, fixture, load};
use crate::scenario::{Invocation, Limits, Module, RunClass, RunError, WIT, run};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use wit_component::{StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

async fn invoke(module: Module, host: &Arc<FakeHost>, seed: u64) -> Result<(), RunError> {
    run(Invocation {
        module: Arc::new(module),
        arguments: Vec::new(),
        host: Arc::clone(host) as _,
        limits: Limits::default(),
        cancel: CancellationToken::new(),
        seed,
    })
    .await
}

fn text(name: &str) -> String {
    String::from_utf8(fixture(name)).unwrap()
}

/// Gives the module a world of its own: ours, and one interface that no host has.
fn with_metadata(mut module: Vec<u8>) -> Vec<u8> {
    let mut resolve = Resolve::default();
    resolve.push_str("scenario.wit", WIT).unwrap();
    let later = "package wasi:later@0.9.0; interface strange { resource thing; go: func() -> u32; }";
    resolve.push_str("later.wit", later).unwrap();
    let world = "package my:tools; world guest {
        include dualbench:scenario/scenario@0.1.0;
        import wasi:later/strange@0.9.0;
    }";
    let package = resolve.push_str("own.wit", world).unwrap();
    let world = resolve.select_world(&[package], Some("guest")).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    module
}

#[tokio::test]
async fn a_module_with_its_own_metadata_is_taken() {
    let module = RUNTIME.load("quick.wasm", &with_metadata(binary("quick"))).unwrap();
    let host = Arc::new(FakeHost::new(Script::Silent));
    invoke(module, &host, 1).await.unwrap();
}

#[tokio::test]
async fn a_foreign_wasi_interface_traps_only_when_it_is_called() {
    let import = "(import \"wasi:later/strange@0.9.0\" \"go\" (func $go (result i32)))";
    let imported = text("quick").replacen("(memory", &format!("{import} (memory"), 1);
    let unused = wat::parse_str(&imported).unwrap();
    let host = Arc::new(FakeHost::new(Script::Silent));
    let module = RUNTIME.load("quick.wasm", &with_metadata(unused)).unwrap();
    invoke(module, &host, 1).await.unwrap();

    let run = "(param i32 i32) (result i32)\n    (i32.store8";
    let called = imported.replacen(run, "(param i32 i32) (result i32) (drop (call $go)) (i32.store8", 1);
    let called = wat::parse_str(called).unwrap();
    let module = RUNTIME.load("quick.wasm", &with_metadata(called)).unwrap();
    let error = invoke(module, &host, 1).await.unwrap_err();
    assert_eq!(error.class, RunClass::Trap);
    assert!(error.message.contains("`wasi:later/strange@0.9.0#go`"), "{error}");
}

#[test]
fn strings_are_utf16_where_the_module_says_so() {
    let wide = |text: &str| text.chars().map(|c| format!("{c}\\00")).collect::<String>();
    let mut wat = text("quick");
    for narrow in ["quick", "0.1.0", "Ends at once."] {
        wat = wat.replacen(&format!("\"{narrow}\""), &format!("\"{}\"", wide(narrow)), 1);
    }
    let marker = "(global (export \"dualbench_utf16\") i32 (i32.const 1)) (global $heap";
    let wat = wat.replacen("(global $heap", marker, 1);
    let module = RUNTIME.load("wide.wat", wat.as_bytes()).unwrap();
    assert_eq!(module.manifest.name, "quick");
    assert_eq!(module.manifest.description, "Ends at once.");
}

#[tokio::test]
async fn wasi_is_a_log_seeded_dice_and_an_empty_environment() {
    let mut lines = Vec::new();
    for seed in [1, 1, 2] {
        let host = Arc::new(FakeHost::new(Script::Silent));
        invoke(load("wasi").unwrap(), &host, seed).await.unwrap();
        lines.push(host.told().words.concat());
    }
    assert!(lines[0].starts_with("Level::Warn ") && lines[0].ends_with('0'), "{lines:?}");
    assert_eq!(lines[0], lines[1]);
    assert_ne!(lines[0], lines[2]);
}

#[test]
fn absurd_nesting_and_many_functions_end_in_a_module_or_a_typed_error() {
    let depth = 100_000;
    let nested = format!("(func {} {}) (global $heap", "block ".repeat(depth), "end ".repeat(depth));
    let many = format!("{} (global $heap", "(func)".repeat(5_000));
    for extra in [nested, many] {
        let wat = text("quick").replacen("(global $heap", &extra, 1);
        match RUNTIME.load("absurd.wat", wat.as_bytes()) {
            Ok(module) => assert_eq!(module.manifest.name, "quick"),
            Err(error) => assert_eq!(error.class.word(), "compile-failed", "{error}"),
        }
    }
}

/// A soak, to be run alone: `cargo test --release --lib -- --ignored a_thousand --nocapture`.
#[tokio::test]
#[ignore = "counts the process's threads and files, so it must run alone"]
async fn a_thousand_starts_and_stops_leave_nothing_behind() {
    let count = |what: &str| std::fs::read_dir(format!("/proc/self/{what}")).unwrap().count();
    let memory = || {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap().to_owned();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap()
    };
    let module = Arc::new(load("stubborn").unwrap());
    let mut before = (0, 0, 0);
    for n in 0..1_100 {
        if n == 100 {
            before = (count("fd"), count("task"), memory());
        }
        let host = Arc::new(FakeHost::new(Script::Silent));
        let cancel = CancellationToken::new();
        let running = run(Invocation {
            module: Arc::clone(&module),
            arguments: Vec::new(),
            host: Arc::clone(&host) as _,
            limits: Limits { grace: std::time::Duration::from_millis(1), ..Limits::default() },
            cancel: cancel.clone(),
            seed: 1,
        });
        let ended = tokio::join!(running, async { cancel.cancel() }).0;
        assert_eq!(ended.unwrap_err().class, RunClass::Cancelled);
        let told = host.told();
        assert_eq!(told.started, told.released);
    }
    let after = (count("fd"), count("task"), memory());
    println!("files, threads, KiB: {before:?} -> {after:?}");
    assert_eq!((before.0, before.1), (after.0, after.1));
    assert!(after.2 < before.2 + 4096, "{before:?} -> {after:?}");
}

/// To be run alone, as above.
#[test]
#[ignore = "reads the process's memory and CPU time, so it must run alone"]
fn an_idle_watch_costs_nothing() {
    let folder = tempfile::TempDir::new().unwrap();
    for n in 0..20 {
        let wat = text("hello") + &format!(";; {n}\n");
        let wat = wat.replacen("\"hello\"", &format!("\"hel{}{}\"", n / 10, n % 10), 1);
        std::fs::write(folder.path().join(format!("{n}.wat")), wat).unwrap();
    }
    let config = crate::scenario::Config { folder: folder.path().into(), ..Default::default() };
    let watch = crate::scenario::open(config, Arc::clone(&RUNTIME), Arc::default()).unwrap();
    assert_eq!(watch.catalogue.snapshot().len(), 20);
    let cpu = || {
        let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
        let fields: Vec<&str> = stat[stat.rfind(')').unwrap() + 2..].split(' ').collect();
        fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
    };
    let before = cpu();
    std::thread::sleep(std::time::Duration::from_secs(10));
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let rss = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
    println!("idle for 10 s with 20 scenarios: {} ms of CPU, {rss}", (cpu() - before) * 10);
    assert!(cpu() - before <= 2);
}

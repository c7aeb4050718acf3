//! What guests of all languages ask, and what they cost: `cargo bench --bench guests -- FILE…`, one JSON line a file.
//!
//! Each file is a parity scenario (sdk/PARITY.md). The host here plays an engine that answers at once and always the same,
//! so that two guests that do the same leave the same transcript. `cargo xtask languages` holds them against Rust's.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program that prints its findings; a panic is a finding too"
)]

mod host;
mod trial;

use trial::Trial;

fn main() {
    // What cargo adds for harnesses of its own.
    let files: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    if files.is_empty() {
        println!("no files: name parity scenarios, or run `cargo xtask languages`");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_time().build().unwrap();
    let trial = Trial::new();
    for file in files {
        println!("{}", runtime.block_on(trial.of(&file)));
    }
}

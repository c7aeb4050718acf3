//! What a client of a streaming engine costs and how wrong its stamps are: `cargo bench --bench client_cost`.
//!
//! The simulated engine, in a process of its own, is the truth. Each contender reads the same load in a fresh process, in
//! turn: a bare reader (the physical limit), reqwest, dualbench's own client. Printed: a table, then one JSON line per row.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program that prints its findings; a panic is a finding too"
)]

mod contenders;
mod engine;
mod judge;
mod load;
mod options;
mod report;
mod resources;
mod trial;

use options::{Mode, Options};

fn main() {
    match Mode::parse(std::env::args().skip(1)) {
        Ok(Mode::Compare(options)) => compare(&options),
        Ok(Mode::Engine) => engine::serve_until_stdin_closes(),
        Ok(Mode::Trial(trial)) => println!("{}", serde_json::to_string(&trial::run(&trial)).unwrap()),
        Err(problem) => {
            eprintln!("client_cost: {problem}");
            std::process::exit(5);
        }
    }
}

/// Every contender at every number of streams, in turn, `passes` times.
fn compare(options: &Options) {
    let engine = engine::Child::start();
    let mut rows = Vec::new();
    for &streams in &options.streams {
        let mut findings: Vec<Vec<judge::Finding>> = vec![Vec::new(); options.contenders.len()];
        for pass in 0..options.passes {
            for (at, contender) in options.contenders.iter().enumerate() {
                eprintln!("{streams} streams, pass {} of {}: {}", pass + 1, options.passes, contender.name());
                findings[at].push(engine.judge(&options.trial(*contender, streams, engine.address())));
            }
        }
        rows.extend(report::rows(streams, &options.contenders, &findings));
    }
    println!("{}", report::table(&rows));
    for row in &rows {
        println!("{}", serde_json::to_string(row).unwrap());
    }
}

//! `cargo xtask VERB`: the build chores. One file per verb; this one only knows their names.

mod bindings;
mod check;
mod engines;
mod golden;
mod languages;
mod pip;
mod process;
mod runners;
mod scenarios;
mod schema;
mod sdk;
mod shots;
mod steps;
mod test;

use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask VERB [OPTION]…

  test        everything that must hold; --skip NAME leaves a step out
  check       format, clippy, docs, arrows, licences, types; --skip NAME as above
  bench       what the client costs, and how far its stamps are from the truth; options go to the bench
  bench-host  what the scenario host costs, and that a busy guest does not shift the host's stamps
  shots       remakes docs/cockpit.png, and pictures of every state of the page under target/shots
  compare-power   how often a comparison calls a regression where there is none, and finds one where there is
  bindings    remakes what the SDKs hold of sdk/wit; --check compares with what is committed
  golden      freezes the world of sdk/wit under tests/golden, once for each version
  languages   builds the guests of every language with its toolchain, holds them against Rust's, writes docs/languages.md
              --only LANGUAGE       only this one, and no table
              --check               the table is compared with the committed one
  runners     makes the runner of plain .py scenarios where dualbench looks for it
              --to FOLDER           the data folder that gets it; default: dualbench-data/ in the checkout
  scenarios   builds the built-in scenarios into scenarios-wasm/
              --check               builds, but compares with the committed modules instead
              --toolchain WHICH     installed (rustup's target) or debian (unpacked under target/); default: what is there";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<()> {
    let Some((verb, options)) = arguments.split_first() else {
        bail!("no verb\n{USAGE}");
    };
    match verb.as_str() {
        "bindings" => bindings::run(&root(), options),
        "scenarios" => scenarios::run(&root(), &scenarios::Options::parse(options)?),
        "runners" => runners::runners(&root(), options),
        "test" => test::test(&root(), options),
        "golden" => golden::golden(&root()),
        "languages" => languages::run(&root(), &languages::Options::parse(options)?),
        "shots" => shots::shots(&root()),
        "check" => check::check(&root(), options),
        "bench" => bench("client_cost", options),
        "bench-host" => bench("host_cost", options),
        "compare-power" => bench("compare_power", options),
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(())
        }
        unknown => bail!("no verb `{unknown}`\n{USAGE}"),
    }
}

fn bench(name: &str, options: &[String]) -> Result<()> {
    let mut command = std::process::Command::new("cargo");
    process::run(command.args(["bench", "--bench", name, "--"]).args(options).current_dir(root()))
}

/// The checkout: xtask lies one folder below it.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

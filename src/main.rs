//! The program: arguments, logs, the chosen command, one error.

use std::process::ExitCode;

use clap::Parser;
use dualbench::cli::Cli;

fn main() -> ExitCode {
    dualbench::cli::main(Cli::parse())
}

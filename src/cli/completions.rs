//! `dualbench completions SHELL`.

use anyhow::Result;
use clap::{Args, CommandFactory};

use crate::cli::{Cli, Exit};

#[derive(Args)]
pub struct Completions {
    /// The shell that will read them
    shell: clap_complete::Shell,
}

impl Completions {
    pub fn execute(self) -> Result<Exit> {
        clap_complete::generate(self.shell, &mut Cli::command(), "dualbench", &mut std::io::stdout());
        Ok(Exit::Done)
    }
}

//! `dualbench completions SHELL`.

use anyhow::Result;
use clap::{Args, CommandFactory};

use crate::cli::{Cli, Exit, out};

#[derive(Args)]
pub struct Completions {
    /// The shell that will read them
    shell: clap_complete::Shell,
}

impl Completions {
    pub fn execute(self) -> Result<Exit> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "dualbench", &mut script);
        out::line(String::from_utf8_lossy(&script).trim_end());
        Ok(Exit::Done)
    }
}

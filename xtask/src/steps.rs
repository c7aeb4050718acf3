//! Named steps, timed, all run, told in a table at the end.

use anyhow::{Result, bail};
use std::time::{Duration, Instant};

#[derive(Default)]
pub struct Steps {
    skip: Vec<String>,
    done: Vec<(String, Duration, Result<(), String>)>,
}

impl Steps {
    /// `--skip NAME` leaves a step out.
    pub fn parse(options: &[String]) -> Result<Steps> {
        let mut steps = Steps::default();
        let mut rest = options.iter();
        while let Some(option) = rest.next() {
            match (option.as_str(), rest.next()) {
                ("--skip", Some(name)) => steps.skip.push(name.clone()),
                (unknown, _) => bail!("no option `{unknown}`; known: --skip NAME"),
            }
        }
        Ok(steps)
    }

    pub fn step(&mut self, name: &str, work: impl FnOnce() -> Result<()>) {
        if self.skip.iter().any(|s| s == name) {
            eprintln!("── {name}: skipped");
            return;
        }
        eprintln!("── {name}");
        let since = Instant::now();
        let outcome = work().map_err(|e| format!("{e:#}"));
        if let Err(e) = &outcome {
            eprintln!("── {name} FAILED: {e}");
        }
        self.done.push((name.to_owned(), since.elapsed(), outcome));
    }

    /// The table; an error if any step failed.
    pub fn finish(self) -> Result<()> {
        let failed = self.done.iter().filter(|(_, _, o)| o.is_err()).count();
        println!();
        for (name, took, outcome) in &self.done {
            let word = if outcome.is_ok() { "ok" } else { "FAILED" };
            println!("{word:<7} {name:<28} {:>6.1} s", took.as_secs_f64());
        }
        println!("{} passed, {failed} failed, {} skipped", self.done.len() - failed, self.skip.len());
        if failed > 0 {
            bail!("{failed} steps failed");
        }
        Ok(())
    }
}

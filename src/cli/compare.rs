//! `dualbench compare A B…`: runs held against one another, also while a daemon holds the store.

use anyhow::{Result, bail};
use clap::Args;

use crate::cli::{Exit, Global, compare_table, out};
use crate::store::{History, Question, comparison_json};

#[derive(Args)]
pub struct Compare {
    /// Runs: ids or their first 8 characters and more, latest, latest~1, or pinned names; the first is what the others
    /// are held against
    #[arg(required = true, value_name = "RUN")]
    runs: Vec<String>,
    /// Hold all runs against the one pinned under this name for their scenario and machine
    #[arg(long, value_name = "NAME")]
    baseline: Option<String>,
    /// Show the figures of void and unfinished runs too
    #[arg(long)]
    force: bool,
    /// End with exit code 6 where any regression is called
    #[arg(long)]
    fail_on_regression: bool,
    /// Print the object of GET /api/compare instead of tables
    #[arg(long)]
    json: bool,
}

impl Compare {
    pub async fn execute(self, global: &Global) -> Result<Exit> {
        let database = global.load(Vec::new())?.store.database;
        if !database.exists() {
            bail!("no run in {} yet; `dualbench run engine-speed` makes the first", database.display());
        }
        let question = Question { runs: self.runs, baseline: self.baseline, force: self.force };
        let comparison = History::open(&database).await?.compare(&question).await?;
        if self.json {
            out::line(&comparison_json(&comparison).to_string());
        } else {
            out::line(&compare_table::table(&comparison));
        }
        let failed = self.fail_on_regression && comparison.regressions() > 0;
        Ok(if failed { Exit::Broken } else { Exit::Done })
    }
}

//! `dualbench index`.

use anyhow::Result;
use clap::Args;

use crate::cli::{Exit, Global, out};
use crate::pipeline::{self, retrieval};

#[derive(Args)]
pub struct Index {}

impl Index {
    pub async fn execute(self, global: &Global) -> Result<Exit> {
        let config = global.load(Vec::new())?;
        let pipeline::Config::Composed(composed) = &config.pipeline else {
            out::line("the pipeline is not run by dualbench, so there is nothing to index");
            return Ok(Exit::Done);
        };
        let Some(retrieval) = &composed.retrieval else {
            out::line("pipeline.retrieval is \"none\", so there is nothing to index");
            return Ok(Exit::Done);
        };
        let opened = match retrieval::open(retrieval).await {
            Ok(opened) => opened,
            Err(e) => {
                out::error(&e.to_string());
                return Ok(Exit::BadInput);
            }
        };
        match opened.indexed {
            None => out::line("the documents belong to the external search; there is nothing to index"),
            Some(i) => {
                out::line(&format!(
                    "{} files, {} passages ({} unchanged, {} added, {} replaced, {} removed)",
                    i.files, i.passages, i.unchanged, i.added, i.replaced, i.removed
                ));
                for (path, why) in &i.skipped {
                    out::note(&format!("skipped {}: {}", out::tame(&path.display().to_string()), out::tame(why)));
                }
            }
        }
        Ok(Exit::Done)
    }
}

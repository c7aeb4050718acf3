//! `dualbench baseline`: runs that later ones are held against, pinned by name, also while a daemon holds the store.

use anyhow::Result;
use clap::{Args, Subcommand};

use crate::cli::{Exit, Global, out};
use crate::store::{self, Baselines, CompareError, History, Store, StoreError};

#[derive(Args)]
pub struct Baseline {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Pin a valid run under a name, for its scenario and machine; what was pinned there gives way
    Set {
        name: String,
        /// A run id or its first 8 characters and more, latest, latest~1
        run: String,
    },
    /// List what is pinned
    List,
    /// Forget a name
    Remove { name: String },
}

impl Baseline {
    pub async fn execute(self, global: &Global) -> Result<Exit> {
        let config = global.load(Vec::new())?.store;
        match self.verb {
            Verb::Set { name, run } => {
                let pinned = write(config, async |b| b.pin(&name, &run).await).await?;
                out::note(&format!("{name}: run {} of {}", pinned.run, pinned.scenario));
            }
            Verb::Remove { name } => write(config, async |b| b.remove(&name).await).await?,
            Verb::List => list(&config).await?,
        }
        Ok(Exit::Done)
    }
}

/// Through the store where nobody holds it, which brings its schema up to date; else beside the daemon that has.
async fn write<T>(
    config: store::Config,
    change: impl AsyncFnOnce(Baselines) -> Result<T, CompareError>,
) -> Result<T, CompareError> {
    let database = config.database.clone();
    match Store::open(config).await {
        Ok(store) => {
            let done = change(store.baselines()).await;
            store.close().await;
            done
        }
        Err(StoreError::InUse { .. }) => change(Baselines::beside(&database).await?).await,
        Err(error) => Err(error.into()),
    }
}

async fn list(config: &store::Config) -> Result<()> {
    let pins = match config.database.exists() {
        true => History::open(&config.database).await?.pinned().await?,
        false => Vec::new(),
    };
    if pins.is_empty() {
        out::note("nothing is pinned; `dualbench baseline set NAME RUN` pins a run");
        return Ok(());
    }
    let row = |b: &store::Baseline| {
        vec![b.name.clone(), b.scenario.clone(), b.run.to_string(), b.fingerprint.clone(), b.pinned_at.to_string()]
    };
    out::line(&out::table(&["name", "scenario", "run", "machine", "pinned"], pins.iter().map(row).collect()));
    Ok(())
}

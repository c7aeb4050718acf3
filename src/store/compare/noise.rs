//! The machine's own noise: the medians of runs that differ from A in nothing, read from their journal lines.

use serde_json::Value;

use super::{CompareError, Whole, facts};
use crate::events::RunId;
use crate::measure::{Population, Target, noise_floor};
use crate::store::history::History;
use crate::store::line::Head;
use crate::store::table;

/// Runs that are looked at, the latest first.
const RUNS_MAX: u32 = 200;
/// Of those like A, the ones nearest to it in time: a floor over a year would be a year's drift.
const NEAREST: usize = 10;

/// The runs like A, A among them, with their summaries.
#[derive(Debug, Clone, Default)]
pub(super) struct Noise {
    pub runs: Vec<RunId>,
    targets: Vec<Value>,
}

impl Noise {
    /// The floor of a measure, as a share of its median. `None` where A was not run again.
    pub fn floor(&self, target: Target, population: Population, measure: &str) -> Option<f64> {
        let medians: Vec<f64> = self
            .targets
            .iter()
            .map(|t| &t[target.word()])
            .filter(|t| t["population"] == population.word())
            .filter_map(|t| t[measure]["median"].as_f64())
            .collect();
        noise_floor(&medians)
    }
}

impl History {
    /// Finished valid runs like A. The runs that are held against A are left out: a regression must not raise the floor
    /// that it is measured by.
    pub(super) async fn noise(&self, a: &Whole, others: &[RunId]) -> Result<Noise, CompareError> {
        let mut db = self.connection().await?;
        let scenario = &a.header.scenario;
        let lines = table::run::valid_lines(&mut db, &scenario.name, &scenario.sha256, RUNS_MAX);
        let mut alike = Vec::new();
        for line in lines.await.map_err(|e| self.error(e))? {
            let Some(header) = Head::parse(&line) else { continue };
            if others.contains(&header.run) || !facts::alike(&a.header, &header) {
                continue;
            }
            let Ok(mut value) = serde_json::from_str::<Value>(&line) else { continue };
            let apart = header.started_at.apart(a.header.started_at);
            alike.push((apart, header.run, value["targets"].take()));
        }
        alike.sort_by_key(|(apart, ..)| *apart);
        alike.truncate(NEAREST);
        let (runs, targets) = alike.into_iter().map(|(_, run, targets)| (run, targets)).unzip();
        Ok(Noise { runs, targets })
    }
}

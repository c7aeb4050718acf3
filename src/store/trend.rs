//! One figure over the runs, read out of their records.

use crate::events::{RunId, WallTime};
use crate::store::{History, StoreError, table};

/// A run's figure. Void and unfinished runs have none to tell.
#[derive(Debug, Clone, PartialEq)]
pub struct TrendPoint {
    pub run: RunId,
    pub scenario: String,
    pub started_at: WallTime,
    pub simulated: bool,
    /// A median where the record has a distribution.
    pub value: Option<f64>,
    /// The median's 95 % interval.
    pub low: Option<f64>,
    pub high: Option<f64>,
}

/// Where a figure stands in a record: `main.ttft_ms`, `pipeline.stages.retrieve`, `gpu.energy_j`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure(String);

impl Figure {
    /// `None` where the text cannot be one. What it names need not be there: then every value is missing.
    pub fn parse(text: &str) -> Option<Figure> {
        let pieces: Vec<&str> = text.split('.').collect();
        let fine =
            |p: &&str| !p.is_empty() && p.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if !(2..=3).contains(&pieces.len()) || !pieces.iter().all(fine) {
            return None;
        }
        match pieces[0] {
            "main" | "mini" | "pipeline" => Some(Figure(format!("$.targets.{text}"))),
            "gpu" | "client" => Some(Figure(format!("$.{text}"))),
            _ => None,
        }
    }

    /// As SQLite's JSON functions take it.
    pub(super) fn path(&self) -> &str {
        &self.0
    }

    /// `main`, `gpu`: what the figure is of.
    pub(super) fn whose(&self) -> &str {
        let path = self.0.trim_start_matches("$.targets.").trim_start_matches("$.");
        path.split('.').next().unwrap_or_default()
    }
}

impl History {
    /// The latest valid runs that have the figure, the latest first.
    pub async fn trend(
        &self,
        figure: &Figure,
        scenario: Option<&str>,
        limit: u32,
    ) -> Result<Vec<TrendPoint>, StoreError> {
        let mut db = self.connection().await?;
        table::run::trend(&mut db, figure, scenario, limit).await.map_err(|e| self.error(e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_names_a_place_of_a_record_is_a_figure() {
        for (text, path) in [
            ("main.ttft_ms", "$.targets.main.ttft_ms"),
            ("pipeline.stages.retrieve", "$.targets.pipeline.stages.retrieve"),
            ("gpu.energy_j", "$.gpu.energy_j"),
        ] {
            assert_eq!(Figure::parse(text).as_ref().map(Figure::path), Some(path));
        }
        for text in ["", "main", "main.", "other.ttft_ms", "main.ttft_ms') --", "main.a.b.c", "main.TTFT"] {
            assert_eq!(Figure::parse(text), None, "{text}");
        }
    }
}

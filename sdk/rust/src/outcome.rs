//! What came of a load: distributions in short, for the scenario's decisions. The record is the host's.

use crate::bindings::dualbench::scenario::engines::{self, Digest, Load, Outcome, Until};
use crate::decimal::decimal;
use crate::error::Result;
use std::fmt;

/// Runs the workloads at the same time, driven by the host, and blocks until all have ended. One outcome for each
/// workload, in order; none for an empty slice.
///
/// # Errors
/// `NotConfigured`, `NotAllowed`, `Invalid`, `Limit`, `Calibration` and `Stopping`, as in [`Error`](crate::Error).
pub fn measure(workloads: &[Load], until: Until) -> Result<Vec<Outcome>> {
    Ok(engines::measure_loads(workloads, until)?)
}

impl Outcome {
    /// All measured exchanges, whatever their ending.
    pub fn measured(&self) -> u32 {
        self.complete.saturating_add(self.failed)
    }

    /// Everything that wanted to start: what was measured, and what was shed.
    pub fn arrivals(&self) -> u32 {
        self.measured().saturating_add(self.shed)
    }
}

impl Digest {
    /// No value, so no figure: what an engine has of the pipeline's measures.
    pub fn none() -> Self {
        Self { n: 0, min: None, mean: None, median: None, max: None, p50: None, p90: None, p95: None, p99: None }
    }
}

/// `52.1 (50.0 to 60.2, n 20)`: the median, then the smallest and the largest; `none` where nothing was measured.
/// A precision is kept: `{:.0}`.
impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = f.precision().map_or(1, |places| places.min(9) as u8);
        match (self.median, self.min, self.max) {
            (Some(median), Some(min), Some(max)) => write!(
                f,
                "{} ({} to {}, n {})",
                decimal(median, places),
                decimal(min, places),
                decimal(max, places),
                self.n
            ),
            _ => f.write_str("none"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_reads_as_median_and_span() {
        let digest =
            Digest { n: 20, min: Some(50.0), mean: Some(54.0), median: Some(52.14), max: Some(60.2), ..Digest::none() };
        assert_eq!(digest.to_string(), "52.1 (50.0 to 60.2, n 20)");
        assert_eq!(format!("{digest:.0}"), "52 (50 to 60, n 20)");
    }

    #[test]
    fn a_digest_of_nothing_says_none() {
        assert_eq!(Digest::none().to_string(), "none");
    }
}

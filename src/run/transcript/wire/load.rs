//! What load was asked for, and how what was asked of the run was judged.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::unknown;
use crate::measure::{AskedArrival, AskedLoad, Judged, Precision, Target};

written_as! {
    LoadDef => AskedLoad,
    PrecisionDef => Precision,
    JudgedDef => Judged,
    OutcomeDef => crate::measure::Outcome,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "AskedLoad")]
struct LoadDef {
    phase: String,
    target: Target,
    requests: u32,
    arrival: AskedArrival,
    times: u32,
    started: u32,
    shed: u32,
    precision: Option<Precision>,
}

/// Its words live as long as the program, so they are found again among those that are known.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Arrival {
    Closed { concurrency: u32 },
    Open { rate_per_second: f64, spacing: String, max_open: u32 },
    Staged { from_per_second: f64, stages: Vec<(f64, f64)>, spacing: String, max_open: u32 },
}

fn spacing<E: de::Error>(word: &str) -> Result<&'static str, E> {
    ["constant", "poisson"].into_iter().find(|known| *known == word).ok_or_else(|| unknown(word))
}

impl Serialize for AskedArrival {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let arrival = match self.clone() {
            AskedArrival::Closed { concurrency } => Arrival::Closed { concurrency },
            AskedArrival::Open { rate_per_second, spacing, max_open } => {
                Arrival::Open { rate_per_second, spacing: spacing.to_owned(), max_open }
            }
            AskedArrival::Staged { from_per_second, stages, spacing, max_open } => {
                Arrival::Staged { from_per_second, stages, spacing: spacing.to_owned(), max_open }
            }
        };
        arrival.serialize(to)
    }
}

impl<'de> Deserialize<'de> for AskedArrival {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<AskedArrival, D::Error> {
        Ok(match Arrival::deserialize(from)? {
            Arrival::Closed { concurrency } => AskedArrival::Closed { concurrency },
            Arrival::Open { rate_per_second, spacing: word, max_open } => {
                AskedArrival::Open { rate_per_second, spacing: spacing(&word)?, max_open }
            }
            Arrival::Staged { from_per_second, stages, spacing: word, max_open } => {
                AskedArrival::Staged { from_per_second, stages, spacing: spacing(&word)?, max_open }
            }
        })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Precision")]
struct PrecisionDef {
    asked: f64,
    reached: Option<f64>,
    repetitions_asked: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Judged")]
struct JudgedDef {
    expr: String,
    value: Option<f64>,
    outcome: crate::measure::Outcome,
    reason: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "crate::measure::Outcome", rename_all = "kebab-case")]
enum OutcomeDef {
    Held,
    Broken,
    NotDecidable,
}

//! What the sampler saw of the card, and the lag of this client.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::ns;
use crate::gpu::{Gap, GpuState};
use crate::measure::{GpuSample, ProcessMemory, Throttle};
use crate::run::lag::Lag;

written_as! {
    SampleDef => GpuSample,
    ProcessDef => ProcessMemory,
    GapDef => Gap,
    GpuStateDef => GpuState,
    LagDef => Lag,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "GpuSample")]
struct SampleDef {
    #[serde(with = "ns")]
    at: Duration,
    #[serde(with = "ns")]
    done: Duration,
    device: u32,
    vram_used_bytes: Option<u64>,
    vram_total_bytes: Option<u64>,
    utilisation_percent: Option<f64>,
    memory_utilisation_percent: Option<f64>,
    power_w: Option<f64>,
    energy_j: Option<f64>,
    temperature_c: Option<f64>,
    sm_clock_mhz: Option<u32>,
    memory_clock_mhz: Option<u32>,
    throttle: Option<Throttle>,
    processes: Option<Vec<ProcessMemory>>,
}

impl Serialize for Throttle {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.names().serialize(to)
    }
}

impl<'de> Deserialize<'de> for Throttle {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Throttle, D::Error> {
        let names = Vec::<String>::deserialize(from)?;
        Ok(Throttle::of_names(names.iter().map(String::as_str)))
    }
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "ProcessMemory")]
struct ProcessDef {
    pid: u32,
    vram_bytes: Option<u64>,
    compute: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Gap")]
struct GapDef {
    device: u32,
    #[serde(with = "ns")]
    from: Duration,
    #[serde(with = "ns")]
    to: Duration,
    reason: String,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "GpuState", rename_all = "kebab-case")]
enum GpuStateDef {
    Present,
    Simulated,
    Absent { reason: String, cure: String },
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Lag")]
struct LagDef {
    p99_us: Option<f64>,
    max_us: Option<f64>,
}

//! The GPU as it is seen from outside: probes that read it, and the sampler that reads them in time.
//!
//! A machine without a GPU is in a state of its own, [`GpuState::Absent`] with a reason and a cure. Nothing here ever
//! fails a run: what could not be read is a recorded [`Gap`].

mod absent;
pub mod attribution;
mod desk;
mod error;
mod nvml;
mod probe;
mod sampler;
mod schedule;
mod simulated;
mod window;

use std::path::PathBuf;

pub use absent::AbsentProbe;
pub use error::GpuError;
pub use nvml::NvmlProbe;
pub use probe::{DeviceInfo, GpuProbe, GpuState};
pub use sampler::Sampler;
pub use schedule::{IDLE_RATE_HZ_MIN, RATE_HZ_DEFAULT, RATE_HZ_MAX, RATE_HZ_MIN};
pub use simulated::{SimulatedActivity, SimulatedProbe, SimulatedProfile};
pub use window::{Gap, Recorded, Window};

/// How the GPU is read.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Path of the NVIDIA management library; `None` = where drivers put it.
    pub library: Option<PathBuf>,
    /// Readings each second while nothing is measured, [`IDLE_RATE_HZ_MIN`] to [`RATE_HZ_MAX`].
    pub idle_rate_hz: f64,
    /// Samples that one window keeps; what comes after is counted as dropped.
    pub samples_max: usize,
}

impl Default for Config {
    fn default() -> Self {
        // 120 000 samples = 100 minutes of one GPU at 20 Hz, about 30 MB.
        Config { library: None, idle_rate_hz: 1.0, samples_max: 120_000 }
    }
}

/// The real GPU, or the probe that says why there is none. May take a second: the driver may have to wake the card.
pub fn open(config: &Config) -> Box<dyn GpuProbe> {
    match NvmlProbe::open(config.library.as_deref()) {
        Ok(probe) => Box::new(probe),
        Err(why) => Box::new(AbsentProbe::new(why)),
    }
}

//! The one trait behind which a GPU stands.

use std::time::Duration;

use crate::gpu::GpuError;
use crate::measure::GpuSample;

/// Reads one or several GPUs. Used by the sampler's thread alone; a call may take long, and that is seen and recorded.
pub trait GpuProbe: Send {
    /// What this probe stands for as long as it answers.
    fn state(&self) -> GpuState;

    /// The devices, with what each can tell.
    fn devices(&mut self) -> Result<Vec<DeviceInfo>, GpuError>;

    /// One reading of one device, stamped `at` by the caller, who stamps its end too. Fields that the device does not
    /// tell stay `None`; an error means that the whole device did not answer.
    fn sample(&mut self, device: u32, at: Duration) -> Result<GpuSample, GpuError>;
}

/// Whether there is a GPU to be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GpuState {
    Present,
    /// The embedded engines' card. Whatever shows one of its figures says so.
    Simulated,
    /// No GPU, or none that answers; the cure is a sentence for a person.
    Absent {
        reason: String,
        cure: String,
    },
}

impl GpuState {
    pub(super) fn absent(why: &GpuError) -> GpuState {
        GpuState::Absent { reason: why.to_string(), cure: why.cure().to_owned() }
    }
}

/// One GPU as it was found at the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceInfo {
    pub index: u32,
    pub name: String,
    /// Stays the same when the order of devices changes.
    pub uuid: Option<String>,
    pub vram_total_bytes: Option<u64>,
    pub driver: Option<String>,
    /// Field of a sample → why this device does not tell it.
    pub untold: Vec<(&'static str, String)>,
}

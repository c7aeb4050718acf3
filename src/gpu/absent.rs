//! The probe of a machine without a GPU: it knows why, and how to change that.

use std::time::Duration;

use crate::gpu::{DeviceInfo, GpuError, GpuProbe, GpuState};
use crate::measure::GpuSample;

/// Answers every question with the reason why there is no GPU.
#[derive(Debug)]
pub struct AbsentProbe(GpuError);

impl AbsentProbe {
    pub fn new(why: GpuError) -> Self {
        AbsentProbe(why)
    }
}

impl GpuProbe for AbsentProbe {
    fn state(&self) -> GpuState {
        GpuState::absent(&self.0)
    }

    fn devices(&mut self) -> Result<Vec<DeviceInfo>, GpuError> {
        Err(self.0.clone())
    }

    fn sample(&mut self, _device: u32, _at: Duration) -> Result<GpuSample, GpuError> {
        Err(self.0.clone())
    }
}

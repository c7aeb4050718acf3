//! `[gpu]`: the driver's library, and how often the card is looked at.

use std::path::PathBuf;

use crate::config::file::File;
use crate::gpu;

pub(super) fn gpu(file: &File, problems: &mut Vec<String>) -> gpu::Config {
    let (s, default) = (&file.gpu, gpu::Config::default());
    let config = gpu::Config {
        library: s.library.clone().map(PathBuf::from),
        idle_rate_hz: s.idle_rate_hz.unwrap_or(default.idle_rate_hz),
        samples_max: s.samples_max.unwrap_or(default.samples_max),
    };
    // A rate that is not a number is in no range.
    if !(gpu::IDLE_RATE_HZ_MIN..=gpu::RATE_HZ_MAX).contains(&config.idle_rate_hz) {
        let (from, to) = (gpu::IDLE_RATE_HZ_MIN, gpu::RATE_HZ_MAX);
        problems.push(format!("gpu.idle_rate_hz: {} must be from {from} to {to}", config.idle_rate_hz));
    }
    if config.samples_max == 0 {
        problems.push("gpu.samples_max: 0 would keep no sample at all; write 1 or more".to_owned());
    }
    config
}

/// Samples each second during a run.
pub(super) fn rate(file: &File, problems: &mut Vec<String>) -> f64 {
    let rate = file.gpu.rate_hz.unwrap_or(20.0);
    if !(1.0..=100.0).contains(&rate) {
        problems.push(format!("gpu.rate_hz: {rate}; 1 to 100 samples each second are possible"));
    }
    rate
}

//! What the GPU did during a run: samples as plain data, the figures computed from them, and why a figure is missing.
//!
//! Every function takes samples of **one** device, in the order of their stamps, except [`summarise_gpu`], which takes
//! what the sampler recorded and splits it. Missing stays missing: a gap is never read as zero.

mod cost;
mod energy;
mod peak;
mod process;
mod sample;
mod summary;
mod throttle;
mod vram;

pub use cost::{EnergyCost, stage_energy_j};
pub use energy::{Energy, EnergySource, NoEnergy, energy_j};
pub use peak::{PEAK_WINDOW, generation_peak};
pub use process::{foreign_processes, process_vram, process_vram_at};
pub use sample::{GpuSample, ProcessMemory, SIMULATED_GPU};
pub use summary::{GpuSummary, by_device, summarise_gpu};
pub use throttle::Throttle;
pub use vram::{NEAREST_PERIODS, nearest, vram_max};

//! One reading of one GPU at one moment.

use std::time::Duration;

use super::Throttle;

/// The name of the card that serves with the embedded engines, and with no others: records know it by that.
pub const SIMULATED_GPU: &str = "simulated GPU";

/// What one device said between two stamps. A field that it did not answer is `None`, never zero.
#[derive(Debug, Clone, PartialEq)]
pub struct GpuSample {
    /// Stamp before the first question, from the named origin of whoever holds the sample.
    pub at: Duration,
    /// Stamp after the last answer. The used VRAM is asked first, so it lies nearest to `at`.
    pub done: Duration,
    /// Index of the device, counted as the driver counts.
    pub device: u32,
    /// VRAM in use by all processes, without what the driver reserves for itself.
    pub vram_used_bytes: Option<u64>,
    pub vram_total_bytes: Option<u64>,
    /// Share of the driver's own last window (1/6 s to 1 s) in which a kernel ran, 0 to 100.
    pub utilisation_percent: Option<f64>,
    /// Share of that window in which the memory was read or written, 0 to 100.
    pub memory_utilisation_percent: Option<f64>,
    /// Drawn power. Many cards average it over the last second themselves.
    pub power_w: Option<f64>,
    /// The hardware's own energy counter since the driver was loaded.
    pub energy_j: Option<f64>,
    pub temperature_c: Option<f64>,
    pub sm_clock_mhz: Option<u32>,
    pub memory_clock_mhz: Option<u32>,
    /// Why the clocks are lower than they could be. `Some(Throttle::NONE)` = they are not.
    pub throttle: Option<Throttle>,
    /// Processes with memory on the device, by pid. `None` where the driver does not tell; inside containers the
    /// driver often tells an empty list.
    pub processes: Option<Vec<ProcessMemory>>,
}

/// One process on the GPU. The pid is the one that the driver sees, in the host's pid namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProcessMemory {
    pub pid: u32,
    /// `None` where the driver does not know (WDDM, WSL).
    pub vram_bytes: Option<u64>,
    /// It computes; false for a process that only draws, such as a desktop.
    pub compute: bool,
}

impl GpuSample {
    /// A sample in which nothing was answered yet.
    pub fn blank(device: u32, at: Duration) -> Self {
        GpuSample {
            at,
            done: at,
            device,
            vram_used_bytes: None,
            vram_total_bytes: None,
            utilisation_percent: None,
            memory_utilisation_percent: None,
            power_w: None,
            energy_j: None,
            temperature_c: None,
            sm_clock_mhz: None,
            memory_clock_mhz: None,
            throttle: None,
            processes: None,
        }
    }

    /// True when no question was answered: such a sample is a gap.
    pub fn is_blank(&self) -> bool {
        let blank = GpuSample { done: self.done, ..GpuSample::blank(self.device, self.at) };
        *self == blank
    }

    /// The moment that stands for the sample where a curve is drawn through it: the middle of its two stamps.
    pub fn instant(&self) -> Duration {
        self.at + self.done.saturating_sub(self.at) / 2
    }

    /// The farthest that the reading can lie from `instant`: a slow call is not taken for a near one.
    pub fn distance(&self, instant: Duration) -> Duration {
        self.at.abs_diff(instant).max(self.done.abs_diff(instant))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    #[test]
    fn a_slow_reading_is_as_far_as_its_farther_stamp() {
        let slow = GpuSample { done: ms(180), ..GpuSample::blank(0, ms(100)) };
        assert_eq!(slow.distance(ms(110)), ms(70));
        assert_eq!(slow.distance(ms(300)), ms(200));
        assert_eq!(slow.instant(), ms(140));
    }

    #[test]
    fn only_a_sample_without_any_answer_is_blank() {
        let mut s = GpuSample { done: ms(3), ..GpuSample::blank(1, ms(1)) };
        assert!(s.is_blank());
        s.vram_used_bytes = Some(0);
        assert!(!s.is_blank(), "an answered zero is an answer");
    }
}

//! The simulated card of the embedded engines: plausible figures that follow what the engines do.

use std::time::Duration;

use crate::gpu::{DeviceInfo, GpuError, GpuProbe, GpuState};
use crate::measure::{GpuSample, ProcessMemory, SIMULATED_GPU, Throttle};

/// What the engines do at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SimulatedActivity {
    /// Streams that prefill or generate now, of both engines.
    pub active_streams: u32,
    /// Tokens in their caches: prompts and what was generated.
    pub kv_tokens: u64,
}

/// The card that is simulated.
#[derive(Debug, Clone, PartialEq)]
pub struct SimulatedProfile {
    pub vram_total_bytes: u64,
    /// Both models' weights and the engines' own buffers.
    pub vram_resting_bytes: u64,
    /// Cache of one token.
    pub kv_bytes_per_token: u64,
    pub power_resting_w: f64,
    pub power_full_w: f64,
    /// Share of the card that one stream leaves free; n streams leave its n-th power.
    pub free_beside_one_stream: f64,
}

impl Default for SimulatedProfile {
    /// A 24 GB card with a 14B and a 1.5B model, both at four bits a weight.
    fn default() -> Self {
        SimulatedProfile {
            vram_total_bytes: 24 << 30,
            vram_resting_bytes: 11 << 30,
            kv_bytes_per_token: 192 << 10,
            power_resting_w: 30.0,
            power_full_w: 340.0,
            free_beside_one_stream: 0.38,
        }
    }
}

/// Time in which the temperature covers 63 % of the way to its target.
const HEAT_TIME_S: f64 = 20.0;

/// A card whose figures follow `activity`.
pub struct SimulatedProbe {
    profile: SimulatedProfile,
    activity: Box<dyn FnMut() -> SimulatedActivity + Send>,
    last: Option<Duration>,
    temperature_c: f64,
    energy_j: f64,
}

impl SimulatedProbe {
    /// `activity` is asked once for each sample, on the sampler's thread.
    pub fn new(profile: SimulatedProfile, activity: impl FnMut() -> SimulatedActivity + Send + 'static) -> Self {
        SimulatedProbe { profile, activity: Box::new(activity), last: None, temperature_c: 38.0, energy_j: 0.0 }
    }

    /// Share of the card in use, 0 to 1.
    fn load(&self, streams: u32) -> f64 {
        1.0 - self.profile.free_beside_one_stream.powi(streams.min(64) as i32)
    }

    fn advance(&mut self, at: Duration, load: f64, power_w: f64) {
        let step = at.saturating_sub(self.last.replace(at).unwrap_or(at)).as_secs_f64();
        let target = 38.0 + 36.0 * load;
        self.temperature_c += (target - self.temperature_c) * (1.0 - (-step / HEAT_TIME_S).exp());
        self.energy_j += power_w * step;
    }
}

impl GpuProbe for SimulatedProbe {
    fn state(&self) -> GpuState {
        GpuState::Simulated
    }

    fn devices(&mut self) -> Result<Vec<DeviceInfo>, GpuError> {
        Ok(vec![DeviceInfo {
            index: 0,
            name: SIMULATED_GPU.to_owned(),
            uuid: None,
            vram_total_bytes: Some(self.profile.vram_total_bytes),
            driver: None,
            untold: Vec::new(),
        }])
    }

    fn sample(&mut self, device: u32, at: Duration) -> Result<GpuSample, GpuError> {
        let now = (self.activity)();
        let load = self.load(now.active_streams);
        let power_w = self.profile.power_resting_w + (self.profile.power_full_w - self.profile.power_resting_w) * load;
        self.advance(at, load, power_w);
        let busy = now.active_streams > 0;
        let cache = self.profile.kv_bytes_per_token.saturating_mul(now.kv_tokens);
        let used = self.profile.vram_resting_bytes.saturating_add(cache).min(self.profile.vram_total_bytes);
        Ok(GpuSample {
            vram_used_bytes: Some(used),
            vram_total_bytes: Some(self.profile.vram_total_bytes),
            utilisation_percent: Some((load * 100.0).round()),
            memory_utilisation_percent: Some((load * 80.0).round()),
            power_w: Some(power_w),
            energy_j: Some(self.energy_j),
            temperature_c: Some(self.temperature_c.round()),
            sm_clock_mhz: Some(if busy { 2520 } else { 210 }),
            memory_clock_mhz: Some(if busy { 10_501 } else { 405 }),
            throttle: Some(if busy { Throttle::NONE } else { Throttle::IDLE }),
            processes: Some(vec![ProcessMemory { pid: std::process::id(), vram_bytes: Some(used), compute: true }]),
            ..GpuSample::blank(device, at)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(streams: u32, kv_tokens: u64, at_ms: &[u64]) -> GpuSample {
        let mut probe = SimulatedProbe::new(SimulatedProfile::default(), move || SimulatedActivity {
            active_streams: streams,
            kv_tokens,
        });
        let mut last = GpuSample::blank(0, Duration::ZERO);
        for at in at_ms {
            last = probe.sample(0, Duration::from_millis(*at)).expect("a simulated card always answers");
        }
        last
    }

    #[test]
    fn a_resting_card_holds_the_models_and_little_power() {
        let s = sample(0, 0, &[0, 1000]);
        assert_eq!((s.vram_used_bytes, s.power_w, s.utilisation_percent), (Some(11 << 30), Some(30.0), Some(0.0)));
        assert_eq!(s.energy_j, Some(30.0));
        assert_eq!(s.throttle, Some(Throttle::IDLE));
    }

    #[test]
    fn one_stream_takes_power_and_its_cache_takes_memory() {
        let s = sample(1, 1000, &[0]);
        assert_eq!(s.vram_used_bytes, Some((11 << 30) + 1000 * (192 << 10)));
        assert_eq!(s.utilisation_percent, Some(62.0));
        assert!((s.power_w.expect("power") - 222.2).abs() < 1e-9);
    }

    #[test]
    fn memory_never_exceeds_the_card() {
        assert_eq!(sample(400, u64::MAX, &[0]).vram_used_bytes, Some(24 << 30));
    }

    #[test]
    fn it_warms_up_slowly_and_says_that_it_is_simulated() {
        let warm = sample(8, 0, &[0, 20_000]).temperature_c.expect("temperature");
        assert!((60.0..62.0).contains(&warm), "{warm}");
        assert_eq!(
            SimulatedProbe::new(SimulatedProfile::default(), SimulatedActivity::default).state(),
            GpuState::Simulated
        );
    }
}

//! A run's GPU figures, of each device and of all together.

use std::collections::BTreeMap;
use std::time::Duration;

use super::vram::NEAREST_PERIODS;
use super::{Energy, EnergyCost, EnergySource, GpuSample, Throttle, energy_j, generation_peak, nearest, vram_max};
use crate::measure::Target;

/// What the GPU did in the measured window. Instants count from the same origin as the samples.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GpuSummary {
    /// Index of the device; `None` = all devices together.
    pub device: Option<u32>,
    /// Readings inside the window.
    pub samples: usize,
    /// The instant of the highest output rate ([`generation_peak`]).
    pub peak_at: Option<Duration>,
    /// Used VRAM of the **single** sample nearest to the peak; over several devices the sum of their nearest ones.
    pub vram_at_peak_bytes: Option<u64>,
    /// How far that sample may lie from the peak; over several devices the farthest.
    pub vram_at_peak_distance: Option<Duration>,
    /// Highest used VRAM in the window, and the first moment that showed it. Over several devices the highest sum of
    /// readings that were current together.
    pub vram_max_bytes: Option<u64>,
    pub vram_max_at: Option<Duration>,
    /// Used VRAM of the last sample before the window: what `device − baseline` is counted from where the driver does
    /// not tell the memory of processes.
    pub vram_baseline_bytes: Option<u64>,
    /// `device − baseline`: used VRAM at the peak less that before the window, of all processes. Below zero where
    /// memory was given back.
    pub vram_at_peak_over_baseline_bytes: Option<i64>,
    /// Energy over exactly the window ([`energy_j`]).
    pub energy_j: Option<f64>,
    /// Where the energy came from; `Power` as soon as one of several devices has no counter.
    pub energy_source: Option<EnergySource>,
    /// Mean of the power samples in the window; over several devices the sum of the means.
    pub power_mean_w: Option<f64>,
    /// Mean of the utilisation samples in the window; over several devices the mean of the means.
    pub utilisation_mean_percent: Option<f64>,
    /// Highest temperature in the window, of any device.
    pub temperature_max_c: Option<f64>,
    /// Lowest SM clock in the window, of any device.
    pub sm_clock_min_mhz: Option<u32>,
    /// Every reason for lower clocks that was seen.
    pub throttle: Option<Throttle>,
    /// Those of them that make the figures incomparable ([`Throttle::DISTURBING`]), by name.
    pub throttle_reasons: Vec<&'static str>,
    /// Field → why it is `None`.
    pub reasons_for_null: Vec<(&'static str, String)>,
    /// Each device on its own, when there are several.
    pub devices: Vec<GpuSummary>,
    /// VRAM for 1 000 more prompt tokens; filled in by who knows the phases.
    pub vram_bytes_per_1000_prompt_tokens: Option<f64>,
    /// What the energy bought; filled in by who knows the answers.
    pub cost: EnergyCost,
    /// VRAM of each engine's own processes in the sample nearest to the peak; filled in by who knows the processes.
    pub engines: Vec<(Target, Option<u64>)>,
}

/// Computes the figures of the window `[from, to]`. `samples` may belong to several devices; `tokens` are the chunks of
/// every exchange on the samples' clock with the tokens that each carried; `period` is the sampler's.
pub fn summarise_gpu(
    samples: &[GpuSample],
    tokens: impl IntoIterator<Item = (Duration, f64)>,
    from: Duration,
    to: Duration,
    period: Duration,
) -> GpuSummary {
    let span = Span { from, to, period, peak: generation_peak(tokens) };
    let devices: Vec<GpuSummary> =
        by_device(samples).iter().map(|(device, own)| span.one(Some(*device), own)).collect();
    match devices.len() {
        0 => span.one(None, &[]),
        1 => devices.into_iter().next().unwrap_or_default(),
        _ => span.together(devices, samples),
    }
}

/// What each device told, in the order of its stamps.
pub fn by_device(samples: &[GpuSample]) -> BTreeMap<u32, Vec<GpuSample>> {
    let mut out: BTreeMap<u32, Vec<GpuSample>> = BTreeMap::new();
    for s in samples {
        out.entry(s.device).or_default().push(s.clone());
    }
    out
}

struct Span {
    from: Duration,
    to: Duration,
    period: Duration,
    peak: Option<Duration>,
}

impl Span {
    fn one(&self, device: Option<u32>, samples: &[GpuSample]) -> GpuSummary {
        let inside: Vec<&GpuSample> = samples.iter().filter(|s| (self.from..=self.to).contains(&s.at)).collect();
        let mut reasons = Reasons::new(inside.len());
        let at_peak = reasons.keep("vram_at_peak_bytes", self.at_peak(samples));
        let max = reasons.seen("vram_max_bytes", vram_max(samples, self.from, self.to));
        let before = samples.iter().rfind(|s| s.at < self.from && s.vram_used_bytes.is_some());
        let baseline = before.and_then(|s| s.vram_used_bytes).ok_or_else(|| "no sample before the window".to_owned());
        let baseline = reasons.keep("vram_baseline_bytes", baseline);
        let energy = energy_j(samples, self.from, self.to, self.period).map_err(|why| why.to_string());
        let energy = reasons.keep("energy_j", energy);
        let throttle = reasons.seen("throttle", inside.iter().filter_map(|s| s.throttle).reduce(Throttle::with));
        GpuSummary {
            engines: Vec::new(),
            vram_bytes_per_1000_prompt_tokens: None,
            cost: EnergyCost::default(),
            device,
            samples: inside.len(),
            peak_at: self.peak,
            vram_at_peak_bytes: at_peak.map(|(bytes, _)| bytes),
            vram_at_peak_distance: at_peak.map(|(_, distance)| distance),
            vram_max_bytes: max.map(|(bytes, _)| bytes),
            vram_max_at: max.map(|(_, at)| at),
            vram_baseline_bytes: baseline,
            vram_at_peak_over_baseline_bytes: over(at_peak.map(|(bytes, _)| bytes), baseline),
            energy_j: energy.map(|e| e.joules),
            energy_source: energy.map(|e| e.source),
            power_mean_w: reasons.seen("power_mean_w", mean(inside.iter().filter_map(|s| s.power_w))),
            utilisation_mean_percent: reasons
                .seen("utilisation_mean_percent", mean(inside.iter().filter_map(|s| s.utilisation_percent))),
            temperature_max_c: reasons
                .seen("temperature_max_c", inside.iter().filter_map(|s| s.temperature_c).reduce(f64::max)),
            sm_clock_min_mhz: reasons.seen("sm_clock_min_mhz", inside.iter().filter_map(|s| s.sm_clock_mhz).min()),
            throttle,
            throttle_reasons: throttle.unwrap_or_default().only(Throttle::DISTURBING).names(),
            reasons_for_null: reasons.list,
            devices: Vec::new(),
        }
    }

    /// VRAM of the one sample nearest to the peak, among those that carry it.
    fn at_peak(&self, samples: &[GpuSample]) -> Result<(u64, Duration), String> {
        let peak = self.peak.ok_or("no token was generated, so there is no peak")?;
        let telling = || samples.iter().filter(|s| s.vram_used_bytes.is_some());
        match nearest(telling(), peak, self.period) {
            Some((s, distance)) => Ok((s.vram_used_bytes.unwrap_or_default(), distance)),
            None => Err(match telling().map(|s| s.distance(peak)).min() {
                Some(far) => {
                    format!("the nearest sample is {far:?} from the peak, more than {NEAREST_PERIODS} periods")
                }
                None => "no sample carries the used VRAM".to_owned(),
            }),
        }
    }

    fn together(&self, devices: Vec<GpuSummary>, samples: &[GpuSample]) -> GpuSummary {
        let sum = |field: fn(&GpuSummary) -> Option<u64>| devices.iter().map(field).sum::<Option<u64>>();
        let sum_f = |field: fn(&GpuSummary) -> Option<f64>| devices.iter().map(field).sum::<Option<f64>>();
        let max = self.vram_max_together(&devices, samples);
        let throttle = devices.iter().filter_map(|d| d.throttle).reduce(Throttle::with);
        let known = devices.iter().all(|d| d.vram_at_peak_bytes.is_some());
        let counter = devices.iter().all(|d| d.energy_source == Some(EnergySource::Counter));
        let energy = sum_f(|d| d.energy_j)
            .map(|joules| Energy { joules, source: if counter { EnergySource::Counter } else { EnergySource::Power } });
        let (at_peak, baseline) = (sum(|d| d.vram_at_peak_bytes), sum(|d| d.vram_baseline_bytes));
        GpuSummary {
            engines: Vec::new(),
            vram_bytes_per_1000_prompt_tokens: None,
            cost: EnergyCost::default(),
            device: None,
            samples: devices.iter().map(|d| d.samples).sum(),
            peak_at: self.peak,
            vram_at_peak_bytes: at_peak,
            vram_at_peak_distance: devices.iter().map(|d| d.vram_at_peak_distance).max().flatten().filter(|_| known),
            vram_max_bytes: max.map(|(bytes, _)| bytes),
            vram_max_at: max.map(|(_, at)| at),
            vram_baseline_bytes: baseline,
            vram_at_peak_over_baseline_bytes: over(at_peak, baseline),
            energy_j: energy.map(|e| e.joules),
            energy_source: energy.map(|e| e.source),
            power_mean_w: sum_f(|d| d.power_mean_w),
            utilisation_mean_percent: sum_f(|d| d.utilisation_mean_percent).map(|sum| sum / devices.len() as f64),
            temperature_max_c: devices.iter().filter_map(|d| d.temperature_max_c).reduce(f64::max),
            sm_clock_min_mhz: devices.iter().filter_map(|d| d.sm_clock_min_mhz).min(),
            throttle,
            throttle_reasons: throttle.unwrap_or_default().only(Throttle::DISTURBING).names(),
            reasons_for_null: reasons_of(&devices),
            devices,
        }
    }

    /// The highest sum of VRAM over all devices. Each reading is added to the latest of every other device; a sum in
    /// which one of them is missing or older than two periods is not a sum.
    fn vram_max_together(&self, devices: &[GpuSummary], samples: &[GpuSample]) -> Option<(u64, Duration)> {
        let mut latest: BTreeMap<u32, (Duration, u64)> = BTreeMap::new();
        let mut best = None::<(u64, Duration)>;
        for s in samples.iter().filter(|s| (self.from..=self.to).contains(&s.at)) {
            let Some(bytes) = s.vram_used_bytes else { continue };
            latest.insert(s.device, (s.at, bytes));
            let current = latest.values().filter(|(at, _)| s.at.abs_diff(*at) <= self.period * NEAREST_PERIODS);
            if current.clone().count() == devices.len() {
                let sum = current.map(|(_, bytes)| bytes).sum();
                best = best.filter(|(most, _)| *most >= sum).or(Some((sum, s.at)));
            }
        }
        best
    }
}

/// Collects why a field is missing.
struct Reasons {
    inside: usize,
    list: Vec<(&'static str, String)>,
}

impl Reasons {
    fn new(inside: usize) -> Self {
        Reasons { inside, list: Vec::new() }
    }

    fn keep<T>(&mut self, field: &'static str, value: Result<T, String>) -> Option<T> {
        value.map_err(|why| self.list.push((field, why))).ok()
    }

    fn seen<T>(&mut self, field: &'static str, value: Option<T>) -> Option<T> {
        let why = if self.inside == 0 { "no sample in the window" } else { "the driver does not tell it" };
        self.keep(field, value.ok_or_else(|| why.to_owned()))
    }
}

/// One reason for each field: those of all devices, each by its device.
fn reasons_of(devices: &[GpuSummary]) -> Vec<(&'static str, String)> {
    let mut out: Vec<(&'static str, String)> = Vec::new();
    for d in devices {
        let named = d.device.map_or_else(String::new, |i| format!("GPU {i}: "));
        for (field, why) in &d.reasons_for_null {
            match out.iter_mut().find(|(known, _)| known == field) {
                Some((_, all)) => *all += &format!("; {named}{why}"),
                None => out.push((field, format!("{named}{why}"))),
            }
        }
    }
    out
}

fn over(at_peak: Option<u64>, baseline: Option<u64>) -> Option<i64> {
    at_peak.zip(baseline).map(|(p, b)| p as i64 - b as i64)
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, n) = values.fold((0.0, 0_u32), |(sum, n), v| (sum + v, n + 1));
    (n > 0).then(|| sum / f64::from(n))
}

#[cfg(test)]
#[path = "summary_tests.rs"]
mod tests;

//! Whether a steady load changed as it went on: slopes over the time of the run.

use std::collections::BTreeMap;
use std::time::Duration;

use super::exchange::Measures;
use super::gpu_window::GpuSample;
use super::line_fit::fit;
use super::phase::{InPhase, stretches};
use super::summary::{Timed, start_rate, window};
use super::target::Target;

/// How one figure changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Drift {
    /// `None` for the GPU as a whole.
    pub target: Option<Target>,
    /// `ttft_ms`, `tokens_per_second` or `vram_used_bytes`.
    pub measure: &'static str,
    pub n: usize,
    pub mean: f64,
    /// In the measure's unit, per hour: the least-squares slope over start times.
    pub per_hour: f64,
    /// 95 % interval of the slope; `None` below 11 points.
    pub interval: Option<(f64, f64)>,
}

/// A shorter run says nothing of hours.
const SHORTEST: f64 = 60.0;
/// VRAM is averaged over this long first: readings that follow one another are no independent points.
const VRAM_STEP: Duration = Duration::from_secs(5);
/// Prompts within this share of one another are the same load.
const SAME_LENGTH: f64 = 0.02;
/// Phases whose start rates differ by more than this factor are no steady load.
const SAME_RATE: f64 = 1.5;

/// The drifts of a steady load that was measured for at least 60 s. Empty for a shorter run, and where the load changed on
/// purpose: other prompts, other company, other rates; then the slope would be the scenario's and not the engine's.
pub fn drift(exchanges: &[InPhase<'_>], samples: &[GpuSample]) -> Vec<Drift> {
    let mut found: Vec<Drift> = Target::ALL.into_iter().flat_map(|t| of_target(exchanges, t)).collect();
    let measured: Vec<&Timed<'_>> = exchanges.iter().map(|e| &e.timed).filter(|t| t.counts()).collect();
    if !found.is_empty() {
        found.extend(of_vram(&measured, samples));
    }
    found
}

fn of_target(exchanges: &[InPhase<'_>], target: Target) -> Vec<Drift> {
    let own: Vec<InPhase<'_>> = exchanges.iter().copied().filter(|e| e.timed.target == target).collect();
    let counted: Vec<&Timed<'_>> = own.iter().map(|e| &e.timed).filter(|t| t.counts()).collect();
    if window(&counted).is_none_or(|seconds| seconds < SHORTEST) || !is_steady(&own, &counted) {
        return Vec::new();
    }
    let slope = |measure: &'static str, of: fn(&Measures) -> Option<f64>| {
        let points = counted.iter().filter_map(|t| Some((hours(t.sent), of(&Measures::of(t.trace))?)));
        of_points(Some(target), measure, &points.collect::<Vec<_>>())
    };
    let found = [slope("ttft_ms", |m| m.ttft_ms), slope("tokens_per_second", |m| m.tokens_per_second)];
    found.into_iter().flatten().collect()
}

fn is_steady(own: &[InPhase<'_>], counted: &[&Timed<'_>]) -> bool {
    let prompts = counted.iter().filter_map(|t| t.trace.prompt.total.or(t.trace.prompt.asked)).map(f64::from);
    let rates = stretches(own).into_iter().filter_map(|stretch| {
        let timed: Vec<&Timed<'_>> = stretch.iter().map(|e| &e.timed).collect();
        start_rate(&timed)
    });
    counted.windows(2).all(|pair| pair[0].together == pair[1].together)
        && spread(prompts) <= 1.0 + SAME_LENGTH
        && spread(rates) <= SAME_RATE
}

/// The largest over the smallest; 1 of nothing.
fn spread(values: impl Iterator<Item = f64>) -> f64 {
    let ends =
        values.fold(None, |ends: Option<(f64, f64)>, v| ends.map_or(Some((v, v)), |(a, b)| Some((a.min(v), b.max(v)))));
    ends.map_or(1.0, |(low, high)| high / low)
}

/// Used VRAM of all devices together, over the measured time.
fn of_vram(measured: &[&Timed<'_>], samples: &[GpuSample]) -> Option<Drift> {
    let (from, to) = (measured.iter().map(|t| t.sent).min()?, measured.iter().map(|t| t.end()).max()?);
    let mut steps: BTreeMap<u64, BTreeMap<u32, (f64, f64)>> = BTreeMap::new();
    for s in samples.iter().filter(|s| (from..=to).contains(&s.at)) {
        let Some(bytes) = s.vram_used_bytes else { continue };
        let step = (s.at - from).as_secs() / VRAM_STEP.as_secs();
        let (sum, n) = steps.entry(step).or_default().entry(s.device).or_default();
        *sum += bytes as f64;
        *n += 1.0;
    }
    let devices = steps.values().map(BTreeMap::len).max()?;
    let complete = steps.into_iter().filter(|(_, by_device)| by_device.len() == devices);
    let points: Vec<(f64, f64)> = complete
        .map(|(step, by_device)| (hours(VRAM_STEP * step as u32), by_device.values().map(|(sum, n)| sum / n).sum()))
        .collect();
    of_points(None, "vram_used_bytes", &points)
}

fn of_points(target: Option<Target>, measure: &'static str, points: &[(f64, f64)]) -> Option<Drift> {
    let line = fit(points)?;
    Some(Drift { target, measure, n: line.n, mean: line.mean, per_hour: line.slope, interval: line.interval })
}

fn hours(d: Duration) -> f64 {
    d.as_secs_f64() / 3600.0
}

#[cfg(test)]
#[path = "drift_tests.rs"]
mod tests;

//! What the energy bought: joules per output token, per answer, and per stage of an answer.

use std::time::Duration;

use super::{GpuSample, energy_j};
use crate::measure::Stage;

/// Energy of the measured window over what was made in it. It is the energy of the whole card (of all cards), idle draw
/// and the other engine's work included.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EnergyCost {
    /// J, over the output tokens of every measured answer of every target.
    pub per_output_token_j: Option<f64>,
    /// J, over the measured answers of every target.
    pub per_answer_j: Option<f64>,
    /// J, the mean energy over a stage's own windows; answers at the same time share them. Of pipelines only.
    pub per_stage_j: Vec<(Stage, Option<f64>)>,
}

impl EnergyCost {
    /// `energy` over the window in which `answers` answers of `tokens` output tokens were made.
    pub fn of(energy: Option<f64>, tokens: u64, answers: usize) -> EnergyCost {
        let over = |n: f64| energy.filter(|_| n > 0.0).map(|e| e / n);
        EnergyCost {
            per_output_token_j: over(tokens as f64),
            per_answer_j: over(answers as f64),
            per_stage_j: Vec::new(),
        }
    }
}

/// The mean energy of one stage over its windows, all devices together.
///
/// # Errors
/// A device has no energy over one of them; the text says why.
pub fn stage_energy_j(
    devices: &[Vec<GpuSample>],
    windows: &[(Duration, Duration)],
    period: Duration,
) -> Result<f64, String> {
    let mut sum = 0.0;
    for (from, to) in windows.iter().filter(|(from, to)| to > from) {
        for samples in devices {
            let near = near(samples, *from, *to, period);
            sum += energy_j(near, *from, *to, period).map_err(|why| why.to_string())?.joules;
        }
    }
    match windows.len() {
        0 => Err("no answer had this stage".to_owned()),
        n => Ok(sum / n as f64),
    }
}

/// The samples that can speak for a window: a run has very many. They are in the order of their stamps.
fn near(samples: &[GpuSample], from: Duration, to: Duration, period: Duration) -> &[GpuSample] {
    let reach = period * 4;
    let low = samples.partition_point(|s| s.at < from.saturating_sub(reach));
    let high = samples.partition_point(|s| s.at <= to + reach);
    &samples[low..high.max(low)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watts(w: f64, n: u64) -> Vec<GpuSample> {
        let at = |i: u64| Duration::from_millis(50 * i);
        (0..n).map(|i| GpuSample { power_w: Some(w), ..GpuSample::blank(0, at(i)) }).collect()
    }

    fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    #[test]
    fn what_was_not_made_has_no_cost() {
        assert_eq!(EnergyCost::of(Some(600.0), 0, 0), EnergyCost::default());
        assert_eq!(EnergyCost::of(None, 10, 2), EnergyCost::default());
        let cost = EnergyCost::of(Some(600.0), 300, 4);
        assert_eq!((cost.per_output_token_j, cost.per_answer_j), (Some(2.0), Some(150.0)));
    }

    #[test]
    fn a_stage_costs_what_all_devices_drew_in_its_windows() {
        let devices = [watts(100.0, 100), watts(200.0, 100)];
        let windows = [(ms(1_000), ms(1_010)), (ms(2_000), ms(2_030))];
        let joules = stage_energy_j(&devices, &windows, ms(50)).expect("samples all along");
        assert!((joules - 300.0 * 0.040 / 2.0).abs() < 1e-9, "{joules}");
    }

    #[test]
    fn a_window_that_nobody_sampled_leaves_the_stage_without_a_figure() {
        let gone = stage_energy_j(&[watts(100.0, 10)], &[(ms(900), ms(1_900))], ms(50));
        assert!(gone.is_err_and(|why| !why.is_empty()));
        assert!(stage_energy_j(&[watts(100.0, 10)], &[], ms(50)).is_err());
    }
}

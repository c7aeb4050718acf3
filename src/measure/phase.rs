//! The phases of a run, each summarised on its own: what a scenario did one after the other.

use std::time::Duration;

use super::exchange::{self, Measures};
use super::gpu_window::{GpuSample, NEAREST_PERIODS, summarise_gpu};
use super::percentile::quantile;
use super::summary::{Timed, concurrency, start_rate, window};
use super::target::Target;

/// An exchange and the phase that its scenario had named when it began.
#[derive(Debug, Clone, Copy)]
pub struct InPhase<'a> {
    pub phase: &'a str,
    pub timed: Timed<'a>,
}

/// One target in one phase; medians, and `None` where no exchange had that measure.
#[derive(Debug, Clone, PartialEq)]
pub struct PhaseSummary {
    pub phase: String,
    pub target: Target,
    /// Exchanges that count.
    pub n: usize,
    pub failed: usize,
    pub ttft_ms: Option<f64>,
    pub tokens_per_second: Option<f64>,
    pub prefill_tokens_per_second: Option<f64>,
    pub prompt_tokens: Option<f64>,
    /// Σ tokens / (max end − min start), in tokens per second.
    pub throughput_tokens_per_second: Option<f64>,
    /// Open exchanges over the phase, weighted by time.
    pub concurrency: Option<f64>,
    /// Measured starts per second.
    pub achieved_rate_per_second: Option<f64>,
    /// The single sample nearest to the phase's own generation peak, all targets together.
    pub vram_at_peak_bytes: Option<u64>,
}

/// The summaries in the order of the run; empty where it had fewer than two phases with measured exchanges. A phase that
/// comes again later is an entry of its own: its window is its own. `samples` are on the exchanges' clock.
pub fn phases(exchanges: &[InPhase<'_>], samples: &[GpuSample], period: Duration) -> Vec<PhaseSummary> {
    let stretches = stretches(exchanges);
    if stretches.len() < 2 {
        return Vec::new();
    }
    stretches.iter().flat_map(|stretch| summaries(stretch, vram_at_peak(stretch, samples, period))).collect()
}

/// The measured exchanges in the order of their sending, cut where the phase changes.
pub(super) fn stretches<'a>(exchanges: &[InPhase<'a>]) -> Vec<Vec<InPhase<'a>>> {
    let mut measured: Vec<InPhase<'a>> = exchanges.iter().copied().filter(|e| !e.timed.warm_up).collect();
    measured.sort_by_key(|e| e.timed.sent);
    measured.chunk_by(|a, b| a.phase == b.phase).map(<[_]>::to_vec).collect()
}

fn summaries(stretch: &[InPhase<'_>], vram: Option<u64>) -> Vec<PhaseSummary> {
    let of = |target: Target| {
        let own: Vec<Timed<'_>> = stretch.iter().map(|e| e.timed).filter(|t| t.target == target).collect();
        (!own.is_empty()).then(|| summary(stretch[0].phase, target, &own, vram))
    };
    Target::ALL.into_iter().filter_map(of).collect()
}

fn summary(phase: &str, target: Target, own: &[Timed<'_>], vram: Option<u64>) -> PhaseSummary {
    let counted: Vec<&Timed<'_>> = own.iter().filter(|t| t.counts()).collect();
    let measures: Vec<Measures> = counted.iter().map(|t| Measures::of(t.trace)).collect();
    let median = |of: fn(&Measures) -> Option<f64>| median(measures.iter().filter_map(of).collect());
    let tokens: u64 = measures.iter().filter_map(|m| m.output_tokens).map(u64::from).sum();
    PhaseSummary {
        phase: phase.to_owned(),
        target,
        n: counted.len(),
        failed: own.len() - counted.len(),
        ttft_ms: median(|m| m.ttft_ms),
        tokens_per_second: median(|m| m.tokens_per_second),
        prefill_tokens_per_second: median(|m| m.prefill_tokens_per_second),
        prompt_tokens: median(|m| m.prompt_tokens.map(f64::from)),
        throughput_tokens_per_second: window(&counted).map(|w| tokens as f64 / w).filter(|t| *t > 0.0),
        concurrency: concurrency(&counted),
        achieved_rate_per_second: start_rate(&counted),
        vram_at_peak_bytes: vram,
    }
}

/// Only the samples that can speak for the phase are looked at: a soak has very many.
fn vram_at_peak(stretch: &[InPhase<'_>], samples: &[GpuSample], period: Duration) -> Option<u64> {
    let counted = || stretch.iter().map(|e| e.timed).filter(Timed::counts);
    let (from, to) = (counted().map(|t| t.sent).min()?, counted().map(|t| t.end()).max()?);
    let reach = period * NEAREST_PERIODS;
    let near = from.saturating_sub(reach)..=to + reach;
    let own: Vec<GpuSample> = samples.iter().filter(|s| near.contains(&s.at)).cloned().collect();
    summarise_gpu(&own, counted().flat_map(|t| tokens(&t)), from, to, period).vram_at_peak_bytes
}

/// When an exchange's tokens came, on the run's clock, and how many: those that the engine does not place are spread
/// evenly over the chunks.
pub fn tokens(t: &Timed<'_>) -> Vec<(Duration, f64)> {
    let n = exchange::ledger(t.trace).primary().map_or(0, |(_, n)| n);
    let each = f64::from(n) / t.trace.chunks.len().max(1) as f64;
    t.trace.chunks.iter().map(|c| (t.sent + c.offset, c.tokens.map_or(each, f64::from))).collect()
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    quantile(&values, 0.5)
}

#[cfg(test)]
#[path = "phase_tests.rs"]
mod tests;

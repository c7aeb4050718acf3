//! Energy over an exact window: the hardware's counter where there is one, else the integral of power.

use std::time::Duration;

use super::GpuSample;

/// Two neighbouring readings farther apart than this many periods are a gap.
const GAP_PERIODS: u32 = 3;

/// Energy over a window, and where it came from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Energy {
    pub joules: f64,
    pub source: EnergySource,
}

/// Where an energy figure came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnergySource {
    /// Difference of the hardware's energy counter between the window's edges.
    Counter,
    /// Trapezoids under the samples of power.
    Power,
}

/// Why there is no energy figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoEnergy {
    #[error("the window is empty")]
    EmptyWindow,
    #[error("no sample carries power or an energy counter")]
    NoReading,
    #[error("no sample before the window's start at {0:?}")]
    NothingBefore(Duration),
    #[error("no sample after the window's end at {0:?}")]
    NothingAfter(Duration),
    #[error("no reading between {from:?} and {to:?}, more than {GAP_PERIODS} periods")]
    Gap { from: Duration, to: Duration },
    #[error("the energy counter ran backwards at {0:?}: the driver was loaded anew")]
    CounterReset(Duration),
}

/// Joules drawn by one device between `from` and `to`.
///
/// The counter is preferred: the difference of its values at the two edges, each interpolated between neighbouring
/// samples; a gap in the middle does not matter to it. Without one, the integral of power by trapezoids, edges
/// interpolated, no two neighbouring samples more than three periods apart. A sample stands at the middle of its stamps.
pub fn energy_j(samples: &[GpuSample], from: Duration, to: Duration, period: Duration) -> Result<Energy, NoEnergy> {
    if to <= from {
        return Err(NoEnergy::EmptyWindow);
    }
    let gap = period * GAP_PERIODS;
    let counter = by_counter(&series(samples, |s| s.energy_j), from, to, gap);
    let by_counter = |joules| Energy { joules, source: EnergySource::Counter };
    let by_power = |joules| Energy { joules, source: EnergySource::Power };
    match (counter, power(&series(samples, |s| s.power_w), from, to, gap)) {
        (Ok(joules), _) => Ok(by_counter(joules)),
        (Err(_), Ok(joules)) => Ok(by_power(joules)),
        (Err(why), Err(NoEnergy::NoReading)) => Err(why),
        (Err(_), Err(why)) => Err(why),
    }
}

type Point = (Duration, f64);

fn series(samples: &[GpuSample], field: impl Fn(&GpuSample) -> Option<f64>) -> Vec<Point> {
    samples.iter().filter_map(|s| Some((s.instant(), field(s)?))).collect()
}

fn by_counter(points: &[Point], from: Duration, to: Duration, gap: Duration) -> Result<f64, NoEnergy> {
    if let Some(pair) = points.windows(2).find(|p| p[1].1 < p[0].1 && p[1].0 >= from && p[0].0 <= to) {
        return Err(NoEnergy::CounterReset(pair[1].0));
    }
    Ok(value_at(points, to, gap, NoEnergy::NothingAfter(to))?
        - value_at(points, from, gap, NoEnergy::NothingBefore(from))?)
}

fn power(points: &[Point], from: Duration, to: Duration, gap: Duration) -> Result<f64, NoEnergy> {
    let start = (from, value_at(points, from, gap, NoEnergy::NothingBefore(from))?);
    let end = (to, value_at(points, to, gap, NoEnergy::NothingAfter(to))?);
    let inner = points.iter().copied().filter(|(at, _)| *at > from && *at < to);
    let path: Vec<Point> = std::iter::once(start).chain(inner).chain([end]).collect();
    path.windows(2).map(|p| trapezoid(p[0], p[1], gap)).sum()
}

fn trapezoid(a: Point, b: Point, gap: Duration) -> Result<f64, NoEnergy> {
    let width = b.0 - a.0;
    if width > gap {
        return Err(NoEnergy::Gap { from: a.0, to: b.0 });
    }
    Ok((a.1 + b.1) / 2.0 * width.as_secs_f64())
}

/// The value at an edge, on the straight line between the samples around it; `outside` when it is not between two.
fn value_at(points: &[Point], at: Duration, gap: Duration, outside: NoEnergy) -> Result<f64, NoEnergy> {
    let after = points.partition_point(|p| p.0 < at);
    let b = points.get(after).ok_or(if points.is_empty() { NoEnergy::NoReading } else { outside })?;
    if b.0 == at {
        return Ok(b.1);
    }
    let a = after.checked_sub(1).and_then(|i| points.get(i)).ok_or(outside)?;
    let width = b.0 - a.0;
    if width > gap {
        return Err(NoEnergy::Gap { from: a.0, to: b.0 });
    }
    Ok(a.1 + (b.1 - a.1) * (at - a.0).div_duration_f64(width))
}

#[cfg(test)]
#[path = "energy_tests.rs"]
mod tests;

//! Clock and scheduling of this machine: what a millisecond is worth here.

use std::time::Duration;

use super::finding::Finding;
use crate::app::Streams;
use crate::run::{ClockQuality, LagMonitor};

/// The clock's step, and how late a sleeping thread wakes.
pub fn clock() -> Vec<Finding> {
    let quality = ClockQuality::look();
    let mut out = vec![Finding::ok("clock", format!("monotonic, steps of {} ns", quality.step.as_nanos()))];
    if let Some(d) = &quality.late_us {
        let text =
            format!("a sleeping thread wakes {:.0} µs late (median of {}), {:.0} µs at worst", d.median, d.n, d.max);
        out.push(if quality.is_good() {
            Finding::ok("scheduling", text)
        } else {
            Finding::warn(
                "scheduling",
                text,
                "the machine is busy or throttled: stop what else runs, plug in, use the performance governor",
            )
        });
    }
    out
}

/// Load, cores and the CPU's governor.
pub fn load() -> Vec<Finding> {
    let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
    let mut out = Vec::new();
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    if let Some(load) = text.split(' ').next().and_then(|l| l.parse::<f64>().ok()) {
        let said = format!("load {load:.2} on {cores} cores");
        out.push(if load < cores as f64 {
            Finding::ok("load", said)
        } else {
            Finding::warn("load", said, "other work takes the processor: stop it before measuring")
        });
    }
    let governor = std::fs::read_to_string("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor").unwrap_or_default();
    match governor.trim() {
        "" => {}
        "powersave" => out.push(Finding::warn(
            "governor",
            "powersave".into(),
            "`cpupower frequency-set -g performance`: powersave can double TTFT",
        )),
        other => out.push(Finding::ok("governor", other.to_owned())),
    }
    out
}

/// The lag of the runtime that reads the streams, at rest.
pub fn lag(streams: &Streams) -> Finding {
    let lag = LagMonitor::start(streams.handle()).map(|monitor| {
        std::thread::sleep(Duration::from_secs(1));
        monitor.finish()
    });
    match lag {
        Ok(lag) => {
            let (p99, max) = (lag.p99_us.unwrap_or(0.0), lag.max_us.unwrap_or(0.0));
            let text = format!("the stream reader is served after {p99:.0} µs (p99 at rest), {max:.0} µs at worst");
            if p99 < 1_000.0 {
                Finding::ok("client lag", text)
            } else {
                Finding::warn("client lag", text, "the machine is busy: stop what else runs")
            }
        }
        Err(e) => Finding::broken("client lag", e.to_string(), "raise the limit of threads for this user"),
    }
}

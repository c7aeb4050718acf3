//! Whose memory it is: the processes of a sample.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{GpuSample, ProcessMemory, nearest};

/// Below this utilisation a process that only draws (a desktop) is no load.
const DRAWING_LOAD_PERCENT: f64 = 10.0;

/// VRAM of the processes `pids` in bytes: the sum over those on the device. `None` when none of them is on it, when
/// the driver lists no processes, or when one of them has an unknown share.
pub fn process_vram(sample: &GpuSample, pids: &[u32]) -> Option<u64> {
    let mut own = sample.processes.iter().flatten().filter(|p| pids.contains(&p.pid)).peekable();
    own.peek()?;
    own.map(|p| p.vram_bytes).sum()
}

/// VRAM of the processes `pids` at an instant: on each device the single sample nearest to it, summed over the devices
/// that they are on. `None` as in [`process_vram`], or when no sample is near ([`nearest`]).
pub fn process_vram_at(samples: &[GpuSample], pids: &[u32], instant: Duration, period: Duration) -> Option<u64> {
    let devices: BTreeSet<u32> = samples.iter().map(|s| s.device).collect();
    let on = |device: u32| {
        let (sample, _) = nearest(samples.iter().filter(|s| s.device == device), instant, period)?;
        process_vram(sample, pids)
    };
    devices.into_iter().filter_map(on).reduce(|sum, bytes| sum + bytes)
}

/// Processes that load the device and are not in `own`. One that only draws is load from 10 % utilisation on, so that a
/// resting desktop does not count.
pub fn foreign_processes<'a>(sample: &'a GpuSample, own: &'a [u32]) -> impl Iterator<Item = &'a ProcessMemory> {
    let busy = sample.utilisation_percent.is_some_and(|u| u >= DRAWING_LOAD_PERCENT);
    sample.processes.iter().flatten().filter(move |p| !own.contains(&p.pid) && (p.compute || busy))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(device: u32, list: &[(u32, Option<u64>)]) -> GpuSample {
        let one = |&(pid, vram_bytes): &(u32, Option<u64>)| ProcessMemory { pid, vram_bytes, compute: pid < 50 };
        GpuSample { processes: Some(list.iter().map(one).collect()), ..GpuSample::blank(device, Duration::ZERO) }
    }

    #[test]
    fn an_engine_of_two_processes_owns_the_memory_of_both() {
        let s = sample(0, &[(10, Some(4000)), (11, Some(500)), (99, Some(7))]);
        assert_eq!(process_vram(&s, &[10, 11, 12]), Some(4500));
    }

    #[test]
    fn an_unknown_share_or_an_unlisted_process_is_unknown_not_zero() {
        assert_eq!(process_vram(&sample(0, &[(10, Some(4000)), (11, None)]), &[10, 11]), None);
        assert_eq!(process_vram(&sample(0, &[(99, Some(7))]), &[10]), None);
        assert_eq!(process_vram(&GpuSample::blank(0, Duration::ZERO), &[10]), None);
    }

    #[test]
    fn an_engine_on_two_devices_owns_memory_on_both() {
        let all = [sample(0, &[(10, Some(4000))]), sample(1, &[(10, Some(300))]), sample(2, &[(11, Some(1))])];
        let period = Duration::from_millis(50);
        assert_eq!(process_vram_at(&all, &[10], Duration::ZERO, period), Some(4300));
        assert_eq!(process_vram_at(&all, &[10], Duration::from_secs(1), period), None);
    }

    #[test]
    fn a_resting_desktop_is_no_foreign_load_but_a_game_is() {
        let mut s = sample(0, &[(10, None), (11, None), (99, None)]);
        let pids = |s: &GpuSample| foreign_processes(s, &[10]).map(|p| p.pid).collect::<Vec<_>>();
        assert_eq!(pids(&s), [11]);
        s.utilisation_percent = Some(60.0);
        assert_eq!(pids(&s), [11, 99]);
    }
}

//! What a process has used: CPU time and memory, from the kernel.

use rustix::time::{ClockId, clock_gettime};

/// CPU time of this process, user and kernel, all threads, in ns.
pub fn cpu_ns() -> u64 {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
}

/// CPU time of all threads of another process in ns; none where /proc does not tell.
pub fn cpu_ns_of(pid: u32) -> Option<u64> {
    let threads = std::fs::read_dir(format!("/proc/{pid}/task")).ok()?;
    let one = |thread: std::io::Result<std::fs::DirEntry>| -> Option<u64> {
        let schedule = std::fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
        schedule.split(' ').next()?.parse().ok()
    };
    threads.map(one).sum()
}

/// Resident memory of this process that no file backs, in bytes; 0 where /proc does not tell.
pub fn anonymous_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").trim().parse::<u64>().ok()).map_or(0, |kib| kib * 1024)
}

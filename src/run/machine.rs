//! What the measuring machine is.

use crate::events::HostFacts;

/// CPU, cores, kernel and this program's version. What cannot be read is missing, not guessed.
pub fn host_facts(gpu: Option<String>) -> HostFacts {
    let cpuinfo = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let cpu =
        cpuinfo.lines().find_map(|l| l.strip_prefix("model name")?.split_once(':')).map(|(_, v)| v.trim().to_owned());
    let uname = rustix::system::uname();
    let kernel = format!("{} {}", uname.sysname().to_string_lossy(), uname.release().to_string_lossy());
    HostFacts {
        cpu,
        cores: std::thread::available_parallelism().map_or(0, |n| n.get() as u32),
        kernel: Some(kernel),
        gpu,
        dualbench: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

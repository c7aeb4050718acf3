//! Whose the processes on the GPU are: an engine's, where that engine runs on this machine, or somebody else's.

use std::net::{IpAddr, UdpSocket};
use std::path::Path;
use std::time::Duration;

use crate::engines::Client;
use crate::gpu::Sampler;
use crate::gpu::attribution::ProcTree;
use crate::measure::{self, GpuSample};

/// Where an engine runs, as far as its address tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Here,
    Elsewhere,
    /// It may be either, for this reason.
    Untold(&'static str),
}

const A_NAME: &str = "the engine's host is a name, which is not looked up; give its IP address";
const A_BRIDGE: &str = "the engine is behind a bridge of this machine, perhaps in a container, where processes hide";

/// An engine's processes, or why they cannot be told. Reads `/proc`.
pub(super) fn engine_pids(engine: &Client) -> Result<Vec<u32>, String> {
    match place(engine) {
        Place::Here => {}
        Place::Elsewhere => return Err("the engine runs on another machine".to_owned()),
        Place::Untold(why) => return Err(why.to_owned()),
    }
    Ok(ProcTree::default().on_port(engine.port()).map_err(|e| e.to_string())?.pids)
}

/// VRAM of an engine's processes at `at`, in bytes; or why it cannot be told.
pub(super) fn engine_vram(
    pids: &Result<Vec<u32>, String>,
    samples: &[GpuSample],
    at: Option<Duration>,
    period: Duration,
) -> Result<u64, String> {
    let pids = pids.as_ref().map_err(String::clone)?;
    at.and_then(|at| measure::process_vram_at(samples, pids, at, period))
        .ok_or_else(|| "the driver lists no memory for its processes".to_owned())
}

/// Processes on this machine's GPUs that are none of the engines', by name. An engine elsewhere has none here. Empty,
/// too, where an engine may be here and cannot be found: its own work must not be called foreign.
pub(super) fn foreign<'a>(sampler: &Sampler, engines: impl Iterator<Item = &'a Client>) -> Vec<String> {
    let mut ports = Vec::new();
    for engine in engines {
        match place(engine) {
            Place::Here => ports.push(engine.port()),
            Place::Elsewhere => {}
            Place::Untold(reason) => {
                tracing::debug!(engine = %engine.config().role, reason, "foreign work on the GPU cannot be told");
                return Vec::new();
            }
        }
    }
    sampler.foreign_processes(&ports)
}

fn place(engine: &Client) -> Place {
    let url = reqwest::Url::parse(&engine.config().base_url).ok();
    url.as_ref().and_then(reqwest::Url::host_str).map_or(Place::Untold(A_NAME), place_of)
}

/// Never asks the network: a name is known when it is `localhost` or this machine's own.
fn place_of(host: &str) -> Place {
    let Ok(ip) = host.trim_matches(['[', ']']).parse::<IpAddr>() else {
        return if is_own_name(host) { Place::Here } else { Place::Untold(A_NAME) };
    };
    let neighbours = || std::fs::read_to_string("/proc/net/arp").unwrap_or_default();
    let is_bridge = |device: &str| Path::new("/sys/class/net").join(device).join("bridge").exists();
    match ip.to_canonical() {
        ip if is_own_address(ip) => Place::Here,
        ip if is_behind_bridge(ip, &neighbours(), is_bridge) => Place::Untold(A_BRIDGE),
        _ => Place::Elsewhere,
    }
}

fn is_own_name(host: &str) -> bool {
    let host = host.trim_end_matches('.');
    let uname = rustix::system::uname();
    host == "localhost" || host.ends_with(".localhost") || uname.nodename().to_string_lossy().eq_ignore_ascii_case(host)
}

/// A socket can be bound to this machine's own addresses only. Nothing is sent. (Where the administrator allows foreign
/// ones, by `ip_nonlocal_bind`, every address seems to be our own.)
fn is_own_address(ip: IpAddr) -> bool {
    ip.is_loopback() || ip.is_unspecified() || UdpSocket::bind((ip, 0)).is_ok()
}

/// Whether `ip` was met on a bridge, such as the one between containers: it may be this very machine, with this very GPU.
/// `neighbours` is the text of `/proc/net/arp`: `address type flags hardware mask device`.
fn is_behind_bridge(ip: IpAddr, neighbours: &str, is_bridge: impl Fn(&str) -> bool) -> bool {
    let device = neighbours.lines().find_map(|line| {
        let mut fields = line.split_whitespace();
        (fields.next()?.parse() == Ok(ip)).then(|| fields.next_back())?
    });
    device.is_some_and(is_bridge)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::time::Instant;

    use super::*;
    use crate::engines;
    use crate::gpu::{self, DeviceInfo, GpuError, GpuProbe, GpuState};
    use crate::measure::ProcessMemory;

    /// An address that is on no machine (RFC 5737).
    const REMOTE: &str = "203.0.113.77";

    fn engine(host: &str, port: u16) -> Client {
        let base_url = format!("http://{host}:{port}");
        Client::new(engines::Config { base_url, ..engines::Config::default() }).expect("a good address")
    }

    fn sample(pid: u32) -> GpuSample {
        let processes = Some(vec![ProcessMemory { pid, vram_bytes: Some(7), compute: true }]);
        GpuSample { processes, ..GpuSample::blank(0, Duration::ZERO) }
    }

    /// A card on which a process computes that is no engine of ours.
    struct Busy;

    impl GpuProbe for Busy {
        fn state(&self) -> GpuState {
            GpuState::Present
        }

        fn devices(&mut self) -> Result<Vec<DeviceInfo>, GpuError> {
            let (name, untold) = ("busy".to_owned(), Vec::new());
            Ok(vec![DeviceInfo { index: 0, name, uuid: None, vram_total_bytes: None, driver: None, untold }])
        }

        fn sample(&mut self, _device: u32, at: Duration) -> Result<GpuSample, GpuError> {
            Ok(GpuSample { at, ..sample(u32::MAX) })
        }
    }

    #[track_caller]
    fn check(host: &str, expected: Place) {
        assert_eq!(place(&engine(host, 8080)), expected, "{host}");
    }

    #[test]
    fn an_engine_is_here_when_its_host_is_this_machine() {
        for host in ["127.0.0.1", "127.1.2.3", "[::1]", "0.0.0.0", "localhost", "LocalHost", "[::ffff:127.0.0.1]"] {
            check(host, Place::Here);
        }
        check(&rustix::system::uname().nodename().to_string_lossy(), Place::Here);
    }

    #[test]
    fn an_engine_on_an_address_of_this_machines_interfaces_is_here() {
        // Connecting a datagram socket sends nothing: it picks the address that would be used. Without a route, loopback.
        let socket = UdpSocket::bind("0.0.0.0:0").expect("a socket");
        let own = socket.connect((REMOTE, 9)).and_then(|()| socket.local_addr()).map(|a| a.ip().to_string());
        check(&own.unwrap_or_else(|_| "127.0.0.1".to_owned()), Place::Here);
    }

    #[test]
    fn an_engine_on_another_address_is_elsewhere_and_a_name_may_be_either() {
        check(REMOTE, Place::Elsewhere);
        check("[2001:db8::1]", Place::Elsewhere);
        check("gpu-box.example", Place::Untold(A_NAME));
    }

    #[test]
    fn an_address_that_was_met_on_a_bridge_may_be_a_container_of_this_machine() {
        let arp = "IP address HW type Flags HW address Mask Device\n\
                   172.17.0.2 0x1 0x2 02:42:ac:11:00:02 * docker0\n192.168.1.9 0x1 0x2 aa:bb:cc:dd:ee:ff * eth0\n";
        let met = |ip: &str| is_behind_bridge(ip.parse().expect("an address"), arp, |d| d == "docker0");
        assert_eq!([met("172.17.0.2"), met("192.168.1.9"), met("172.17.0.3")], [true, false, false]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_remote_engine_is_not_credited_with_what_listens_here_on_the_same_port() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let samples = [sample(std::process::id())];
        let vram = |host| {
            engine_vram(&engine_pids(&engine(host, port)), &samples, Some(Duration::ZERO), Duration::from_millis(50))
        };
        assert_eq!(vram("127.0.0.1"), Ok(7));
        assert_eq!(vram(REMOTE), Err("the engine runs on another machine".to_owned()));
        assert_eq!(vram("gpu-box.example"), Err(A_NAME.to_owned()));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_remote_engine_does_not_keep_foreign_work_on_the_gpu_from_being_told() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let sampler = Sampler::start(Box::new(Busy), Instant::now(), &gpu::Config::default());
        while sampler.latest().is_empty() {
            std::thread::yield_now();
        }
        let told = |hosts: &[&str]| {
            let engines: Vec<Client> = hosts.iter().map(|h| engine(h, port)).collect();
            foreign(&sampler, engines.iter())
        };
        let expected = vec![format!("? (pid {})", u32::MAX)];
        assert_eq!(told(&["127.0.0.1", REMOTE]), expected);
        assert_eq!(told(&[REMOTE]), expected);
        drop(listener);
        assert_eq!(told(&["127.0.0.1", REMOTE]), Vec::<String>::new(), "the local engine's own work is not known");
        assert_eq!(told(&["gpu-box.example"]), Vec::<String>::new());
    }
}

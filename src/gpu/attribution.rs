//! Which processes stand behind a port: port → listening socket → process → its children.
//!
//! Linux only, by reading `/proc`. The pids are matched against those that the driver tells; in a container both may
//! count differently, and then nothing matches, which shows as "not told" and never as zero.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

/// The processes that serve one port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Engine {
    /// Those that hold the listening socket, and all that descend from them (a server often leaves the GPU to a
    /// worker). Ascending.
    pub pids: Vec<u32>,
}

/// Why no process can be named.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAttributed {
    #[error("processes behind ports can be found on Linux only")]
    NotLinux,
    #[error("nothing on this machine listens on port {0}; is the engine in a container or elsewhere?")]
    NoListener(u16),
    #[error("port {0} belongs to a process that this user may not look into; run dualbench as the engine's user")]
    Hidden(u16),
    #[error("port {port} belongs to `{name}`, which passes it on to a container")]
    PassedOn { port: u16, name: String },
}

/// Programs that hold a port for somebody else, whose processes cannot be seen from here.
const FORWARDERS: [&str; 5] = ["docker-proxy", "rootlessport", "rootlesskit", "pasta", "slirp4netns"];

/// State of a listening socket in `/proc/net/tcp`.
const LISTEN: &str = "0A";

/// A view of `/proc`.
#[derive(Debug, Clone)]
pub struct ProcTree {
    root: PathBuf,
}

impl Default for ProcTree {
    fn default() -> Self {
        ProcTree { root: PathBuf::from("/proc") }
    }
}

impl ProcTree {
    /// A tree elsewhere, such as the host's, mounted into a container.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        ProcTree { root: root.into() }
    }

    /// The processes that serve `port` on this machine. Reads all of `/proc`: some milliseconds, so once for each run.
    pub fn on_port(&self, port: u16) -> Result<Engine, NotAttributed> {
        if !cfg!(target_os = "linux") {
            return Err(NotAttributed::NotLinux);
        }
        let sockets: Vec<String> = self.listening(port).into_iter().map(|inode| format!("socket:[{inode}]")).collect();
        if sockets.is_empty() {
            return Err(NotAttributed::NoListener(port));
        }
        let all = self.pids();
        let holders: Vec<u32> = all.iter().copied().filter(|pid| self.holds(*pid, &sockets)).collect();
        if holders.is_empty() {
            return Err(NotAttributed::Hidden(port));
        }
        let names = holders.iter().filter_map(|pid| self.name(*pid));
        if let Some(name) = names.into_iter().find(|n| FORWARDERS.contains(&n.as_str())) {
            return Err(NotAttributed::PassedOn { port, name });
        }
        Ok(Engine { pids: self.with_descendants(holders, &all) })
    }

    /// The command's name of a process, at most 15 characters.
    pub fn name(&self, pid: u32) -> Option<String> {
        let text = fs::read_to_string(self.root.join(pid.to_string()).join("comm")).ok()?;
        Some(text.trim_end().to_owned())
    }

    /// Inodes of the sockets that listen on `port`, on any address.
    fn listening(&self, port: u16) -> Vec<u64> {
        let tables = ["net/tcp", "net/tcp6"].map(|t| fs::read_to_string(self.root.join(t)).unwrap_or_default());
        tables.iter().flat_map(|t| t.lines().skip(1)).filter_map(|line| listener(line, port)).collect()
    }

    fn pids(&self) -> Vec<u32> {
        let entries = fs::read_dir(&self.root).into_iter().flatten().flatten();
        entries.filter_map(|e| e.file_name().to_str()?.parse().ok()).collect()
    }

    fn holds(&self, pid: u32, sockets: &[String]) -> bool {
        let fds = fs::read_dir(self.root.join(pid.to_string()).join("fd"));
        fds.into_iter()
            .flatten()
            .flatten()
            .filter_map(|fd| fs::read_link(fd.path()).ok())
            .any(|target| sockets.iter().any(|s| target.as_os_str() == s.as_str()))
    }

    fn with_descendants(&self, holders: Vec<u32>, all: &[u32]) -> Vec<u32> {
        let mut children: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for pid in all {
            if let Some(parent) = self.parent(*pid) {
                children.entry(parent).or_default().push(*pid);
            }
        }
        let (mut found, mut todo) = (Vec::new(), holders);
        while let Some(pid) = todo.pop() {
            if !found.contains(&pid) {
                found.push(pid);
                todo.extend(children.get(&pid).into_iter().flatten());
            }
        }
        found.sort_unstable();
        found
    }

    /// Field 4 of `stat`; the name before it may hold spaces and brackets, so the last bracket counts.
    fn parent(&self, pid: u32) -> Option<u32> {
        let stat = fs::read_to_string(self.root.join(pid.to_string()).join("stat")).ok()?;
        stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
    }
}

/// `sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode …`, addresses and ports in hex.
fn listener(line: &str, port: u16) -> Option<u64> {
    let mut fields = line.split_whitespace();
    let local = fields.nth(1)?.rsplit_once(':')?.1;
    let state = fields.nth(1)?;
    let inode = fields.nth(5)?.parse().ok()?;
    (state == LISTEN && u16::from_str_radix(local, 16) == Ok(port) && inode != 0).then_some(inode)
}

#[cfg(all(test, target_os = "linux"))]
#[path = "attribution_tests.rs"]
mod tests;

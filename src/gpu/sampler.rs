//! The sampler: one thread of its own that reads the GPU in time, whatever the driver does.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::gpu::attribution::ProcTree;
use crate::gpu::desk::Desk;
use crate::gpu::schedule::{IDLE_RATE_HZ_MIN, RATE_HZ_MAX, Schedule, period_of};
use crate::gpu::{Config, DeviceInfo, GpuError, GpuProbe, GpuState, Window};
use crate::measure::{GpuSample, foreign_processes};

/// A reading that is under way may hold up the exit this long.
const STOP_GRACE: Duration = Duration::from_millis(500);

/// Reads every device at the idle rate, and faster while a window is open. Stops when dropped.
#[derive(Debug)]
pub struct Sampler {
    desk: Arc<Desk>,
    devices: Vec<DeviceInfo>,
    latest: watch::Receiver<Vec<GpuSample>>,
    samples_max: usize,
}

impl Sampler {
    /// Starts the thread. Stamps count from `origin`. Without a GPU no thread runs, and everything else works.
    pub fn start(mut probe: Box<dyn GpuProbe>, origin: Instant, config: &Config) -> Sampler {
        let (sender, latest) = watch::channel(Vec::new());
        let (state, devices) = match probe.devices() {
            Ok(devices) if devices.is_empty() => (GpuState::absent(&GpuError::NoDevice), devices),
            Ok(devices) => (probe.state(), devices),
            Err(why) => (GpuState::absent(&why), Vec::new()),
        };
        let desk = Arc::new(Desk::new(origin, state));
        if !devices.is_empty() {
            let reader = Reader {
                state: probe.state(),
                probe,
                devices: devices.iter().map(|d| d.index).collect(),
                desk: desk.clone(),
                latest: sender,
                idle: Duration::from_secs_f64(1.0 / config.idle_rate_hz.clamp(IDLE_RATE_HZ_MIN, RATE_HZ_MAX)),
            };
            reader.spawn();
        }
        Sampler { desk, devices, latest, samples_max: config.samples_max }
    }

    /// Opens a window at `rate_hz` (held to 1–100); the first reading follows at once.
    pub fn open_window(&self, rate_hz: f64) -> Window {
        Window { id: self.desk.open(period_of(rate_hz), self.samples_max), desk: self.desk.clone() }
    }

    /// The last reading of each device that answered; empty while none does.
    pub fn latest(&self) -> Vec<GpuSample> {
        self.latest.borrow().clone()
    }

    /// Follows [`Sampler::latest`].
    pub fn subscribe(&self) -> watch::Receiver<Vec<GpuSample>> {
        self.latest.clone()
    }

    /// A GPU that no longer answers is absent until it does again.
    pub fn state(&self) -> GpuState {
        self.desk.state()
    }

    /// The devices as they were found at the start.
    pub fn devices(&self) -> &[DeviceInfo] {
        &self.devices
    }

    /// The moment from which every stamp counts.
    pub fn origin(&self) -> Instant {
        self.desk.origin
    }

    /// The devices in words, such as `2 x NVIDIA H200`; `None` without one.
    pub fn describe(&self) -> Option<String> {
        let mut groups: Vec<(&str, u32)> = Vec::new();
        for d in &self.devices {
            match groups.iter_mut().find(|(name, _)| *name == d.name) {
                Some((_, n)) => *n += 1,
                None => groups.push((&d.name, 1)),
            }
        }
        let words = groups.iter().map(|(name, n)| if *n == 1 { (*name).to_owned() } else { format!("{n} x {name}") });
        Some(words.collect::<Vec<_>>().join(", ")).filter(|words| !words.is_empty())
    }

    /// Processes that load a GPU and are neither this one nor an engine of this machine, which listens on one of
    /// `engine_ports`, by name.
    /// Empty, too, when an engine's process cannot be told: then no process can be called foreign. Reads `/proc`.
    pub fn foreign_processes(&self, engine_ports: &[u16]) -> Vec<String> {
        let tree = ProcTree::default();
        let mut own = vec![std::process::id()];
        for port in engine_ports {
            match tree.on_port(*port) {
                Ok(engine) => own.extend(engine.pids),
                Err(why) => {
                    tracing::debug!(port, reason = %why, "foreign work on the GPU cannot be told");
                    return Vec::new();
                }
            }
        }
        let latest = self.latest();
        let mut pids: Vec<u32> = latest.iter().flat_map(|s| foreign_processes(s, &own)).map(|p| p.pid).collect();
        pids.sort_unstable();
        pids.dedup();
        pids.into_iter().map(|pid| format!("{} (pid {pid})", tree.name(pid).unwrap_or_else(|| "?".into()))).collect()
    }
}

impl Drop for Sampler {
    fn drop(&mut self) {
        self.desk.stop(STOP_GRACE);
    }
}

/// The thread's side.
struct Reader {
    probe: Box<dyn GpuProbe>,
    /// What the probe stands for while it answers.
    state: GpuState,
    devices: Vec<u32>,
    desk: Arc<Desk>,
    latest: watch::Sender<Vec<GpuSample>>,
    idle: Duration,
}

impl Reader {
    fn spawn(self) {
        let desk = self.desk.clone();
        desk.started();
        let farewell = Farewell(desk.clone());
        let work = move || {
            let _farewell = farewell;
            self.read_until_stopped();
        };
        if let Err(why) = std::thread::Builder::new().name("gpu-sampler".into()).spawn(work) {
            desk.set_state(GpuState::absent(&GpuError::NoThread { detail: why.to_string() }));
        }
    }

    fn read_until_stopped(mut self) {
        let mut schedule = Schedule::default();
        while self.desk.wait(&mut schedule, self.idle).is_some() {
            self.read_all();
        }
    }

    fn read_all(&mut self) {
        let mut answered = Vec::with_capacity(self.devices.len());
        let mut silent = None;
        for i in 0..self.devices.len() {
            match self.read(self.devices[i]) {
                Ok(sample) => answered.push(sample),
                Err(why) => silent = Some(why),
            }
        }
        let state = match &silent {
            Some(why) if answered.is_empty() => GpuState::absent(why),
            _ => self.state.clone(),
        };
        self.latest.send_replace(answered);
        let before = self.desk.set_state(state);
        if let Some(why) = silent.filter(|_| before == self.state) {
            tracing::debug!(reason = %why, "a GPU did not answer");
        }
    }

    /// One reading between two stamps: a sample, or a gap in every window.
    fn read(&mut self, device: u32) -> Result<GpuSample, GpuError> {
        let at = self.desk.now();
        self.desk.begin(device, at);
        let reading = self.probe.sample(device, at);
        let done = self.desk.now();
        match reading {
            Ok(sample) => {
                let sample = GpuSample { done, ..sample };
                self.desk.sample(&sample);
                Ok(sample)
            }
            Err(why) => {
                self.desk.silence(device, at, done, &why.to_string());
                Err(why)
            }
        }
    }
}

/// Says that the thread is gone, however it went.
struct Farewell(Arc<Desk>);

impl Drop for Farewell {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.set_state(GpuState::absent(&GpuError::ThreadEnded));
        }
        self.0.ended();
    }
}

#[cfg(test)]
#[path = "sampler_tests.rs"]
mod tests;

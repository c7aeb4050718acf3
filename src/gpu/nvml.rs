//! NVIDIA cards through NVML. The only file that names the library.
//!
//! A question that a card does not answer (not supported, no permission, an old driver) is a `None` in the sample; an
//! answer that means that the card or the driver is gone is an error, and the library is opened anew now and then.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nvml_wrapper::bitmasks::device::ThrottleReasons;
use nvml_wrapper::enum_wrappers::device::{Clock, TemperatureSensor};
use nvml_wrapper::enums::device::UsedGpuMemory;
use nvml_wrapper::error::NvmlError;
use nvml_wrapper::struct_wrappers::device::ProcessInfo;
use nvml_wrapper::{Device, Nvml};

use crate::gpu::{DeviceInfo, GpuError, GpuProbe, GpuState};
use crate::measure::{GpuSample, ProcessMemory, Throttle};

/// Where drivers put the library, tried in this order: the loader's own search, WSL, NixOS, container hosts.
const LIBRARIES: [&str; 4] = [
    if cfg!(windows) { "nvml.dll" } else { "libnvidia-ml.so.1" },
    "/usr/lib/wsl/lib/libnvidia-ml.so.1",
    "/run/opengl-driver/lib/libnvidia-ml.so.1",
    "/usr/local/nvidia/lib64/libnvidia-ml.so.1",
];

/// While a card is lost, the library is opened anew this often: a card or a driver that was reset comes back.
const REOPEN_EVERY: Duration = Duration::from_secs(5);

/// The cards of this machine.
pub struct NvmlProbe {
    /// The one session. NVML counts its users and forgets a lost card only when the last one has left, so there are
    /// never two, not even for a moment. `None` after an attempt to open the library anew has failed.
    nvml: Option<Nvml>,
    library: Option<PathBuf>,
    cards: Vec<Card>,
    /// When a card was lost or the library was opened anew, whichever came last.
    settled: Duration,
}

struct Card {
    info: DeviceInfo,
    /// How the open library counts this card; `None` while it is lost.
    nvml_index: Option<u32>,
}

impl NvmlProbe {
    /// Loads the library, from `library` or from where drivers put it, and looks for devices.
    pub fn open(library: Option<&Path>) -> Result<Self, GpuError> {
        let nvml = load(library)?;
        let cards: Vec<Card> =
            enumerate(&nvml)?.into_iter().map(|info| Card { nvml_index: Some(info.index), info }).collect();
        if cards.is_empty() {
            return Err(GpuError::NoDevice);
        }
        Ok(NvmlProbe { nvml: Some(nvml), library: library.map(Path::to_owned), cards, settled: Duration::ZERO })
    }

    /// Opens the library anew and finds the cards again, by their own ids: the order may have changed.
    fn reopen(&mut self) -> Result<(), GpuError> {
        self.cards.iter_mut().for_each(|card| card.nvml_index = None);
        drop(self.nvml.take());
        let nvml = load(self.library.as_deref())?;
        let found = places(&nvml)?;
        for card in &mut self.cards {
            let same = |(index, uuid): &&(u32, Option<String>)| match &card.info.uuid {
                Some(known) => uuid.as_ref() == Some(known),
                None => *index == card.info.index,
            };
            card.nvml_index = found.iter().find(same).map(|(index, _)| *index);
        }
        self.nvml = Some(nvml);
        Ok(())
    }

    /// Looks for a lost card again, now and then. Only ever within a lost card's own reading: the others wait for it
    /// once, and their stamps stay true.
    fn seek(&mut self, at: Duration) -> Result<(), GpuError> {
        if at.saturating_sub(self.settled) < REOPEN_EVERY {
            return Ok(());
        }
        let began = Instant::now();
        let outcome = self.reopen();
        // Counted from its end: a library that is slow to open must not take all the time from the healthy cards.
        self.settled = at + began.elapsed();
        outcome
    }

    fn read(&self, nvml_index: u32, sample: &mut GpuSample) -> Result<(), NvmlError> {
        let nvml = self.nvml.as_ref().ok_or(NvmlError::Uninitialized)?;
        read(&nvml.device_by_index(nvml_index)?, sample)
    }
}

impl GpuProbe for NvmlProbe {
    fn state(&self) -> GpuState {
        GpuState::Present
    }

    fn devices(&mut self) -> Result<Vec<DeviceInfo>, GpuError> {
        Ok(self.cards.iter().map(|c| c.info.clone()).collect())
    }

    fn sample(&mut self, device: u32, at: Duration) -> Result<GpuSample, GpuError> {
        let lost = |detail: String| GpuError::Lost { device, detail };
        let Some(place) = self.cards.iter().position(|c| c.info.index == device) else {
            return Err(lost("no such device".to_owned()));
        };
        if self.cards[place].nvml_index.is_none() {
            self.seek(at)?;
        }
        let Some(nvml_index) = self.cards[place].nvml_index else {
            return Err(lost("it has not come back".to_owned()));
        };
        let mut sample = GpuSample::blank(device, at);
        match self.read(nvml_index, &mut sample) {
            Ok(()) if sample.is_blank() => {
                Err(GpuError::Silent { device, detail: "every question was refused".to_owned() })
            }
            Ok(()) => Ok(sample),
            Err(why) => {
                self.cards[place].nvml_index = None;
                self.settled = at;
                Err(lost(why.to_string()))
            }
        }
    }
}

fn load(library: Option<&Path>) -> Result<Nvml, GpuError> {
    if let Some(path) = library {
        let unusable = |detail| GpuError::LibraryUnusable { library: path.display().to_string(), detail };
        return init(path.as_os_str()).map_err(|why| not_open(why, unusable));
    }
    let mut first = None;
    for path in LIBRARIES {
        match init(OsStr::new(path)) {
            Ok(nvml) => return Ok(nvml),
            Err(NvmlError::LibloadingError(why)) => first = first.or(Some(why.to_string())),
            Err(why) => {
                return Err(not_open(why, |detail| GpuError::LibraryUnusable { library: path.to_owned(), detail }));
            }
        }
    }
    Err(GpuError::LibraryMissing { detail: first.unwrap_or_default() })
}

fn init(path: &OsStr) -> Result<Nvml, NvmlError> {
    Nvml::builder().lib_path(path).init()
}

fn not_open(why: NvmlError, unusable: impl FnOnce(String) -> GpuError) -> GpuError {
    match why {
        NvmlError::DriverNotLoaded => GpuError::DriverNotLoaded,
        NvmlError::LibRmVersionMismatch => GpuError::VersionMismatch,
        NvmlError::NoPermission => GpuError::NoPermission,
        NvmlError::LibloadingError(_) | NvmlError::FailedToLoadSymbol(_) => unusable(why.to_string()),
        why => GpuError::Refused { detail: why.to_string() },
    }
}

/// Every device that answers to its index. One that does not is left out, so that it cannot hide the others.
fn enumerate(nvml: &Nvml) -> Result<Vec<DeviceInfo>, GpuError> {
    let count = nvml.device_count().map_err(|why| GpuError::Refused { detail: why.to_string() })?;
    let driver = nvml.sys_driver_version().ok();
    let describe = |index: u32| match nvml.device_by_index(index) {
        Ok(device) => Some(describe(&device, index, driver.clone())),
        Err(why) => {
            tracing::warn!(device = index, reason = %why, "a GPU is there and cannot be read");
            None
        }
    };
    Ok((0..count).filter_map(describe).collect())
}

/// Index and id of every device that answers; cheap, for it keeps healthy cards waiting.
fn places(nvml: &Nvml) -> Result<Vec<(u32, Option<String>)>, GpuError> {
    let count = nvml.device_count().map_err(|why| GpuError::Refused { detail: why.to_string() })?;
    let place = |index| nvml.device_by_index(index).ok().map(|device| (index, device.uuid().ok()));
    Ok((0..count).filter_map(place).collect())
}

fn describe(device: &Device<'_>, index: u32, driver: Option<String>) -> DeviceInfo {
    let memory = device.memory_info();
    let checks = [
        ("power_w", device.power_usage().err()),
        ("energy_j", device.total_energy_consumption().err()),
        ("utilisation_percent", device.utilization_rates().err()),
        ("temperature_c", device.temperature(TemperatureSensor::Gpu).err()),
        ("sm_clock_mhz", device.clock_info(Clock::SM).err()),
        ("memory_clock_mhz", device.clock_info(Clock::Memory).err()),
        ("throttle", device.current_throttle_reasons().err()),
        ("processes", device.running_compute_processes().err()),
    ];
    let untold = checks.into_iter().filter_map(|(field, why)| Some((field, why?.to_string())));
    let memory_untold = memory.as_ref().err().map(|why| ("vram_used_bytes", why.to_string()));
    DeviceInfo {
        index,
        name: device.name().unwrap_or_else(|_| format!("NVIDIA GPU {index}")),
        uuid: device.uuid().ok(),
        vram_total_bytes: memory.as_ref().ok().map(|m| m.total),
        driver,
        untold: memory_untold.into_iter().chain(untold).collect(),
    }
}

/// Asks everything; memory first, so that it lies nearest to the sample's first stamp.
fn read(device: &Device<'_>, sample: &mut GpuSample) -> Result<(), NvmlError> {
    let memory = told(device.memory_info())?;
    sample.vram_used_bytes = memory.as_ref().map(|m| m.used);
    sample.vram_total_bytes = memory.as_ref().map(|m| m.total);
    sample.power_w = told(device.power_usage())?.map(|milliwatts| f64::from(milliwatts) / 1e3);
    sample.energy_j = told(device.total_energy_consumption())?.map(|millijoules| millijoules as f64 / 1e3);
    let utilisation = told(device.utilization_rates())?;
    sample.utilisation_percent = utilisation.as_ref().map(|u| f64::from(u.gpu));
    sample.memory_utilisation_percent = utilisation.as_ref().map(|u| f64::from(u.memory));
    sample.temperature_c = told(device.temperature(TemperatureSensor::Gpu))?.map(f64::from);
    sample.sm_clock_mhz = told(device.clock_info(Clock::SM))?;
    sample.memory_clock_mhz = told(device.clock_info(Clock::Memory))?;
    sample.throttle = told(device.current_throttle_reasons())?.map(throttle);
    let compute = told(device.running_compute_processes())?;
    let drawing = told(device.running_graphics_processes())?;
    sample.processes = compute.map(|compute| merged(compute, drawing.unwrap_or_default()));
    Ok(())
}

/// A question that is not answered is `None`; a card or a driver that is gone is an error.
fn told<T>(answer: Result<T, NvmlError>) -> Result<Option<T>, NvmlError> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(
            why @ (NvmlError::GpuLost
            | NvmlError::ResetRequired
            | NvmlError::Uninitialized
            | NvmlError::DriverNotLoaded
            | NvmlError::LibRmVersionMismatch),
        ) => Err(why),
        Err(_) => Ok(None),
    }
}

/// A process that computes and draws is in both lists with the same memory: it is counted once.
fn merged(compute: Vec<ProcessInfo>, drawing: Vec<ProcessInfo>) -> Vec<ProcessMemory> {
    let mut list: Vec<ProcessMemory> = Vec::with_capacity(compute.len() + drawing.len());
    let both = compute.into_iter().map(|p| (p, true)).chain(drawing.into_iter().map(|p| (p, false)));
    for (p, compute) in both {
        let vram_bytes = match p.used_gpu_memory {
            UsedGpuMemory::Used(bytes) => Some(bytes),
            UsedGpuMemory::Unavailable => None,
        };
        match list.iter_mut().find(|known| known.pid == p.pid) {
            Some(known) => known.vram_bytes = known.vram_bytes.max(vram_bytes),
            None => list.push(ProcessMemory { pid: p.pid, vram_bytes, compute }),
        }
    }
    list
}

fn throttle(reasons: ThrottleReasons) -> Throttle {
    let pairs = [
        (ThrottleReasons::GPU_IDLE, Throttle::IDLE),
        (ThrottleReasons::APPLICATIONS_CLOCKS_SETTING, Throttle::APPLICATION_CLOCKS),
        (ThrottleReasons::SW_POWER_CAP, Throttle::POWER_CAP),
        (ThrottleReasons::HW_SLOWDOWN, Throttle::HW_SLOWDOWN),
        (ThrottleReasons::SYNC_BOOST, Throttle::SYNC_BOOST),
        (ThrottleReasons::SW_THERMAL_SLOWDOWN, Throttle::SW_THERMAL),
        (ThrottleReasons::HW_THERMAL_SLOWDOWN, Throttle::HW_THERMAL),
        (ThrottleReasons::HW_POWER_BRAKE_SLOWDOWN, Throttle::POWER_BRAKE),
        (ThrottleReasons::DISPLAY_CLOCK_SETTING, Throttle::DISPLAY_CLOCKS),
    ];
    pairs.iter().filter(|(bit, _)| reasons.contains(*bit)).fold(Throttle::NONE, |set, (_, one)| set.with(*one))
}

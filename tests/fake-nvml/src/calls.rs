//! The C functions. Each asks the script, waits as long as it says, and writes the answer where the caller wants it.

#![allow(non_snake_case)]
// The C interface hands us its pointers; the real library checks no more than null either.
#![allow(clippy::missing_safety_doc)]

use std::collections::BTreeSet;
use std::ffi::{c_char, c_uint, c_ulonglong};
use std::str::FromStr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::place;
use crate::script::{Entry, LOST, Script, UNINITIALISED};

const OK: u32 = 0;
const INVALID_ARGUMENT: u32 = 2;
const INSUFFICIENT_SIZE: u32 = 7;
const VERSION_MISMATCH: u32 = 25;
const NO_INSTANCE: c_uint = c_uint::MAX;

/// Opaque to the caller: the device's index + 1.
type Handle = usize;

#[repr(C)]
pub struct Memory {
    version: c_uint,
    total: c_ulonglong,
    reserved: c_ulonglong,
    free: c_ulonglong,
    used: c_ulonglong,
}

#[repr(C)]
pub struct Utilization {
    gpu: c_uint,
    memory: c_uint,
}

#[repr(C)]
pub struct Process {
    pid: c_uint,
    used_gpu_memory: c_ulonglong,
    gpu_instance_id: c_uint,
    compute_instance_id: c_uint,
}

/// What this copy of the library is about.
struct Play {
    script: Script,
    /// How often it was initialised, less how often it was shut down.
    users: u32,
    /// Cards that were lost. As with the real library, they stay lost until the last user has left.
    lost: BTreeSet<Handle>,
}

static PLAY: Mutex<Option<Play>> = Mutex::new(None);

fn play() -> MutexGuard<'static, Option<Play>> {
    PLAY.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Play {
    fn open() -> Play {
        place::stay();
        let text = place::script().and_then(|p| std::fs::read_to_string(p).ok()).unwrap_or_default();
        Play { script: Script::parse(&text), users: 0, lost: BTreeSet::new() }
    }

    fn leave(&mut self) {
        self.users = self.users.saturating_sub(1);
        if self.users == 0 {
            self.lost.clear();
        }
    }

    /// A lost card answers nothing else, and its script stands still.
    fn entry(&mut self, device: Option<Handle>, pick: impl FnOnce(&mut Script) -> Entry) -> Result<Entry, u32> {
        if self.users == 0 {
            return Err(UNINITIALISED);
        }
        if device.is_some_and(|d| self.lost.contains(&d)) {
            return Err(LOST);
        }
        let entry = pick(&mut self.script);
        self.lost.extend(device.filter(|_| entry.answer == Err(LOST)));
        Ok(entry)
    }
}

/// Takes an entry under the lock and waits outside it.
fn take(device: Option<Handle>, pick: impl FnOnce(&mut Script) -> Entry) -> Result<String, u32> {
    let entry = play().as_mut().map_or(Err(UNINITIALISED), |p| p.entry(device, pick))?;
    std::thread::sleep(entry.delay);
    entry.answer
}

fn ask(device: Option<Handle>, key: &str) -> Result<String, u32> {
    match device {
        Some(handle) => take(device, |s| s.next(&format!("{}.{key}", handle - 1))),
        None => take(None, |s| s.next(key)),
    }
}

fn number<T: FromStr>(device: Option<Handle>, key: &str) -> Result<T, u32> {
    ask(device, key)?.parse().map_err(|_| INVALID_ARGUMENT)
}

/// Writes an answer, or returns its code.
unsafe fn give<T>(answer: Result<T, u32>, to: *mut T) -> u32 {
    match answer {
        Ok(value) => {
            // SAFETY: the caller's pointer, as the C interface promises.
            unsafe { to.write(value) };
            OK
        }
        Err(code) => code,
    }
}

unsafe fn give_text(answer: Result<String, u32>, to: *mut c_char, room: c_uint) -> u32 {
    let text = match answer {
        Ok(text) => text,
        Err(code) => return code,
    };
    if text.len() >= room as usize {
        return INSUFFICIENT_SIZE;
    }
    // SAFETY: the caller has room for `room` bytes, and the text with its nul fits.
    unsafe {
        std::ptr::copy_nonoverlapping(text.as_ptr().cast(), to, text.len());
        to.add(text.len()).write(0);
    }
    OK
}

#[unsafe(no_mangle)]
pub extern "C" fn nvmlInit_v2() -> u32 {
    play().get_or_insert_with(Play::open).users += 1;
    let code = ask(None, "init").err().filter(|code| *code != crate::script::NOT_SUPPORTED).unwrap_or(OK);
    if code != OK {
        nvmlShutdown();
    }
    code
}

#[unsafe(no_mangle)]
pub extern "C" fn nvmlShutdown() -> u32 {
    if let Some(play) = play().as_mut() {
        play.leave();
    }
    OK
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvmlSystemGetDriverVersion(to: *mut c_char, room: c_uint) -> u32 {
    unsafe { give_text(ask(None, "driver"), to, room) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvmlDeviceGetCount_v2(to: *mut c_uint) -> u32 {
    unsafe { give(number(None, "count"), to) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvmlDeviceGetHandleByIndex_v2(index: c_uint, to: *mut Handle) -> u32 {
    let handle = index as usize + 1;
    match ask(Some(handle), "handle") {
        Err(code) if code != crate::script::NOT_SUPPORTED => code,
        _ => unsafe { give(Ok(handle), to) },
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvmlDeviceGetName(device: Handle, to: *mut c_char, room: c_uint) -> u32 {
    unsafe { give_text(ask(Some(device), "name"), to, room) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvmlDeviceGetUUID(device: Handle, to: *mut c_char, room: c_uint) -> u32 {
    unsafe { give_text(ask(Some(device), "uuid"), to, room) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvmlDeviceGetMemoryInfo_v2(device: Handle, to: *mut Memory) -> u32 {
    let expected = (size_of::<Memory>() | 2 << 24) as c_uint;
    // SAFETY: the caller fills in the version before the call.
    if unsafe { (*to).version } != expected {
        return VERSION_MISMATCH;
    }
    let answer = number::<u64>(Some(device), "used").and_then(|used| {
        let total = number::<u64>(Some(device), "total")?;
        Ok(Memory { version: expected, total, reserved: 0, free: total.saturating_sub(used), used })
    });
    unsafe { give(answer, to) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvmlDeviceGetUtilizationRates(device: Handle, to: *mut Utilization) -> u32 {
    let answer = number(Some(device), "gpu_percent")
        .and_then(|gpu| Ok(Utilization { gpu, memory: number(Some(device), "memory_percent")? }));
    unsafe { give(answer, to) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvmlDeviceGetPowerUsage(device: Handle, to: *mut c_uint) -> u32 {
    unsafe { give(number(Some(device), "power_mw"), to) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvmlDeviceGetTotalEnergyConsumption(device: Handle, to: *mut c_ulonglong) -> u32 {
    unsafe { give(number(Some(device), "energy_mj"), to) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvmlDeviceGetTemperature(device: Handle, sensor: c_uint, to: *mut c_uint) -> u32 {
    if sensor != 0 {
        return INVALID_ARGUMENT;
    }
    unsafe { give(number(Some(device), "temperature"), to) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvmlDeviceGetClockInfo(device: Handle, clock: c_uint, to: *mut c_uint) -> u32 {
    let key = match clock {
        1 => "sm_mhz",
        2 => "memory_mhz",
        _ => return INVALID_ARGUMENT,
    };
    unsafe { give(number(Some(device), key), to) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvmlDeviceGetCurrentClocksThrottleReasons(device: Handle, to: *mut c_ulonglong) -> u32 {
    unsafe { give(number(Some(device), "throttle"), to) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvmlDeviceGetComputeRunningProcesses_v3(
    device: Handle,
    count: *mut c_uint,
    to: *mut Process,
) -> u32 {
    unsafe { processes(device, "compute", count, to) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn nvmlDeviceGetGraphicsRunningProcesses_v3(
    device: Handle,
    count: *mut c_uint,
    to: *mut Process,
) -> u32 {
    unsafe { processes(device, "graphics", count, to) }
}

/// Asked with no room first, which tells the number; then with room for them, which gives the same list.
unsafe fn processes(device: Handle, key: &str, count: *mut c_uint, to: *mut Process) -> u32 {
    // SAFETY: the caller's pointer, as the C interface promises.
    let room = unsafe { *count } as usize;
    let key = format!("{}.{key}", device - 1);
    let text = match take(Some(device), |s| if room == 0 { s.next(&key) } else { s.same(&key) }) {
        Ok(text) => text,
        Err(code) => return code,
    };
    let list: Vec<Process> = text.split('+').filter_map(process).collect();
    // SAFETY: as above; no more is written than there is room for.
    unsafe {
        *count = list.len() as c_uint;
        if list.len() > room {
            return INSUFFICIENT_SIZE;
        }
        list.into_iter().enumerate().for_each(|(i, p)| to.add(i).write(p));
    }
    OK
}

/// `pid:bytes` or `pid:na`.
fn process(word: &str) -> Option<Process> {
    let (pid, bytes) = word.split_once(':')?;
    Some(Process {
        pid: pid.parse().ok()?,
        used_gpu_memory: bytes.parse().unwrap_or(c_ulonglong::MAX),
        gpu_instance_id: NO_INSTANCE,
        compute_instance_id: NO_INSTANCE,
    })
}

//! The real path to a GPU, through the C interface, without a GPU: each test loads its own copy of our stand-in library
//! and the script that it plays. See `tests/fake-nvml/src/script.rs` for the words.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use dualbench::engines::simulated::{self, SimulatedEngines};
use dualbench::gpu::{self, Config, GpuError, GpuProbe, GpuState, NvmlProbe, Recorded, Sampler};
use dualbench::measure::{EnergySource, GpuSample, ProcessMemory, Throttle, process_vram_at, summarise_gpu};
use serde_json::Value;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::daemon::{folder, output, text};

/// One card that answers everything, always the same.
const CARD: &str = "
    driver = 570.86.15
    count = 1
    0.handle = ok
    0.name = NVIDIA_Fake_4090
    0.uuid = GPU-fake-0
    0.total = 25769803776
    0.used = 12884901888
    0.power_mw = 250500
    0.energy_mj = 1000000
    0.gpu_percent = 97
    0.memory_percent = 55
    0.temperature = 64
    0.sm_mhz = 2520
    0.memory_mhz = 10501
    0.throttle = 4
    0.compute = 1234:9000000000+77:na
    0.graphics = 1234:9000000000+900:50000000
";

/// A machine with its own library and script. Later lines of a script win over earlier ones.
struct Machine(TempDir);

impl Machine {
    fn new(changes: &str) -> Machine {
        let dir = tempfile::tempdir().expect("a temporary folder");
        std::fs::copy(stand_in(), dir.path().join("libnvidia-ml.so.1")).expect("a copy of the library");
        std::fs::write(dir.path().join(fake_nvml::SCRIPT), format!("{CARD}\n{changes}")).expect("the script");
        Machine(dir)
    }

    fn library(&self) -> PathBuf {
        self.0.path().join("libnvidia-ml.so.1")
    }

    fn open(&self) -> Result<NvmlProbe, GpuError> {
        NvmlProbe::open(Some(&self.library()))
    }

    fn probe(&self) -> NvmlProbe {
        self.open().expect("the stand-in answers")
    }

    fn sampler(&self) -> Sampler {
        let config = Config { library: Some(self.library()), ..Config::default() };
        Sampler::start(gpu::open(&config), Instant::now(), &config)
    }
}

/// The stand-in that cargo built before this test, because this test depends on it: beside the test's own binary.
fn stand_in() -> PathBuf {
    let exe = std::env::current_exe().expect("this test's path");
    let name = format!("{}fake_nvml{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    let places: Vec<PathBuf> = exe.ancestors().skip(1).take(2).map(|dir| dir.join(&name)).collect();
    places
        .iter()
        .find(|p| p.is_file())
        .cloned()
        .unwrap_or_else(|| panic!("no {name} in {places:?}; `cargo build -p fake-nvml --release` makes it"))
}

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// Reads device 0 at `at` milliseconds.
fn read(probe: &mut NvmlProbe, at: u64) -> Result<GpuSample, GpuError> {
    probe.sample(0, ms(at))
}

/// Samples at 100 Hz until `enough` says so.
fn record(machine: &Machine, enough: impl Fn(&[GpuSample]) -> bool) -> (Recorded, Sampler) {
    let sampler = machine.sampler();
    let window = sampler.open_window(100.0);
    let (mut seen, give_up) = (Vec::new(), Instant::now() + Duration::from_secs(20));
    let mut latest = sampler.subscribe();
    while !enough(&seen) && Instant::now() < give_up {
        if latest.has_changed().unwrap_or(true) {
            seen.extend(latest.borrow_and_update().iter().cloned());
        }
        std::thread::sleep(ms(1));
    }
    (window.close(), sampler)
}

#[test]
fn every_answer_of_the_driver_reaches_the_sample_in_its_unit() {
    let machine = Machine::new("");
    let mut probe = machine.probe();
    let device = &probe.devices().expect("one card")[0];
    assert_eq!((device.name.as_str(), device.uuid.as_deref()), ("NVIDIA Fake 4090", Some("GPU-fake-0")));
    assert_eq!((device.vram_total_bytes, device.driver.as_deref()), (Some(24 << 30), Some("570.86.15")));
    assert_eq!(device.untold, []);
    let expected = GpuSample {
        vram_used_bytes: Some(12 << 30),
        vram_total_bytes: Some(24 << 30),
        utilisation_percent: Some(97.0),
        memory_utilisation_percent: Some(55.0),
        power_w: Some(250.5),
        energy_j: Some(1000.0),
        temperature_c: Some(64.0),
        sm_clock_mhz: Some(2520),
        memory_clock_mhz: Some(10501),
        throttle: Some(Throttle::POWER_CAP),
        processes: Some(vec![
            ProcessMemory { pid: 1234, vram_bytes: Some(9_000_000_000), compute: true },
            ProcessMemory { pid: 77, vram_bytes: None, compute: true },
            ProcessMemory { pid: 900, vram_bytes: Some(50_000_000), compute: false },
        ]),
        ..GpuSample::blank(0, ms(5))
    };
    assert_eq!(read(&mut probe, 5), Ok(expected));
}

#[test]
fn what_a_card_does_not_tell_is_missing_with_a_reason_and_the_rest_is_there() {
    let machine = Machine::new("0.energy_mj = not-supported\n0.compute = no-permission\n0.power_mw = 100000 unknown");
    let mut probe = machine.probe();
    let untold: Vec<_> = probe.devices().expect("one card")[0].untold.iter().map(|(field, _)| *field).collect();
    assert_eq!(untold, ["energy_j", "processes"]);
    let s = read(&mut probe, 0).expect("the rest");
    assert_eq!((s.energy_j, s.processes, s.power_w), (None, None, None));
    assert_eq!(s.vram_used_bytes, Some(12 << 30));
}

#[test]
fn an_empty_list_of_processes_is_told_apart_from_no_list() {
    let s = read(&mut Machine::new("0.compute = none\n0.graphics = not-supported").probe(), 0).expect("a sample");
    assert_eq!(s.processes, Some(Vec::new()));
}

#[track_caller]
fn check_absent(changes: &str, expected: GpuError) {
    let machine = Machine::new(changes);
    assert_eq!(machine.open().err(), Some(expected.clone()));
    let expected = GpuState::Absent { reason: expected.to_string(), cure: expected.cure().to_owned() };
    assert_eq!(machine.sampler().state(), expected);
}

#[test]
fn a_driver_that_is_not_there_is_absence_with_a_cure() {
    check_absent("init = driver-not-loaded", GpuError::DriverNotLoaded);
    check_absent("init = version-mismatch", GpuError::VersionMismatch);
    check_absent("init = no-permission", GpuError::NoPermission);
    check_absent("count = 0", GpuError::NoDevice);
    check_absent("0.handle = lost", GpuError::NoDevice);
}

#[test]
fn a_missing_or_wrong_library_is_absence_that_names_the_path() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("libnvidia-ml.so.1");
    let why = |p: &Path| NvmlProbe::open(Some(p)).err().map(|e| e.to_string()).unwrap_or_default();
    assert!(why(&path).contains(&path.display().to_string()), "{}", why(&path));
    std::fs::write(&path, "not a library").expect("a file");
    assert!(why(&path).contains("cannot be used"), "{}", why(&path));
}

#[test]
fn one_dead_card_of_two_does_not_hide_the_other() {
    let machine = Machine::new("count = 2\n0.handle = lost\n1.uuid = GPU-fake-1\n1.used = 5\n1.total = 10");
    let mut probe = machine.probe();
    let found: Vec<_> = probe.devices().expect("one card").iter().map(|d| d.index).collect();
    assert_eq!(found, [1]);
    assert_eq!(probe.sample(1, ms(0)).map(|s| s.vram_used_bytes), Ok(Some(5)));
}

#[test]
fn a_card_that_is_lost_is_not_asked_again_until_the_library_is_opened_anew() {
    // Handles: one to look for devices, two readings, the loss; then a new look and readings again.
    let machine = Machine::new("0.handle = ok ok ok lost ok");
    let mut probe = machine.probe();
    assert!(read(&mut probe, 0).is_ok());
    assert!(read(&mut probe, 50).is_ok());
    assert!(matches!(read(&mut probe, 100), Err(GpuError::Lost { device: 0, .. })));
    let why = read(&mut probe, 5_000).expect_err("too early").to_string();
    assert_eq!(why, "GPU 0 is gone (it has not come back)");
    assert_eq!(read(&mut probe, 5_100).map(|s| s.vram_used_bytes), Ok(Some(12 << 30)));
}

#[test]
fn a_reset_that_swaps_the_order_of_the_cards_does_not_swap_their_figures() {
    let machine = Machine::new(
        "count = 2\n0.uuid = A B\n1.uuid = B A\n1.total = 100\n1.used = 7\n\
         0.handle = ok lost ok\n1.handle = ok lost ok",
    );
    let mut probe = machine.probe();
    assert!(probe.sample(0, ms(0)).is_err() && probe.sample(1, ms(0)).is_err());
    assert_eq!(probe.sample(0, ms(6_000)).map(|s| (s.device, s.vram_used_bytes)), Ok((0, Some(7))));
    assert_eq!(probe.sample(1, ms(6_000)).map(|s| (s.device, s.vram_used_bytes)), Ok((1, Some(12 << 30))));
}

/// Two cards; the second one has nothing but its memory.
const SECOND: &str = "count = 2\n1.uuid = GPU-fake-1\n1.used = 5\n1.total = 10";

/// The memory in use on a card at `at` milliseconds, or why it cannot be told.
fn used(probe: &mut NvmlProbe, device: u32, at: u64) -> Result<Option<u64>, String> {
    probe.sample(device, ms(at)).map(|s| s.vram_used_bytes).map_err(|why| why.to_string())
}

#[test]
fn one_lost_card_of_two_comes_back_and_the_other_is_read_all_the_time() {
    let machine = Machine::new(&format!("{SECOND}\n1.handle = ok lost ok"));
    let mut probe = machine.probe();
    assert!(used(&mut probe, 1, 100).is_err());
    let tries = [100, 2_000, 5_050, 5_100, 5_150].map(|at| (used(&mut probe, 0, at), used(&mut probe, 1, at)));
    assert!(tries.iter().all(|(healthy, _)| *healthy == Ok(Some(12 << 30))), "{tries:?}");
    let back: Vec<bool> = tries.iter().map(|(_, lost)| *lost == Ok(Some(5))).collect();
    assert_eq!(back, [false, false, false, true, true], "{tries:?}");
}

#[test]
fn a_card_that_stays_lost_is_sought_every_five_seconds_and_no_more_often() {
    let machine = Machine::new(&format!("{SECOND}\n0.uuid = A A B\n1.handle = ok lost"));
    let mut probe = machine.probe();
    assert!(used(&mut probe, 1, 0).is_err());
    // The first attempt finds card `A`; a second one would find `B` in its place and lose it.
    for at in [5_000, 5_050, 9_000, 9_990] {
        assert!(used(&mut probe, 1, at).is_err());
        assert_eq!(used(&mut probe, 0, at), Ok(Some(12 << 30)), "{at}");
    }
    assert!(used(&mut probe, 1, 12_000).is_err());
    assert!(used(&mut probe, 0, 12_000).is_err());
}

#[test]
fn the_wait_for_a_reopened_library_falls_into_the_lost_cards_own_reading() {
    let machine = Machine::new(&format!("{SECOND}\ninit = ok ok@400\n1.handle = ok lost ok"));
    let mut probe = machine.probe();
    assert!(used(&mut probe, 1, 0).is_err());
    let mut took = |device| {
        let began = Instant::now();
        assert!(used(&mut probe, device, 6_000).is_ok());
        began.elapsed()
    };
    let [healthy, lost] = [took(0), took(1)];
    assert!(healthy < ms(400) && lost >= ms(400), "{healthy:?} {lost:?}");
}

#[test]
fn a_driver_that_does_not_open_again_is_tried_again_later() {
    let machine = Machine::new(&format!("{SECOND}\ninit = ok driver-not-loaded ok\n1.handle = ok lost ok"));
    let mut probe = machine.probe();
    assert!(used(&mut probe, 1, 0).is_err());
    assert_eq!(used(&mut probe, 1, 5_000), Err("the NVIDIA driver is not loaded".to_owned()));
    assert_eq!(used(&mut probe, 0, 5_001), Err("GPU 0 is gone (it has not come back)".to_owned()));
    assert_eq!(used(&mut probe, 0, 11_000), Ok(Some(12 << 30)));
    assert_eq!(used(&mut probe, 1, 11_000), Ok(Some(5)));
}

#[test]
fn a_card_that_is_no_longer_counted_is_lost_until_it_is_counted_again() {
    let machine = Machine::new(&format!("{SECOND}\ncount = 2 1 2\n1.handle = ok lost ok"));
    let mut probe = machine.probe();
    assert!(used(&mut probe, 1, 0).is_err());
    assert_eq!(used(&mut probe, 1, 5_000), Err("GPU 1 is gone (it has not come back)".to_owned()));
    assert_eq!(used(&mut probe, 0, 5_000), Ok(Some(12 << 30)));
    assert_eq!(used(&mut probe, 1, 11_000), Ok(Some(5)));
}

#[test]
fn a_slice_of_a_card_keeps_its_name_and_tells_what_it_can() {
    let machine = Machine::new(
        "0.name = NVIDIA_H100_80GB_HBM3_MIG_1g.10gb\n0.uuid = MIG-0b1c-5/7/0\n0.gpu_percent = not-supported\n\
         0.energy_mj = not-supported\n0.power_mw = not-supported\n0.temperature = not-supported",
    );
    let sampler = machine.sampler();
    assert_eq!(sampler.describe().as_deref(), Some("NVIDIA H100 80GB HBM3 MIG 1g.10gb"));
    assert_eq!(sampler.devices()[0].uuid.as_deref(), Some("MIG-0b1c-5/7/0"));
    let s = read(&mut machine.probe(), 0).expect("the rest");
    assert_eq!((s.vram_used_bytes, s.utilisation_percent, s.power_w, s.energy_j), (Some(12 << 30), None, None, None));
}

#[test]
fn a_card_that_refuses_every_question_is_a_gap_and_not_an_empty_sample() {
    let machine = Machine::new(
        "0.used = 1 unknown\n0.power_mw = 1 unknown\n0.energy_mj = 1 unknown\n0.gpu_percent = 1 unknown\n\
         0.temperature = 1 unknown\n0.sm_mhz = 1 unknown\n0.memory_mhz = 1 unknown\n0.throttle = 1 unknown\n\
         0.compute = none unknown\n0.graphics = unknown",
    );
    assert!(matches!(read(&mut machine.probe(), 0), Err(GpuError::Silent { device: 0, .. })));
}

#[test]
fn a_gpu_that_vanishes_in_mid_run_leaves_a_gap_and_what_was_read_before() {
    let machine = Machine::new("0.used = 1 10 11 12 lost");
    let sampler = machine.sampler();
    let window = sampler.open_window(100.0);
    let give_up = Instant::now() + Duration::from_secs(20);
    while sampler.state() == GpuState::Present && Instant::now() < give_up {
        std::thread::sleep(ms(1));
    }
    let r = window.close();
    let used: Vec<_> = r.samples.iter().map(|s| s.vram_used_bytes).collect();
    assert!([Some(10), Some(11), Some(12)].ends_with(&used), "{used:?}");
    // A busy test machine may add slow readings; the loss itself is one gap, to the end.
    let gone: Vec<_> = r.gaps.iter().filter(|g| g.reason.starts_with("GPU 0 is gone")).collect();
    assert_eq!(gone.len(), 1, "{:?}", r.gaps);
    assert!(r.samples.iter().all(|s| s.at < gone[0].from));
    assert!(matches!(sampler.state(), GpuState::Absent { cure, .. } if cure.contains("Xid")));
    assert_eq!(sampler.latest(), []);
}

#[test]
fn a_slow_driver_thins_the_readings_and_says_so() {
    let machine = Machine::new("0.used = 1 10 11@120 12");
    let has = |v| move |seen: &[GpuSample]| seen.iter().any(|s| s.vram_used_bytes == Some(v));
    let (r, _sampler) = record(&machine, has(12));
    let slow = r.samples.iter().find(|s| s.vram_used_bytes == Some(11)).expect("kept, with both stamps");
    assert!(slow.done - slow.at >= ms(120));
    assert!(r.gaps.iter().any(|g| g.from == slow.at && g.to == slow.done), "{:?}", r.gaps);
    assert!(r.missed >= 8, "{} missed", r.missed);
}

#[test]
fn a_run_on_the_stand_in_has_every_figure() {
    // 200 mJ more with every reading, one reading to look for devices.
    let energy: Vec<String> = (0..400).map(|i| (1_000_000 + i * 200).to_string()).collect();
    let machine = Machine::new(&format!("0.energy_mj = {}\n0.compute = 1234:9000000000", energy.join(" ")));
    let (r, sampler) = record(&machine, |seen| seen.len() >= 12);
    assert_eq!(sampler.describe().as_deref(), Some("NVIDIA Fake 4090"));
    assert!(r.samples.len() >= 10, "{} samples", r.samples.len());
    let (from, to) = (r.samples[2].at, r.samples[8].at);
    let peak = r.samples[5].at;
    // A generous period: this test is about figures, not about how busy the test machine is.
    let period = Duration::from_secs(1);
    let s = summarise_gpu(&r.samples, [(peak, 4.0)], from, to, period);
    assert_eq!((s.vram_at_peak_bytes, s.vram_max_bytes), (Some(12 << 30), Some(12 << 30)));
    assert_eq!((s.power_mean_w, s.energy_source), (Some(250.5), Some(EnergySource::Counter)));
    let joules = s.energy_j.expect("energy");
    assert!((1.0..=1.4).contains(&joules), "six steps of 0.2 J, cut at the edges: {joules}");
    assert_eq!(s.throttle_reasons, Vec::<&str>::new());
    assert_eq!(process_vram_at(&r.samples, &[1234], peak, period), Some(9_000_000_000));
}

#[test]
fn a_run_on_a_slow_silent_and_vanishing_gpu_ends_well_and_its_gaps_stay_gaps() {
    // Real to the program under test: it is given their addresses, and so reads the real path to a GPU.
    let engines = SimulatedEngines::start(simulated::Config::default(), CancellationToken::new()).expect("engines");
    let machine = Machine::new(
        "count = 2 1\n0.name = NVIDIA_H100_MIG_1g.10gb\n0.uuid = MIG-0\n0.compute = none\n0.graphics = none\n\
         0.power_mw = not-supported\n0.energy_mj = not-supported\n0.sm_mhz = 2520 2520 2520 2520@120 2520 2520@120 2520 2520@120 2520 2520@120 2520\n\
         1.uuid = GPU-1\n1.total = 10\n1.used = 5\n1.handle = ok ok ok ok ok ok ok ok lost",
    );
    let (dir, library) = (folder(), machine.library());
    let library = format!("gpu.library={}", library.display());
    let run =
        ["--main-url", &engines.main.base_url, "--set", &library, "--set", "run.lag_limit_us=1e9", "run", "--json"];
    let asked = ["engine-speed", "-p", "engine=main", "-p", "repetitions=2", "-p", "output_tokens=32"];
    let run = output(dir.path(), &[&run[..], &asked[..]].concat());
    assert_eq!(run.status.code(), Some(0), "{}\n{}", text(&run.stdout), text(&run.stderr));
    let line: Value = serde_json::from_slice(&run.stdout).expect("a journal line");
    let reasons = &line["reasons_for_null"];
    assert_eq!((&line["state"], &line["gpu"]["energy_j"]), (&"finished".into(), &Value::Null), "{line}");
    let slow = &line["gpu"]["devices"][0];
    assert_eq!((&slow["vram_max_bytes"], &slow["utilisation_mean_percent"]), (&(12_u64 << 30).into(), &97.0.into()));
    let why = |key: &str| reasons[key].as_str().unwrap_or_default();
    assert!(why("gpu.samples[0]").starts_with("the reading took "), "{reasons}");
    assert!(why("gpu.samples[1]").starts_with("GPU 1 is gone"), "{reasons}");
    assert!(!why("gpu.energy_j").is_empty(), "{reasons}");
}

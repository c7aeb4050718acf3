//! The sampler against probes that answer, stall, vanish and panic. Waits for events, never for a time.

use std::sync::mpsc;

use super::*;
use crate::gpu::{AbsentProbe, Recorded, SimulatedActivity, SimulatedProbe, SimulatedProfile};

type Answer = Result<u64, GpuError>;

/// Answers VRAM by a script: the test hears of each call and says what it gives.
struct Scripted {
    called: mpsc::SyncSender<Duration>,
    answers: mpsc::Receiver<Answer>,
}

impl GpuProbe for Scripted {
    fn state(&self) -> GpuState {
        GpuState::Present
    }

    fn devices(&mut self) -> Result<Vec<DeviceInfo>, GpuError> {
        let name = "scripted".to_owned();
        Ok(vec![DeviceInfo { index: 0, name, uuid: None, vram_total_bytes: None, driver: None, untold: Vec::new() }])
    }

    fn sample(&mut self, device: u32, at: Duration) -> Result<GpuSample, GpuError> {
        let _ = self.called.send(at);
        let vram = self.answers.recv().expect("the test has gone: a panic ends the thread")?;
        Ok(GpuSample { vram_used_bytes: Some(vram), ..GpuSample::blank(device, at) })
    }
}

struct Stage {
    sampler: Sampler,
    called: mpsc::Receiver<Duration>,
    answers: mpsc::SyncSender<Answer>,
}

fn stage() -> Stage {
    stage_at(&Config::default())
}

fn stage_at(config: &Config) -> Stage {
    let ((call, called), (answers, answer)) = (mpsc::sync_channel(64), mpsc::sync_channel(64));
    let probe = Box::new(Scripted { called: call, answers: answer });
    let sampler = Sampler::start(probe, Instant::now(), config);
    Stage { sampler, called, answers }
}

impl Stage {
    /// Answers the reading that is under way.
    fn answer(&self, answer: Answer) -> Duration {
        let at = self.called.recv_timeout(Duration::from_secs(20)).expect("a reading");
        self.answers.send(answer).expect("the thread");
        at
    }

    /// Waits until the reading after the answered ones is under way, so that those are recorded.
    fn next(&self) -> Duration {
        self.called.recv_timeout(Duration::from_secs(20)).expect("a reading")
    }
}

fn lost() -> GpuError {
    GpuError::Lost { device: 0, detail: "fell off the bus".to_owned() }
}

#[test]
fn a_window_keeps_every_reading_in_order_between_its_stamps() {
    let s = stage();
    s.answer(Ok(1));
    let window = s.sampler.open_window(100.0);
    (10..15).for_each(|v| {
        s.answer(Ok(v));
    });
    s.next();
    let r = window.close();
    let kept: Vec<_> = r.samples.iter().filter_map(|s| s.vram_used_bytes).filter(|v| *v >= 10).collect();
    assert_eq!(kept, [10, 11, 12, 13, 14]);
    assert!(r.samples.iter().all(|s| s.at <= s.done));
    assert!(r.samples.is_sorted_by_key(|s| s.at));
    assert_eq!((r.period, r.dropped), (Duration::from_millis(10), 0));
}

#[test]
fn a_window_does_not_wait_for_the_idle_rate() {
    let s = stage_at(&Config { idle_rate_hz: 0.01, ..Config::default() });
    let before = s.answer(Ok(1));
    let window = s.sampler.open_window(1.0);
    let wait = s.answer(Ok(2)) - before;
    assert!(wait < Duration::from_millis(900), "the first reading came after {wait:?}");
    drop(window);
}

#[test]
fn a_gpu_that_vanishes_and_comes_back_is_one_gap_and_never_a_zero() {
    let s = stage();
    s.answer(Ok(1));
    let window = s.sampler.open_window(100.0);
    s.answer(Ok(10));
    let from = s.answer(Err(lost()));
    s.answer(Err(lost()));
    let at = s.next();
    assert_eq!(s.sampler.state(), GpuState::absent(&lost()));
    assert_eq!(s.sampler.latest(), []);
    s.answers.send(Ok(11)).expect("the thread");
    s.next();
    assert_eq!(s.sampler.state(), GpuState::Present);
    assert_eq!(s.sampler.latest().len(), 1);
    let r = window.close();
    let gaps: Vec<_> = r.gaps.iter().filter(|g| g.reason.contains("gone")).map(|g| (g.from, g.to)).collect();
    assert_eq!(gaps, [(from, at)]);
    assert!(r.samples.iter().all(|s| s.vram_used_bytes.is_some_and(|v| v > 0)));
}

#[test]
fn closing_does_not_wait_for_a_reading_that_hangs() {
    let s = stage();
    s.answer(Ok(1));
    let window = s.sampler.open_window(100.0);
    let since = s.next();
    while s.sampler.desk.now() < since + Duration::from_millis(30) {
        std::thread::yield_now();
    }
    let r = window.close();
    let gap = r.gaps.last().expect("a gap");
    assert_eq!((gap.from, gap.reason.as_str()), (since, "the reading has not come back"));
    s.answers.send(Ok(2)).expect("the thread");
}

#[test]
fn a_slow_reading_counts_the_readings_that_it_kept_from_happening() {
    let s = stage();
    s.answer(Ok(1));
    let window = s.sampler.open_window(100.0);
    let since = s.next();
    while s.sampler.desk.now() < since + Duration::from_millis(55) {
        std::thread::yield_now();
    }
    s.answers.send(Ok(2)).expect("the thread");
    s.next();
    let r = window.close();
    assert!(r.missed >= 4, "{} missed", r.missed);
    assert!(r.gaps.iter().any(|g| g.from == since && g.reason.starts_with("the reading took")), "{:?}", r.gaps);
}

#[test]
fn two_windows_are_apart_and_the_faster_one_sets_the_pace() {
    let s = stage();
    s.answer(Ok(1));
    let slow = s.sampler.open_window(1.0);
    s.answer(Ok(10));
    let fast = s.sampler.open_window(100.0);
    s.answer(Ok(11));
    s.answer(Ok(12));
    s.next();
    let values = |r: Recorded| r.samples.iter().filter_map(|s| s.vram_used_bytes).collect::<Vec<_>>();
    assert!(values(slow.close()).ends_with(&[10, 11, 12]));
    assert!(values(fast.close()).ends_with(&[11, 12]));
}

#[test]
fn a_panic_in_a_probe_ends_in_absence_and_a_gap_and_not_in_ours() {
    let Stage { sampler, called, answers } = stage();
    called.recv().expect("a reading");
    let window = sampler.open_window(100.0);
    drop(answers);
    while sampler.state() == GpuState::Present {
        std::thread::yield_now();
    }
    assert_eq!(sampler.state(), GpuState::absent(&GpuError::ThreadEnded));
    assert_eq!(window.close().samples, []);
}

#[test]
fn without_a_gpu_everything_works_and_nothing_is_measured() {
    let probe = Box::new(AbsentProbe::new(GpuError::DriverNotLoaded));
    let sampler = Sampler::start(probe, Instant::now(), &Config::default());
    assert_eq!(sampler.state(), GpuState::absent(&GpuError::DriverNotLoaded));
    assert_eq!(
        sampler.open_window(20.0).close(),
        Recorded { period: Duration::from_millis(50), ..Recorded::default() }
    );
    assert_eq!((sampler.latest(), sampler.describe()), (Vec::new(), None));
}

#[test]
fn the_simulated_card_is_sampled_like_a_real_one_and_says_what_it_is() {
    let probe = SimulatedProbe::new(SimulatedProfile::default(), SimulatedActivity::default);
    let sampler = Sampler::start(Box::new(probe), Instant::now(), &Config::default());
    let window = sampler.open_window(100.0);
    while sampler.latest().is_empty() {
        std::thread::yield_now();
    }
    assert_eq!(sampler.state(), GpuState::Simulated);
    assert_eq!(sampler.describe().as_deref(), Some("simulated GPU"));
    assert_eq!(sampler.foreign_processes(&[]), Vec::<String>::new());
    drop(window);
}

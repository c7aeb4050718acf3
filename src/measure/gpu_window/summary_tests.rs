//! A whole window's figures, worked out by hand.

use super::*;

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// A sample at `at` ms with VRAM in bytes and power in W.
fn sample(device: u32, at: u64, vram: u64, power: f64) -> GpuSample {
    GpuSample {
        vram_used_bytes: Some(vram),
        power_w: Some(power),
        utilisation_percent: Some(power / 4.0),
        temperature_c: Some(40.0 + power / 10.0),
        sm_clock_mhz: Some(2000 - at as u32),
        throttle: Some(if at == 100 { Throttle::HW_THERMAL } else { Throttle::POWER_CAP }),
        ..GpuSample::blank(device, ms(at))
    }
}

fn five(device: u32) -> Vec<GpuSample> {
    vec![
        sample(device, 0, 1000, 100.0),
        sample(device, 50, 1100, 200.0),
        sample(device, 100, 1300, 300.0),
        sample(device, 150, 1200, 300.0),
        sample(device, 200, 1000, 100.0),
    ]
}

/// One chunk of one token at each time.
fn tokens(at: &[u64]) -> Vec<(Duration, f64)> {
    at.iter().map(|at| (ms(*at), 1.0)).collect()
}

fn why<'a>(s: &'a GpuSummary, field: &str) -> Option<&'a str> {
    s.reasons_for_null.iter().find(|(f, _)| *f == field).map(|(_, why)| why.as_str())
}

#[test]
fn one_device_gives_every_figure_and_no_reason() {
    // Chunks from 60 to 80 ms: the peak is at 70 ms, the nearest sample at 50 ms.
    let s = summarise_gpu(&five(0), tokens(&[60, 70, 80]), ms(25), ms(175), ms(50));
    assert_eq!((s.device, s.samples, s.peak_at), (Some(0), 3, Some(ms(70))));
    assert_eq!((s.vram_at_peak_bytes, s.vram_at_peak_distance), (Some(1100), Some(ms(20))));
    assert_eq!((s.vram_max_bytes, s.vram_max_at), (Some(1300), Some(ms(100))));
    assert_eq!(s.vram_baseline_bytes, Some(1000));
    // 25–50: 150→200 W; 50–100: 200→300; 100–150: 300; 150–175: 300→200: 4.375 + 12.5 + 15 + 6.25 J.
    assert!((s.energy_j.expect("energy") - 38.125).abs() < 1e-9);
    assert_eq!(s.energy_source, Some(EnergySource::Power));
    assert!((s.power_mean_w.expect("power") - 800.0 / 3.0).abs() < 1e-9);
    assert!((s.utilisation_mean_percent.expect("utilisation") - 200.0 / 3.0).abs() < 1e-9);
    assert_eq!((s.temperature_max_c, s.sm_clock_min_mhz), (Some(70.0), Some(1850)));
    assert_eq!(s.throttle.unwrap_or_default().names(), ["power-cap", "hw-thermal"]);
    assert_eq!(s.throttle_reasons, ["hw-thermal"]);
    assert_eq!(s.reasons_for_null, []);
    assert_eq!(s.devices, []);
}

#[test]
fn vram_at_the_peak_is_one_reading_and_never_a_mean() {
    let all = [sample(0, 0, 10, 1.0), sample(0, 50, 1000, 1.0), sample(0, 100, 20, 1.0)];
    let s = summarise_gpu(&all, tokens(&[48, 52]), ms(0), ms(100), ms(50));
    assert_eq!(s.vram_at_peak_bytes, Some(1000));
}

#[test]
fn no_sample_gives_no_figure_and_a_reason_for_each() {
    let s = summarise_gpu(&[], tokens(&[60]), ms(0), ms(100), ms(50));
    assert_eq!((s.samples, s.vram_at_peak_bytes, s.energy_j, s.vram_max_bytes), (0, None, None, None));
    assert_eq!(why(&s, "vram_at_peak_bytes"), Some("no sample carries the used VRAM"));
    assert_eq!(why(&s, "vram_max_bytes"), Some("no sample in the window"));
    assert_eq!(why(&s, "energy_j"), Some("no sample carries power or an energy counter"));
}

#[test]
fn a_peak_inside_a_gap_has_no_vram() {
    let all = [sample(0, 0, 10, 1.0), sample(0, 50, 10, 1.0), sample(0, 900, 10, 1.0)];
    let s = summarise_gpu(&all, tokens(&[400]), ms(0), ms(900), ms(50));
    assert_eq!(s.vram_at_peak_bytes, None);
    assert_eq!(why(&s, "vram_at_peak_bytes"), Some("the nearest sample is 350ms from the peak, more than 2 periods"));
    assert_eq!(why(&s, "energy_j"), Some("no reading between 50ms and 900ms, more than 3 periods"));
}

#[test]
fn without_a_token_there_is_no_peak() {
    let s = summarise_gpu(&five(0), tokens(&[]), ms(25), ms(175), ms(50));
    assert_eq!((s.peak_at, s.vram_at_peak_bytes, s.vram_max_bytes), (None, None, Some(1300)));
    assert_eq!(why(&s, "vram_at_peak_bytes"), Some("no token was generated, so there is no peak"));
}

#[test]
fn two_devices_sum_where_a_sum_has_a_meaning() {
    let mut all: Vec<_> = five(0).into_iter().chain(five(1)).collect();
    all.sort_by_key(|s| s.at);
    let s = summarise_gpu(&all, tokens(&[60, 70, 80]), ms(25), ms(175), ms(50));
    assert_eq!((s.device, s.devices.len(), s.samples), (None, 2, 6));
    assert_eq!(s.vram_at_peak_bytes, Some(2200));
    assert_eq!((s.vram_max_bytes, s.vram_max_at), (Some(2600), Some(ms(100))));
    assert!((s.energy_j.expect("energy") - 76.25).abs() < 1e-9);
    assert!((s.utilisation_mean_percent.expect("utilisation") - 200.0 / 3.0).abs() < 1e-9);
    assert_eq!(s.temperature_max_c, Some(70.0));
}

#[test]
fn maxima_of_two_devices_at_different_times_do_not_add_up() {
    let all = [sample(0, 0, 100, 1.0), sample(1, 1, 10, 1.0), sample(0, 50, 10, 1.0), sample(1, 51, 100, 1.0)];
    let s = summarise_gpu(&all, tokens(&[25]), ms(0), ms(60), ms(50));
    // 100 + 10 at 1 ms; 10 + 10 at 50 ms; 10 + 100 at 51 ms. Never 200.
    assert_eq!((s.vram_max_bytes, s.vram_max_at), (Some(110), Some(ms(1))));
}

#[test]
fn a_sum_lacks_a_lost_device_and_says_which() {
    let mut all = five(0);
    all.push(sample(1, 10, 500, 50.0));
    let s = summarise_gpu(&all, tokens(&[150]), ms(25), ms(175), ms(50));
    assert_eq!((s.vram_at_peak_bytes, s.energy_j), (None, None));
    let why = why(&s, "vram_at_peak_bytes").unwrap_or_default();
    assert!(why.starts_with("GPU 1: the nearest sample is 140ms"), "{why}");
}

#[test]
fn a_sum_takes_no_reading_that_is_older_than_two_periods() {
    let all = [sample(0, 0, 10, 1.0), sample(1, 1, 10, 1.0), sample(0, 100, 20, 1.0), sample(0, 150, 900, 1.0)];
    let s = summarise_gpu(&all, tokens(&[50]), ms(0), ms(200), ms(50));
    assert_eq!((s.vram_max_bytes, s.vram_max_at), (Some(30), Some(ms(100))));
}

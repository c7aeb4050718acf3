//! Energy against figures worked out by hand.

use proptest::prelude::*;

use super::*;

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// Samples of (at in ms, power in W, counter in J).
fn samples(points: &[(u64, Option<f64>, Option<f64>)]) -> Vec<GpuSample> {
    let one = |&(at, power_w, energy_j): &(u64, Option<f64>, Option<f64>)| GpuSample {
        power_w,
        energy_j,
        ..GpuSample::blank(0, ms(at))
    };
    points.iter().map(one).collect()
}

fn watts(points: &[(u64, f64)]) -> Vec<GpuSample> {
    samples(&points.iter().map(|&(at, w)| (at, Some(w), None)).collect::<Vec<_>>())
}

#[track_caller]
fn check(samples: &[GpuSample], from: u64, to: u64, expected: Result<(f64, EnergySource), NoEnergy>) {
    let got = energy_j(samples, ms(from), ms(to), ms(50));
    match (got, expected) {
        (Ok(e), Ok((joules, source))) => {
            assert!((e.joules - joules).abs() < 1e-9, "{} J, expected {joules} J", e.joules);
            assert_eq!(e.source, source);
        }
        (got, expected) => assert_eq!(got.map(|e| (e.joules, e.source)), expected),
    }
}

#[test]
fn constant_power_times_time() {
    check(&watts(&[(0, 200.0), (50, 200.0), (100, 200.0)]), 0, 100, Ok((20.0, EnergySource::Power)));
}

#[test]
fn a_ramp_is_the_area_of_its_trapezoids_with_edges_on_the_line() {
    // 100 W at 0, 200 W at 100 ms. From 25 ms (125 W) to 75 ms (175 W): mean 150 W over 50 ms.
    check(&watts(&[(0, 100.0), (100, 200.0)]), 25, 75, Ok((7.5, EnergySource::Power)));
    // 100 → 300 W over 100 ms, then 300 → 100 W: from 50 (200 W) to 150 (200 W): 2 x (250 W x 50 ms).
    check(&watts(&[(0, 100.0), (100, 300.0), (200, 100.0)]), 50, 150, Ok((25.0, EnergySource::Power)));
}

#[test]
fn the_counter_is_preferred_and_read_between_its_samples() {
    // 10 J per 100 ms; from 50 ms (105 J) to 250 ms (125 J).
    let all = samples(&[
        (0, Some(1.0), Some(100.0)),
        (100, Some(1.0), Some(110.0)),
        (200, Some(1.0), Some(120.0)),
        (300, Some(1.0), Some(130.0)),
    ]);
    check(&all, 50, 250, Ok((20.0, EnergySource::Counter)));
}

#[test]
fn the_counter_bridges_a_gap_that_power_cannot() {
    let with = |counter: bool| {
        let e = |j: f64| counter.then_some(j);
        samples(&[
            (0, Some(100.0), e(0.0)),
            (50, Some(100.0), e(5.0)),
            (400, Some(100.0), e(40.0)),
            (450, Some(100.0), e(45.0)),
        ])
    };
    check(&with(true), 25, 425, Ok((40.0, EnergySource::Counter)));
    check(&with(false), 25, 425, Err(NoEnergy::Gap { from: ms(50), to: ms(400) }));
}

#[test]
fn three_periods_are_not_yet_a_gap() {
    check(&watts(&[(0, 100.0), (150, 100.0)]), 0, 150, Ok((15.0, EnergySource::Power)));
    check(&watts(&[(0, 100.0), (151, 100.0)]), 0, 151, Err(NoEnergy::Gap { from: ms(0), to: ms(151) }));
}

#[test]
fn an_edge_without_a_sample_beyond_it_is_not_guessed() {
    check(&watts(&[(50, 100.0), (100, 100.0)]), 40, 90, Err(NoEnergy::NothingBefore(ms(40))));
    check(&watts(&[(50, 100.0), (100, 100.0)]), 60, 110, Err(NoEnergy::NothingAfter(ms(110))));
}

#[test]
fn no_reading_and_no_time_are_told_apart() {
    check(&[GpuSample::blank(0, ms(0)), GpuSample::blank(0, ms(50))], 0, 50, Err(NoEnergy::NoReading));
    check(&watts(&[(0, 1.0)]), 50, 50, Err(NoEnergy::EmptyWindow));
}

#[test]
fn a_counter_that_ran_backwards_gives_way_to_power_or_says_why() {
    check(&samples(&[(0, None, Some(90.0)), (50, None, Some(2.0))]), 0, 50, Err(NoEnergy::CounterReset(ms(50))));
    let with_power = samples(&[(0, Some(10.0), Some(90.0)), (50, Some(10.0), Some(2.0))]);
    check(&with_power, 0, 50, Ok((0.5, EnergySource::Power)));
}

#[test]
fn a_blank_sample_in_between_is_no_reading_of_zero() {
    let all = samples(&[(0, Some(100.0), None), (50, None, None), (100, Some(100.0), None)]);
    check(&all, 0, 100, Ok((10.0, EnergySource::Power)));
}

proptest! {
    #[test]
    fn energy_of_two_halves_is_the_energy_of_the_whole(
        powers in prop::collection::vec(0.0_f64..700.0, 3..40), cut in 1_u64..100
    ) {
        let points: Vec<_> = powers.iter().enumerate().map(|(i, w)| (i as u64 * 50, *w)).collect();
        let all = watts(&points);
        let end = (powers.len() as u64 - 1) * 50;
        let middle = (end * cut / 100).clamp(1, end - 1);
        let energy = |from, to| energy_j(&all, ms(from), ms(to), ms(50)).expect("no gap").joules;
        prop_assert!((energy(0, middle) + energy(middle, end) - energy(0, end)).abs() < 1e-6);
    }

    #[test]
    fn energy_lies_between_the_lowest_and_the_highest_power(powers in prop::collection::vec(1.0_f64..700.0, 2..40)) {
        let points: Vec<_> = powers.iter().enumerate().map(|(i, w)| (i as u64 * 50, *w)).collect();
        let end = (powers.len() as u64 - 1) * 50;
        let joules = energy_j(&watts(&points), ms(0), ms(end), ms(50)).expect("no gap").joules;
        let seconds = end as f64 / 1000.0;
        let (low, high) = powers.iter().fold((f64::MAX, 0.0_f64), |(l, h), w| (l.min(*w), h.max(*w)));
        prop_assert!(joules >= low * seconds - 1e-9 && joules <= high * seconds + 1e-9);
    }
}

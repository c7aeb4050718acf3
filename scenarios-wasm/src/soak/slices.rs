//! How a soak is cut into phases. Arithmetic only.

/// Phases of `each` minutes, and a last one with what is left; a rest of less than a tenth of a phase joins the one
/// before it.
pub fn slices(minutes: f64, each: f64) -> Vec<f64> {
    let whole = (minutes / each + 1e-9).floor();
    let rest = minutes - whole * each;
    let mut slices = vec![each; whole as usize];
    match slices.last_mut() {
        Some(last) if rest < each * 0.1 => *last += rest.max(0.0),
        _ => slices.push(rest),
    }
    slices
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(minutes: f64, each: f64, expected: &[f64]) {
        let found = slices(minutes, each);
        let near = found
            .iter()
            .zip(expected)
            .all(|(a, b)| (a - b).abs() < 1e-6);
        assert!(found.len() == expected.len() && near, "{found:?}");
    }

    #[test]
    fn whole_phases_come_first_and_the_rest_last() {
        check(12.0, 5.0, &[5.0, 5.0, 2.0]);
        check(10.0, 5.0, &[5.0, 5.0]);
    }

    #[test]
    fn a_soak_shorter_than_a_phase_is_one_phase() {
        check(0.2, 5.0, &[0.2]);
    }

    #[test]
    fn a_short_rest_joins_the_last_phase() {
        check(10.4, 5.0, &[5.0, 5.4]);
        check(0.3, 0.1, &[0.1, 0.1, 0.1]);
    }
}

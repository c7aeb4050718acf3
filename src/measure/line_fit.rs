//! A straight line through points, by least squares, and how sure its slope is.

/// `y = mean + slope × (x − mean of x)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct LineFit {
    pub n: usize,
    pub slope: f64,
    /// Of y.
    pub mean: f64,
    /// 95 % interval of the slope (Student's t, n − 2 degrees of freedom); `None` below 11 points, where neither this nor
    /// the normality that it takes for granted is worth much.
    pub interval: Option<(f64, f64)>,
}

/// Points from which there is an interval.
const FEWEST: usize = 11;

/// `None` of fewer than two points, or where all have the same x.
pub(super) fn fit(points: &[(f64, f64)]) -> Option<LineFit> {
    let n = points.len();
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / n as f64;
    let (x0, y0) = (mean(|p| p.0), mean(|p| p.1));
    let sxx: f64 = points.iter().map(|(x, _)| (x - x0).powi(2)).sum();
    if n < 2 || sxx <= 0.0 {
        return None;
    }
    let slope = points.iter().map(|(x, y)| (x - x0) * (y - y0)).sum::<f64>() / sxx;
    let residual: f64 = points.iter().map(|(x, y)| (y - y0 - slope * (x - x0)).powi(2)).sum();
    let interval = (n >= FEWEST).then(|| {
        let freedom = (n - 2) as f64;
        let half = t_975(freedom) * (residual / freedom / sxx).sqrt();
        (slope - half, slope + half)
    });
    Some(LineFit { n, slope, mean: y0, interval })
}

/// The 97.5th percentile of Student's t, within 0.001 from 9 degrees of freedom on: the expansion of Cornish and Fisher
/// (Abramowitz and Stegun 26.7.5).
fn t_975(freedom: f64) -> f64 {
    let z = 1.959_963_985_f64;
    let (z3, z5, z7) = (z.powi(3), z.powi(5), z.powi(7));
    z + (z3 + z) / (4.0 * freedom)
        + (5.0 * z5 + 16.0 * z3 + 3.0 * z) / (96.0 * freedom.powi(2))
        + (3.0 * z7 + 19.0 * z5 + 17.0 * z3 - 15.0 * z) / (384.0 * freedom.powi(3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_on_a_line_give_that_line() {
        let points: Vec<(f64, f64)> = (0..20).map(|i| (f64::from(i), 5.0 + 3.0 * f64::from(i))).collect();
        let fit = fit(&points).expect("a line");
        assert_eq!((fit.n, fit.slope, fit.mean), (20, 3.0, 33.5));
        assert!(fit.interval.is_some_and(|(a, b)| (a - 3.0).abs() < 1e-9 && (b - 3.0).abs() < 1e-9));
    }

    #[test]
    fn the_interval_is_that_of_the_textbook() {
        // y = ±1 in turn over x = 0..11: sxx = 143, slope = 6 / 143, residual = 12 − 36 / 143; t(10) = 2.2281.
        let points: Vec<(f64, f64)> = (0..12).map(|i| (f64::from(i), if i % 2 == 0 { -1.0 } else { 1.0 })).collect();
        let fit = fit(&points).expect("a line");
        assert!((fit.slope - 6.0 / 143.0).abs() < 1e-12, "{fit:?}");
        let half = 2.228_1 * ((12.0 - 36.0 / 143.0) / 10.0 / 143.0_f64).sqrt();
        let (low, high) = fit.interval.expect("12 points");
        assert!(((high - low) / 2.0 - half).abs() < 1e-4, "{half} {fit:?}");
    }

    #[test]
    fn students_t_is_that_of_the_tables() {
        for (freedom, table) in [(9.0, 2.2622), (20.0, 2.0860), (120.0, 1.9799)] {
            assert!((t_975(freedom) - table).abs() < 1e-3, "{freedom}");
        }
    }

    #[test]
    fn points_at_one_place_have_no_slope() {
        assert_eq!(fit(&[(1.0, 2.0), (1.0, 3.0)]), None);
        assert_eq!(fit(&[(1.0, 2.0)]), None);
        assert_eq!(fit(&[]), None);
    }
}

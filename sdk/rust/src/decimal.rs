//! Numbers as text, small. The standard formatting of floating-point numbers was nearly half of a built-in module's code, and
//! the host compiles every module before its first run: `decimal` keeps that time short.

use std::fmt;

/// A number with a fixed count of decimals, for log lines: `decimal(52.14, 1)` reads `52.1`. Halves are rounded away
/// from zero; beyond 1.8e19 units of the last place the largest such number is shown. At most 9 decimals.
pub fn decimal(value: f64, places: u8) -> impl fmt::Display {
    Decimal { value, places: places.min(9) }
}

struct Decimal {
    value: f64,
    places: u8,
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.value.is_finite() {
            return f.write_str("not a number");
        }
        let unit = 10_u64.pow(u32::from(self.places));
        // A cast saturates: it never wraps.
        let scaled = (self.value.abs() * unit as f64).round() as u64;
        if self.value < 0.0 && scaled > 0 {
            f.write_str("-")?;
        }
        write!(f, "{}", scaled / unit)?;
        match usize::from(self.places) {
            0 => Ok(()),
            places => write!(f, ".{:0places$}", scaled % unit),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: f64, places: u8, expected: &str) {
        assert_eq!(decimal(value, places).to_string(), expected);
    }

    #[test]
    fn a_number_is_rounded_to_its_places() {
        check(52.14, 1, "52.1");
        check(59.96, 1, "60.0");
        check(0.5, 0, "1");
        check(1234.0, 2, "1234.00");
        check(0.007, 2, "0.01");
    }

    #[test]
    fn a_sign_is_kept_unless_nothing_is_left_of_the_number() {
        check(-1.25, 1, "-1.3");
        check(-0.01, 1, "0.0");
    }

    #[test]
    fn what_is_no_number_says_so() {
        check(f64::NAN, 1, "not a number");
        check(f64::INFINITY, 1, "not a number");
    }
}

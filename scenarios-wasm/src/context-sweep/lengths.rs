//! Which prompt lengths a sweep visits. Arithmetic only.

/// From `from` doubling up to `to`, and `to` itself; just `to` where it is the smaller one.
pub fn lengths(from: u32, to: u32) -> Vec<u32> {
    let doubled = std::iter::successors(Some(from.max(1)), |n| n.checked_mul(2));
    let mut lengths: Vec<u32> = doubled.take_while(|n| *n < to).collect();
    lengths.push(to);
    lengths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_double_and_end_with_the_last_one() {
        assert_eq!(lengths(128, 1000), [128, 256, 512, 1000]);
        assert_eq!(lengths(128, 512), [128, 256, 512]);
    }

    #[test]
    fn a_context_below_the_first_length_is_the_only_one() {
        assert_eq!(lengths(128, 100), [100]);
    }

    #[test]
    fn the_longest_of_all_lengths_is_reached() {
        assert_eq!(lengths(1 << 31, u32::MAX), [1 << 31, u32::MAX]);
    }
}

//! The guests of one run, by numbers: 0 is the run itself, and each scripted user has one of its own.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Users that a run may have at the same time.
const MOST: u32 = 1 << 16;

/// Counts how often each index was given out: a scenario may ask for users several times.
#[derive(Default)]
pub(in crate::run) struct Users(Mutex<BTreeMap<u32, u32>>);

impl Users {
    /// The number of the user that begins now. The same in every run of the same calls, whichever user is faster.
    pub fn lane(&self, index: u32) -> u32 {
        let mut times = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let times = times.entry(index).or_default();
        *times += 1;
        (*times - 1).wrapping_mul(MOST).wrapping_add(index).wrapping_add(1)
    }

    /// The index of the user with that number; `None` for the run itself.
    pub fn index(lane: u32) -> Option<u32> {
        Some(lane.checked_sub(1)? % MOST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_that_begins_again_has_another_number_and_its_index() {
        let users = Users::default();
        let lanes = [users.lane(0), users.lane(3), users.lane(0)];
        assert_eq!(lanes, [1, 4, 65_537]);
        assert_eq!(lanes.map(Users::index), [Some(0), Some(3), Some(0)]);
        assert_eq!(Users::index(0), None);
    }
}

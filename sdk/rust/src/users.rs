//! Scripted users: copies of this module that run beside it, each with a memory and a seed of its own.

use crate::arguments::Arguments;
use crate::bindings::dualbench::scenario::engines::{self, Until};
use crate::error::Result;
use crate::scenario::Scenario;

/// A scenario whose copies are users. Make it a module with [`scenario_with_users!`](crate::scenario_with_users!).
pub trait WithUsers: Scenario {
    /// One round of the user of that index, from 0. Called again and again in the same instance, with `run`'s arguments.
    ///
    /// # Errors
    /// An error ends this user; it is logged with the index, and the others go on.
    fn user(arguments: &Arguments, index: u32) -> Result;
}

/// Makes so many users and blocks until each has done its rounds (`Repetitions`, for each user), or so long.
///
/// # Errors
/// `NotAllowed` within a user, or where the module exports none; `Limit`; `Invalid` also where all users failed;
/// `Stopping`.
pub fn users(count: u32, until: Until) -> Result {
    Ok(engines::users(count, until)?)
}

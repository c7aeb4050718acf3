//! What a scenario is, and how it becomes the exports of a module.

use crate::arguments::Arguments;
use crate::bindings::dualbench::scenario::types::{Manifest, Value};
use crate::bindings::{self, Guest};
use crate::error::Result;
use crate::report;
use crate::users::WithUsers;
use std::marker::PhantomData;

/// What a scenario says of itself, and what it does. Make it a module with [`scenario!`](crate::scenario!).
///
/// There is no `self`: every run starts in a fresh instance, so nothing is kept from one run to the next.
pub trait Scenario {
    /// Name, version, parameters and targets. Called when the module is loaded: no engine is at hand, and it must be quick.
    fn describe() -> Manifest;

    /// One run. The arguments are complete and checked against [`describe`](Scenario::describe).
    ///
    /// # Errors
    /// An error fails the run; its text is shown to the person who started it.
    fn run(arguments: &Arguments) -> Result;
}

/// Exports a type that implements [`Scenario`] as this module's scenario. Exactly once in a crate.
#[macro_export]
macro_rules! scenario {
    ($scenario:ty) => {
        type DualbenchExport = $crate::Exported<$scenario>;
        $crate::bindings::export_scenario!(DualbenchExport with_types_in $crate::bindings);
    };
}

/// The same of a type that implements [`WithUsers`] too.
#[macro_export]
macro_rules! scenario_with_users {
    ($scenario:ty) => {
        type DualbenchExport = $crate::ExportedWithUsers<$scenario>;
        $crate::bindings::with_users::export_scenario!(
            DualbenchExport with_types_in $crate::bindings::with_users
        );
    };
}

/// The bridge between [`Scenario`] and the exports of the world; [`scenario!`](crate::scenario!) names it for you.
pub struct Exported<S>(PhantomData<S>);

impl<S: Scenario> Guest for Exported<S> {
    fn describe() -> Manifest {
        tell_panics();
        S::describe()
    }

    fn run(arguments: Vec<(String, Value)>) -> core::result::Result<(), String> {
        tell_panics();
        S::run(&Arguments::new(arguments)).map_err(|error| error.to_string())
    }
}

/// The bridge of [`scenario_with_users!`](crate::scenario_with_users!).
pub struct ExportedWithUsers<S>(PhantomData<S>);

impl<S: WithUsers> bindings::with_users::Guest for ExportedWithUsers<S> {
    fn describe() -> Manifest {
        Exported::<S>::describe()
    }

    fn run(arguments: Vec<(String, Value)>) -> core::result::Result<(), String> {
        Exported::<S>::run(arguments)
    }

    fn user(arguments: Vec<(String, Value)>, index: u32) -> core::result::Result<(), String> {
        tell_panics();
        S::user(&Arguments::new(arguments), index).map_err(|error| error.to_string())
    }
}

/// A module has no standard error: without this a panic would reach the author as a bare `unreachable`.
fn tell_panics() {
    std::panic::set_hook(Box::new(|panic| report::error(panic.to_string())));
}

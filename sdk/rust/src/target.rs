//! What a scenario asks: the big engine, the small one, or the pipeline of both.

use crate::bindings::dualbench::scenario::engines::{self, Request, TargetInfo};
use crate::bindings::dualbench::scenario::types::Target;
use crate::choice::name_of;
use crate::error::Result;
use crate::exchange::Exchange;
use std::fmt;

impl Target {
    /// Sends a request and returns before the first token. Blocks only while a calibrated prompt is made.
    ///
    /// # Errors
    /// `NotConfigured`, `NotAllowed`, `Invalid`, `Limit`, `Calibration` and `Stopping`, as in [`Error`](crate::Error).
    pub fn start(self, request: &Request) -> Result<Exchange> {
        Ok(Exchange::new(engines::start(self, request)?))
    }

    /// What the engine told of itself when the run began.
    ///
    /// # Errors
    /// `NotConfigured` and `NotAllowed`, as in [`Error`](crate::Error).
    pub fn info(self) -> Result<TargetInfo> {
        Ok(engines::info(self)?)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(name_of(*self))
    }
}

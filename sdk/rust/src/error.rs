//! Why a call could not be served, and why a scenario gives up.

use crate::bindings::dualbench::scenario::engines;
use std::fmt;

/// What most functions here give.
pub type Result<T = (), E = Error> = std::result::Result<T, E>;

/// Why a run cannot go on. An engine's failure is no error: it is the [`Ending`](crate::Ending) of its exchange.
#[derive(Debug, Clone, PartialEq)]
pub enum Error {
    /// No such engine or pipeline in the configuration; the text says what to configure.
    NotConfigured(String),
    /// The manifest does not name this target.
    NotAllowed(String),
    /// The request makes no sense; the text says which field and why.
    Invalid(String),
    /// A limit of this run is reached; the text names it.
    Limit(String),
    /// A prompt of that length could not be made for this engine; the text says why.
    Calibration(String),
    /// The run is being stopped. Return soon.
    Stopping,
    /// The scenario's own reason to fail the run: `Err("no exchange completed".into())`.
    Failed(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NotConfigured(text)
            | Error::NotAllowed(text)
            | Error::Invalid(text)
            | Error::Limit(text)
            | Error::Calibration(text)
            | Error::Failed(text) => f.write_str(text),
            Error::Stopping => f.write_str("the run is being stopped"),
        }
    }
}

impl std::error::Error for Error {}

impl From<engines::Error> for Error {
    fn from(error: engines::Error) -> Self {
        match error {
            engines::Error::NotConfigured(text) => Error::NotConfigured(text),
            engines::Error::NotAllowed(text) => Error::NotAllowed(text),
            engines::Error::Invalid(text) => Error::Invalid(text),
            engines::Error::Limit(text) => Error::Limit(text),
            engines::Error::Calibration(text) => Error::Calibration(text),
            engines::Error::Stopping => Error::Stopping,
        }
    }
}

impl From<String> for Error {
    fn from(text: String) -> Self {
        Error::Failed(text)
    }
}

impl From<&str> for Error {
    fn from(text: &str) -> Self {
        Error::Failed(text.into())
    }
}

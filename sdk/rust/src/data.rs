//! The files of the folder `NAME.data` beside the module, as they were when it was loaded. Nothing here blocks.

use crate::bindings::dualbench::scenario::data as host;
use crate::error::{Error, Result};

/// In order; empty where there is no such folder.
pub fn names() -> Vec<String> {
    host::names()
}

/// The bytes of a file.
///
/// # Errors
/// [`Error::Invalid`]: there is no file of that name; it tells which there are.
pub fn read(name: &str) -> Result<Vec<u8>> {
    host::read(name).map_err(Error::Invalid)
}

/// A file as text.
///
/// # Errors
/// As [`read`], and where it is not UTF-8.
pub fn text(name: &str) -> Result<String> {
    let bytes = read(name)?;
    String::from_utf8(bytes).map_err(|error| Error::Invalid(format!("data file `{name}`: {error}")))
}

//! A stand-in for `libnvidia-ml.so.1` that plays a script: scripted values, errors, slow calls, a GPU that vanishes.
//!
//! The script lies beside the library as `fake-nvml.script`, so that each copy of the library is a machine of its own;
//! the variable `FAKE_NVML_SCRIPT` names another one. See `script.rs` for its words.
//!
//! Only the functions that dualbench asks for exist. The one crate of this project with `unsafe`: the shape of a C
//! library leaves no choice. Every pointer is the caller's, as the C interface promises.

mod calls;
mod place;
mod script;

/// File name of the script beside the library.
pub const SCRIPT: &str = "fake-nvml.script";

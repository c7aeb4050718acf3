//! The pipeline as a target: from an intent to its answer, stage by stage.

mod remote;

pub use remote::{ProtocolFault, Remote, answer};

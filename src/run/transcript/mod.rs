//! The transcript of a run: every call of its guest with its answer, and all that its record was made of. Written beside
//! the store when the run has ended; [`crate::run::replay`] makes the record again from it.

mod file;
mod line;
mod recorder;
mod tape;
mod texts;
mod users;
mod wire;

pub(super) use file::Transcript;
pub use file::{TranscriptError, Transcripts};
pub(super) use line::Call;
pub(super) use recorder::Recorder;
pub(super) use tape::Tape;
pub use tape::cost_of_a_note;
pub(super) use texts::Texts;
pub(super) use users::Users;

/// The schema of the transcripts that this dualbench writes.
const SCHEMA: u32 = 2;

/// Stands in the place of a call: the guest was stopped there.
pub(super) const STOP: &str = "stop";

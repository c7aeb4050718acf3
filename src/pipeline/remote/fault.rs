//! What a backend can do against the protocol; each is kept beside the answer, and nothing is repaired.

use std::time::Duration;

use crate::measure::Stage;

/// One broken rule of docs/pipeline-protocol.md, or that the backend said nothing of its stages.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProtocolFault {
    /// A plain OpenAI stream: accepted, and no rule is broken by it.
    #[error("the backend told no stages: only the whole answer is known")]
    NoStages,
    #[error("stage `{stage}` ended at {at:?} without having started; send its `started` first")]
    EndedUnstarted { stage: Stage, at: Duration },
    #[error("stage `{stage}` is told twice, again at {at:?}; a stage starts once and ends once in an answer")]
    Twice { stage: Stage, at: Duration },
    #[error("stage `{stage}` started at {at:?} and never ended; send its `ended` before `done`")]
    NeverEnded { stage: Stage, at: Duration },
    #[error("stage `{stage}` is told at {at:?}, behind an event at {before:?}; offsets must not run backwards")]
    Backwards { stage: Stage, at: Duration, before: Duration },
    /// The backend says that more time has passed since it got the request than since we sent it.
    #[error(
        "stage `{stage}` is told at {at:?} of the backend's clock, but only {window:?} of ours had passed since the \
         send; count from the receipt of the request, on a monotonic clock, and round down"
    )]
    BeyondWindow { stage: Stage, at: Duration, window: Duration },
    #[error("the error names stage `{stage}`, which never started; send its `started` first, or name none")]
    FailedUnstarted { stage: Stage },
}

impl ProtocolFault {
    /// Whether a rule is broken; else it is only something that is not known.
    pub fn breaks_a_rule(&self) -> bool {
        *self != ProtocolFault::NoStages
    }
}

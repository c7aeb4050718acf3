//! Why runs cannot be compared, each with its cure.

use crate::events::RunId;
use crate::store::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum CompareError {
    #[error(
        "no run or baseline is called `{text}`; give a run id (its first 8 characters or more), latest, latest~1, or a pinned name: {pinned}"
    )]
    Unknown { text: String, pinned: String },
    #[error("`{text}` stands for several: {runs}; give more of the id")]
    Ambiguous { text: String, runs: String },
    #[error("{given} run is given; name two or more, or --baseline NAME and one")]
    TooFew { given: usize },
    #[error("{given} runs are given; {most} beside the first one are possible")]
    TooMany { given: usize, most: usize },
    #[error("run {run} is {state}; wait for its end, or cancel it")]
    NotEnded { run: RunId, state: String },
    #[error("run {run} can be no baseline: {why}; take a valid run (compare --force shows the figures all the same)")]
    NoBaseline { run: RunId, why: String },
    #[error(
        "the exchanges of run {run} are not in the store: it was rebuilt from the journal, which keeps summaries alone; run its scenario again"
    )]
    Gone { run: RunId },
    #[error("the record of run {run} cannot be read: a newer dualbench may have written it; update dualbench")]
    Unreadable { run: RunId },
    #[error(
        "`{name}` can be no baseline's name: 1 to 64 letters, digits, `-`, `_` and `.`, which read neither as a run id nor as `latest`"
    )]
    Name { name: String },
    #[error("dualbench itself failed, please report it: {0}")]
    Own(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

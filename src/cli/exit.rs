//! How a command ends.

use std::process::ExitCode;

use crate::config::ConfigError;
use crate::engines::EngineError;
use crate::run::{PlanError, ReplayError, TranscriptError};
use crate::scenario::LoadClass;
use crate::store::CompareError;

/// Shown under `--help`.
pub const TABLE: &str = "Exit codes: 0 done (a run: finished and valid), 1 the machine or the store stood in the way, 2 wrong \
arguments, 3 the run is void, 4 the run failed or was cancelled, 5 bad input (configuration, scenario, parameters, thresholds, runs to compare or replay), 6 a threshold was broken or \
could not be decided, or compare --fail-on-regression found one, 7 a replay is not as its record; \
check: 10 unreadable, 11 not-wasm, 12 too-large, 13 world-mismatch, 14 compile-failed, 15 describe-failed, 16 no-runner.";

/// The outcome of a command that came to an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    Done,
    Trouble,
    Void,
    Failed,
    BadInput,
    /// A threshold did not hold, or a comparison found a regression.
    Broken,
    /// A replay is not as its record.
    Differs,
    Unloadable(LoadClass),
}

impl Exit {
    pub fn code(self) -> ExitCode {
        ExitCode::from(match self {
            Exit::Done => 0,
            Exit::Trouble => 1,
            Exit::Void => 3,
            Exit::Failed => 4,
            Exit::BadInput => 5,
            Exit::Broken => 6,
            Exit::Differs => 7,
            Exit::Unloadable(class) => match class {
                LoadClass::Unreadable => 10,
                LoadClass::NotWasm => 11,
                LoadClass::TooLarge => 12,
                LoadClass::WorldMismatch => 13,
                LoadClass::CompileFailed => 14,
                LoadClass::DescribeFailed(_) => 15,
                LoadClass::NoRunner => 16,
            },
        })
    }
}

/// Prints one error; bad input has its own code.
pub fn report(error: &anyhow::Error) -> ExitCode {
    super::out::error(&format!("{error:#}"));
    let bad_runs = error
        .downcast_ref::<CompareError>()
        .is_some_and(|e| !matches!(e, CompareError::Store(_) | CompareError::Own(_)));
    let bad_engine = matches!(error.downcast_ref(), Some(EngineError::Config { .. }));
    let bad_input = bad_runs || bad_engine || error.is::<ConfigError>() || error.is::<PlanError>();
    let bad_replay = error.is::<TranscriptError>() || error.is::<ReplayError>();
    if bad_input || bad_replay { Exit::BadInput.code() } else { Exit::Trouble.code() }
}

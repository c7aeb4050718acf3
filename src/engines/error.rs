//! What can go wrong with an engine outside a stream.

use crate::measure::Target;

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EngineError {
    #[error("engine `{engine}`: {problem}")]
    Config { engine: Target, problem: String },
    #[error("engine `{engine}` at {url} cannot be reached ({why}); start it, or correct {}", place(*engine))]
    Unreachable { engine: Target, url: String, why: String },
    #[error("engine `{engine}` answered {status} to {path}: {message}")]
    Status { engine: Target, path: String, status: u16, message: String },
    #[error("engine `{engine}` answered {path} with something else than expected: {problem}")]
    Unexpected { engine: Target, path: String, problem: String },
    #[error("engine `{engine}` serves {serves}; `{wanted}` is not among them: correct engines.{engine}.model")]
    NoSuchModel { engine: Target, serves: String, wanted: String },
    #[error("engine `{engine}`: no prompt of {asked} tokens could be made: {why}")]
    Calibration { engine: Target, asked: u32, why: String },
}

/// Where the address is set.
fn place(engine: Target) -> String {
    match engine {
        Target::Pipeline => "its address under [pipeline]".to_owned(),
        Target::Main | Target::Mini => format!("engines.{engine}.base_url"),
    }
}

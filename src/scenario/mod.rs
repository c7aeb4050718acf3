//! The host of scenarios: bytes of a WebAssembly file in, a checked module out, and runs of it under limits.
//!
//! Nothing here knows an engine, a GPU or a store: a running scenario asks through [`ScenarioHost`].

mod arguments;
mod bindings;
mod calls;
mod catalogue;
mod compiled;
mod componentize;
mod config;
mod contract;
mod data;
mod fault;
mod folder;
mod format;
mod host;
mod inspect;
mod instance;
mod known;
mod limiter;
mod link;
mod load;
mod manifest;
mod meter;
mod module;
mod nearest;
mod output;
mod reporter;
mod runtime;
mod script;
mod state;
pub mod templates;
mod ticker;
mod unattended;
mod upload;
mod users;
mod wasi;
mod watch;
mod words;

#[cfg(test)]
mod tests;

pub use arguments::{Problem, RawArg, arguments};
pub use bindings::{
    Cache, Calibrated, Chunk, ChunkKind, Digest, Ending, Error, Length, Level, Load, Manifest, Measures, Message,
    OpenLoop, Outcome, Pace, Param, Prompt, Request, Role, Spacing, Stage, StagedLoop, Target, TargetInfo, Until,
    Value,
};
pub use catalogue::{Catalogue, Entry, Failure, State};
pub use config::{Config, Limits, STACK_BYTES};
pub use contract::{WIT, WORLD_VERSION};
pub use data::Data;
pub use fault::{RunClass, RunError};
pub use folder::is_scenario_file;
pub use host::{BoxFuture, ExchangeId, ScenarioHost};
pub use instance::{Invocation, run};
pub use manifest::is_scenario_name;
pub use module::{DescribeFault, LoadClass, LoadError, Module};
pub use runtime::{Runtime, RuntimeError};
pub use upload::UploadError;
pub use watch::{Watch, is_news, open};

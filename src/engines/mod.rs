//! The HTTP clients of the engines: request out, stamped bytes in, traces out. Only this layer knows engines' JSON.

mod ask;
mod calibrate;
mod client;
mod config;
mod decode;
mod dialects;
mod discovery;
mod error;
mod exchange;
mod follower;
mod framer;
mod heard;
mod http;
mod http1;
mod identity;
mod plain;
mod progress;
mod raw;
mod reading;
pub mod simulated;
#[cfg(test)]
mod tests;
mod tokenizer;

pub use ask::{Ask, Length, Message, Prompt, Speaker, chosen};
pub use calibrate::{Calibrator, Made, Method, count_tokens};
pub use client::{Client, Connection, EXCHANGE_HEADER, Prepared};
pub use config::{Address, Config, check_url, parse_url};
pub use decode::{Finished, LiveChunk};
pub use dialects::{Dialect, Edge, Event, Failure, Finish, StageMark, Usage};
pub use discovery::{Found, discover, discover_on};
pub use error::EngineError;
pub use exchange::{Outgoing, exchange};
pub use follower::Follower;
pub use heard::Heard;
pub use http::{Http, HttpError};
pub use identity::Identity;
pub use progress::{Progress, Stage};
pub use raw::Raw;

//! The HTTP clients of the engines: request out, stamped bytes in, traces out. Only this layer knows engines' JSON.

mod ask;
mod calibrate;
mod client;
mod config;
mod decode;
mod dialects;
mod discovery;
mod error;
mod follower;
mod framer;
mod http;
mod http1;
mod identity;
mod plain;
mod progress;
mod raw;
pub mod simulated;
mod tokenizer;

pub use ask::{Ask, Length, Message, Prompt, Speaker};
pub use calibrate::{Calibrator, Made, Method};
pub use client::{Client, Connection, EXCHANGE_HEADER, Prepared};
pub use config::{Address, Config, check_url, parse_url};
pub use decode::{Finished, LiveChunk};
pub use dialects::Dialect;
pub use discovery::{Found, discover, discover_on};
pub use error::EngineError;
pub use follower::Follower;
pub use http::{Http, HttpError};
pub use identity::Identity;
pub use progress::{Progress, Stage};
pub use raw::Raw;

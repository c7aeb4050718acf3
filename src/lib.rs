//! dualbench: the laboratory for two local LLMs side by side.
//!
//! - [`measure`] is pure: numbers in, numbers out. Every formula lives there.
//! - [`events`] is what happens in a run, as plain data, and the bus that carries it.
//! - [`engines`] speaks to the LLM servers and stamps what they send (`client`: the one place of a stamp).
//! - [`pipeline`] makes one answer of both engines, stage by stage, or asks a backend that runs its own.
//! - [`gpu`] samples the card. [`scenario`] hosts the WebAssembly guests. Neither knows of the others.
//! - [`run`] is the story of a run: `execute` on one screen, `session` answers the guest, `supervisor` keeps the queue.
//! - [`store`] writes SQLite and the journal; it alone writes.
//! - [`api`] words all of it as HTTP; [`cli`] as commands; [`config`] reads files and variables; [`app`] builds and
//!   stops the parts in order.

pub mod measure;

pub mod events;

pub mod engines;
pub mod gpu;
pub mod pipeline;
pub mod scenario;
pub mod store;

pub mod run;

pub mod api;

pub mod config;

pub mod app;

pub mod cli;

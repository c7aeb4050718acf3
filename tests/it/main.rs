//! The program from outside: the real binary, real sockets, real files.

mod api;
mod arrows;
mod cli;
mod compare;
mod crash;
mod daemon;
mod dev;
mod golden;
mod gpu;
mod interleave;
mod kill;
mod limits;
mod loads;
mod pipeline;
mod precision;
mod real_engines;
mod reload;
mod remote_pipeline;
mod replay;
mod scenarios;
mod scripts;
mod storm;
mod truth;
mod upload;
mod users;

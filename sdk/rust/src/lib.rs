//! Write a dualbench scenario in Rust.
//!
//! A scenario is a WebAssembly module that decides *what* is asked of the engines. The host sends, stamps, computes
//! and stores: nothing here can change a number, and a slow scenario never slows a stream.
//!
//! ```
//! use dualbench_scenario::{
//!     Arguments, Manifest, Param, Request, Result, Scenario, Target, Until, Workload, report, scenario,
//! };
//!
//! struct Greeting;
//!
//! impl Scenario for Greeting {
//!     fn describe() -> Manifest {
//!         Manifest::new("greeting", "0.1.0")
//!             .description("How fast the small engine says hello.")
//!             .targets(&[Target::Mini])
//!             .param(
//!                 Param::integer("repetitions", 20)
//!                     .range(1, 1000)
//!                     .help("Exchanges that are measured."),
//!             )
//!     }
//!
//!     fn run(arguments: &Arguments) -> Result {
//!         let request = Request::text("Say hello.").at_most(16);
//!         report::phase("hello");
//!         let outcome = Workload::closed(Target::Mini, request, 1)
//!             .warm_up(2)
//!             .measure(Until::Repetitions(arguments.count("repetitions")))?;
//!         report::info(format!("first token after {} ms", outcome.ttft_ms));
//!         Ok(())
//!     }
//! }
//!
//! scenario!(Greeting);
//! # fn main() {}
//! ```
//!
//! Build it with `crate-type = ["cdylib"]` for `wasm32-unknown-unknown` and copy the module into the watched folder.
//! `README.md` beside this crate walks through the first one. What each measure means is in `docs/measures.md`.

mod arguments;
pub mod bindings;
mod choice;
pub mod data;
mod decimal;
mod error;
mod exchange;
mod manifest;
mod outcome;
mod param;
pub mod report;
mod request;
mod requests;
mod scenario;
mod target;
mod users;
mod workload;

pub use arguments::Arguments;
pub use bindings::dualbench::scenario::engines::{
    Cache, Calibrated, Chunk, ChunkKind, Digest, Ending, Length, Load as Workload, Measures, Message, OpenLoop,
    Outcome, Pace, Prompt, Request, Role, Spacing, Stage, StagedLoop, TargetInfo, Until,
};
pub use bindings::dualbench::scenario::types::{Manifest, Param, Target, Value};
pub use choice::Choice;
pub use decimal::decimal;
pub use error::{Error, Result};
pub use exchange::{Chunks, Exchange, wait_any};
pub use outcome::measure;
pub use requests::Requests;
pub use scenario::{Exported, ExportedWithUsers, Scenario};
pub use users::{WithUsers, users};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(test)]
mod tests {
    #[test]
    fn the_readme_shows_the_template_under_the_name_that_it_gives() {
        let named = include_str!("../template/src/lib.rs").replace("my-scenario", "first-sentence");
        assert!(include_str!("../README.md").contains(&named));
    }
}

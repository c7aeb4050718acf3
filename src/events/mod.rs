//! What happens, as plain data; the bus that carries it; the live view folded from it.

mod bus;
mod course;
mod live_view;
mod report;
mod run_event;
mod run_id;
mod wall;

pub use bus::{Bus, Stored};
pub use course::{Course, Point};
pub use live_view::{LiveView, QueuedRun, RunView, SeriesKey, Source, Tail};
pub use report::{
    ClientSummary, EngineFacts, EngineIdentity, HostFacts, ParamValue, RunFailure, RunHeader, RunReport, ScenarioPin,
    simulated_names,
};
pub use run_event::{Activity, ExchangeRecord, LogLevel, Metric, Pulse, RunEvent, RunState, TimelineMark};
pub use run_id::RunId;
pub use wall::WallTime;

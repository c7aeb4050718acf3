//! Runs: what is asked (plan), one at a time (supervisor), the story of one (execute), and the answers to the
//! guest (session, load).

mod accuracy;
mod answer;
mod arrivals;
mod begin;
mod card;
mod clock;
mod evidence;
mod exchange;
mod execute;
mod gpu_share;
mod ground;
mod guest;
mod lag;
mod lane;
mod load;
mod load_bounds;
mod machine;
mod outbox;
mod plan;
mod precision;
mod pulse;
mod reasons;
mod replay;
mod report;
mod session;
mod supervisor;
mod thresholds;
mod transcript;
mod wire;

pub use accuracy::{Accuracy, errors_ms, own_error};
pub use clock::ClockQuality;
pub use ground::{EngineState, Engines, Ground, PipelineSlot, Role};
pub use lag::{Lag, LagMonitor};
pub use machine::host_facts;
pub use plan::{Demands, PlanError, RunPlan, RunRequest};
pub use replay::{Parting, Recording, ReplayError, Replayed};
pub use supervisor::{RunSupervisor, SubmitError, Ticket};
pub use transcript::{TranscriptError, Transcripts, cost_of_a_note};

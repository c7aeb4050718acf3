//! The Rust face of `sdk/wit/scenario.wit`, generated at compile time; plain data, and the traits that `calls` fills.

wasmtime::component::bindgen!({
    path: "sdk/wit",
    world: "scenario",
    imports: {
        // These wait; the guest's fiber is suspended meanwhile and the thread is free.
        "dualbench:scenario/engines.start": async | trappable,
        "dualbench:scenario/engines.measure": async | trappable,
        "dualbench:scenario/engines.measure-loads": async | trappable,
        "dualbench:scenario/engines.wait-any": async | trappable,
        "dualbench:scenario/engines.users": async | trappable,
        "dualbench:scenario/engines.[method]exchange.next": async | trappable,
        "dualbench:scenario/engines.[method]exchange.finish": async | trappable,
        default: trappable,
    },
    exports: { default: async },
    with: { "dualbench:scenario/engines.exchange": super::calls::OpenExchange },
    additional_derives: [PartialEq, serde::Serialize, serde::Deserialize],
});

pub use self::dualbench::scenario::data;
pub use self::dualbench::scenario::engines::{
    self, Arrival, Cache, Calibrated, Chunk, ChunkKind, Digest, Ending, Error, Length, Load, Measures, Message,
    OpenLoop, Outcome, Pace, Prompt, Request, Role, Spacing, Stage, StagedLoop, TargetInfo, Until, Workload,
};
pub use self::dualbench::scenario::report::{self, Level};
pub use self::dualbench::scenario::types::{self, Param, Target};

/// What modules ask that know of one request and a steady rate alone.
impl From<Workload> for Load {
    fn from(workload: Workload) -> Load {
        let Workload { target, request, arrival, warm_up } = workload;
        let pace = match arrival {
            Arrival::Closed(users) => Pace::Closed(users),
            Arrival::Open(open) => Pace::Open(open),
        };
        Load { target, requests: vec![request], pace, warm_up }
    }
}

impl Target {
    /// Every target, in the order of the contract.
    pub const ALL: [Self; 3] = [Self::Main, Self::Mini, Self::Pipeline];

    /// The word of the contract: `main`, `mini`, `pipeline`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Mini => "mini",
            Self::Pipeline => "pipeline",
        }
    }
}

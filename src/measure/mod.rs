//! Pure measuring: numbers in, numbers out. No tokio, no serde, no clock.

mod asked_load;
mod compare;
mod context_memory;
mod drift;
mod exchange;
mod gpu_window;
mod interference;
mod ledger;
mod line_fit;
mod percentile;
mod phase;
mod pipeline;
mod precision;
mod sides;
mod summary;
mod target;
mod threshold;
mod trace;
mod verdict;

pub use asked_load::{AskedArrival, AskedLoad};
pub use compare::{Better, Call, Difference, FEWEST, compare, noise_floor};
pub use context_memory::vram_bytes_per_1000_prompt_tokens;
pub use drift::{Drift, drift};
pub use exchange::{Measures, icl_ms, itl_ms, ledger as ledger_of, ms};
pub use gpu_window::*;
pub use interference::{Interference, SlowDown, interference};
pub use ledger::{Disagreement, Ledger, Source};
pub use percentile::{Distribution, Percentile, quantile};
pub use phase::{InPhase, PhaseSummary, phases, tokens as tokens_of};
pub use pipeline::{Answer, Bottleneck, PipelineSummary, Stage, StageSpan, StageSummary, WhatIf, summarise_pipeline};
pub use precision::{Precision, Told, half_width, next_stop, widest};
pub use sides::{COMPARED, Compared, counted};
pub use summary::{
    Counts, LedgerSummary, Population, SourcesDiffer, TargetSummary, Timed, population, summarise, summarise_so_far,
};
pub use target::Target;
pub use threshold::{Findings, Judged, Outcome, Threshold};
pub use trace::{Chunk, ChunkKind, Ending, EngineDurations, OutputClaims, PromptClaims, Trace};
pub use verdict::{Ground, Verdict, verdict};

//! One answer of the pipeline on one clock, and many of them: stages, glue, bottleneck, what-if.

mod answer;
mod summary;

pub use answer::{Answer, Stage, StageSpan};
pub use summary::{Bottleneck, PipelineSummary, StageSummary, WhatIf, summarise_pipeline};

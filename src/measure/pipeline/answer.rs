//! One answer of the pipeline: its stages on the one clock that began with the intent.

use std::time::Duration;

use crate::measure::{Ending, EngineDurations};

/// One part of a pipeline answer, in the order in which they happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// The mini engine says which intent it is.
    Classify,
    /// The question becomes a vector.
    Embed,
    /// Passages are found.
    Retrieve,
    /// The passages are put in a better order.
    Rerank,
    /// The prompt is put together and cut to the context.
    Prompt,
    /// The answer is written.
    Generate,
}

impl Stage {
    pub const ALL: [Stage; 6] =
        [Stage::Classify, Stage::Embed, Stage::Retrieve, Stage::Rerank, Stage::Prompt, Stage::Generate];

    /// The word for it in JSON, SQL and the protocol of remote pipelines.
    pub fn word(self) -> &'static str {
        match self {
            Stage::Classify => "classify",
            Stage::Embed => "embed",
            Stage::Retrieve => "retrieve",
            Stage::Rerank => "rerank",
            Stage::Prompt => "prompt",
            Stage::Generate => "generate",
        }
    }

    pub fn parse(word: &str) -> Option<Stage> {
        Stage::ALL.into_iter().find(|s| s.word() == word)
    }
}

impl std::fmt::Display for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}

/// One stage of one answer. Every offset counts from the intent.
#[derive(Debug, Clone, PartialEq)]
pub struct StageSpan {
    pub stage: Stage,
    pub start: Duration,
    /// The stage's result was there; of `generate`, the end of generation.
    pub end: Duration,
    /// The first content-bearing chunk, where the stage asks an engine that streams.
    pub first_token: Option<Duration>,
    pub prompt_tokens: Option<u32>,
    pub output_tokens: Option<u32>,
    /// The engine's own durations.
    pub engine: EngineDurations,
    /// Why the stage came to nothing. The stages after it are absent then.
    pub error: Option<String>,
}

impl StageSpan {
    pub fn new(stage: Stage, start: Duration, end: Duration) -> StageSpan {
        StageSpan {
            stage,
            start,
            end: end.max(start),
            first_token: None,
            prompt_tokens: None,
            output_tokens: None,
            engine: EngineDurations::default(),
            error: None,
        }
    }

    pub fn duration(&self) -> Duration {
        self.end.saturating_sub(self.start)
    }
}

/// One answer of the pipeline, whole or as far as it came.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The intent that the classifier named.
    pub intent: Option<String>,
    /// In the order of their start. A stage that the route leaves out is absent, not zero.
    pub stages: Vec<StageSpan>,
    /// The first content-bearing chunk of the answer.
    pub first_token: Option<Duration>,
    /// The end of the answer's generation; of a failed answer, the end of its last stage.
    pub end: Duration,
    pub ending: Ending,
    /// Passages that were found, and how many of them the context left no room for.
    pub passages: Option<u32>,
    pub passages_cut: Option<u32>,
    /// Tokens of passages that were left out of the prompt.
    pub tokens_cut: Option<u32>,
    /// Time inside our window that is none of a remote backend's own stages. `None` for a pipeline that the host runs.
    pub network_and_queue: Option<Duration>,
}

impl Answer {
    pub fn stage(&self, stage: Stage) -> Option<&StageSpan> {
        self.stages.iter().find(|s| s.stage == stage)
    }

    /// The time that no stage covers: whole − what the stages cover together − [`Answer::network_and_queue`]. Stages,
    /// glue and that residue sum to the whole, exactly.
    pub fn glue(&self) -> Duration {
        let covered: Duration = self.parts().into_iter().map(|(_, d)| d).sum();
        self.end.saturating_sub(covered).saturating_sub(self.network_and_queue.unwrap_or_default())
    }

    /// What each stage adds to the whole: its span without what an earlier stage covers already, and without what lies
    /// behind the answer's end.
    pub fn parts(&self) -> Vec<(Stage, Duration)> {
        let mut covered = Duration::ZERO;
        let mut stages: Vec<&StageSpan> = self.stages.iter().collect();
        stages.sort_by_key(|s| s.start);
        stages
            .into_iter()
            .map(|s| {
                let end = s.end.min(self.end);
                let part = end.saturating_sub(s.start.max(covered));
                covered = covered.max(end);
                (s.stage, part)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    fn answer(spans: &[(Stage, u64, u64)], end: u64) -> Answer {
        Answer {
            intent: None,
            stages: spans.iter().map(|(s, from, to)| StageSpan::new(*s, ms(*from), ms(*to))).collect(),
            first_token: None,
            end: ms(end),
            ending: Ending::Complete,
            passages: None,
            passages_cut: None,
            tokens_cut: None,
            network_and_queue: None,
        }
    }

    #[test]
    fn glue_is_what_lies_between_the_stages() {
        let a = answer(&[(Stage::Classify, 0, 40), (Stage::Retrieve, 41, 50), (Stage::Generate, 53, 400)], 400);
        assert_eq!(a.glue(), ms(4));
    }

    #[test]
    fn stages_that_overlap_count_once() {
        let a = answer(&[(Stage::Retrieve, 10, 60), (Stage::Rerank, 40, 80)], 100);
        assert_eq!(a.parts(), [(Stage::Retrieve, ms(50)), (Stage::Rerank, ms(20))]);
        assert_eq!(a.glue(), ms(30));
    }

    #[test]
    fn every_stage_has_its_own_word() {
        for stage in Stage::ALL {
            assert_eq!(Stage::parse(stage.word()), Some(stage));
        }
        assert_eq!(Stage::parse("guess"), None);
    }

    proptest! {
        #[test]
        fn stages_and_glue_sum_to_the_whole_exactly(spans in prop::collection::vec((0_u64..2_000_000, 0_u64..2_000_000), 0..8), end in 0_u64..3_000_000) {
            let stages = spans.iter().zip(Stage::ALL.iter().cycle()).map(|((from, len), stage)| {
                StageSpan::new(*stage, Duration::from_nanos(*from), Duration::from_nanos(from + len))
            });
            let a = Answer { stages: stages.collect(), end: Duration::from_nanos(end), ..answer(&[], 0) };
            let sum: Duration = a.parts().into_iter().map(|(_, d)| d).sum();
            prop_assert_eq!(sum + a.glue(), a.end);
        }
    }
}

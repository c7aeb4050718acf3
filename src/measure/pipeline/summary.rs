//! Many answers of the pipeline: each stage's distribution, its share of the whole, the bottleneck, and what-if.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Answer, Stage};
use crate::measure::{Distribution, ms};

/// One stage over the answers that have it.
#[derive(Debug, Clone, PartialEq)]
pub struct StageSummary {
    pub stage: Stage,
    /// Start to end, of answers in which the stage succeeded.
    pub duration_ms: Option<Distribution>,
    /// Start to first token, where the stage asks an engine that streams.
    pub ttft_ms: Option<Distribution>,
    /// First token to end.
    pub generation_ms: Option<Distribution>,
    /// Σ of what the stage adds to each counted answer / Σ of the whole answers: its share of the critical path.
    pub share: f64,
    /// Answers that ended in this stage.
    pub failed: u32,
}

/// The stage with the largest share of the critical path.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bottleneck {
    pub stage: Stage,
    pub share: f64,
}

/// What the mean answer would gain if one stage were faster by a factor, all else as it is (Amdahl).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WhatIf {
    pub stage: Stage,
    pub times_faster: f64,
    /// share × (1 − 1/k) × mean intent-to-answer.
    pub saves_ms: f64,
}

/// Everything said of the pipeline's answers. Warm-up and failed answers enter no distribution.
#[derive(Debug, Clone, PartialEq)]
pub struct PipelineSummary {
    pub intent_to_first_token_ms: Option<Distribution>,
    pub intent_to_answer_ms: Option<Distribution>,
    pub glue_ms: Option<Distribution>,
    /// Of remote pipelines only.
    pub network_and_queue_ms: Option<Distribution>,
    /// In the order of [`Stage::ALL`]; those that some answer has.
    pub stages: Vec<StageSummary>,
    pub bottleneck: Option<Bottleneck>,
    pub what_if: Vec<WhatIf>,
    /// How many counted answers had which intent.
    pub intents: BTreeMap<String, u32>,
    /// Counted answers in which passages were left out, and the tokens of these.
    pub answers_cut: u32,
    pub tokens_cut: u64,
}

/// The factors of the what-if table.
const FACTORS: [f64; 3] = [1.25, 2.0, 4.0];

/// Summarises answers that were measured (no warm-up), whole and failed ones alike. `None` of none.
pub fn summarise_pipeline<'a>(answers: impl IntoIterator<Item = &'a Answer>) -> Option<PipelineSummary> {
    let all: Vec<&Answer> = answers.into_iter().collect();
    all.first()?;
    let counted: Vec<&Answer> = all.iter().copied().filter(|a| a.ending.counts()).collect();
    let dist = |f: fn(&Answer) -> Option<Duration>| Distribution::of(counted.iter().filter_map(|a| f(a)).map(ms));
    let whole: Duration = counted.iter().map(|a| a.end).sum();
    let mut spent: BTreeMap<Stage, Duration> = BTreeMap::new();
    for (stage, part) in counted.iter().flat_map(|a| a.parts()) {
        *spent.entry(stage).or_default() += part;
    }
    let share = |stage: Stage| match (spent.get(&stage), whole.is_zero()) {
        (Some(part), false) => part.div_duration_f64(whole),
        _ => 0.0,
    };
    let seen = |stage: Stage| all.iter().any(|a| a.stage(stage).is_some());
    let stages: Vec<StageSummary> =
        Stage::ALL.into_iter().filter(|s| seen(*s)).map(|s| stage_summary(s, share(s), &all, &counted)).collect();
    let mean_ms = ms(whole) / counted.len().max(1) as f64;
    Some(PipelineSummary {
        intent_to_first_token_ms: dist(|a| a.first_token),
        intent_to_answer_ms: dist(|a| Some(a.end)),
        glue_ms: dist(|a| Some(a.glue())),
        network_and_queue_ms: dist(|a| a.network_and_queue),
        bottleneck: bottleneck(&stages),
        what_if: what_if(&stages, mean_ms),
        stages,
        intents: intents(&counted),
        answers_cut: counted.iter().filter(|a| a.tokens_cut.is_some_and(|n| n > 0)).count() as u32,
        tokens_cut: counted.iter().filter_map(|a| a.tokens_cut).map(u64::from).sum(),
    })
}

fn stage_summary(stage: Stage, share: f64, all: &[&Answer], counted: &[&Answer]) -> StageSummary {
    let spans = || counted.iter().filter_map(|a| a.stage(stage));
    let first = || spans().filter_map(|s| Some((s, s.first_token?)));
    StageSummary {
        stage,
        duration_ms: Distribution::of(spans().map(|s| ms(s.duration()))),
        ttft_ms: Distribution::of(first().map(|(s, at)| ms(at.saturating_sub(s.start)))),
        generation_ms: Distribution::of(first().map(|(s, at)| ms(s.end.saturating_sub(at)))),
        share,
        failed: all.iter().filter_map(|a| a.stage(stage)).filter(|s| s.error.is_some()).count() as u32,
    }
}

/// `None` where no answer was counted, or no stage is known (a remote pipeline that tells none).
fn bottleneck(stages: &[StageSummary]) -> Option<Bottleneck> {
    let most = stages.iter().max_by(|a, b| a.share.total_cmp(&b.share)).filter(|s| s.share > 0.0)?;
    Some(Bottleneck { stage: most.stage, share: most.share })
}

/// Largest savings first.
fn what_if(stages: &[StageSummary], mean_ms: f64) -> Vec<WhatIf> {
    let row = |s: &StageSummary, k: f64| WhatIf {
        stage: s.stage,
        times_faster: k,
        saves_ms: s.share * (1.0 - 1.0 / k) * mean_ms,
    };
    let mut rows: Vec<WhatIf> =
        stages.iter().filter(|s| s.share > 0.0).flat_map(|s| FACTORS.map(|k| row(s, k))).collect();
    rows.sort_by(|a, b| b.saves_ms.total_cmp(&a.saves_ms));
    rows
}

fn intents(counted: &[&Answer]) -> BTreeMap<String, u32> {
    let mut out = BTreeMap::new();
    for intent in counted.iter().filter_map(|a| a.intent.clone()) {
        *out.entry(intent).or_default() += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::StageSpan;
    use super::*;
    use crate::measure::Ending;

    fn answer(parts_ms: &[(Stage, u64)]) -> Answer {
        let mut at = Duration::ZERO;
        let mut stages = Vec::new();
        for (stage, len) in parts_ms {
            let end = at + Duration::from_millis(*len);
            stages.push(StageSpan::new(*stage, at, end));
            at = end;
        }
        Answer {
            intent: Some("question".into()),
            stages,
            first_token: None,
            end: at,
            ending: Ending::Length,
            passages: None,
            passages_cut: None,
            tokens_cut: None,
            network_and_queue: None,
        }
    }

    #[test]
    fn the_stage_with_the_largest_share_is_the_bottleneck_and_heads_the_what_if() {
        let a = answer(&[(Stage::Classify, 100), (Stage::Retrieve, 300), (Stage::Generate, 600)]);
        let s = summarise_pipeline([&a, &a]).expect("answers");
        let b = s.bottleneck.expect("a bottleneck");
        assert_eq!(b.stage, Stage::Generate);
        assert!((b.share - 0.6).abs() < 1e-9, "{b:?}");
        // Amdahl by hand: four times faster, 600 ms become 150 ms.
        let top = s.what_if[0];
        assert_eq!((top.stage, top.times_faster), (Stage::Generate, 4.0));
        assert!((top.saves_ms - 450.0).abs() < 1e-9, "{top:?}");
        let half = s.what_if.iter().find(|w| w.stage == Stage::Retrieve && w.times_faster == 2.0).expect("a row");
        assert!((half.saves_ms - 150.0).abs() < 1e-9);
    }

    #[test]
    fn a_stage_that_no_route_took_is_absent_and_one_that_some_took_counts_those_only() {
        let with = answer(&[(Stage::Classify, 10), (Stage::Retrieve, 30), (Stage::Generate, 60)]);
        let without = answer(&[(Stage::Classify, 10), (Stage::Generate, 60)]);
        let s = summarise_pipeline([&with, &without]).expect("answers");
        let retrieve = s.stages.iter().find(|s| s.stage == Stage::Retrieve).expect("one has it");
        assert_eq!(retrieve.duration_ms.as_ref().map(|d| (d.n, d.median)), Some((1, 30.0)));
        assert!(s.stages.iter().all(|s| s.stage != Stage::Rerank));
        assert_eq!(s.intents.get("question"), Some(&2));
    }

    #[test]
    fn a_failed_answer_is_counted_where_it_failed_and_enters_no_distribution() {
        let good = answer(&[(Stage::Classify, 10), (Stage::Generate, 60)]);
        let mut bad = answer(&[(Stage::Classify, 5_000)]);
        bad.ending = Ending::Broken("reset".into());
        bad.stages[0].error = Some("reset".into());
        let s = summarise_pipeline([&good, &bad]).expect("answers");
        assert_eq!(s.intent_to_answer_ms.as_ref().map(|d| (d.n, d.max)), Some((1, 70.0)));
        assert_eq!(s.stages[0].failed, 1);
    }

    #[test]
    fn nothing_counted_names_no_bottleneck() {
        let mut failed = answer(&[(Stage::Classify, 10)]);
        failed.ending = Ending::Cancelled;
        let s = summarise_pipeline([&failed]).expect("an answer");
        assert_eq!((s.bottleneck, s.what_if.len(), s.intent_to_answer_ms), (None, 0, None));
        assert_eq!(summarise_pipeline([]), None);
    }
}

//! Holding a threshold against what was measured: held, broken, or not decidable.

use super::{Aggregate, Subject, Threshold};
use crate::measure::{Distribution, GpuSummary, Percentile, PipelineSummary, TargetSummary};

/// What a run measured, as far as thresholds speak of it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Findings<'a> {
    pub targets: &'a [TargetSummary],
    pub pipeline: Option<&'a PipelineSummary>,
    pub gpu: Option<&'a GpuSummary>,
}

/// What came of a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Held,
    Broken,
    /// The figure is missing, or a percentile is below its sample floor. Never a pass.
    NotDecidable,
}

impl Outcome {
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Held => "held",
            Outcome::Broken => "broken",
            Outcome::NotDecidable => "not-decidable",
        }
    }
}

/// A threshold, judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// What must hold.
    pub expr: String,
    /// The figure; of several targets the worst one. `None` where it is not decidable.
    pub value: Option<f64>,
    pub outcome: Outcome,
    /// Why it is not decidable.
    pub reason: Option<String>,
}

/// A figure, or why there is none.
type Figure = Result<f64, String>;

/// When the figures are looked at.
#[derive(Clone, Copy, PartialEq)]
enum Moment {
    End,
    /// The run goes on: what more values could mend is not judged yet.
    Live,
}

impl Threshold {
    /// The outcome at the run's end.
    pub fn judge(&self, findings: &Findings<'_>) -> Judged {
        let figures = self.figures(findings, Moment::End);
        let known = || figures.iter().filter_map(|f| f.as_ref().ok().copied());
        let worst = if self.relation.is_upper_bound() { known().reduce(f64::max) } else { known().reduce(f64::min) };
        let missing = figures.iter().find_map(|f| f.as_ref().err());
        match (worst, missing) {
            (Some(value), _) if !self.relation.holds(value, self.limit) => self.judged(value, Outcome::Broken),
            (Some(value), None) => self.judged(value, Outcome::Held),
            (_, missing) => self.undecided(missing.map_or("nothing was measured", String::as_str)),
        }
    }

    /// The outcome while the run goes on: `Some` only where it is broken, by figures whose sample floor is reached. A
    /// count that must grow, the card and the pipeline are judged at the end alone.
    pub fn broken_so_far(&self, findings: &Findings<'_>) -> Option<Judged> {
        let figures = self.figures(findings, Moment::Live);
        let broken = figures.into_iter().flatten().find(|value| !self.relation.holds(*value, self.limit))?;
        Some(self.judged(broken, Outcome::Broken))
    }

    /// The outcome where the run gave no figure to decide by.
    pub fn undecided(&self, reason: &str) -> Judged {
        Judged { expr: self.to_string(), value: None, outcome: Outcome::NotDecidable, reason: Some(reason.to_owned()) }
    }

    fn judged(&self, value: f64, outcome: Outcome) -> Judged {
        Judged { expr: self.to_string(), value: Some(value), outcome, reason: None }
    }

    /// One figure for each target that it speaks of, or why there is none.
    fn figures(&self, findings: &Findings<'_>, moment: Moment) -> Vec<Figure> {
        let figures = match self.known.subject {
            Subject::Exchanges(of) => self.each(findings, |t| self.of_distribution(of(t), moment)),
            Subject::Count(_) if moment == Moment::Live && !self.relation.is_upper_bound() => Vec::new(),
            Subject::Count(of) => self.each(findings, |t| Ok(of(t))),
            Subject::Plain(of) => self.each(findings, |t| match moment {
                Moment::Live if !is_ripe(t) => Err("too few exchanges so far".to_owned()),
                _ => of(t).ok_or_else(|| self.missing()),
            }),
            Subject::Pipeline(_) | Subject::Gpu(_) if moment == Moment::Live => Vec::new(),
            Subject::Pipeline(of) => vec![self.of_distribution(findings.pipeline.and_then(of), moment)],
            Subject::Gpu(of) => vec![findings.gpu.and_then(of).ok_or_else(|| self.missing())],
        };
        if figures.is_empty() {
            let who = self.target.map_or("a target", |t| t.word());
            return vec![Err(format!("no exchange with {who} was measured"))];
        }
        figures
    }

    fn each(&self, findings: &Findings<'_>, figure: impl Fn(&TargetSummary) -> Figure) -> Vec<Figure> {
        let spoken_of = findings.targets.iter().filter(|t| self.target.is_none_or(|wanted| wanted == t.target));
        spoken_of.map(|t| figure(t).map_err(|why| format!("{}: {why}", t.target))).collect()
    }

    fn missing(&self) -> String {
        format!("no {} was measured", self.known.word)
    }

    fn of_distribution(&self, d: Option<&Distribution>, moment: Moment) -> Figure {
        let d = d.ok_or_else(|| self.missing())?;
        let needs = |word: &str, floor: usize| format!("{word} needs {floor} values, there are {}", d.n);
        let floor = Percentile::P50.floor();
        match self.aggregate {
            Some(Aggregate::Percentile(p)) => d.percentile(p).ok_or_else(|| needs(p.name(), p.floor())),
            Some(other) if moment == Moment::Live && d.n < floor => Err(needs(other.word(), floor)),
            Some(Aggregate::Min) => Ok(d.min),
            Some(Aggregate::Mean) => Ok(d.mean),
            Some(Aggregate::Max) => Ok(d.max),
            Some(Aggregate::Median) | None => Ok(d.median),
        }
    }
}

/// As many exchanges as a median needs.
fn is_ripe(t: &TargetSummary) -> bool {
    (t.counts.complete + t.counts.length) as usize >= Percentile::P50.floor()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::measure::trace::{Chunk, ChunkKind, EngineDurations, OutputClaims, PromptClaims};
    use crate::measure::{Ending, Target, Timed, Trace, summarise};

    fn trace(first_ms: u64, ending: Ending) -> Trace {
        let chunk = |i: u64| Chunk {
            offset: Duration::from_millis(first_ms + 10 * i),
            kind: ChunkKind::Answer,
            tokens: Some(1),
            coalesced: false,
        };
        Trace {
            connect: Duration::ZERO,
            start_delay: Duration::ZERO,
            headers: None,
            first_byte: None,
            chunks: (0..11).map(chunk).collect(),
            finish: None,
            closed: Duration::from_secs(9),
            ending,
            output: OutputClaims { usage: Some(11), ..OutputClaims::default() },
            prompt: PromptClaims::default(),
            engine: EngineDurations::default(),
            engine_raw: None,
        }
    }

    /// `n` exchanges with a TTFT of 101, 102, … ms, and one that failed.
    fn summary(target: Target, n: u64) -> TargetSummary {
        let mut traces: Vec<Trace> = (1..=n).map(|i| trace(100 + i, Ending::Complete)).collect();
        traces.push(trace(9_000, Ending::Broken("reset".into())));
        let timed: Vec<Timed<'_>> = (0..)
            .zip(&traces)
            .map(|(i, trace)| (Duration::from_secs(i), trace))
            .map(|(sent, trace)| Timed { target, warm_up: false, together: false, began: sent, sent, trace })
            .collect();
        summarise(target, &timed)
    }

    #[track_caller]
    fn check(text: &str, targets: &[TargetSummary], expected: (Outcome, Option<f64>)) {
        let judged = Threshold::parse(text).expect("a threshold").judge(&Findings { targets, ..Findings::default() });
        assert_eq!((judged.outcome, judged.value), expected, "{text}: {:?}", judged.reason);
        assert_eq!(judged.reason.is_some(), judged.outcome == Outcome::NotDecidable);
    }

    #[track_caller]
    fn check_live(text: &str, targets: &[TargetSummary], broken: bool) {
        let threshold = Threshold::parse(text).expect("a threshold");
        let so_far = threshold.broken_so_far(&Findings { targets, ..Findings::default() });
        assert_eq!(so_far.is_some(), broken, "{text}: {so_far:?}");
    }

    #[test]
    fn a_figure_on_the_right_side_holds_and_one_on_the_limit_is_not_below_it() {
        let main = [summary(Target::Main, 11)];
        check("ttft_ms.p50 < 107", &main, (Outcome::Held, Some(106.0)));
        check("ttft_ms.p50 < 106", &main, (Outcome::Broken, Some(106.0)));
        check("ttft_ms.p50 <= 106", &main, (Outcome::Held, Some(106.0)));
        check("ttft_ms.min > 101", &main, (Outcome::Broken, Some(101.0)));
        check("ttft_ms.max >= 111", &main, (Outcome::Held, Some(111.0)));
        check("main.ttft_ms.mean < 106.5", &main, (Outcome::Held, Some(106.0)));
        check("tokens_per_second.median > 99", &main, (Outcome::Held, Some(100.0)));
        check("failed < 1", &main, (Outcome::Broken, Some(1.0)));
        check("complete >= 11", &main, (Outcome::Held, Some(11.0)));
    }

    #[test]
    fn a_percentile_below_its_floor_is_never_passed() {
        let main = [summary(Target::Main, 10)];
        check("ttft_ms.p95 < 4000", &main, (Outcome::NotDecidable, None));
        check("ttft_ms.p50 < 4000", &main, (Outcome::NotDecidable, None));
        check("ttft_ms.median < 4000", &main, (Outcome::Held, Some(105.5)));
    }

    #[test]
    fn what_was_not_measured_is_not_decidable() {
        let main = [summary(Target::Main, 11)];
        check("mini.ttft_ms.p50 < 400", &main, (Outcome::NotDecidable, None));
        check("ttft_ms.p50 < 400", &[], (Outcome::NotDecidable, None));
        check("vram_at_peak_bytes < 2e10", &main, (Outcome::NotDecidable, None));
        check("intent_to_answer_ms.p50 < 3000", &main, (Outcome::NotDecidable, None));
    }

    #[test]
    fn without_a_target_the_worst_one_decides() {
        let both = [summary(Target::Main, 11), summary(Target::Mini, 21)];
        check("ttft_ms.p50 < 110", &both, (Outcome::Broken, Some(111.0)));
        check("ttft_ms.p50 < 120", &both, (Outcome::Held, Some(111.0)));
        check("complete > 15", &both, (Outcome::Broken, Some(11.0)));
        let half = [summary(Target::Main, 11), summary(Target::Mini, 3)];
        check("ttft_ms.p50 < 120", &half, (Outcome::NotDecidable, None));
        check("ttft_ms.p50 < 105", &half, (Outcome::Broken, Some(106.0)));
    }

    #[test]
    fn the_cards_figures_are_plain_numbers() {
        let gpu = GpuSummary { vram_at_peak_bytes: Some(9_000_000_000), ..GpuSummary::default() };
        let findings = Findings { gpu: Some(&gpu), ..Findings::default() };
        let judged = Threshold::parse("vram_at_peak_bytes < 2e10").expect("a threshold").judge(&findings);
        assert_eq!((judged.outcome, judged.value), (Outcome::Held, Some(9e9)));
    }

    #[test]
    fn live_only_what_has_its_floor_or_cannot_mend_is_broken() {
        let (few, many) = ([summary(Target::Main, 10)], [summary(Target::Main, 11)]);
        check_live("ttft_ms.median < 50", &few, false);
        check_live("ttft_ms.median < 50", &many, true);
        check_live("ttft_ms.p95 < 50", &many, false);
        check_live("ttft_ms.p50 < 400", &many, false);
        check_live("complete > 1000", &many, false);
        check_live("failed < 1", &few, true);
        check_live("throughput_tokens_per_second > 1e6", &few, false);
        check_live("throughput_tokens_per_second > 1e6", &many, true);
        check_live("vram_at_peak_bytes < 1", &many, false);
    }
}

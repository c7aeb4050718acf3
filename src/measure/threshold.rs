//! Thresholds: what must hold of a run's figures, as text and as data. `main.ttft_ms.p95 < 400`

mod judge;
mod known;

use super::percentile::Percentile;
use super::target::Target;
use known::{Known, Subject};

pub use judge::{Findings, Judged, Outcome};

/// One thing that must hold: a figure of the run against a limit in the figure's own unit.
///
/// Without a target it speaks of every target that the run measured.
#[derive(Debug, Clone)]
pub struct Threshold {
    target: Option<Target>,
    known: &'static Known,
    /// Of a distribution; plain numbers have none.
    aggregate: Option<Aggregate>,
    relation: Relation,
    limit: f64,
    /// The limit as it was written.
    limit_text: String,
}

/// Which figure of a distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Aggregate {
    Min,
    Mean,
    Median,
    Max,
    /// Stands only above its sample floor.
    Percentile(Percentile),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    Less,
    AtMost,
    More,
    AtLeast,
}

impl Threshold {
    /// Reads `[TARGET.]MEASURE[.AGGREGATE] < | <= | > | >= NUMBER`, which must hold.
    ///
    /// # Errors
    /// What is wrong with it, and the nearest that is known.
    pub fn parse(text: &str) -> Result<Threshold, String> {
        let at = text
            .find(['<', '>', '=', '!'])
            .ok_or_else(|| format!("`{}` has no <, <=, > or >=; write for example `ttft_ms.p95 < 400`", text.trim()))?;
        let (subject, rest) = text.split_at(at);
        let end = rest.find(|c| !matches!(c, '<' | '>' | '=' | '!')).unwrap_or(rest.len());
        let (sign, number) = rest.split_at(end);
        let relation = Relation::parse(sign)
            .ok_or_else(|| format!("`{sign}` is no relation of a threshold; known are <, <=, > and >="))?;
        let (limit, limit_text) = limit(number)?;
        let (target, known, aggregate) = figure(subject.trim())?;
        Ok(Threshold { target, known, aggregate, relation, limit, limit_text })
    }

    /// Reads the same with the opposite sense: a run fails when this is true.
    ///
    /// # Errors
    /// As for [`Threshold::parse`].
    pub fn parse_failing(text: &str) -> Result<Threshold, String> {
        let threshold = Threshold::parse(text)?;
        Ok(Threshold { relation: threshold.relation.opposite(), ..threshold })
    }

    /// The target that it speaks of; `None` = each one that was measured, or the card.
    pub fn target(&self) -> Option<Target> {
        match self.known.subject {
            Subject::Pipeline(_) => Some(Target::Pipeline),
            _ => self.target,
        }
    }

    /// The figure's name: `main.ttft_ms.p95`.
    fn figure_text(&self) -> String {
        let target = self.target.map(|t| format!("{t}.")).unwrap_or_default();
        let aggregate = self.aggregate.map(|a| format!(".{}", a.word())).unwrap_or_default();
        format!("{target}{}{aggregate}", self.known.word)
    }
}

impl std::fmt::Display for Threshold {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {}", self.figure_text(), self.relation.sign(), self.limit_text)
    }
}

fn limit(text: &str) -> Result<(f64, String), String> {
    let text = text.trim();
    match text.parse::<f64>() {
        Ok(limit) if limit.is_finite() => Ok((limit, text.to_owned())),
        _ => Err(format!("`{text}` is no number; write the limit in the measure's own unit and leave the unit out")),
    }
}

fn figure(text: &str) -> Result<(Option<Target>, &'static Known, Option<Aggregate>), String> {
    let (target, rest) = match text.split_once('.') {
        Some((first, rest)) if Target::parse(first).is_some() => (Target::parse(first), rest),
        _ => (None, text),
    };
    let (word, aggregate) = rest.split_once('.').map_or((rest, None), |(word, aggregate)| (word, Some(aggregate)));
    let known = known::find(word)?;
    let aggregate = match (known.is_distribution(), aggregate) {
        (true, Some(word)) => Some(Aggregate::parse(word)?),
        (true, None) => return Err(format!("`{word}` has many values; say which figure, for example `{word}.p95`")),
        (false, None) => None,
        (false, Some(more)) => return Err(format!("`{word}` is one number and has no `{more}`; write `{word}` alone")),
    };
    match (target, known.subject) {
        (Some(_), Subject::Gpu(_)) => Err(format!("`{word}` is of the card, not of a target; write `{word}` alone")),
        (Some(Target::Main | Target::Mini), Subject::Pipeline(_)) => {
            Err(format!("`{word}` is of the pipeline; write `{word}` alone"))
        }
        _ => Ok((target, known, aggregate)),
    }
}

impl Aggregate {
    const PLAIN: [Aggregate; 4] = [Aggregate::Min, Aggregate::Mean, Aggregate::Median, Aggregate::Max];

    fn word(self) -> &'static str {
        match self {
            Aggregate::Min => "min",
            Aggregate::Mean => "mean",
            Aggregate::Median => "median",
            Aggregate::Max => "max",
            Aggregate::Percentile(p) => p.name(),
        }
    }

    fn all() -> impl Iterator<Item = Aggregate> {
        Aggregate::PLAIN.into_iter().chain(Percentile::ALL.map(Aggregate::Percentile))
    }

    fn parse(word: &str) -> Result<Aggregate, String> {
        Aggregate::all().find(|a| a.word() == word).ok_or_else(|| {
            let known: Vec<&str> = Aggregate::all().map(Aggregate::word).collect();
            let near = known::nearest(word, known.iter().copied());
            format!("no figure is called `{word}`; the nearest is `{near}` of {}", known.join(", "))
        })
    }
}

impl Relation {
    fn parse(sign: &str) -> Option<Relation> {
        [Relation::Less, Relation::AtMost, Relation::More, Relation::AtLeast].into_iter().find(|r| r.sign() == sign)
    }

    fn sign(self) -> &'static str {
        match self {
            Relation::Less => "<",
            Relation::AtMost => "<=",
            Relation::More => ">",
            Relation::AtLeast => ">=",
        }
    }

    fn opposite(self) -> Relation {
        match self {
            Relation::Less => Relation::AtLeast,
            Relation::AtMost => Relation::More,
            Relation::More => Relation::AtMost,
            Relation::AtLeast => Relation::Less,
        }
    }

    /// Whether small values are the good ones.
    fn is_upper_bound(self) -> bool {
        matches!(self, Relation::Less | Relation::AtMost)
    }

    fn holds(self, value: f64, limit: f64) -> bool {
        match self {
            Relation::Less => value < limit,
            Relation::AtMost => value <= limit,
            Relation::More => value > limit,
            Relation::AtLeast => value >= limit,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, &str>) {
        match (Threshold::parse(text), expected) {
            (Ok(t), Ok(expected)) => assert_eq!(t.to_string(), expected),
            (Err(problem), Err(part)) => assert!(problem.contains(part), "{text}: {problem}"),
            (other, _) => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn a_threshold_is_read_and_written_alike() {
        check("ttft_ms.p95 < 400", Ok("ttft_ms.p95 < 400"));
        check("  main.tokens_per_second.p50>40 ", Ok("main.tokens_per_second.p50 > 40"));
        check("intent_to_answer_ms.p50 <= 3e3", Ok("intent_to_answer_ms.p50 <= 3e3"));
        check("mini.ttft_ms.p99.9 < 1.5", Ok("mini.ttft_ms.p99.9 < 1.5"));
        check("failed < 1", Ok("failed < 1"));
        check("vram_at_peak_bytes < 2e10", Ok("vram_at_peak_bytes < 2e10"));
        check("throughput_tokens_per_second >= 100", Ok("throughput_tokens_per_second >= 100"));
    }

    #[test]
    fn what_is_wrong_is_told_with_the_nearest_that_is_known() {
        check("ttft.p95 < 400", Err("`ttft_ms`"));
        check("ttft_ms.p96 < 400", Err("`p9"));
        check("ttft_ms < 400", Err("ttft_ms.p95"));
        check("failed.p50 < 1", Err("one number"));
        check("ttft_ms.p95 < 400ms", Err("is no number"));
        check("ttft_ms.p95 < nan", Err("is no number"));
        check("ttft_ms.p95 == 400", Err("no relation"));
        check("ttft_ms.p95", Err("has no <"));
        check("main.vram_max_bytes < 1", Err("of the card"));
        check("mini.intent_to_answer_ms.p50 < 1", Err("of the pipeline"));
        check("maim.ttft_ms.p95 < 1", Err("`maim`"));
    }

    #[test]
    fn what_must_not_be_is_the_opposite_of_what_must_hold() {
        for (failing, holding) in [("<", ">="), ("<=", ">"), (">", "<="), (">=", "<")] {
            let t = Threshold::parse_failing(&format!("ttft_ms.p95 {failing} 400")).expect("fine");
            assert_eq!(t.to_string(), format!("ttft_ms.p95 {holding} 400"));
        }
    }
}

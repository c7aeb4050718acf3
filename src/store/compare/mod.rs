//! Runs held against one another: first what differs in their making, then each measure of each target.

mod error;
mod facts;
mod find;
mod json;
mod noise;
mod pool;

#[cfg(test)]
mod tests;

use crate::events::{ExchangeRecord, RunHeader, RunId, RunState};
use crate::measure::{COMPARED, Call, Difference, Population, Target, Timed, Verdict, compare, counted, population};
use crate::store::history::History;
use noise::Noise;

pub use error::CompareError;
pub use facts::Differs;
pub use json::comparison_json;
pub use pool::Blocks;

/// Runs on one side of a comparison, at most.
pub const OTHERS_MAX: usize = 16;

/// A run with every exchange.
#[derive(Debug, Clone)]
pub struct Whole {
    pub header: RunHeader,
    pub state: RunState,
    pub verdict: Option<Verdict>,
    /// The runs that it is made of; the header is that of the first.
    runs: Vec<RunId>,
    records: Vec<ExchangeRecord>,
    /// Its record speaks of exchanges that the store does not hold.
    gone: bool,
}

/// One run against several others.
#[derive(Debug, Clone)]
pub struct Comparison {
    pub a: Compared,
    pub others: Vec<Against>,
}

/// A run as a comparison shows it.
#[derive(Debug, Clone)]
pub struct Compared {
    pub header: RunHeader,
    pub state: RunState,
    pub verdict: Option<Verdict>,
    pub fingerprint: String,
    /// The runs whose exchanges are pooled; itself alone where none are.
    pub runs: Vec<RunId>,
}

/// What is said of B against A.
#[derive(Debug, Clone)]
pub struct Against {
    pub b: Compared,
    /// What differs in their making. To be read before any figure.
    pub differs: Vec<Differs>,
    /// Why no figure is shown; `None` where they are.
    pub withheld: Option<String>,
    /// The runs like A that the noise floor comes from, A among them.
    pub noise_runs: Vec<RunId>,
    /// In the order main, mini, pipeline; those that both runs measured.
    pub targets: Vec<TargetDifference>,
}

/// One target in every measure that both sides have.
#[derive(Debug, Clone)]
pub struct TargetDifference {
    pub target: Target,
    pub population: Population,
    /// In the order of [`COMPARED`].
    pub measures: Vec<(&'static str, Difference)>,
}

/// What is to be compared.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// Texts that name runs: the first is A, unless `baseline` is given.
    pub runs: Vec<String>,
    /// A pinned name that stands for A: the pin that fits the first run.
    pub baseline: Option<String>,
    /// Show figures of void and unfinished runs too.
    pub force: bool,
}

impl Comparison {
    /// Measures in which a regression is called.
    pub fn regressions(&self) -> usize {
        let measures = self.others.iter().flat_map(|o| &o.targets).flat_map(|t| &t.measures);
        measures.filter(|(_, d)| d.call == Call::Regression).count()
    }
}

impl History {
    /// Compares runs. The figures are computed anew from the stored exchanges, off the runtime.
    ///
    /// # Errors
    /// A run that is not known, not ended, or whose exchanges are gone; a baseline that is void.
    pub async fn compare(&self, question: &Question) -> Result<Comparison, CompareError> {
        let (a, others) = self.find_sides(question).await?;
        let a = self.whole(a).await?;
        a.ready(question.force)?;
        let mut rest = Vec::with_capacity(others.len());
        for run in &others {
            rest.push(self.whole(*run).await?);
        }
        let noise = self.noise(&a, &others).await?;
        let force = question.force;
        let work = tokio::task::spawn_blocking(move || compared(&a, &rest, &noise, force));
        work.await.map_err(|e| CompareError::Own(e.to_string()))?
    }
}

fn compared(a: &Whole, others: &[Whole], noise: &Noise, force: bool) -> Result<Comparison, CompareError> {
    let others = others.iter().map(|b| against(a, b, noise, force)).collect::<Result<_, _>>()?;
    Ok(Comparison { a: a.shown(), others })
}

fn against(a: &Whole, b: &Whole, noise: &Noise, force: bool) -> Result<Against, CompareError> {
    if b.gone {
        return Err(CompareError::Gone { run: b.header.run });
    }
    let differs = facts::differences(&a.header, &b.header);
    Ok(figures(a, b, noise, differs, b.objection().filter(|_| !force)))
}

/// `differs`: in their making. `withheld`: why there are to be no figures.
fn figures(a: &Whole, b: &Whole, noise: &Noise, mut differs: Vec<Differs>, withheld: Option<String>) -> Against {
    let mut targets = Vec::new();
    for target in Target::ALL {
        let ((of_a, in_a), (of_b, in_b)) = (a.population(target), b.population(target));
        if in_a.is_empty() && in_b.is_empty() {
            continue;
        }
        if of_a != of_b {
            let words = (of_a.word().to_owned(), of_b.word().to_owned());
            differs.push(Differs { field: format!("targets.{target}.population"), a: Some(words.0), b: Some(words.1) });
        }
        if withheld.is_none() {
            let measures = COMPARED.iter().filter_map(|m| {
                let floor = noise.floor(target, of_a, m.word);
                Some((m.word, compare(&m.values(&in_a), &m.values(&in_b), m.better, floor)?))
            });
            targets.push(TargetDifference { target, population: of_a, measures: measures.collect() });
        }
    }
    Against { b: b.shown(), differs, withheld, noise_runs: noise.runs.clone(), targets }
}

impl Whole {
    pub fn fingerprint(&self) -> String {
        facts::fingerprint(&self.header)
    }

    /// Whether others may be held against it.
    ///
    /// # Errors
    /// It is void, did not finish, or its exchanges are gone.
    pub fn as_baseline(&self) -> Result<(), CompareError> {
        self.ready(false)
    }

    fn ready(&self, force: bool) -> Result<(), CompareError> {
        let run = self.header.run;
        match self.objection() {
            _ if self.gone => Err(CompareError::Gone { run }),
            Some(why) if !force => Err(CompareError::NoBaseline { run, why }),
            _ => Ok(()),
        }
    }

    /// Why its figures must not be trusted.
    fn objection(&self) -> Option<String> {
        match (&self.verdict, self.state) {
            (Some(Verdict::Valid), RunState::Finished) => None,
            (Some(Verdict::Void(reasons)), _) => Some(format!("it is void: {}", reasons.join("; "))),
            (_, state) => Some(format!("it did not finish: it is {}", state.word())),
        }
    }

    /// The counted measures of a target, by the population rule of the summary.
    fn population(&self, target: Target) -> (Population, Vec<crate::measure::Measures>) {
        let timed: Vec<Timed<'_>> = self.records.iter().map(ExchangeRecord::timed).collect();
        let (which, exchanges) = population(target, &timed);
        (which, counted(&exchanges))
    }

    fn shown(&self) -> Compared {
        Compared {
            header: self.header.clone(),
            state: self.state,
            verdict: self.verdict.clone(),
            fingerprint: self.fingerprint(),
            runs: self.runs.clone(),
        }
    }
}

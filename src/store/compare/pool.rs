//! Runs in alternating blocks: each side's exchanges pooled, and the two held against each other.

use super::facts::{self, Differs};
use super::{CompareError, Comparison, Whole, figures};
use crate::events::{RunId, RunState};
use crate::measure::{Target, Verdict};
use crate::store::history::History;

/// The blocks of two sides that differ by engine alone.
#[derive(Debug, Clone, Default)]
pub struct Blocks {
    pub a: Vec<RunId>,
    pub b: Vec<RunId>,
    /// The engines that differ, as intended.
    pub engines: Vec<Target>,
}

impl History {
    /// Compares the two sides, each with the exchanges of all its blocks. Where one of the blocks must not be trusted, or
    /// the sides differ in more than the engines meant, that is told and no figure is.
    ///
    /// # Errors
    /// A run that is not known, not ended, or whose exchanges are gone.
    pub async fn compare_blocks(&self, blocks: &Blocks) -> Result<Comparison, CompareError> {
        let (a, b) = (self.pool(&blocks.a).await?, self.pool(&blocks.b).await?);
        let noise = self.noise(&a, &blocks.b).await?;
        let engines = blocks.engines.clone();
        let work = tokio::task::spawn_blocking(move || {
            let differs = facts::differences(&a.header, &b.header);
            let withheld = withheld(&a, &b, &differs, &engines);
            Comparison { a: a.shown(), others: vec![figures(&a, &b, &noise, differs, withheld)] }
        });
        work.await.map_err(|e| CompareError::Own(e.to_string()))
    }

    async fn pool(&self, runs: &[RunId]) -> Result<Whole, CompareError> {
        let mut wholes = Vec::with_capacity(runs.len());
        for run in runs {
            let whole = self.whole(*run).await?;
            if whole.gone {
                return Err(CompareError::Gone { run: *run });
            }
            wholes.push(whole);
        }
        pooled(wholes).ok_or(CompareError::TooFew { given: 0 })
    }
}

/// One of several: it finished if all did, and is valid if all are and differ in nothing but their seed. `None` of none.
fn pooled(wholes: Vec<Whole>) -> Option<Whole> {
    let reasons: Vec<String> = wholes.iter().filter_map(|w| trouble(&wholes[0], w)).collect();
    let unfinished = wholes.iter().map(|w| w.state).find(|s| *s != RunState::Finished);
    let mut wholes = wholes.into_iter();
    let mut pool = wholes.next()?;
    for whole in wholes {
        pool.runs.extend(whole.runs);
        pool.records.extend(whole.records);
    }
    pool.state = unfinished.unwrap_or(RunState::Finished);
    pool.verdict = Some(if reasons.is_empty() { Verdict::Valid } else { Verdict::Void(reasons) });
    Some(pool)
}

/// Why the block does not belong to the pool of its first one.
fn trouble(first: &Whole, block: &Whole) -> Option<String> {
    let run = block.header.run;
    let why = block.objection().or_else(|| {
        let differs = facts::differences(&first.header, &block.header);
        (!differs.is_empty()).then(|| format!("it differs from the first block in {}", fields(differs.iter())))
    });
    why.map(|why| format!("block {run}: {why}"))
}

/// Why the two sides say nothing of the engines meant.
fn withheld(a: &Whole, b: &Whole, differs: &[Differs], engines: &[Target]) -> Option<String> {
    // The pipeline is made of the engines, and tells so.
    let meant: Vec<String> =
        engines.iter().chain(&[Target::Pipeline]).map(|target| format!("engines.{target}.")).collect();
    let more: Vec<&Differs> = differs.iter().filter(|d| !meant.iter().any(|m| d.field.starts_with(m))).collect();
    let side = |name: &str, whole: &Whole| whole.objection().map(|why| format!("{name}: {why}"));
    let more_than_meant = || {
        let names = fields(more.iter().copied());
        (!more.is_empty()).then(|| format!("A and B differ in more than the engine: {names}"))
    };
    side("A", a).or_else(|| side("B", b)).or_else(more_than_meant)
}

fn fields<'a>(differs: impl Iterator<Item = &'a Differs>) -> String {
    differs.map(|d| d.field.as_str()).collect::<Vec<_>>().join(", ")
}

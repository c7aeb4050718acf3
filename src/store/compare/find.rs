//! From a text to a run: an id or its beginning, `latest`, `latest~1`, or a pinned name.

use super::{CompareError, OTHERS_MAX, Question, Whole, facts};
use crate::events::{RunHeader, RunId, RunState};
use crate::measure::Verdict;
use crate::store::baselines::Baseline;
use crate::store::history::History;
use crate::store::line::Head;
use crate::store::table;

/// Characters of an id from which its beginning may stand for it.
const PREFIX: usize = 8;

impl History {
    /// A and the others. The others are found first: a pinned name means the pin that fits them.
    pub(super) async fn find_sides(&self, question: &Question) -> Result<(RunId, Vec<RunId>), CompareError> {
        let given = question.runs.len();
        let (a, others) = match (&question.baseline, question.runs.split_first()) {
            (Some(name), Some(_)) => (name, question.runs.as_slice()),
            (None, Some((a, others))) if !others.is_empty() => (a, others),
            _ => return Err(CompareError::TooFew { given }),
        };
        if others.len() > OTHERS_MAX {
            return Err(CompareError::TooMany { given: others.len(), most: OTHERS_MAX });
        }
        let mut found = Vec::with_capacity(others.len());
        for text in others {
            found.push(self.find_run(text, None).await?);
        }
        let first = self.head(found[0]).await?.0;
        Ok((self.find_run(a, Some(&first)).await?, found))
    }

    /// The run that a text names. `fitting`: a name that is pinned several times means the pin of this run's scenario and
    /// fingerprint, else the latest of its scenario.
    ///
    /// # Errors
    /// None, or several.
    pub async fn find_run(&self, text: &str, fitting: Option<&RunHeader>) -> Result<RunId, CompareError> {
        let text = text.trim();
        if let Some(back) = latest(text) {
            return self.latest(back).await?.ok_or_else(|| CompareError::Unknown {
                text: text.to_owned(),
                pinned: "the store holds fewer finished runs".to_owned(),
            });
        }
        let pins: Vec<Baseline> = self.pinned().await?.into_iter().filter(|b| b.name == text).collect();
        if !pins.is_empty() {
            return pinned(text, &pins, fitting);
        }
        let like_an_id = text.len() >= PREFIX && text.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
        let runs = if like_an_id { self.beginning_with(&text.to_ascii_lowercase()).await? } else { Vec::new() };
        match runs.as_slice() {
            [] => Err(self.unknown(text).await?),
            [run] => Ok(*run),
            several => Err(ambiguous(text, several.iter().map(ToString::to_string))),
        }
    }

    /// What to say of a text that names nothing.
    pub(in crate::store) async fn unknown(&self, text: &str) -> Result<CompareError, CompareError> {
        let mut names: Vec<String> = self.pinned().await?.into_iter().map(|b| b.name).collect();
        names.dedup();
        let pinned = if names.is_empty() { "none is pinned".to_owned() } else { names.join(", ") };
        Ok(CompareError::Unknown { text: text.to_owned(), pinned })
    }

    /// The run with every exchange.
    ///
    /// # Errors
    /// It has not ended, or its record cannot be read.
    pub async fn whole(&self, run: RunId) -> Result<Whole, CompareError> {
        let (header, state, verdict, measured) = self.head(run).await?;
        if !state.is_final() {
            return Err(CompareError::NotEnded { run, state: state.word().to_owned() });
        }
        let records = self.records(run).await?;
        Ok(Whole { runs: vec![run], header, state, verdict, gone: records.is_empty() && measured, records })
    }

    /// What the run's record says of it, and whether it has targets.
    async fn head(&self, run: RunId) -> Result<(RunHeader, RunState, Option<Verdict>, bool), CompareError> {
        let text = self.run_json(run).await?.ok_or_else(|| CompareError::Unknown {
            text: run.to_string(),
            pinned: "the run is pinned and no longer in the store".to_owned(),
        })?;
        let unreadable = || CompareError::Unreadable { run };
        let header = Head::parse(&text).ok_or_else(unreadable)?;
        let head: Head = serde_json::from_str(&text).map_err(|_| unreadable())?;
        let state = RunState::parse(&head.state).ok_or_else(unreadable)?;
        let verdict = head.verdict.map(|v| if v.state == "valid" { Verdict::Valid } else { Verdict::Void(v.reasons) });
        let value: serde_json::Value = serde_json::from_str(&text).map_err(|_| unreadable())?;
        let measured = value["targets"].as_object().is_some_and(|t| !t.is_empty());
        Ok((header, state, verdict, measured))
    }

    async fn latest(&self, back: u32) -> Result<Option<RunId>, CompareError> {
        let mut db = self.connection().await?;
        Ok(table::run::finished(&mut db, back).await.map_err(|e| self.error(e))?)
    }

    async fn beginning_with(&self, prefix: &str) -> Result<Vec<RunId>, CompareError> {
        let mut db = self.connection().await?;
        Ok(table::run::beginning_with(&mut db, prefix).await.map_err(|e| self.error(e))?)
    }
}

/// `latest` is 0, `latest~2` is 2.
fn latest(text: &str) -> Option<u32> {
    match text.strip_prefix("latest")? {
        "" => Some(0),
        more => more.strip_prefix('~')?.parse().ok(),
    }
}

fn pinned(name: &str, pins: &[Baseline], fitting: Option<&RunHeader>) -> Result<RunId, CompareError> {
    let fits = fitting.map(|h| (h.scenario.name.clone(), facts::fingerprint(h)));
    let exact = pins.iter().find(|b| fits.as_ref().is_some_and(|(s, f)| b.scenario == *s && b.fingerprint == *f));
    let of_scenario = pins.iter().find(|b| fits.as_ref().is_some_and(|(s, _)| b.scenario == *s));
    match (exact.or(of_scenario), pins) {
        (Some(pin), _) | (None, [pin]) => Ok(pin.run),
        (None, several) => Err(ambiguous(name, several.iter().map(|b| format!("{} of {}", b.run, b.scenario)))),
    }
}

fn ambiguous(text: &str, runs: impl Iterator<Item = String>) -> CompareError {
    CompareError::Ambiguous { text: text.to_owned(), runs: runs.collect::<Vec<_>>().join(", ") }
}

//! A run's thresholds: read when it is planned, watched while it measures, judged at its end.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use tokio_util::task::AbortOnDropHandle;

use crate::events::{LogLevel, RunState};
use crate::measure::{self, Findings, Judged, Target, TargetSummary, Threshold, Timed};
use crate::run::plan::Demands;
use crate::run::session::Session;
use crate::scenario::Problem;

/// Between two looks, at least.
const PERIOD: Duration = Duration::from_secs(1);
/// After a look at least this many times its own length passes: it may take 2 % of one core, however long the run.
const REST: u32 = 50;

/// Reads what the run must hold; `targets` are those that its scenario names.
pub(super) fn resolve(demands: &Demands, targets: &[Target]) -> Result<Vec<Threshold>, Vec<Problem>> {
    type Parse = fn(&str) -> Result<Threshold, String>;
    let lists: [(&str, &[String], Parse); 2] = [
        ("thresholds", &demands.thresholds, Threshold::parse),
        ("fail_if", &demands.fail_if, Threshold::parse_failing),
    ];
    let (mut thresholds, mut problems) = (Vec::new(), Vec::new());
    for (field, texts, parse) in lists {
        for (i, text) in texts.iter().enumerate() {
            match parse(text).and_then(|t| asked(t, targets)) {
                Ok(threshold) => thresholds.push(threshold),
                Err(message) => problems.push(Problem { field: format!("{field}[{i}]"), message }),
            }
        }
    }
    if problems.is_empty() { Ok(thresholds) } else { Err(problems) }
}

/// Reads what a scenario states of its own run.
///
/// # Errors
/// As one text of [`resolve`].
pub(super) fn stated(expression: &str, targets: &[Target]) -> Result<Threshold, String> {
    Threshold::parse(expression).and_then(|t| asked(t, targets))
}

/// Refuses a threshold on a target that the scenario can never ask.
fn asked(threshold: Threshold, targets: &[Target]) -> Result<Threshold, String> {
    match threshold.target() {
        Some(target) if !targets.contains(&target) => {
            let known: Vec<&str> = targets.iter().map(|t| t.word()).collect();
            Err(format!("`{threshold}`: the scenario does not ask `{target}`; it asks [{}]", known.join(", ")))
        }
        _ => Ok(threshold),
    }
}

/// What came of the thresholds. A run that did not finish decides none but the one that stopped it.
pub(super) fn judge(
    thresholds: &[Threshold],
    state: RunState,
    findings: Findings<'_>,
    aborted: Option<&Judged>,
) -> Vec<Judged> {
    let judge = |t: &Threshold| match aborted.filter(|a| a.expr == t.to_string()) {
        Some(broken) => broken.clone(),
        None if state == RunState::Finished => t.judge(&findings),
        None => t.undecided(&format!("the run did not finish: it is {}", state.word())),
    };
    thresholds.iter().map(judge).collect()
}

/// The reason of the run's end, for its log and its record.
pub(super) fn why_aborted(broken: &Judged) -> String {
    let value = broken.value.unwrap_or(f64::NAN);
    format!("the run was stopped: the threshold `{}` is broken, the value is {value:.3}", broken.expr)
}

/// Looks at the thresholds while the run measures, and cancels it when one is broken. Does nothing unless asked to.
pub(super) struct Watch {
    /// Set once: by the watch, or to nothing when it is stopped.
    broken: Arc<OnceLock<Option<Judged>>>,
    _task: Option<AbortOnDropHandle<()>>,
}

impl Watch {
    pub(super) fn start(session: Arc<Session>) -> Watch {
        let broken = Arc::new(OnceLock::new());
        let wanted = session.plan.abort_on_fail;
        let task = wanted.then(|| session.tasks.spawn(watch(session.clone(), broken.clone())));
        Watch { broken, _task: task.map(AbortOnDropHandle::new) }
    }

    /// The threshold that stopped the run.
    pub(super) fn stop(self) -> Option<Judged> {
        self.broken.get_or_init(|| None).clone()
    }
}

async fn watch(session: Arc<Session>, broken: Arc<OnceLock<Option<Judged>>>) {
    let mut pause = PERIOD;
    let mut seen = 0;
    loop {
        tokio::time::sleep(pause).await;
        let records = session.records();
        if records.len() == seen {
            continue;
        }
        seen = records.len();
        let (thresholds, since) = (session.thresholds(), Instant::now());
        let look = tokio::task::spawn_blocking(move || {
            let timed: Vec<Timed<'_>> = records.iter().map(|r| r.timed()).collect();
            first_broken(&thresholds, &timed)
        });
        if let Ok(Some(judged)) = look.await {
            let why = why_aborted(&judged);
            if broken.set(Some(judged)).is_ok() {
                session.say(LogLevel::Warn, why);
                session.cancel.cancel();
            }
            return;
        }
        pause = PERIOD.max(since.elapsed() * REST);
    }
}

fn first_broken(thresholds: &[Threshold], timed: &[Timed<'_>]) -> Option<Judged> {
    let targets: Vec<TargetSummary> = Target::ALL
        .into_iter()
        .filter(|t| timed.iter().any(|e| e.target == *t))
        .map(|t| measure::summarise_so_far(t, timed))
        .collect();
    let findings = Findings { targets: &targets, ..Findings::default() };
    thresholds.iter().find_map(|t| t.broken_so_far(&findings))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Outcome;

    fn demands(thresholds: &[&str], fail_if: &[&str]) -> Demands {
        let owned = |texts: &[&str]| texts.iter().map(|t| (*t).to_owned()).collect();
        Demands { thresholds: owned(thresholds), fail_if: owned(fail_if), ..Demands::default() }
    }

    #[test]
    fn every_bad_threshold_is_told_at_once_by_its_place() {
        let bad = demands(&["ttft.p95 < 4", "failed < 1", "pipeline.ttft_ms.p95 < 4"], &["nonsense"]);
        let problems = resolve(&bad, &[Target::Main]).expect_err("three problems");
        let fields: Vec<&str> = problems.iter().map(|p| p.field.as_str()).collect();
        assert_eq!(fields, ["thresholds[0]", "thresholds[2]", "fail_if[0]"]);
        assert!(problems[1].message.contains("does not ask `pipeline`"), "{}", problems[1].message);
    }

    #[test]
    fn what_must_not_be_is_turned_into_what_must_hold() {
        let read = resolve(&demands(&["failed < 1"], &["ttft_ms.p95 >= 400"]), &[Target::Main]).expect("fine");
        let texts: Vec<String> = read.iter().map(Threshold::to_string).collect();
        assert_eq!(texts, ["failed < 1", "ttft_ms.p95 < 400"]);
    }

    #[test]
    fn a_run_that_did_not_finish_decides_nothing_but_what_stopped_it() {
        let thresholds = resolve(&demands(&["failed < 1", "ttft_ms.p50 < 9"], &[]), &[Target::Main]).expect("fine");
        let broken = Judged { value: Some(2.0), outcome: Outcome::Broken, reason: None, ..thresholds[0].undecided("") };
        let judged = judge(&thresholds, RunState::Cancelled, Findings::default(), Some(&broken));
        assert_eq!(judged.iter().map(|j| j.outcome).collect::<Vec<_>>(), [Outcome::Broken, Outcome::NotDecidable]);
        let failed = judge(&thresholds, RunState::Failed, Findings::default(), None);
        assert!(failed.iter().all(|j| j.outcome == Outcome::NotDecidable));
    }
}

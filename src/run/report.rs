//! From what was seen to the run's report: summaries, GPU, interference, verdict, reasons for what is missing.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::events::{
    ClientSummary, EngineFacts, EngineIdentity, ExchangeRecord, RunFailure, RunHeader, RunReport, RunState,
};
use crate::measure::{self, GpuSummary, InPhase, Target, Timed, Trace};
use crate::run::card;
use crate::run::evidence::{Evidence, Kept, Observed};
use crate::run::reasons::{how_failed, reasons};
use crate::run::thresholds;

/// Computes everything. The heavy part runs off the runtime.
pub(super) async fn compose(evidence: Arc<Evidence>) -> RunReport {
    let spare = evidence.header.clone();
    let work = tokio::task::spawn_blocking(move || composed(&evidence));
    work.await.unwrap_or_else(|e| not_composed(spare, &e.to_string()))
}

/// The one place where a report is made: of a live run, and of a replayed one.
pub(super) fn composed(evidence: &Evidence) -> RunReport {
    let Evidence { header, failure, kept, seen } = evidence;
    let records = &kept.records;
    let timed: Vec<Timed<'_>> = records.iter().map(|r| r.timed()).collect();
    let targets: Vec<_> = Target::ALL
        .into_iter()
        .filter(|t| records.iter().any(|r| r.target == *t))
        .map(|t| measure::summarise(t, &timed))
        .collect();
    let phased: Vec<InPhase<'_>> = records.iter().map(|r| r.in_phase()).collect();
    let phases = measure::phases(&phased, &seen.recorded.samples, seen.period());
    let gpu = card::summary(seen, records, &phases);
    let facts = verdict_ground(kept, &gpu, seen);
    let state = super::supervisor::end_state(failure.is_some(), seen.cancelled);
    let verdict = (state == RunState::Finished).then(|| measure::verdict(&facts));
    let mut reasons_for_null = reasons(seen, &gpu, &targets, records);
    reasons_for_null.extend(seen.aborted.iter().map(|j| ("verdict".to_owned(), thresholds::why_aborted(j))));
    let answers = records.iter().filter(|r| !r.warm_up).filter_map(|r| r.answer.as_ref());
    let pipeline = measure::summarise_pipeline(answers);
    let findings = measure::Findings { targets: &targets, pipeline: pipeline.as_ref(), gpu: gpu.as_ref() };
    let thresholds = thresholds::judge(&kept.thresholds, state, findings, seen.aborted.as_ref());
    RunReport {
        duration: seen.duration,
        state,
        verdict,
        failure: failure.clone().filter(|_| state == RunState::Failed),
        pipeline,
        loads: kept.loads.clone(),
        phases,
        interference: measure::interference(&timed),
        drift: measure::drift(&phased, &seen.recorded.samples),
        client: client(records, seen),
        metrics: kept.metrics.clone(),
        marks: kept.marks.clone(),
        counters: kept.counters.clone(),
        thresholds,
        targets,
        gpu,
        reasons_for_null,
        header: header.clone(),
    }
}

/// Our own defect in the summary must not lose the run: its exchanges are stored already.
fn not_composed(header: RunHeader, why: &str) -> RunReport {
    let failure = RunFailure { class: "host".into(), message: format!("the summary failed: {why}"), backtrace: None };
    RunReport::without_figures(header, RunState::Failed, Some(failure))
}

fn verdict_ground(kept: &Kept, gpu: &Option<GpuSummary>, seen: &Observed) -> measure::Ground {
    let measured = || kept.records.iter().filter(|r| !r.warm_up);
    measure::Ground {
        foreign_gpu_processes: seen.foreign.clone(),
        throttled: gpu
            .as_ref()
            .map(|g| g.throttle_reasons.iter().map(ToString::to_string).collect())
            .unwrap_or_default(),
        ledger_disagreements: measured().filter(|r| r.measures.disagreement.is_some()).count() as u32,
        warm_where_cold: kept.warm_where_cold,
        prompt_length_missed: measured().filter(|r| prompt_length_missed(&r.trace)).count() as u32,
        exact_length_missed: kept.exact_length_missed,
        cpu_spill: spilled(&seen.before, &seen.after),
        shed: kept.loads.iter().map(|l| l.shed).sum(),
        failed: measured().filter(|r| failed(r)).count() as u32,
        failed_how: how_failed(measured().map(|r| &r.trace.ending)).unwrap_or_default(),
        counted: measured().filter(|r| r.trace.ending.counts()).count() as u32,
        lag_p99_us: seen.lag.p99_us,
        lag_limit_us: seen.lag_limit_us,
        engine_changed: changed(&seen.before, &seen.after),
        by_scenario: kept.void.clone(),
    }
}

fn failed(r: &ExchangeRecord) -> bool {
    !r.trace.ending.counts() && r.trace.ending != measure::Ending::Cancelled
}

/// The engine counted another prompt than the one that was made to length.
fn prompt_length_missed(trace: &Trace) -> bool {
    let told = trace.prompt.asked.zip(trace.prompt.total);
    trace.ending.counts() && told.is_some_and(|(asked, total)| asked != total)
}

/// Roles that keep a part of their model in CPU memory, at the start or at the end: one that loads its model for the run
/// has none to speak of before.
fn spilled(before: &[EngineFacts], after: &[EngineFacts]) -> Vec<String> {
    let spills = |e: &&EngineFacts| e.identity.as_ref().and_then(|i| i.cpu_spill_bytes).is_some_and(|bytes| bytes > 0);
    let roles: BTreeSet<Target> = before.iter().chain(after).filter(spills).map(|e| e.role).collect();
    roles.into_iter().map(|role| role.to_string()).collect()
}

/// Roles whose answers about themselves differ. An engine that could not be asked at the end has changed too.
fn changed(before: &[EngineFacts], after: &[EngineFacts]) -> Vec<String> {
    let is_same = |b: &EngineFacts| {
        let a = after.iter().find(|a| a.role == b.role).and_then(|a| a.identity.as_ref());
        b.identity.as_ref().zip(a).is_some_and(|(b, a)| same(b, a))
    };
    before.iter().filter(|b| b.identity.is_some() && !is_same(b)).map(|b| b.role.to_string()).collect()
}

/// Nothing that was told twice differs. What was told once only is no change: an engine says more of a model that is
/// loaded.
fn same(a: &EngineIdentity, b: &EngineIdentity) -> bool {
    agree(&a.model, &b.model)
        && agree(&a.build, &b.build)
        && agree(&a.digest, &b.digest)
        && agree(&a.quantisation, &b.quantisation)
        && agree(&a.context_tokens, &b.context_tokens)
        && agree(&a.parameters, &b.parameters)
}

fn agree<T: PartialEq>(a: &Option<T>, b: &Option<T>) -> bool {
    a.is_none() || b.is_none() || a == b
}

fn client(records: &[Arc<ExchangeRecord>], seen: &Observed) -> ClientSummary {
    let chunks: u64 = records.iter().map(|r| u64::from(r.measures.chunks)).sum();
    let coalesced: u64 = records.iter().map(|r| u64::from(r.measures.coalesced)).sum();
    ClientSummary {
        scheduler_lag_p99_us: seen.lag.p99_us,
        scheduler_lag_max_us: seen.lag.max_us,
        coalesced: (chunks > 0).then(|| coalesced as f64 / chunks as f64),
        cpu_us_per_chunk: (chunks > 0).then(|| seen.cpu.as_secs_f64() * 1e6 / chunks as f64),
        store_wait_max_ms: measure::ms(seen.store_wait),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::measure::{Chunk, ChunkKind, Ending};

    fn engine(change: impl FnOnce(&mut EngineIdentity)) -> Vec<EngineFacts> {
        let mut identity = EngineIdentity { model: Some("a".into()), ..EngineIdentity::default() };
        change(&mut identity);
        vec![EngineFacts {
            role: Target::Main,
            dialect: "ollama".into(),
            base_url: "http://127.0.0.1:11434".into(),
            simulated: false,
            identity: Some(identity),
            problem: None,
        }]
    }

    #[test]
    fn an_engine_that_loads_its_model_during_the_run_has_not_changed() {
        assert_eq!(changed(&engine(|_| {}), &engine(|i| i.context_tokens = Some(4_096))), Vec::<String>::new());
    }

    #[test]
    fn another_file_under_the_same_name_is_a_change() {
        let digest = |d: &str| engine(|i| i.digest = Some(d.into()));
        assert_eq!(changed(&digest("aa"), &digest("bb")), ["main"]);
        let mut gone = digest("aa");
        gone[0].identity = None;
        assert_eq!(changed(&digest("aa"), &gone), ["main"]);
    }

    #[test]
    fn a_model_that_spills_once_it_is_loaded_is_seen() {
        assert_eq!(spilled(&engine(|_| {}), &engine(|i| i.cpu_spill_bytes = Some(1))), ["main"]);
        assert_eq!(spilled(&engine(|_| {}), &engine(|i| i.cpu_spill_bytes = Some(0))), Vec::<String>::new());
    }

    #[test]
    fn a_prompt_that_the_engine_counts_otherwise_is_missed() {
        let mut trace = Trace::of_nothing(Ending::Length, Duration::ZERO);
        trace.chunks = vec![Chunk { offset: Duration::ZERO, kind: ChunkKind::Answer, tokens: None, coalesced: false }];
        trace.prompt.asked = Some(512);
        assert!(!prompt_length_missed(&trace), "an engine that tells nothing is not held to it");
        trace.prompt.total = Some(512);
        assert!(!prompt_length_missed(&trace));
        trace.prompt.total = Some(511);
        assert!(prompt_length_missed(&trace));
    }
}

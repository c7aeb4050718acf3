//! From what was seen to the run's report: summaries, GPU, interference, verdict, reasons for what is missing.

use std::sync::Arc;
use std::time::Duration;

use crate::events::{ClientSummary, EngineFacts, ExchangeRecord, RunFailure, RunHeader, RunReport, RunState};
use crate::gpu::{GpuState, Recorded};
use crate::measure::{self, GpuSample, GpuSummary, Judged, Target, Timed};
use crate::run::gpu_share;
use crate::run::ground::Ground;
use crate::run::lag::Lag;
use crate::run::session::Session;
use crate::run::thresholds;

/// What was seen around the run, beside its exchanges.
pub(super) struct Observed {
    pub before: Vec<EngineFacts>,
    pub after: Vec<EngineFacts>,
    /// Processes on the GPU that are none of the engines.
    pub foreign: Vec<String>,
    /// The GPU over the run, on the run's clock.
    pub recorded: Recorded,
    pub lag: Lag,
    /// CPU time of this process over the run.
    pub cpu: Duration,
    pub cancelled: bool,
    /// The threshold that ended the run early.
    pub aborted: Option<Judged>,
}

/// Computes everything. The heavy part runs off the runtime.
pub(super) async fn compose(
    ground: &Arc<Ground>,
    session: &Arc<Session>,
    header: RunHeader,
    failure: Option<RunFailure>,
    seen: Observed,
) -> RunReport {
    let (ground, session) = (ground.clone(), session.clone());
    let spare = header.clone();
    let work = tokio::task::spawn_blocking(move || composed(&ground, &session, header, failure, seen));
    work.await.unwrap_or_else(|e| not_composed(spare, &e.to_string()))
}

fn composed(
    ground: &Ground,
    session: &Session,
    header: RunHeader,
    failure: Option<RunFailure>,
    seen: Observed,
) -> RunReport {
    let records = session.records();
    let timed: Vec<Timed<'_>> = records.iter().map(|r| r.timed()).collect();
    let targets: Vec<_> = Target::ALL
        .into_iter()
        .filter(|t| records.iter().any(|r| r.target == *t))
        .map(|t| measure::summarise(t, &timed))
        .collect();
    let gpu = gpu_summary(ground, &timed, &seen.recorded.samples);
    let facts = verdict_ground(ground, session, &records, &gpu, &seen);
    let state = super::supervisor::end_state(failure.is_some(), seen.cancelled);
    let verdict = (state == RunState::Finished).then(|| measure::verdict(&facts));
    let mut reasons_for_null = reasons(ground, &gpu, &targets, &records, &seen.recorded);
    reasons_for_null.extend(seen.aborted.iter().map(|j| ("verdict".to_owned(), thresholds::why_aborted(j))));
    let answers = records.iter().filter(|r| !r.warm_up).filter_map(|r| r.answer.as_ref());
    let pipeline = measure::summarise_pipeline(answers);
    let findings = measure::Findings { targets: &targets, pipeline: pipeline.as_ref(), gpu: gpu.as_ref() };
    let thresholds = thresholds::judge(&session.plan.thresholds, state, findings, seen.aborted.as_ref());
    RunReport {
        duration: session.elapsed_since_origin(),
        state,
        verdict,
        failure: failure.filter(|_| state == RunState::Failed),
        pipeline,
        interference: measure::interference(&timed),
        client: client(session, &records, &seen),
        metrics: session.metrics(),
        thresholds,
        targets,
        gpu,
        reasons_for_null,
        header,
    }
}

/// Our own defect in the summary must not lose the run: its exchanges are stored already.
fn not_composed(header: RunHeader, why: &str) -> RunReport {
    let failure = RunFailure { class: "host".into(), message: format!("the summary failed: {why}"), backtrace: None };
    RunReport::without_figures(header, RunState::Failed, Some(failure))
}

/// The window: from the first measured send to the last end.
fn gpu_summary(ground: &Ground, timed: &[Timed<'_>], samples: &[GpuSample]) -> Option<GpuSummary> {
    if samples.is_empty() {
        return None;
    }
    let counted = || timed.iter().filter(|t| t.counts());
    let (from, to) = (counted().map(|t| t.sent).min()?, counted().map(Timed::end).max()?);
    let tokens = counted().flat_map(|t| {
        let n = measure::ledger_of(t.trace).primary().map_or(0, |(_, n)| n);
        let each = f64::from(n) / t.trace.chunks.len().max(1) as f64;
        t.trace.chunks.iter().map(move |c| (t.sent + c.offset, c.tokens.map_or(each, f64::from)))
    });
    let period = Duration::from_secs_f64(1.0 / ground.gpu_rate_hz);
    let mut summary = measure::summarise_gpu(samples, tokens, from, to, period);
    for role in &ground.engines.roles {
        let vram = gpu_share::engine_vram(&role.client, samples, summary.peak_at, period);
        if let Err(why) = &vram {
            summary.reasons_for_null.push((engine_field(role.target), why.clone()));
        }
        summary.engines.push((role.target, vram.ok()));
    }
    Some(summary)
}

fn engine_field(role: Target) -> &'static str {
    if role == Target::Main { "engine_vram_at_peak_bytes.main" } else { "engine_vram_at_peak_bytes.mini" }
}

fn verdict_ground(
    ground: &Ground,
    session: &Session,
    records: &[Arc<ExchangeRecord>],
    gpu: &Option<GpuSummary>,
    seen: &Observed,
) -> measure::Ground {
    let measured = || records.iter().filter(|r| !r.warm_up);
    let spilled =
        seen.before.iter().filter(|e| e.identity.as_ref().is_some_and(|i| i.cpu_spill_bytes.is_some_and(|b| b > 0)));
    measure::Ground {
        foreign_gpu_processes: seen.foreign.clone(),
        throttled: gpu
            .as_ref()
            .map(|g| g.throttle_reasons.iter().map(ToString::to_string).collect())
            .unwrap_or_default(),
        ledger_disagreements: measured().filter(|r| r.measures.disagreement.is_some()).count() as u32,
        warm_where_cold: session.warm_where_cold(),
        cpu_spill: spilled.map(|e| e.role.to_string()).collect(),
        shed: session.shed(),
        failed: measured().filter(|r| failed(r)).count() as u32,
        counted: measured().filter(|r| r.trace.ending.counts()).count() as u32,
        lag_p99_us: seen.lag.p99_us,
        lag_limit_us: ground.lag_limit_us,
        engine_changed: changed(&seen.before, &seen.after),
        by_scenario: session.void_reasons(),
    }
}

fn failed(r: &ExchangeRecord) -> bool {
    !r.trace.ending.counts() && r.trace.ending != measure::Ending::Cancelled
}

/// Roles whose answers about themselves differ. An engine that could not be asked at the end has changed too.
fn changed(before: &[EngineFacts], after: &[EngineFacts]) -> Vec<String> {
    let key = |e: &EngineFacts| {
        e.identity
            .as_ref()
            .map(|i| (i.model.clone(), i.build.clone(), i.quantisation.clone(), i.context_tokens, i.parameters))
    };
    before
        .iter()
        .filter(|b| b.identity.is_some())
        .filter(|b| after.iter().find(|a| a.role == b.role).map(key) != Some(key(b)))
        .map(|b| b.role.to_string())
        .collect()
}

fn client(session: &Session, records: &[Arc<ExchangeRecord>], seen: &Observed) -> ClientSummary {
    let chunks: u64 = records.iter().map(|r| u64::from(r.measures.chunks)).sum();
    let coalesced: u64 = records.iter().map(|r| u64::from(r.measures.coalesced)).sum();
    ClientSummary {
        scheduler_lag_p99_us: seen.lag.p99_us,
        scheduler_lag_max_us: seen.lag.max_us,
        coalesced: (chunks > 0).then(|| coalesced as f64 / chunks as f64),
        cpu_us_per_chunk: (chunks > 0).then(|| seen.cpu.as_secs_f64() * 1e6 / chunks as f64),
        store_wait_max_ms: measure::ms(session.store_wait()),
    }
}

/// Why a field is null, for the fields that a reader will look for.
fn reasons(
    ground: &Ground,
    gpu: &Option<GpuSummary>,
    targets: &[measure::TargetSummary],
    records: &[Arc<ExchangeRecord>],
    recorded: &Recorded,
) -> Vec<(String, String)> {
    let mut out = Vec::new();
    if recorded.dropped > 0 {
        out.push((
            "gpu.samples".to_owned(),
            format!("{} samples came after the bound and were not kept", recorded.dropped),
        ));
    }
    out.extend(recorded.gaps.iter().take(8).map(|g| (format!("gpu.samples[{}]", g.device), g.reason.clone())));
    match (ground.sampler.state(), gpu) {
        (GpuState::Absent { reason, .. }, _) => out.push(("gpu".to_owned(), reason)),
        (_, None) => out.push(("gpu".to_owned(), "no exchange was measured".to_owned())),
        (_, Some(g)) => out.extend(g.reasons_for_null.iter().map(|(k, why)| (format!("gpu.{k}"), why.clone()))),
    }
    for t in targets {
        let counted = t.counts.complete + t.counts.length;
        let word = t.target.word();
        if counted == 0 {
            let why = records.iter().find_map(|r| r.trace.ending.detail().filter(|_| r.target == t.target));
            out.push((format!("targets.{word}"), why.unwrap_or_else(|| "no exchange was measured".into())));
        } else if t.tokens_per_second.is_none() {
            let why = "no answer had a token after its first chunk, over a time above zero";
            out.push((format!("targets.{word}.tokens_per_second"), why.into()));
        }
        if counted > 0 && t.prefill_tokens_per_second.is_none() {
            out.push((format!("targets.{word}.prefill_tokens_per_second"), "the engine told no prompt tokens".into()));
        }
    }
    out
}

//! The story of one run, on one screen.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use crate::events::{Bus, EngineFacts, RunEvent, RunFailure, RunHeader, RunId, RunReport, RunState, WallTime};
use crate::gpu::Recorded;
use crate::measure::{GpuSample, Target};
use crate::run::evidence::{Evidence, Observed, OnCard};
use crate::run::gpu_share;
use crate::run::ground::{self, Ground, Role};
use crate::run::guest::Guest;
use crate::run::lag::LagMonitor;
use crate::run::machine;
use crate::run::plan::RunPlan;
use crate::run::precision;
use crate::run::pulse::Pulses;
use crate::run::report;
use crate::run::session::Session;
use crate::run::supervisor::Stop;
use crate::run::thresholds::Watch;
use crate::run::transcript::{Recorder, Tape};
use crate::scenario::{self, Invocation, RunClass, RunError, ScenarioHost};

/// The GPU is sampled this long after the last exchange, so that the peak has samples on both sides.
const SETTLE: Duration = Duration::from_millis(150);

/// Runs the plan from check to verdict. Returns when the report is stored, or is known not to be for now.
pub(super) async fn execute(
    ground: &Arc<Ground>,
    run: RunId,
    plan: RunPlan,
    Stop { cancel, kill }: Stop,
) -> Arc<RunReport> {
    let bus = &ground.bus;
    let state = |state| bus.publish(RunEvent::State { run, state });

    state(RunState::Preparing).await;
    let before = look(ground, &plan).await;
    let ours = ground.engines.roles.iter().chain(&ground.idle.roles);
    let foreign = gpu_share::foreign(&ground.sampler, ours.map(|r| &*r.client));
    let header = header(ground, run, &plan, before.clone());
    bus.publish(RunEvent::Started(Arc::new(header.clone()))).await;

    let session = Arc::new(Session::new(ground.clone(), run, &plan, &before, cancel.clone()));
    let window = ground.sampler.open_window(ground.gpu_rate_hz);
    let lag = LagMonitor::start(ground.streams.clone());
    let cpu_before = cpu_time();
    let pulse = Pulses::start(session.clone());
    let watch = Watch::start(session.clone());
    let outbox = session.start_outbox();

    let tape = tape(ground, &session);
    let hopeless = nothing_to_ask(&plan, &before);
    let began = hopeless.is_none();
    let outcome = match hopeless {
        Some(failure) => Err(failure),
        None => {
            let guest = scenario::run(invocation(&plan, &session, &tape, ground, cancel.clone()));
            kill.run_until_cancelled(guest).await.map_or_else(|| Err(killed()), |ended| ended.map_err(failure))
        }
    };

    if outcome.is_ok() {
        precision::say_unused(&session);
    }
    pulse.stop();
    let aborted = watch.stop();
    drop(outbox);
    session.outbox.flush(bus).await;
    state(RunState::Settling).await;
    session.end().await;
    tokio::time::sleep(SETTLE).await;
    let lag = lag.map(LagMonitor::finish).unwrap_or_default();
    let recorded = on_run_clock(window.close(), session.origin(), ground.sampler.origin());
    let after = look(ground, &plan).await;
    let cpu = cpu_time().saturating_sub(cpu_before);

    let samples = recorded.samples.clone();
    let seen = Observed {
        before,
        after,
        foreign,
        gpu_state: ground.sampler.state(),
        gpu_rate_hz: ground.gpu_rate_hz,
        on_card: on_card(ground, &samples).await,
        recorded,
        lag,
        lag_limit_us: ground.lag_limit_us,
        cpu,
        store_wait: bus.take_longest_wait(),
        duration: session.elapsed_since_origin(),
        cancelled: cancel.is_cancelled(),
        aborted,
    };
    let evidence = Evidence { header, failure: outcome.err(), kept: session.kept_for_report(), seen };
    let evidence = Arc::new(evidence);
    let report = report::compose(evidence.clone()).await;
    bus.publish(RunEvent::Samples { run, samples: Arc::new(samples) }).await;
    let report = Arc::new(report);
    publish_end(bus, &report).await;
    if let Some(tape) = tape.filter(|_| began) {
        keep_transcript(ground, tape, plan, evidence).await;
    }
    tracing::info!(run.id = %run, scenario = %report.header.scenario.name, state = report.state.word(),
        duration_ms = report.duration.as_millis() as u64, "run ended");
    report
}

/// Watchers hear of the end once it is on the disk; where it is not, that is said.
pub(super) async fn publish_end(bus: &Bus, report: &Arc<RunReport>) {
    if !bus.publish_durably(RunEvent::Ended(report.clone())).await {
        let run = report.header.run;
        tracing::warn!(run.id = %run, "the run's record is not on disk yet, or not all of it; /api/health says why");
    }
}

/// The engines that the scenario may use, as they are now.
async fn look(ground: &Ground, plan: &RunPlan) -> Vec<EngineFacts> {
    let targets = plan.targets();
    let asks_pipeline = targets.contains(&Target::Pipeline);
    let wanted = |t: Target| targets.contains(&t) || asks_pipeline;
    let looked = ground.engines.look().await.into_iter().map(|s| s.facts);
    let mut facts: Vec<EngineFacts> = looked.filter(|f| wanted(f.role)).collect();
    if asks_pipeline && let Ok(Some(pipeline)) = ground.pipeline.get().await {
        facts.push(ground::pipeline_facts(&pipeline, &facts).await);
    }
    facts
}

fn header(ground: &Ground, run: RunId, plan: &RunPlan, engines: Vec<EngineFacts>) -> RunHeader {
    RunHeader {
        run,
        scenario: plan.pin(),
        params: plan.params(),
        seed: plan.seed,
        started_at: WallTime::now(),
        simulated: engines.iter().any(|e| e.simulated),
        engines,
        host: machine::host_facts(ground.sampler.describe()),
    }
}

/// A scenario whose engines are all gone is not started.
fn nothing_to_ask(plan: &RunPlan, engines: &[EngineFacts]) -> Option<RunFailure> {
    if plan.targets().is_empty() || engines.iter().any(|e| e.identity.is_some()) {
        return None;
    }
    let problems: Vec<&str> = engines.iter().filter_map(|e| e.problem.as_deref()).collect();
    let message = if problems.is_empty() {
        "none of the scenario's engines is configured; see `dualbench init`".to_owned()
    } else {
        problems.join("; ")
    };
    Some(RunFailure { class: "engine".into(), message, backtrace: None })
}

/// Where the guest's calls are noted; `None` where no transcript is kept.
fn tape(ground: &Ground, session: &Session) -> Option<Arc<Tape>> {
    let kept = &ground.transcripts;
    kept.are_kept().then(|| Arc::new(Tape::new(session.origin(), kept.run_bytes, kept.texts)))
}

fn invocation(
    plan: &RunPlan,
    session: &Arc<Session>,
    tape: &Option<Arc<Tape>>,
    ground: &Ground,
    cancel: CancellationToken,
) -> Invocation {
    let guest = Guest(session.clone());
    let host: Arc<dyn ScenarioHost> = match tape.clone() {
        Some(tape) => Arc::new(Recorder { guest, tape, user: 0 }),
        None => Arc::new(guest),
    };
    Invocation {
        module: plan.module.clone(),
        arguments: plan.arguments.clone(),
        host,
        limits: ground.limits.clone(),
        cancel,
        seed: u64::from(plan.seed),
    }
}

fn killed() -> RunFailure {
    let message = "the run was killed: its scenario was ended where it stood".to_owned();
    RunFailure { class: RunClass::Cancelled.word().to_owned(), message, backtrace: None }
}

pub(super) fn failure(error: RunError) -> RunFailure {
    RunFailure { class: error.class.word().to_owned(), backtrace: error.details(), message: error.message }
}

/// Whose memory the card's is, where it was sampled. Reads `/proc`.
async fn on_card(ground: &Arc<Ground>, samples: &[GpuSample]) -> Vec<OnCard> {
    if samples.is_empty() {
        return Vec::new();
    }
    let engines = ground.engines.clone();
    let look = move || {
        let one = |role: &Role| OnCard { target: role.target, pids: gpu_share::engine_pids(&role.client) };
        engines.roles.iter().map(one).collect()
    };
    tokio::task::spawn_blocking(look).await.unwrap_or_default()
}

/// The run's record is on the disk by now, and does not suffer from what goes wrong here.
async fn keep_transcript(ground: &Arc<Ground>, tape: Arc<Tape>, plan: RunPlan, evidence: Arc<Evidence>) {
    let (ground, run) = (ground.clone(), evidence.header.run);
    let keep = move || ground.transcripts.keep(&tape, &plan, &ground.limits, &evidence);
    let kept = tokio::task::spawn_blocking(keep).await.map_err(std::io::Error::other).flatten();
    if let Err(error) = kept {
        tracing::warn!(run.id = %run, %error, "the run's transcript could not be kept: it cannot be replayed");
    }
}

/// Samples are stamped on the sampler's clock; the run counts from its own origin.
fn on_run_clock(mut recorded: Recorded, run: Instant, sampler: Instant) -> Recorded {
    let shift = run.saturating_duration_since(sampler);
    recorded.samples.retain(|s| s.at >= shift);
    for s in &mut recorded.samples {
        s.at = s.at.saturating_sub(shift);
        s.done = s.done.saturating_sub(shift);
    }
    recorded
}

/// CPU time of this process.
fn cpu_time() -> Duration {
    let t = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(u64::try_from(t.tv_sec).unwrap_or(0), u32::try_from(t.tv_nsec).unwrap_or(0))
}

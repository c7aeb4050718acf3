//! What the engines are doing right now, for the eye: four times a second, from counters, never for a record.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio_util::task::AbortOnDropHandle;

use crate::engines::Stage;
use crate::events::{Activity, Pulse, RunEvent};
use crate::measure::Target;
use crate::run::session::Session;

/// Between two pulses.
const PERIOD: Duration = Duration::from_millis(250);

/// The task that tells the pulse.
pub(super) struct Pulses(AbortOnDropHandle<()>);

impl Pulses {
    pub(super) fn start(session: Arc<Session>) -> Pulses {
        Pulses(AbortOnDropHandle::new(session.tasks.spawn(beat(session.clone()))))
    }

    pub(super) fn stop(self) {
        drop(self.0);
    }
}

async fn beat(session: Arc<Session>) {
    let mut ticks = tokio::time::interval(PERIOD);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut seen: BTreeMap<u32, u64> = BTreeMap::new();
    let mut last = Instant::now();
    let mut told = BTreeMap::new();
    loop {
        ticks.tick().await;
        let span = last.elapsed();
        last = Instant::now();
        let pipeline = session.open().values().any(|o| o.target == Target::Pipeline).then_some(Target::Pipeline);
        let targets = [Target::Main, Target::Mini].into_iter().chain(pipeline);
        let pulses = targets.map(|t| pulse(&session, t, span, &mut seen)).collect();
        let latest = session.ground.sampler.latest();
        let shift = session.origin().saturating_duration_since(session.ground.sampler.origin());
        let gpu = latest.into_iter().filter(|s| s.at >= shift).map(|mut s| {
            s.at = s.at.saturating_sub(shift);
            s
        });
        let at = session.elapsed_since_origin();
        let counters = Some(session.counters()).filter(|now| *now != told);
        told = counters.clone().unwrap_or(told);
        session.ground.bus.show(RunEvent::Pulse { run: session.run, at, pulses, gpu: gpu.collect(), counters });
        let open = session.open();
        seen.retain(|id, _| open.contains_key(id));
    }
}

fn pulse(session: &Session, target: Target, span: Duration, seen: &mut BTreeMap<u32, u64>) -> Pulse {
    let mut activity = Activity::Idle;
    let (mut events, mut since_last_byte) = (0_u64, None::<Duration>);
    for (id, open) in session.open().iter().filter(|(_, o)| o.target == target) {
        let p = &open.progress;
        events += p.events().saturating_sub(seen.insert(*id, p.events()).unwrap_or(0));
        match p.stage() {
            // An answer of the pipeline that is under way while no engine streams for it.
            Stage::Done if target == Target::Pipeline && activity == Activity::Idle => activity = Activity::Retrieving,
            Stage::Done => {}
            Stage::Generating => activity = Activity::Generating,
            Stage::Connecting | Stage::Prefill if activity != Activity::Generating => activity = Activity::Prefill,
            Stage::Connecting | Stage::Prefill => {}
        }
        if p.stage() != Stage::Done {
            let since = p.since_last_byte();
            since_last_byte = since_last_byte.into_iter().chain(since).min();
        }
    }
    let rate = (events > 0 && !span.is_zero()).then(|| events as f64 / span.as_secs_f64());
    let activity = if rate.is_some() { Activity::Generating } else { activity };
    Pulse { target, activity, rate, since_last_byte }
}

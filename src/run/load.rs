//! The host-driven load: closed loops (users) and open loops (arrivals), several at the same time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rand::SeedableRng;
use tokio::task::JoinSet;

use crate::events::LogLevel;
use crate::measure::{AskedArrival, AskedLoad};
use crate::run::arrivals::Arrivals;
use crate::run::lane::{FAILURES_IN_A_ROW, Lane, Lanes, Stop};
use crate::run::session::{Asked, Session};
use crate::run::{load_bounds, plan, precision};
use crate::scenario::{Error, Load, OpenLoop, Pace, Spacing, StagedLoop, Until};

/// 2⁶⁴ over the golden ratio: spreads neighbouring numbers over all bits.
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// What one load brought: the indexes of its measured exchanges in the session, and shed arrivals.
pub(super) struct Driven {
    pub exchanges: Vec<u32>,
    pub shed: u32,
}

/// Runs the loads together: first their warm-ups, then the measured part.
///
/// # Errors
/// A load that makes no sense, by field.
pub(super) async fn drive(session: &Arc<Session>, loads: Vec<Load>, until: Until) -> Result<Vec<Driven>, Error> {
    load_bounds::check(&loads, until)?;
    load_bounds::room(session, &loads)?;
    let lanes = Arc::new(Lanes::new(loads, session.next_load()));
    if lanes.iter().any(|l| l.load.warm_up > 0) {
        session.warming();
        phase(session, &lanes, true, Instant::now(), None).await;
    }
    session.measuring();
    fault(&lanes)?;
    lanes.reset();
    let began = Instant::now();
    let stop = match until {
        Until::Repetitions(n) => Stop::Repetitions(n),
        Until::Seconds(s) => Stop::At(began + Duration::from_secs_f64(s)),
    };
    let named = session.phase();
    let mut exchanges = phase(session, &lanes, false, began, Some(stop)).await;
    let mut precisions = vec![None; lanes.len()];
    if let (Until::Repetitions(n), Some(repeat)) = (until, session.plan.repeat) {
        let known = precision::go_on(session, repeat, &lanes, (n, began), &mut exchanges).await;
        precisions = known.into_iter().map(Some).collect();
    }
    let driven: Vec<Driven> =
        lanes.iter().zip(exchanges).map(|(lane, exchanges)| Driven { exchanges, shed: lane.shed() }).collect();
    for ((lane, driven), precision) in lanes.iter().zip(&driven).zip(precisions) {
        let asked = asked(&named, &lane.load, driven.exchanges.len() as u32, driven.shed);
        session.add_load(AskedLoad { precision, ..asked });
    }
    fault(&lanes)?;
    Ok(driven)
}

/// For the record, beside what came of it.
pub(super) fn asked(phase: &str, load: &Load, started: u32, shed: u32) -> AskedLoad {
    let spacing = |spacing| match spacing {
        Spacing::Constant => "constant",
        Spacing::Poisson => "poisson",
    };
    let arrival = match &load.pace {
        Pace::Closed(concurrency) => AskedArrival::Closed { concurrency: *concurrency },
        Pace::Open(open) => AskedArrival::Open {
            rate_per_second: open.rate_per_second,
            spacing: spacing(open.spacing),
            max_open: open.max_open,
        },
        Pace::Staged(staged) => AskedArrival::Staged {
            from_per_second: staged.from_per_second,
            stages: staged.stages.iter().map(|s| (s.seconds, s.rate_per_second)).collect(),
            spacing: spacing(staged.spacing),
            max_open: staged.max_open,
        },
    };
    let (phase, target, requests) = (phase.to_owned(), plan::target(load.target), load.requests.len() as u32);
    AskedLoad { phase, target, requests, arrival, times: 1, started, shed, precision: None }
}

/// A request that cannot be sent is the guest's to know of, as with `start`.
fn fault(lanes: &Lanes) -> Result<(), Error> {
    lanes.iter().find_map(|lane| lane.fault()).map_or(Ok(()), |error| Err(error.clone()))
}

/// Drives every lane until the stop, or through its warm-up where there is none. Arrivals are planned from `began` on.
/// Gives each lane's exchanges.
pub(super) async fn phase(
    session: &Arc<Session>,
    lanes: &Arc<Lanes>,
    warm_up: bool,
    began: Instant,
    stop: Option<Stop>,
) -> Vec<Vec<u32>> {
    let mut tasks = JoinSet::new();
    for (index, lane) in lanes.iter().enumerate() {
        let stop = stop.unwrap_or(Stop::Repetitions(lane.load.warm_up));
        let users = match lane.load.pace {
            Pace::Closed(users) if warm_up => users.min(lane.load.warm_up),
            Pace::Closed(users) => users,
            Pace::Open(_) | Pace::Staged(_) => 1,
        };
        for _ in 0..users {
            let worker = Worker { session: session.clone(), lanes: lanes.clone(), index, warm_up, began, stop };
            tasks.spawn_on(async move { (worker.index, worker.work().await) }, session.streams());
        }
    }
    let mut exchanges = vec![Vec::new(); lanes.len()];
    while let Some(done) = tasks.join_next().await {
        match done {
            Ok((index, done)) => exchanges[index].extend(done),
            Err(e) => tracing::error!("a user of the load ended early: {e}"),
        }
    }
    exchanges
}

/// One user of a closed loop, or the source of an open one.
struct Worker {
    session: Arc<Session>,
    lanes: Arc<Lanes>,
    index: usize,
    warm_up: bool,
    began: Instant,
    stop: Stop,
}

impl Worker {
    async fn work(&self) -> Vec<u32> {
        match &self.lane().load.pace {
            Pace::Closed(_) => self.closed().await,
            Pace::Open(OpenLoop { rate_per_second, spacing, max_open }) => {
                let (from_per_second, spacing, max_open) = (*rate_per_second, *spacing, *max_open);
                self.open(StagedLoop { from_per_second, stages: Vec::new(), spacing, max_open }).await
            }
            Pace::Staged(staged) => self.open(staged.clone()).await,
        }
    }

    fn lane(&self) -> &Lane {
        self.lanes.lane(self.index)
    }

    async fn closed(&self) -> Vec<u32> {
        let mut done = Vec::new();
        while self.claim() {
            done.extend(self.exchange(None).await);
        }
        done
    }

    async fn open(&self, open: StagedLoop) -> Vec<u32> {
        let max_open = open.max_open as usize;
        let arrivals = Arrivals::new(open, rand::rngs::ChaCha8Rng::seed_from_u64(self.seed()));
        let mut running: JoinSet<Option<u32>> = JoinSet::new();
        let mut done = Vec::new();
        for arrival in arrivals {
            let planned = self.began + arrival;
            if !self.before_end(planned) || !self.claim() {
                break;
            }
            let waiting = tokio::time::sleep_until(planned.into());
            if self.session.cancel.run_until_cancelled(waiting).await.is_none() {
                break;
            }
            while let Some(ended) = running.try_join_next() {
                done.extend(ended.ok().flatten());
            }
            if running.len() >= max_open {
                self.lane().note_shed();
            } else {
                let one = Worker { session: self.session.clone(), lanes: self.lanes.clone(), ..*self };
                running.spawn(async move { one.exchange(Some(planned)).await });
            }
        }
        while let Some(ended) = running.join_next().await {
            done.extend(ended.ok().flatten());
        }
        done
    }

    fn claim(&self) -> bool {
        !self.session.is_stopping()
            && self.has_room()
            && self.lanes.claim(self.index, self.warm_up, self.stop, Instant::now())
    }

    /// Every load of a run draws arrivals of its own, and so does each lane, warm-up and further block of it.
    fn seed(&self) -> u64 {
        let block = match self.stop {
            Stop::More { repetitions, .. } => repetitions,
            Stop::Repetitions(_) | Stop::At(_) => 0,
        };
        let of = [self.session.seed(), self.lanes.number(), self.index as u32, u32::from(self.warm_up), block];
        of.iter().fold(0, |seed: u64, part| (seed ^ u64::from(*part)).wrapping_mul(GOLDEN).rotate_left(31))
    }

    /// A further block leaves exchanges to the loads that come.
    fn has_room(&self) -> bool {
        match self.stop {
            Stop::More { exchanges_most, .. } => self.session.exchanges().0 < exchanges_most,
            Stop::Repetitions(_) | Stop::At(_) => true,
        }
    }

    /// Whether an arrival planned for then still lies in the measured time.
    fn before_end(&self, planned: Instant) -> bool {
        match self.stop {
            Stop::At(end) | Stop::More { end, .. } => planned < end,
            Stop::Repetitions(_) => true,
        }
    }

    async fn exchange(&self, planned: Option<Instant>) -> Option<u32> {
        let lane = self.lane();
        let together = self.lanes.len() > 1;
        let asked = Asked { warm_up: self.warm_up, together, planned, follow: false };
        match self.session.one(&lane.load.target, lane.turn(), asked).await {
            Ok(record) => {
                lane.note_ended();
                self.session.step();
                self.note(!record.trace.ending.counts());
                Some(record.exchange)
            }
            Err(error) => {
                lane.note_fault(error);
                None
            }
        }
    }

    fn note(&self, failed: bool) {
        let lane = self.lane();
        if lane.note_outcome(failed) {
            let target = plan::target(lane.load.target);
            let message = format!("gave up on {target} after {FAILURES_IN_A_ROW} failures in a row");
            self.session.say(LogLevel::Error, message);
        }
    }
}

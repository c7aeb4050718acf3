//! The host-driven load: closed loops (users) and open loops (arrivals), several workloads at the same time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rand::{RngExt, SeedableRng};
use tokio::task::JoinSet;

use crate::events::LogLevel;
use crate::measure::{AskedArrival, AskedLoad};
use crate::run::lane::{FAILURES_IN_A_ROW, Lane, Lanes, Stop};
use crate::run::plan;
use crate::run::precision;
use crate::run::session::{Asked, Session};
use crate::scenario::{Arrival, Error, OpenLoop, Spacing, Until, Workload};

/// Users, and arrivals open at once, that one workload may ask for.
const MOST_USERS: u32 = 4_096;
/// Longest `seconds`.
const LONGEST_S: f64 = 86_400.0;
/// Slowest arrivals: one in a quarter of an hour.
const SLOWEST_PER_SECOND: f64 = 1e-3;
/// Workloads of one `measure`.
const MOST_WORKLOADS: usize = 64;
/// Warm-up exchanges of one workload.
const MOST_WARM_UP: u32 = 100_000;

/// What one workload brought: the indexes of its measured exchanges in the session, and shed arrivals.
pub(super) struct Driven {
    pub exchanges: Vec<u32>,
    pub shed: u32,
}

/// Runs the workloads together: first their warm-ups, then the measured part.
///
/// # Errors
/// A workload that makes no sense, by field.
pub(super) async fn drive(
    session: &Arc<Session>,
    workloads: Vec<Workload>,
    until: Until,
) -> Result<Vec<Driven>, Error> {
    check(&workloads, until)?;
    room(session, &workloads)?;
    let lanes = Arc::new(Lanes::new(workloads));
    if lanes.iter().any(|l| l.workload.warm_up > 0) {
        session.warming();
        phase(session, &lanes, true, None).await;
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
    let mut exchanges = phase(session, &lanes, false, Some(stop)).await;
    let mut precisions = vec![None; lanes.len()];
    if let (Until::Repetitions(n), Some(repeat)) = (until, session.plan.repeat) {
        let known = precision::go_on(session, repeat, &lanes, (n, began), &mut exchanges).await;
        precisions = known.into_iter().map(Some).collect();
    }
    let driven: Vec<Driven> =
        lanes.iter().zip(exchanges).map(|(lane, exchanges)| Driven { exchanges, shed: lane.shed() }).collect();
    for ((lane, driven), precision) in lanes.iter().zip(&driven).zip(precisions) {
        let asked = asked(&named, &lane.workload, driven.exchanges.len() as u32, driven.shed);
        session.add_load(AskedLoad { precision, ..asked });
    }
    fault(&lanes)?;
    Ok(driven)
}

/// For the record, beside what came of it.
pub(super) fn asked(phase: &str, workload: &Workload, started: u32, shed: u32) -> AskedLoad {
    let arrival = match workload.arrival {
        Arrival::Closed(concurrency) => AskedArrival::Closed { concurrency },
        Arrival::Open(open) => AskedArrival::Open {
            rate_per_second: open.rate_per_second,
            spacing: match open.spacing {
                Spacing::Constant => "constant",
                Spacing::Poisson => "poisson",
            },
            max_open: open.max_open,
        },
    };
    let target = plan::target(workload.target);
    AskedLoad { phase: phase.to_owned(), target, arrival, times: 1, started, shed, precision: None }
}

/// A request that cannot be sent is the guest's to know of, as with `start`.
fn fault(lanes: &Lanes) -> Result<(), Error> {
    lanes.iter().find_map(|lane| lane.fault()).map_or(Ok(()), |error| Err(error.clone()))
}

fn check(workloads: &[Workload], until: Until) -> Result<(), Error> {
    let invalid = |message: String| Err(Error::Invalid(message));
    if workloads.is_empty() || workloads.len() > MOST_WORKLOADS {
        return invalid(format!("workloads: {} were given; 1 to {MOST_WORKLOADS} are possible", workloads.len()));
    }
    match until {
        Until::Repetitions(0) => return invalid("until.repetitions: must be at least 1".into()),
        Until::Seconds(s) if !(s > 0.0 && s <= LONGEST_S) => {
            return invalid(format!("until.seconds: {s} is not above 0 and at most {LONGEST_S}"));
        }
        _ => {}
    }
    for (i, w) in workloads.iter().enumerate() {
        if w.warm_up > MOST_WARM_UP {
            return invalid(format!("workloads[{i}].warm-up: {}; at most {MOST_WARM_UP} is possible", w.warm_up));
        }
        match w.arrival {
            Arrival::Closed(n) if n == 0 || n > MOST_USERS => {
                return invalid(format!("workloads[{i}].arrival.closed: {n} users; 1 to {MOST_USERS} are possible"));
            }
            Arrival::Open(o) if !(SLOWEST_PER_SECOND..=10_000.0).contains(&o.rate_per_second) => {
                return invalid(format!(
                    "workloads[{i}].arrival.open.rate-per-second: {}; {SLOWEST_PER_SECOND} to 10000 are possible",
                    o.rate_per_second
                ));
            }
            Arrival::Open(o) if o.max_open == 0 || o.max_open > MOST_USERS => {
                return invalid(format!(
                    "workloads[{i}].arrival.open.max-open: {}; 1 to {MOST_USERS} are possible",
                    o.max_open
                ));
            }
            _ => {}
        }
    }
    Ok(())
}

/// All workloads together hold no more exchanges open than the guest may by itself.
fn room(session: &Session, workloads: &[Workload]) -> Result<(), Error> {
    let most = |w: &Workload| match w.arrival {
        Arrival::Closed(users) => u64::from(users),
        Arrival::Open(open) => u64::from(open.max_open),
    };
    let (asked, limit) = (workloads.iter().map(most).sum::<u64>(), session.ground.limits.open_exchanges);
    let held = session.open().len() as u64;
    if asked + held > u64::from(limit) {
        return Err(Error::Limit(format!(
            "{asked} exchanges at the same time beside {held} that are held; {limit} are allowed \
             (scenarios.open_exchanges)"
        )));
    }
    Ok(())
}

/// Drives every lane until the stop, or through its warm-up where there is none. Gives each lane's exchanges.
pub(super) async fn phase(
    session: &Arc<Session>,
    lanes: &Arc<Lanes>,
    warm_up: bool,
    stop: Option<Stop>,
) -> Vec<Vec<u32>> {
    let mut tasks = JoinSet::new();
    for (index, lane) in lanes.iter().enumerate() {
        let stop = stop.unwrap_or(Stop::Repetitions(lane.workload.warm_up));
        let users = match lane.workload.arrival {
            Arrival::Closed(users) if warm_up => users.min(lane.workload.warm_up),
            Arrival::Closed(users) => users,
            Arrival::Open(_) => 1,
        };
        for _ in 0..users {
            let worker = Worker { session: session.clone(), lanes: lanes.clone(), index, warm_up, stop };
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
    stop: Stop,
}

impl Worker {
    async fn work(&self) -> Vec<u32> {
        match self.lane().workload.arrival {
            Arrival::Closed(_) => self.closed().await,
            Arrival::Open(open) => self.open(open).await,
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

    async fn open(&self, open: OpenLoop) -> Vec<u32> {
        let seed = u64::from(self.session.seed()) ^ ((self.index as u64) << 32) ^ (self.block() << 40);
        let mut random = rand::rngs::ChaCha8Rng::seed_from_u64(seed);
        let mut running: JoinSet<Option<u32>> = JoinSet::new();
        let mut done = Vec::new();
        let mut planned = Instant::now();
        while self.before_end(planned) && self.claim() {
            let waiting = tokio::time::sleep_until(planned.into());
            if self.session.cancel.run_until_cancelled(waiting).await.is_none() {
                break;
            }
            while let Some(ended) = running.try_join_next() {
                done.extend(ended.ok().flatten());
            }
            if running.len() >= open.max_open as usize {
                self.lane().note_shed();
            } else {
                let one = Worker { session: self.session.clone(), lanes: self.lanes.clone(), ..*self };
                running.spawn(async move { one.exchange(Some(planned)).await });
            }
            planned += gap(open, &mut random);
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

    /// Tells the blocks of a load apart, so that each draws its own arrivals.
    fn block(&self) -> u64 {
        match self.stop {
            Stop::More { repetitions, .. } => u64::from(repetitions),
            Stop::Repetitions(_) | Stop::At(_) => 0,
        }
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
        match self.session.one(&lane.workload.target, &lane.workload.request, asked).await {
            Ok(record) => {
                lane.note_ended();
                self.session.step(&lane.workload);
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
            let target = plan::target(lane.workload.target);
            let message = format!("gave up on {target} after {FAILURES_IN_A_ROW} failures in a row");
            self.session.say(LogLevel::Error, message);
        }
    }
}

/// The time to the next arrival: 1/rate, or exponentially distributed around it.
fn gap(open: OpenLoop, random: &mut impl rand::Rng) -> Duration {
    let mean = 1.0 / open.rate_per_second;
    Duration::from_secs_f64(match open.spacing {
        Spacing::Constant => mean,
        Spacing::Poisson => -mean * (1.0 - random.random::<f64>()).ln(),
    })
}

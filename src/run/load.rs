//! The host-driven load: closed loops (users) and open loops (arrivals), several workloads at the same time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use rand::{RngExt, SeedableRng};
use tokio::task::JoinSet;

use crate::events::LogLevel;
use crate::run::session::{Asked, Session};
use crate::run::wire;
use crate::scenario::{Arrival, Error, OpenLoop, Spacing, Until, Workload};

/// Users, and arrivals open at once, that one workload may ask for.
const MOST_USERS: u32 = 4_096;
/// Failures in a row after which a workload gives up: the engine is gone, not slow.
const FAILURES_IN_A_ROW: u32 = 5;
/// Longest `seconds`.
const LONGEST_S: f64 = 86_400.0;

/// One workload while it runs.
struct Lane {
    index: usize,
    workload: Workload,
    /// Measured exchanges that were begun, and ended.
    begun: AtomicU32,
    ended: AtomicU32,
    shed: AtomicU32,
    failures_in_a_row: AtomicU32,
}

impl Lane {
    fn gave_up(&self) -> bool {
        self.failures_in_a_row.load(Ordering::Relaxed) >= FAILURES_IN_A_ROW
    }
}

/// What one workload brought: the indexes of its measured exchanges in the session, and shed arrivals.
pub(super) struct Driven {
    pub exchanges: Vec<u32>,
    pub shed: u32,
}

/// When a phase ends.
#[derive(Clone, Copy)]
enum Stop {
    Repetitions(u32),
    At(Instant),
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
    let lanes: Arc<Vec<Lane>> = Arc::new(workloads.into_iter().enumerate().map(|(i, w)| lane(i, w)).collect());
    if lanes.iter().any(|l| l.workload.warm_up > 0) {
        session.warming();
        phase(session, &lanes, true, None).await;
    }
    session.measuring();
    for lane in lanes.iter() {
        for counter in [&lane.begun, &lane.ended, &lane.shed, &lane.failures_in_a_row] {
            counter.store(0, Ordering::Relaxed);
        }
    }
    let stop = match until {
        Until::Repetitions(n) => Stop::Repetitions(n),
        Until::Seconds(s) => Stop::At(Instant::now() + Duration::from_secs_f64(s)),
    };
    let mut exchanges = phase(session, &lanes, false, Some(stop)).await;
    Ok(lanes
        .iter()
        .map(|lane| Driven {
            exchanges: std::mem::take(&mut exchanges[lane.index]),
            shed: lane.shed.load(Ordering::Relaxed),
        })
        .collect())
}

fn lane(index: usize, workload: Workload) -> Lane {
    Lane {
        index,
        workload,
        begun: AtomicU32::new(0),
        ended: AtomicU32::new(0),
        shed: AtomicU32::new(0),
        failures_in_a_row: AtomicU32::new(0),
    }
}

fn check(workloads: &[Workload], until: Until) -> Result<(), Error> {
    let invalid = |message: String| Err(Error::Invalid(message));
    if workloads.is_empty() {
        return invalid("workloads: give at least one".into());
    }
    match until {
        Until::Repetitions(0) => return invalid("until.repetitions: must be at least 1".into()),
        Until::Seconds(s) if !(s > 0.0 && s <= LONGEST_S) => {
            return invalid(format!("until.seconds: {s} is not above 0 and at most {LONGEST_S}"));
        }
        _ => {}
    }
    for (i, w) in workloads.iter().enumerate() {
        match w.arrival {
            Arrival::Closed(n) if n == 0 || n > MOST_USERS => {
                return invalid(format!("workloads[{i}].arrival.closed: {n} users; 1 to {MOST_USERS} are possible"));
            }
            Arrival::Open(o) if !(o.rate_per_second > 0.0 && o.rate_per_second <= 10_000.0) => {
                return invalid(format!(
                    "workloads[{i}].arrival.open.rate-per-second: {} is not above 0 and at most 10000",
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

/// Drives every lane until the stop, or through its warm-up where there is none. Gives each lane's exchanges.
async fn phase(session: &Arc<Session>, lanes: &Arc<Vec<Lane>>, warm_up: bool, stop: Option<Stop>) -> Vec<Vec<u32>> {
    let mut tasks = JoinSet::new();
    for lane in lanes.iter() {
        let stop = stop.unwrap_or(Stop::Repetitions(lane.workload.warm_up));
        let users = match lane.workload.arrival {
            Arrival::Closed(users) if warm_up => users.min(lane.workload.warm_up),
            Arrival::Closed(users) => users,
            Arrival::Open(_) => 1,
        };
        for _ in 0..users {
            let worker = Worker { session: session.clone(), lanes: lanes.clone(), index: lane.index, warm_up, stop };
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
    lanes: Arc<Vec<Lane>>,
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
        &self.lanes[self.index]
    }

    async fn closed(&self) -> Vec<u32> {
        let mut done = Vec::new();
        while self.claim() {
            done.extend(self.exchange(None).await);
        }
        done
    }

    async fn open(&self, open: OpenLoop) -> Vec<u32> {
        let mut random =
            rand::rngs::ChaCha8Rng::seed_from_u64(u64::from(self.session.seed()) ^ ((self.index as u64) << 32));
        let mut running: JoinSet<Option<u32>> = JoinSet::new();
        let mut done = Vec::new();
        let mut planned = Instant::now();
        while self.claim() {
            tokio::time::sleep_until(planned.into()).await;
            while let Some(ended) = running.try_join_next() {
                done.extend(ended.ok().flatten());
            }
            if running.len() >= open.max_open as usize {
                self.lane().shed.fetch_add(1, Ordering::Relaxed);
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

    /// Whether one more may begin; counts it.
    fn claim(&self) -> bool {
        let lane = self.lane();
        let more = |begun: u32| match self.stop {
            _ if self.session.is_stopping() || lane.gave_up() => false,
            Stop::At(end) => Instant::now() < end,
            Stop::Repetitions(n) => begun < n || (!self.warm_up && self.others_need_company(n)),
        };
        lane.begun.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| more(n).then(|| n + 1)).is_ok()
    }

    /// Whether another workload still lacks measured exchanges, so that this one must go on beside it.
    fn others_need_company(&self, n: u32) -> bool {
        self.lanes.iter().any(|l| l.index != self.index && !l.gave_up() && l.ended.load(Ordering::Relaxed) < n)
    }

    async fn exchange(&self, planned: Option<Instant>) -> Option<u32> {
        let lane = self.lane();
        let together = self.lanes.len() > 1;
        let asked = Asked { warm_up: self.warm_up, together, planned, follow: false };
        let failed = match self.session.one(&lane.workload.target, &lane.workload.request, asked).await {
            Ok(record) => {
                lane.ended.fetch_add(1, Ordering::Relaxed);
                let failed = !record.trace.ending.counts();
                self.session.step(&lane.workload);
                self.note(failed);
                return Some(record.exchange);
            }
            Err(error) => {
                self.session.say(LogLevel::Error, wire::error_text(&error));
                true
            }
        };
        self.note(failed);
        None
    }

    fn note(&self, failed: bool) {
        let lane = self.lane();
        if !failed {
            lane.failures_in_a_row.store(0, Ordering::Relaxed);
        } else if lane.failures_in_a_row.fetch_add(1, Ordering::Relaxed) + 1 == FAILURES_IN_A_ROW {
            let message = format!("gave up on {:?} after {FAILURES_IN_A_ROW} failures in a row", lane.workload.target);
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

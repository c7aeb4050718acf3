//! Scripted users: fresh instances of one module, each calling its `user` until all have ended.

use super::bindings::{Error, Level, Until, Value};
use super::config::Limits;
use super::contract::USER;
use super::fault::{RunClass, RunError};
use super::instance::{Invocation, bounded, store};
use super::limiter::Pool;
use super::meter::Meter;
use super::state::{State, Voice};
use futures_util::StreamExt;
use futures_util::future::pending;
use futures_util::stream::FuturesUnordered;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};
use wasmtime::Store;
use wasmtime::component::{Instance, TypedFunc};

/// Longest `seconds`.
const LONGEST_S: f64 = 86_400.0;

/// The export `user`: the arguments and the index, to the scenario's own error.
pub(super) type UserCall = TypedFunc<(Arguments, u32), (Result<(), String>,)>;
type Arguments = Vec<(String, Value)>;

/// `None` where there is no such export. Fails where it is of another type.
pub(super) fn call(instance: &Instance, store: &mut Store<State>) -> wasmtime::Result<Option<UserCall>> {
    let user = instance.get_func(&mut *store, USER);
    user.map(|user| user.typed(&*store)).transpose()
}

/// The seed of one user, as it sees it: another for each, and each time the same.
pub(super) fn seed_of(seed: u32, index: u32) -> u32 {
    // SplitMix64's finaliser (Steele, Lea and Flood, 2014).
    let mut x = (u64::from(seed) << 32) | u64::from(index.wrapping_add(1));
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((x ^ (x >> 31)) >> 32) as u32
}

/// How the scenario asks for users, from within its store.
#[derive(Clone)]
pub(super) struct Door(mpsc::Sender<Hire>);

struct Hire {
    count: u32,
    until: Until,
    reply: oneshot::Sender<Result<(), Error>>,
}

impl Door {
    /// Waits until all users have ended.
    pub(super) async fn hire(&self, count: u32, until: Until) -> Result<(), Error> {
        let (reply, ended) = oneshot::channel();
        let hire = Hire { count, until, reply };
        if self.0.send(hire).await.is_err() {
            return Err(Error::Stopping);
        }
        ended.await.unwrap_or(Err(Error::Stopping))
    }
}

/// Makes the users of one run, when it is asked to.
pub(super) struct Crew<'r> {
    run: &'r Invocation,
    voice: &'r Voice,
    open: Arc<AtomicU32>,
    memory: Arc<Pool>,
    limits: Limits,
    hires: mpsc::Receiver<Hire>,
}

impl<'r> Crew<'r> {
    pub(super) fn new(run: &'r Invocation, voice: &'r Voice, open: Arc<AtomicU32>) -> (Self, Door) {
        // A scenario waits for its users, so it asks once at a time.
        let (door, hires) = mpsc::channel(1);
        // From a stop on, users have half of the time that there is: the scenario hears of their end, and ends too.
        let limits = Limits { grace: run.limits.grace / 2, ..run.limits.clone() };
        let memory = Arc::new(Pool::new(limits.users_memory_bytes));
        (Self { run, voice, open, memory, limits, hires }, Door(door))
    }

    /// Answers until it is dropped, and with it all users.
    pub(super) async fn work(mut self) -> Infallible {
        while let Some(Hire { count, until, reply }) = self.hires.recv().await {
            let ended = self.users(count, until).await;
            // A scenario that is gone needs no answer.
            let _gone = reply.send(ended);
        }
        pending().await
    }

    async fn users(&self, count: u32, until: Until) -> Result<(), Error> {
        check(count, until, &self.limits)?;
        if self.run.cancel.is_cancelled() {
            return Err(Error::Stopping);
        }
        let rounds = Rounds { until, began: Instant::now() };
        let users = (0..count).map(|index| async move { (index, self.user(index, rounds).await) });
        let mut users: FuturesUnordered<_> = users.collect();
        // By index, whichever came first: the same run has the same words.
        let mut failed = BTreeMap::new();
        while let Some((index, ended)) = users.next().await {
            if let Err(error) = ended
                && error.class != RunClass::Cancelled
            {
                failed.insert(index, told(index, &error));
            }
        }
        match failed.values().next() {
            _ if self.run.cancel.is_cancelled() => Err(Error::Stopping),
            Some(first) if failed.len() == count as usize => {
                Err(Error::Invalid(format!("all {count} users failed; first, {first}")))
            }
            _ => Ok(()),
        }
    }

    async fn user(&self, index: u32, rounds: Rounds) -> Result<(), RunError> {
        let Invocation { module, arguments, host, cancel, seed, .. } = self.run;
        let host = host.of_user(index).unwrap_or_else(|| Arc::clone(host));
        let voice = self.voice.another(Arc::clone(&host));
        let own_seed = (u64::from(seed_of(*seed as u32, index)) << 32) | u64::from(index);
        let mut state = State::new(Arc::clone(&host), &voice, &self.limits, cancel.clone(), own_seed);
        state.targets.clone_from(&module.manifest.targets);
        state.script.clone_from(&module.script);
        state.data = Arc::clone(&module.data);
        state.open = Arc::clone(&self.open);
        state.limiter.share(Arc::clone(&self.memory));
        state.user = Some(index);
        let why = "a user makes no users: call `users` from `run`";
        state.users = Err(Error::NotAllowed(why.to_owned()));

        let meter = Arc::new(Meter::default());
        let mut store = store(module.pre.engine(), state, &meter);
        let work = async move {
            let instance = module.pre.instance_pre().instantiate_async(&mut store).await?;
            let user = call(&instance, &mut store)?;
            let user = user.ok_or_else(|| wasmtime::format_err!("there is no export `{USER}`"))?;
            let mut done = 0;
            while host.round(done, rounds.more(done)) && !cancel.is_cancelled() {
                let (ended,) = user.call_async(&mut store, (arguments.clone(), index)).await?;
                if let Err(words) = ended {
                    return Ok(Err(words));
                }
                done += 1;
            }
            Ok(Ok(()))
        };
        let ended = bounded(work, &module.ticker, &meter, &self.limits, cancel).await;
        voice.flush();
        let ended = ended.and_then(|ended| ended.map_err(|words| RunError::new(RunClass::Returned, words)));
        ended.inspect_err(|error| {
            if error.class != RunClass::Cancelled {
                voice.reporter.log(Level::Error, &told(index, error));
            }
        })
    }
}

/// When a user has done enough.
#[derive(Clone, Copy)]
struct Rounds {
    until: Until,
    began: Instant,
}

impl Rounds {
    fn more(&self, done: u32) -> bool {
        match self.until {
            Until::Repetitions(n) => done < n,
            Until::Seconds(s) => self.began.elapsed() < Duration::from_secs_f64(s),
        }
    }
}

fn check(count: u32, until: Until, limits: &Limits) -> Result<(), Error> {
    let most = limits.users;
    if count == 0 {
        return Err(Error::Invalid("count: no users; at least 1 is needed".to_owned()));
    }
    if count > most {
        return Err(Error::Limit(format!("{count} users; a run may have {most} at the same time (scenarios.users)")));
    }
    match until {
        Until::Repetitions(0) => Err(Error::Invalid("until.repetitions: must be at least 1".to_owned())),
        Until::Seconds(s) if !(s > 0.0 && s <= LONGEST_S) => {
            Err(Error::Invalid(format!("until.seconds: {s} is not above 0 and at most {LONGEST_S}")))
        }
        Until::Repetitions(_) | Until::Seconds(_) => Ok(()),
    }
}

fn told(index: u32, error: &RunError) -> String {
    match error.class {
        RunClass::Returned => format!("user {index} failed: {}", error.message),
        class => format!("user {index} failed ({}): {}", class.word(), error.message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_user_has_a_seed_of_its_own_and_the_same_one_again() {
        let seeds: std::collections::BTreeSet<u32> = (0..1000).map(|index| seed_of(7, index)).collect();
        assert_eq!(seeds.len(), 1000);
        assert_ne!(seed_of(7, 0), seed_of(8, 0));
        assert_eq!(seed_of(7, 3), seed_of(7, 3));
    }

    #[test]
    fn a_count_or_an_end_that_makes_no_sense_is_told_by_its_name() {
        let limits = Limits { users: 8, ..Limits::default() };
        let told = |count, until| check(count, until, &limits).map_err(|error| format!("{error:?}")).unwrap_err();
        assert!(told(0, Until::Repetitions(1)).contains("count"));
        assert!(told(9, Until::Repetitions(1)).contains("Limit"));
        assert!(told(1, Until::Repetitions(0)).contains("until.repetitions"));
        assert!(told(1, Until::Seconds(f64::NAN)).contains("until.seconds"));
        assert!(check(8, Until::Seconds(0.5), &limits).is_ok());
    }
}

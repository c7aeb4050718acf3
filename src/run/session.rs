//! Answers the guest: starts exchanges in the host's own tasks, keeps their records, and tells the bus.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use crate::engines::{Follower, Progress};
use crate::events::{EngineFacts, ExchangeRecord, LogLevel, Metric, RunEvent, RunId, RunState, TimelineMark};
use crate::measure::{AskedLoad, Target, Threshold};
use crate::run::evidence;
use crate::run::ground::Ground;
use crate::run::outbox::Outbox;
use crate::run::plan::RunPlan;
use crate::run::thresholds;
use crate::scenario::{self, Error, Request};

/// How one exchange is to be made, beside its request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    pub warm_up: bool,
    /// Other workloads run at the same time.
    pub together: bool,
    /// The planned start, in open loops.
    pub planned: Option<Instant>,
    /// Whether the guest may read the chunks as they come.
    pub follow: bool,
}

/// One exchange that the session knows of.
pub(super) struct Open {
    pub target: Target,
    pub progress: Arc<Progress>,
    /// What the guest reads along with.
    pub follower: Option<Arc<Follower>>,
    /// What shows the text to who watches; its own, since a chunk is taken once.
    pub viewer: Option<Arc<Follower>>,
    pub cancel: CancellationToken,
    /// A guest has a handle on it.
    pub held: bool,
    /// Set once the stream has closed and the record is published.
    pub record: watch::Sender<Option<Arc<ExchangeRecord>>>,
}

impl Open {
    /// Everyone who gets a copy of the stream.
    pub(super) fn followers(&self) -> Vec<Arc<Follower>> {
        self.follower.iter().chain(&self.viewer).cloned().collect()
    }

    /// Shows the answer's text as it comes, to who asked for it.
    pub(super) fn show_text(&self, session: &Arc<Session>, exchange: u32) -> Option<JoinHandle<()>> {
        let viewer = self.viewer.clone()?;
        let told = session.clone();
        Some(session.tasks.spawn(async move {
            while let Some(chunk) = viewer.next().await {
                told.ground.bus.show(RunEvent::Text { run: told.run, exchange, text: chunk.text });
            }
        }))
    }
}

/// One run's answers to its guest.
pub struct Session {
    pub(super) ground: Arc<Ground>,
    pub(super) run: RunId,
    pub(super) plan: RunPlan,
    engines: Vec<EngineFacts>,
    origin: Instant,
    pub(super) cancel: CancellationToken,
    pub(super) tasks: TaskTracker,
    pub(super) open: Mutex<BTreeMap<u32, Arc<Open>>>,
    next_exchange: AtomicU32,
    next_load: AtomicU32,
    kept: Mutex<Kept>,
    warm_where_cold: AtomicU32,
    exact_length_missed: AtomicU32,
    /// The guest itself tells how far it is; the host's own count is for scenarios that do not.
    told_progress: AtomicBool,
    steps: AtomicU32,
    pub(super) outbox: Outbox,
}

/// What the session keeps for the report.
#[derive(Default)]
struct Kept {
    phase: String,
    records: BTreeMap<u32, Arc<ExchangeRecord>>,
    metrics: Vec<Metric>,
    marks: Vec<TimelineMark>,
    counters: BTreeMap<String, f64>,
    loads: Vec<AskedLoad>,
    thresholds: Vec<Threshold>,
    void: Vec<String>,
    /// What was said already and is said once in a run.
    said_once: BTreeSet<String>,
}

impl Session {
    pub(super) fn new(
        ground: Arc<Ground>,
        run: RunId,
        plan: &RunPlan,
        engines: &[EngineFacts],
        cancel: CancellationToken,
    ) -> Session {
        Session {
            ground,
            run,
            plan: plan.clone(),
            engines: engines.to_vec(),
            origin: Instant::now(),
            cancel,
            tasks: TaskTracker::new(),
            open: Mutex::default(),
            next_exchange: AtomicU32::new(0),
            next_load: AtomicU32::new(0),
            kept: Mutex::default(),
            warm_where_cold: AtomicU32::new(0),
            exact_length_missed: AtomicU32::new(0),
            told_progress: AtomicBool::new(false),
            steps: AtomicU32::new(0),
            outbox: Outbox::default(),
        }
    }

    /// The instant that the run's offsets count from.
    pub(super) fn origin(&self) -> Instant {
        self.origin
    }

    pub(super) fn streams(&self) -> &Handle {
        &self.ground.streams
    }

    /// Counts the loads of the run from 0.
    pub(super) fn next_load(&self) -> u32 {
        self.next_load.fetch_add(1, Ordering::Relaxed)
    }

    pub(super) fn seed(&self) -> u32 {
        self.plan.seed
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.cancel.is_cancelled()
    }

    pub(super) fn elapsed_since_origin(&self) -> Duration {
        self.origin.elapsed()
    }

    pub(super) fn records(&self) -> Vec<Arc<ExchangeRecord>> {
        self.kept().records.values().cloned().collect()
    }

    pub(super) fn record(&self, exchange: u32) -> Option<Arc<ExchangeRecord>> {
        self.kept().records.get(&exchange).cloned()
    }

    /// All that the report needs of the guest and its exchanges.
    pub(super) fn kept_for_report(&self) -> evidence::Kept {
        let (records, thresholds) = (self.records(), self.thresholds());
        let kept = self.kept();
        evidence::Kept {
            records,
            thresholds,
            metrics: kept.metrics.clone(),
            marks: kept.marks.clone(),
            counters: kept.counters.clone(),
            loads: kept.loads.clone(),
            void: kept.void.clone(),
            warm_where_cold: self.warm_where_cold.load(Ordering::Relaxed),
            exact_length_missed: self.exact_length_missed.load(Ordering::Relaxed),
        }
    }

    /// A measured answer is not of the exact length asked for, though its engine can go on to it.
    pub(super) fn note_exact_length_missed(&self) {
        self.exact_length_missed.fetch_add(1, Ordering::Relaxed);
    }

    /// The loads that the guest asked for.
    pub(super) fn loads(&self) -> Vec<AskedLoad> {
        self.kept().loads.clone()
    }

    pub(super) fn add_load(&self, load: AskedLoad) {
        AskedLoad::note(&mut self.kept().loads, load);
    }

    /// Makes one exchange from start to end and gives its record.
    ///
    /// # Errors
    /// The request could not be sent at all; what an engine does wrong is in the record.
    pub(super) async fn one(
        self: &Arc<Self>,
        target: &scenario::Target,
        request: &Request,
        asked: Asked,
    ) -> Result<Arc<ExchangeRecord>, Error> {
        let (_, open) = self.begin(*target, request, asked).await?;
        let mut record = open.record.subscribe();
        let record = record.wait_for(Option::is_some).await.map_err(|_| Error::Stopping)?;
        record.clone().ok_or(Error::Stopping)
    }

    /// What the engine said of itself when the run began.
    pub(super) fn facts(&self, target: Target) -> Option<&EngineFacts> {
        self.engines.iter().find(|e| e.role == target)
    }

    /// Takes a finished exchange in: kept, published once, and told to who waits for it.
    pub(super) async fn finished(&self, record: ExchangeRecord, open: &Open, cold: bool) {
        let cached = record.measures.cached_prompt_tokens.unwrap_or(0);
        let total = record.measures.prompt_tokens.unwrap_or(0);
        if cold && !record.warm_up && helps(cached, total) {
            self.warm_where_cold.fetch_add(1, Ordering::Relaxed);
        }
        let record = Arc::new(record);
        self.kept().records.insert(record.exchange, record.clone());
        self.ground.bus.publish(RunEvent::Exchange { run: self.run, record: record.clone() }).await;
        open.record.send_replace(Some(record));
    }

    /// An exchange that no guest holds is forgotten once it has ended.
    pub(super) fn forget(&self, exchanges: &[u32]) {
        let mut open = self.open();
        for id in exchanges {
            if open.get(id).is_some_and(|o| !o.held && o.record.borrow().is_some()) {
                open.remove(id);
            }
        }
    }

    /// Cancels what is still open and waits for it, for a bounded time; then all that the guest said is published.
    pub(super) async fn end(&self) {
        for open in self.open().values() {
            open.cancel.cancel();
        }
        self.tasks.close();
        if tokio::time::timeout(Duration::from_secs(5), self.tasks.wait()).await.is_err() {
            tracing::warn!(run.id = %self.run, "exchanges did not end within 5 s of their cancelling");
        }
        self.outbox.flush(&self.ground.bus).await;
    }

    /// Publishes what the guest says while it runs; until the guest has ended, or the run is stopped.
    pub(super) fn start_outbox(self: &Arc<Self>) -> DropGuard {
        let (session, done) = (self.clone(), self.cancel.child_token());
        let guard = done.clone().drop_guard();
        self.tasks.spawn(async move { session.outbox.work(&session.ground.bus, &done).await });
        guard
    }

    /// Tells when; so do those below.
    pub(super) fn set_phase(&self, name: String) -> Duration {
        let at = self.origin.elapsed();
        self.kept().phase.clone_from(&name);
        self.tell(RunEvent::Phase { run: self.run, at, name });
        at
    }

    pub(super) fn warming(&self) {
        self.tell(RunEvent::State { run: self.run, state: RunState::Warming });
    }

    pub(super) fn measuring(&self) {
        self.tell(RunEvent::State { run: self.run, state: RunState::Measuring });
    }

    pub(super) fn tell_progress(&self, done: u32, total: u32) {
        self.told_progress.store(true, Ordering::Relaxed);
        self.ground.bus.show(RunEvent::Progress { run: self.run, done, total });
    }

    /// One exchange of a load has ended: progress, unless the scenario tells its own.
    pub(super) fn step(&self) {
        let done = self.steps.fetch_add(1, Ordering::Relaxed) + 1;
        if !self.told_progress.load(Ordering::Relaxed) {
            self.ground.bus.show(RunEvent::Progress { run: self.run, done, total: 0 });
        }
    }

    pub(super) fn say(&self, level: LogLevel, message: String) {
        self.tell(RunEvent::Log { run: self.run, at: self.origin.elapsed(), level, message });
    }

    pub(super) fn add_metric(&self, name: String, value: f64, unit: String) -> Duration {
        let at = self.origin.elapsed();
        let metric = Metric { at, name, value, unit };
        self.kept().metrics.push(metric.clone());
        self.tell(RunEvent::Metric { run: self.run, metric });
        at
    }

    pub(super) fn add_mark(&self, name: String) -> Duration {
        let at = self.origin.elapsed();
        let mark = TimelineMark { at, name };
        self.kept().marks.push(mark.clone());
        self.tell(RunEvent::Mark { run: self.run, mark });
        at
    }

    pub(super) fn counters(&self) -> BTreeMap<String, f64> {
        self.kept().counters.clone()
    }

    /// Told with the pulses: a scenario may count very often.
    pub(super) fn add_count(&self, name: String, by: f64) -> Duration {
        *self.kept().counters.entry(name).or_default() += by;
        self.origin.elapsed()
    }

    /// All that the run must hold: what it was started with, then what its scenario stated.
    pub(super) fn thresholds(&self) -> Vec<Threshold> {
        self.plan.thresholds.iter().chain(&self.kept().thresholds).cloned().collect()
    }

    /// # Errors
    /// It cannot be read, speaks of a target that the scenario does not ask, or comes after the first exchange.
    pub(super) fn add_threshold(&self, expression: &str) -> Result<(), String> {
        if self.next_exchange.load(Ordering::Relaxed) > 0 {
            return Err(format!("`{expression}`: a threshold is stated before the first exchange"));
        }
        let threshold = thresholds::stated(expression, &self.plan.targets())?;
        self.kept().thresholds.push(threshold);
        Ok(())
    }

    pub(super) fn add_void(&self, reason: String) {
        self.say(LogLevel::Warn, format!("the scenario declares the run void: {reason}"));
        self.kept().void.push(reason);
    }

    /// From a place that must not wait.
    fn tell(&self, event: RunEvent) {
        self.outbox.push(event);
    }

    /// Says it if it was not said before in this run.
    pub(super) fn say_once(&self, level: LogLevel, message: String) {
        if self.kept().said_once.insert(message.clone()) {
            self.say(level, message);
        }
    }

    /// The phase that the guest last named.
    pub(super) fn phase(&self) -> String {
        self.kept().phase.clone()
    }

    /// The number of the next exchange.
    ///
    /// # Errors
    /// The run has made as many as it may.
    pub(super) fn next_exchange(&self) -> Result<u32, Error> {
        let exchange = self.next_exchange.fetch_add(1, Ordering::Relaxed);
        let most = self.ground.exchanges_max;
        if exchange >= most {
            let cure = "raise run.exchanges_max, or measure for a shorter time";
            return Err(Error::Limit(format!("a run may make {most} exchanges; {cure}")));
        }
        Ok(exchange)
    }

    /// Exchanges that the run has begun, and as many as it may.
    pub(super) fn exchanges(&self) -> (u32, u32) {
        (self.next_exchange.load(Ordering::Relaxed), self.ground.exchanges_max)
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn open(&self) -> MutexGuard<'_, BTreeMap<u32, Arc<Open>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A cached prefix of a few tokens (the chat template) helps no one; a tenth of the prompt does.
fn helps(cached: u32, total: u32) -> bool {
    cached > 16 && cached > total / 10
}

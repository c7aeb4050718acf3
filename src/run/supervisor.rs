//! One run at a time: the queue, its bound, and the way to cancel.

use std::any::Any;
use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt;
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use crate::events::{Bus, RunEvent, RunFailure, RunHeader, RunId, RunReport, RunState, WallTime};
use crate::run::execute;
use crate::run::ground::Ground;
use crate::run::plan::RunPlan;

#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    #[error("{waiting} runs are waiting already; try again when one has ended, or raise run.queue")]
    Full { waiting: usize },
    #[error("the daemon is stopping and takes no new runs")]
    Stopping,
}

/// A run that was taken in.
#[derive(Debug, Clone)]
pub struct Ticket {
    pub run: RunId,
    /// Runs before it.
    pub position: usize,
    ended: watch::Receiver<Option<Arc<RunReport>>>,
}

impl Ticket {
    /// Waits for the run's end; its report is stored by then, or its store said that it cannot be. `None` if the daemon stopped before.
    pub async fn ended(mut self) -> Option<Arc<RunReport>> {
        self.ended.wait_for(Option::is_some).await.ok().and_then(|r| r.clone())
    }
}

/// The two ways to end a run before its time.
#[derive(Debug, Clone)]
pub(super) struct Stop {
    /// In order: the guest is told and has its grace.
    pub cancel: CancellationToken,
    /// At once: the guest is dropped where it stands. Never without `cancel`.
    pub kill: CancellationToken,
}

struct Waiting {
    run: RunId,
    plan: RunPlan,
    stop: Stop,
    ended: watch::Sender<Option<Arc<RunReport>>>,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Waiting>,
    current: Option<(RunId, Stop)>,
    closed: bool,
}

/// The handle. Cheap to clone.
#[derive(Clone)]
pub struct RunSupervisor {
    queue: Arc<Mutex<Queue>>,
    wake: Arc<Notify>,
    bound: usize,
    bus: Bus,
    /// True while a run measures: nothing else may compile or work meanwhile.
    measuring: Arc<AtomicBool>,
    stop: CancellationToken,
}

impl RunSupervisor {
    /// `bound`: runs waiting; when full, `submit` refuses. `stop`: no new runs, those at hand end as cancelled.
    pub fn new(bound: usize, bus: Bus, stop: CancellationToken) -> RunSupervisor {
        RunSupervisor { queue: Arc::default(), wake: Arc::default(), bound, bus, measuring: Arc::default(), stop }
    }

    /// One with a queue of its own over the same bus: what it runs counts as this one's measuring and ends with it. Its
    /// runs and this one's must not be under way at the same time.
    pub fn beside(&self) -> RunSupervisor {
        let measuring = self.measuring.clone();
        RunSupervisor { measuring, ..RunSupervisor::new(self.bound, self.bus.clone(), self.stop.clone()) }
    }

    /// Whether a run is under way.
    pub fn measuring(&self) -> Arc<AtomicBool> {
        self.measuring.clone()
    }

    /// Takes a run in.
    ///
    /// # Errors
    /// The queue is full, or the daemon is stopping.
    pub async fn submit(&self, plan: RunPlan) -> Result<Ticket, SubmitError> {
        let run = RunId::fresh();
        let (ended, receiver) = watch::channel(None);
        let header = queued_header(run, &plan);
        let position = {
            let mut queue = self.lock();
            if queue.closed || self.stop.is_cancelled() {
                return Err(SubmitError::Stopping);
            }
            if queue.waiting.len() >= self.bound {
                return Err(SubmitError::Full { waiting: queue.waiting.len() });
            }
            let stop = Stop { cancel: self.stop.child_token(), kill: CancellationToken::new() };
            queue.waiting.push_back(Waiting { run, plan, stop, ended });
            queue.waiting.len() - 1 + usize::from(queue.current.is_some())
        };
        self.bus.publish(RunEvent::Queued(Arc::new(header))).await;
        self.wake.notify_one();
        Ok(Ticket { run, position, ended: receiver })
    }

    /// Ends a run that waits at once, and asks the one at work to stop. False if it is neither.
    pub async fn cancel(&self, run: RunId) -> bool {
        self.end(run, |stop| stop.cancel.cancel()).await
    }

    /// The same, but a guest at work is dropped where it stands instead of having its grace. What was measured is kept.
    pub async fn kill(&self, run: RunId) -> bool {
        self.end(run, |stop| {
            // In this order: a guest that is told to stop must be gone already.
            stop.kill.cancel();
            stop.cancel.cancel();
        })
        .await
    }

    async fn end(&self, run: RunId, how: impl FnOnce(&Stop)) -> bool {
        let waiting = {
            let mut queue = self.lock();
            if let Some((_, stop)) = queue.current.as_ref().filter(|(id, _)| *id == run) {
                how(stop);
                return true;
            }
            let place = queue.waiting.iter().position(|w| w.run == run);
            place.and_then(|i| queue.waiting.remove(i))
        };
        let Some(waiting) = waiting else { return false };
        self.end_unbegun(waiting).await;
        true
    }

    /// The end of a run that never began.
    async fn end_unbegun(&self, waiting: Waiting) {
        let header = queued_header(waiting.run, &waiting.plan);
        let report = Arc::new(RunReport::without_figures(header, RunState::Cancelled, None));
        execute::publish_end(&self.bus, &report).await;
        waiting.ended.send_replace(Some(report));
    }

    /// Runs waiting now, and the one at work.
    pub fn open_runs(&self) -> Vec<RunId> {
        let queue = self.lock();
        queue.current.iter().map(|(run, _)| *run).chain(queue.waiting.iter().map(|w| w.run)).collect()
    }

    /// Works the queue off until the daemon stops; then the run at hand and those waiting end as cancelled.
    pub async fn supervise(self, ground: Arc<Ground>) {
        while let Some(next) = self.take().await {
            if next.stop.cancel.is_cancelled() {
                self.lock().current = None;
                self.end_unbegun(next).await;
                continue;
            }
            self.measuring.store(true, Ordering::Release);
            let (run, header) = (next.run, queued_header(next.run, &next.plan));
            let story = execute::execute(&ground, run, next.plan, next.stop.clone());
            let report = match AssertUnwindSafe(story).catch_unwind().await {
                Ok(report) => report,
                Err(panic) => self.panicked(header, panic_text(&*panic)).await,
            };
            next.stop.cancel.cancel();
            self.measuring.store(false, Ordering::Release);
            self.lock().current = None;
            next.ended.send_replace(Some(report));
        }
    }

    /// A panic is our own defect; it fails the one run, and the next one is served.
    async fn panicked(&self, header: RunHeader, what: String) -> Arc<RunReport> {
        let message = format!("dualbench itself failed, please report it: {what}");
        tracing::error!(run.id = %header.run, "{message}");
        let failure = RunFailure { class: "host".into(), message, backtrace: None };
        let report = Arc::new(RunReport::without_figures(header, RunState::Failed, Some(failure)));
        execute::publish_end(&self.bus, &report).await;
        report
    }

    async fn take(&self) -> Option<Waiting> {
        loop {
            {
                let mut queue = self.lock();
                queue.closed |= self.stop.is_cancelled();
                if let Some(next) = queue.waiting.pop_front() {
                    queue.current = Some((next.run, next.stop.clone()));
                    return Some(next);
                }
                if queue.closed {
                    return None;
                }
            }
            tokio::select! {
                () = self.wake.notified() => {}
                () = self.stop.cancelled() => {}
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or(panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("no text").to_owned()
}

/// The header of a run that waits: its engines are asked when it starts.
fn queued_header(run: RunId, plan: &RunPlan) -> RunHeader {
    RunHeader {
        run,
        scenario: plan.pin(),
        params: plan.params(),
        seed: plan.seed,
        started_at: WallTime::now(),
        simulated: false,
        engines: Vec::new(),
        host: crate::events::HostFacts::default(),
    }
}

/// The state that a run ends in after a cancel or a failure.
pub(super) fn end_state(failed: bool, cancelled: bool) -> RunState {
    match (cancelled, failed) {
        (true, _) => RunState::Cancelled,
        (false, true) => RunState::Failed,
        (false, false) => RunState::Finished,
    }
}

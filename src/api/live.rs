//! `GET /api/live`: a snapshot, then a tail of coalesced frames. A slow reader gets fewer frames, never a backlog.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, stream};
use serde_json::{Value, json};
use tokio::sync::{broadcast, watch};
use tokio_util::sync::CancellationToken;

use crate::api::error::Problem;
use crate::api::refusals::Unavailable;
use crate::api::{Parts, schemas, wire};
use crate::events::{LiveView, RunEvent, RunId, RunState, SeriesKey, WallTime};
use crate::run::RunSupervisor;
use crate::store::Store;

/// Between two frames.
const TICK: Duration = Duration::from_millis(100);
/// Between two comments on a silent stream.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Readers at once; more are answered 503.
const WATCHERS: usize = 64;

/// Who knows what became of a run when events were missed.
pub struct Truth {
    pub supervisor: RunSupervisor,
    pub store: Arc<Store>,
}

impl Truth {
    /// The state that a run has ended in; `None` while it is open.
    async fn ended(&self, run: RunId) -> Option<RunState> {
        #[derive(serde::Deserialize)]
        struct Told {
            state: String,
        }
        if self.supervisor.open_runs().contains(&run) {
            return None;
        }
        let told = self.store.run_json(run).await.ok().flatten();
        let state = told.and_then(|text| RunState::parse(&serde_json::from_str::<Told>(&text).ok()?.state));
        // A run that is neither open nor stored is one whose end could not be written.
        Some(state.filter(|s| s.is_final()).unwrap_or(RunState::Interrupted))
    }
}

/// The one live view, and the tick on which its readers wake.
#[derive(Debug, Default)]
pub struct Hub {
    view: Mutex<LiveView>,
    tick: watch::Sender<u64>,
    watchers: Arc<AtomicUsize>,
}

impl Hub {
    /// Folds events into the view until `stop`. `other_changes` wakes the readers too.
    pub async fn fold(
        self: Arc<Self>,
        mut events: broadcast::Receiver<Arc<RunEvent>>,
        mut other_changes: watch::Receiver<u64>,
        truth: Truth,
        stop: CancellationToken,
    ) {
        let (mut changed, mut missed) = (false, false);
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                event = events.recv() => match event {
                    Ok(event) => {
                        self.lock().apply(&event);
                        changed = true;
                    }
                    // Points that were missed are gone from the view, not from the store. The end of the run may be
                    // among the events: it is asked for at each tick until the run has ended.
                    Err(broadcast::error::RecvError::Lagged(n)) => {
                        tracing::debug!("the live view missed {n} events");
                        missed = true;
                    }
                    Err(broadcast::error::RecvError::Closed) => break,
                },
                Ok(()) = other_changes.changed() => changed = true,
                _ = ticks.tick(), if changed || missed => {
                    if missed {
                        missed = self.look_for_the_end(&truth).await;
                    }
                    changed = false;
                    self.tick.send_modify(|n| *n += 1);
                }
                () = stop.cancelled() => break,
            }
        }
    }

    /// Whether the run at hand goes on; if not, the view now says how it ended.
    async fn look_for_the_end(&self, truth: &Truth) -> bool {
        let Some(run) = self.lock().unended() else { return false };
        let Some(state) = truth.ended(run).await else { return true };
        self.lock().end_missed(state, &truth.supervisor.open_runs());
        false
    }

    /// Readers now.
    pub fn watchers(&self) -> usize {
        self.watchers.load(Ordering::Relaxed)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, LiveView> {
        self.view.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What one reader has seen.
#[derive(Default)]
struct Seen {
    run: Option<RunId>,
    series: BTreeMap<SeriesKey, u64>,
    log: u64,
    metrics: u64,
    marks: u64,
    ended: Option<u64>,
}

struct Reader {
    parts: Parts,
    tick: watch::Receiver<u64>,
    seen: Seen,
    last: Value,
    first: bool,
    _place: Place,
}

/// Counts one reader for as long as it lives.
struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What happens now, as it happens
#[utoipa::path(
    get,
    path = "/api/live",
    operation_id = "live",
    tag = "runs",
    responses(
        (status = 200, description = "A snapshot, then frames; without an end", body = schemas::Events, content_type = "text/event-stream"),
        Unavailable,
    ),
)]
pub(super) async fn live(State(parts): State<Parts>) -> Response {
    let watchers = parts.hub.watchers.clone();
    if watchers.fetch_add(1, Ordering::Relaxed) >= WATCHERS {
        watchers.fetch_sub(1, Ordering::Relaxed);
        let text = format!("{WATCHERS} readers watch already; close a page");
        return Problem::new(StatusCode::SERVICE_UNAVAILABLE, text).into_response();
    }
    let mut tick = parts.hub.tick.subscribe();
    tick.mark_changed();
    let place = Place(watchers);
    let reader = Reader { parts, tick, seen: Seen::default(), last: Value::Null, first: true, _place: place };
    Sse::new(frames(reader)).keep_alive(KeepAlive::new().interval(HEARTBEAT)).into_response()
}

fn frames(reader: Reader) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold(reader, async |mut reader| {
        let stop = reader.parts.stop.clone();
        tokio::select! {
            changed = reader.tick.changed() => changed.ok()?,
            () = stop.cancelled() => return None,
        }
        let event = reader.frame().await;
        Some((Ok(event), reader))
    })
}

impl Reader {
    async fn frame(&mut self) -> Event {
        let seq = *self.tick.borrow_and_update();
        let name = if std::mem::take(&mut self.first) { "snapshot" } else { "frame" };
        let (mut frame, ended) = {
            let view = self.parts.hub.lock();
            (wire_view(&view, &mut self.seen), view.ended)
        };
        if self.seen.ended != Some(ended) {
            self.seen.ended = Some(ended);
            let rows = self.parts.store.runs(10, None, None).await.unwrap_or_default();
            self.last = wire::run_rows(&self.parts.store, &rows).await.unwrap_or_default().into();
        }
        frame["seq"] = json!(seq);
        frame["now"] = json!(WallTime::now().to_string());
        frame["simulated"] = json!(self.parts.simulated);
        frame["last"] = self.last.clone();
        frame["scenarios_changed"] = json!(*self.parts.catalogue.changes().borrow());
        Event::default().event(name).id(seq.to_string()).data(frame.to_string())
    }
}

/// The view as JSON: what has a state whole, what has a history from where the reader stands.
fn wire_view(view: &LiveView, seen: &mut Seen) -> Value {
    let run = view.run.as_ref().map(|v| v.run);
    if seen.run != run {
        *seen = Seen { run, ended: seen.ended, ..Seen::default() };
    }
    let mut series = json!({ "main": {}, "mini": {}, "gpu": {} });
    for (key, tail) in &view.series {
        let points: Vec<Value> = tail
            .since(seen.series.get(key).copied().unwrap_or(0))
            .map(|p| json!([wire::round(p.at_ms), p.value.map(wire::round)]))
            .collect();
        seen.series.insert(*key, tail.total());
        if !points.is_empty() {
            series[&*key.0.word()][key.1] = Value::Array(points);
        }
    }
    let log: Vec<Value> = view
        .log
        .since(seen.log)
        .map(|(at, level, message)| json!({ "at_ms": wire::ms(*at), "level": level.word(), "message": message }))
        .collect();
    let metrics: Vec<Value> = view.metrics.since(seen.metrics).map(wire::metric).collect();
    let marks: Vec<Value> = view.marks.since(seen.marks).map(wire::timeline_mark).collect();
    (seen.log, seen.metrics, seen.marks) = (view.log.total(), view.metrics.total(), view.marks.total());
    json!({
        // The last run too, after its end: its series are what the charts of a page opened now show.
        "run": view.run.as_ref().map(wire::run_view),
        "queue": view.queue.iter().map(|q| json!({ "run_id": q.run.to_string(), "scenario": q.scenario })).collect::<Vec<_>>(),
        "series": series,
        "log": log,
        "metrics": metrics,
        "marks": marks,
    })
}

#[cfg(test)]
mod tests {
    use tokio_util::task::TaskTracker;

    use super::*;
    use crate::events::{Bus, HostFacts, LogLevel, RunHeader, ScenarioPin};
    use crate::store;

    fn header(run: RunId) -> RunHeader {
        let pin = |text: &str| text.to_owned();
        RunHeader {
            run,
            scenario: ScenarioPin {
                name: pin("dual"),
                version: pin("1"),
                sha256: pin("0"),
                world: pin("w"),
                language: None,
                data_sha256: None,
            },
            params: Vec::new(),
            seed: 1,
            started_at: WallTime::now(),
            simulated: true,
            engines: Vec::new(),
            host: HostFacts::default(),
        }
    }

    #[tokio::test]
    async fn a_run_whose_end_was_missed_ends_in_the_view_all_the_same() {
        let dir = tempfile::tempdir().expect("a folder");
        let config = store::Config { database: dir.path().join("a.db"), journal: dir.path().join("a.jsonl") };
        let store = Arc::new(Store::open(config).await.expect("a store"));
        let ((bus, _lane), stop, tasks) = (Bus::new(), CancellationToken::new(), TaskTracker::new());
        let truth = Truth { supervisor: RunSupervisor::new(1, bus.clone(), stop.clone()), store };
        let (hub, run) = (Arc::new(Hub::default()), RunId::fresh());
        let (_changes, changes) = watch::channel(0);
        let mut tick = hub.tick.subscribe();
        let fold = tasks.spawn(hub.clone().fold(bus.watch(), changes, truth, stop.clone()));
        bus.show(RunEvent::Started(Arc::new(header(run))));
        tick.changed().await.expect("the run begins");
        assert_eq!(hub.lock().unended(), Some(run));
        // More than the lane holds, before the fold gets a turn.
        for n in 0..2_000 {
            bus.show(RunEvent::Log { run, at: Duration::ZERO, level: LogLevel::Info, message: n.to_string() });
        }
        let end = async {
            while hub.lock().unended().is_some() {
                tick.changed().await.expect("it goes on")
            }
        };
        tokio::time::timeout(Duration::from_secs(5), end).await.expect("the view hears of the end");
        stop.cancel();
        fold.await.expect("in order");
    }
}

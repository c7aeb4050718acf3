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
use crate::api::{Parts, wire};
use crate::events::{LiveView, RunEvent, RunId, SeriesKey, WallTime};

/// Between two frames.
const TICK: Duration = Duration::from_millis(100);
/// Between two comments on a silent stream.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Readers at once; more are answered 503.
const WATCHERS: usize = 64;

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
        stop: CancellationToken,
    ) {
        let mut changed = false;
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                event = events.recv() => match event {
                    Ok(event) => {
                        self.lock().apply(&event);
                        changed = true;
                    }
                    // What was missed shows again with the next snapshot of the store; the run's end is not lost,
                    // since `last` comes from there.
                    Err(broadcast::error::RecvError::Lagged(n)) => tracing::debug!("the live view missed {n} events"),
                    Err(broadcast::error::RecvError::Closed) => break,
                },
                Ok(()) = other_changes.changed() => changed = true,
                _ = ticks.tick(), if changed => {
                    changed = false;
                    self.tick.send_modify(|n| *n += 1);
                }
                () = stop.cancelled() => break,
            }
        }
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
            self.last = rows.iter().map(wire::run_row).collect();
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
            series[key.0][key.1] = Value::Array(points);
        }
    }
    let log: Vec<Value> = view
        .log
        .since(seen.log)
        .map(|(at, level, message)| json!({ "at_ms": wire::ms(*at), "level": level.word(), "message": message }))
        .collect();
    let metrics: Vec<Value> = view.metrics.since(seen.metrics).map(wire::metric).collect();
    (seen.log, seen.metrics) = (view.log.total(), view.metrics.total());
    json!({
        "run": view.run.as_ref().map(wire::run_view),
        "queue": view.queue.iter().map(|q| json!({ "run_id": q.run.to_string(), "scenario": q.scenario })).collect::<Vec<_>>(),
        "series": series,
        "log": log,
        "metrics": metrics,
    })
}

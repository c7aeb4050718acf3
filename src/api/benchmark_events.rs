//! A benchmark told as it goes: tokens and measures as they come, what was missed, and the result.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;

use axum::response::sse::Event;
use futures_util::{Stream, stream};
use serde_json::json;
use tokio::sync::broadcast;

use crate::api::benchmark::{Asker, result, stopped};
use crate::api::wire;
use crate::events::{RunEvent, RunHeader, RunId, RunReport};
use crate::measure::Target;
use crate::run::Ticket;

/// Tokens and measures as they come, then the result.
pub(super) fn follow(
    events: broadcast::Receiver<Arc<RunEvent>>,
    ticket: Ticket,
    target: Target,
    asker: Asker,
) -> impl Stream<Item = Result<Event, Infallible>> {
    let following = Following { events, ended: Box::pin(ticket.ended()), asker, header: None };
    stream::unfold(Some(following), move |following| next_event(following, target))
}

type Ended = Pin<Box<dyn Future<Output = Option<Arc<RunReport>>> + Send>>;

struct Following {
    events: broadcast::Receiver<Arc<RunEvent>>,
    ended: Ended,
    asker: Asker,
    /// Once its engines have been asked.
    header: Option<Arc<RunHeader>>,
}

async fn next_event(
    following: Option<Following>,
    target: Target,
) -> Option<(Result<Event, Infallible>, Option<Following>)> {
    let mut following = following?;
    let (run, embedded) = (following.asker.run, following.asker.parts.simulated);
    let report = loop {
        match step(&mut following.events, &mut following.ended, run).await {
            Step::Event(event) => {
                if let RunEvent::Started(header) = &*event
                    && header.run == run
                {
                    following.header = Some(header.clone());
                }
                let own = |target| following.header.as_ref().and_then(|h| h.is_simulated(target));
                if let Some(shown) = show(&event, run, |target| own(target).unwrap_or(embedded)) {
                    return Some((Ok(shown), Some(following)));
                }
            }
            Step::Missed(n) => return Some((Ok(gap(n)), Some(following))),
            Step::End(report) => break report,
        }
    };
    following.asker.answered();
    let last = match report {
        Some(report) => Event::default().event("result").data(result(&report, target).to_string()),
        None => Event::default().event("error").json_data(stopped()).unwrap_or_default(),
    };
    Some((Ok(last), None))
}

#[derive(Debug)]
enum Step {
    Event(Arc<RunEvent>),
    /// So many were dropped before the next one.
    Missed(u64),
    /// `None`: the daemon stops.
    End(Option<Arc<RunReport>>),
}

/// Events first, so that none that came before the end is told after it. The ticket beside them, because the end
/// itself may be among those that were missed.
async fn step(events: &mut broadcast::Receiver<Arc<RunEvent>>, ended: &mut Ended, run: RunId) -> Step {
    tokio::select! {
        biased;
        event = events.recv() => match event {
            Ok(event) if matches!(&*event, RunEvent::Ended(r) if r.header.run == run) => Step::End(ended.await),
            Ok(event) => Step::Event(event),
            Err(broadcast::error::RecvError::Lagged(n)) => Step::Missed(n),
            Err(broadcast::error::RecvError::Closed) => Step::End(ended.await),
        },
        report = &mut *ended => Step::End(report),
    }
}

/// The client read too slowly: so many events, of tokens and measures and others, it has not seen.
fn gap(missed: u64) -> Event {
    Event::default().event("gap").data(json!({ "missed_events": missed }).to_string())
}

fn show(event: &RunEvent, run: RunId, simulated: impl Fn(Target) -> bool) -> Option<Event> {
    match event {
        RunEvent::Text { run: of, exchange, text } if *of == run => {
            Some(Event::default().event("token").data(json!({ "exchange": exchange, "text": text }).to_string()))
        }
        RunEvent::Exchange { run: of, record } if *of == run => {
            let m = &record.measures;
            let value = json!({
                "exchange": record.exchange,
                "target": record.target.word(),
                "warm_up": record.warm_up,
                "simulated": simulated(record.target),
                "ending": record.trace.ending.word(),
                "ttft_ms": m.ttft_ms.map(wire::round),
                "e2e_ms": m.e2e_ms.map(wire::round),
                "tokens_per_second": m.tokens_per_second.map(wire::round),
                "output_tokens": m.output_tokens,
            });
            Some(Event::default().event("measures").data(value.to_string()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_slow_reader_hears_how_much_it_missed_and_still_of_the_end() {
        let (show, mut events) = broadcast::channel(2);
        let run = RunId::fresh();
        for text in ["a", "b", "c", "d", "e"] {
            let event = RunEvent::Text { run, exchange: 0, text: text.to_owned() };
            show.send(Arc::new(event)).expect("somebody listens");
        }
        // The lane stays open, as the daemon's does, and the event of the end never comes.
        let mut ended: Ended = Box::pin(std::future::ready(None));
        let mut steps = Vec::new();
        for _ in 0..4 {
            let next = tokio::time::timeout(std::time::Duration::from_secs(5), step(&mut events, &mut ended, run));
            steps.push(match next.await.expect("it never hangs") {
                Step::Event(event) => matches!(&*event, RunEvent::Text { .. }).then(|| "text".to_owned()),
                Step::Missed(n) => Some(format!("missed {n}")),
                Step::End(_) => Some("end".to_owned()),
            });
        }
        let steps: Vec<String> = steps.into_iter().flatten().collect();
        assert_eq!(steps, ["missed 3", "text", "text", "end"]);
    }
}

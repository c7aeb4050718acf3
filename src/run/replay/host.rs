//! The host of a replayed guest: it answers from the transcript, and from the recorded exchanges once the guest goes its
//! own way. Nothing waits here, and no engine is asked.

use std::future::{pending, ready};
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::stage::{Said, Stage, State, Turn};
use super::streams::Streams;
use crate::events::{Metric, TimelineMark};
use crate::run::guest::{outcome, told_of};
use crate::run::{load as driven, plan, thresholds, wire};
use crate::scenario::{
    BoxFuture, Chunk, Error, ExchangeId, Level, Load, Measures, Outcome, Request, ScenarioHost, Target, TargetInfo,
    Until,
};

pub(super) struct Host {
    pub stage: Arc<Stage>,
    /// Which of the run's guests; 0 is the run itself.
    pub user: u32,
    pub seed: u32,
}

impl Host {
    /// A call that may wait. `followed` sees the recorded answer and its time; `free` makes one.
    fn wait<A: DeserializeOwned + Send + 'static>(
        &self,
        call: &str,
        asked: impl Serialize,
        followed: impl FnOnce(&mut Streams, &A, Duration),
        free: impl FnOnce(&mut Streams, &mut State) -> A,
    ) -> BoxFuture<'_, A> {
        let (turn, _) = self.stage.turn::<A>(self.user, call, &asked, true);
        let answer = match turn {
            Turn::Recorded(answer, at) => {
                self.stage.with_streams(|streams, _| followed(streams, &answer, at));
                Some(answer)
            }
            Turn::Free => self.stage.with_streams(free),
            Turn::Over => None,
        };
        match answer {
            Some(answer) => Box::pin(ready(answer)),
            None => Box::pin(pending()),
        }
    }

    /// A call that is answered at once; `None`: not from the transcript.
    fn now<A: DeserializeOwned>(&self, call: &str, asked: impl Serialize) -> Option<A> {
        match self.stage.turn::<A>(self.user, call, &asked, false).0 {
            Turn::Recorded(answer, _) => Some(answer),
            Turn::Free | Turn::Over => None,
        }
    }

    /// What the guest tells: its time of record, and its place in the transcript.
    fn said(&self, call: &str, asked: impl Serialize) -> Option<(Duration, usize)> {
        match self.stage.turn::<()>(self.user, call, &asked, false) {
            (Turn::Recorded((), at), place) => Some((at, place)),
            (Turn::Free, place) => Some((self.stage.with_streams(|s, _| s.now())?, place)),
            (Turn::Over, _) => None,
        }
    }

    fn measure_freely(&self, streams: &mut Streams, state: &mut State, asked: &Asked) -> Result<Vec<Outcome>, Error> {
        let together = asked.loads.len() > 1;
        let mut outcomes = Vec::with_capacity(asked.loads.len());
        for load in &asked.loads {
            let target = plan::target(load.target);
            for _ in 0..load.warm_up {
                streams.take(target, &state.phase, true, together)?;
            }
            let wanted = match asked.until {
                Until::Repetitions(n) => n,
                // How many there would have been in that time, nobody knows: all that are left.
                Until::Seconds(_) => streams.left(target).max(1),
            };
            let taken = (0..wanted).map(|_| streams.take(target, &state.phase, false, together));
            let ids = taken.collect::<Result<Vec<_>, _>>()?;
            let records: Vec<_> = ids.into_iter().filter_map(|id| streams.finish(id)).collect();
            state.loads.push(driven::asked(&state.phase, load, records.len() as u32, 0));
            outcomes.push(outcome(load.target, &records, 0));
        }
        Ok(outcomes)
    }
}

struct Asked {
    loads: Vec<Load>,
    until: Until,
}

fn released() -> Error {
    Error::Invalid("this exchange was released already".into())
}

impl ScenarioHost for Host {
    fn start(&self, target: Target, request: Request) -> BoxFuture<'_, Result<ExchangeId, Error>> {
        let asked = (target, self.stage.texts.request(&request));
        self.wait(
            "start",
            asked,
            |streams, answer: &Result<ExchangeId, Error>, _| answer.iter().for_each(|id| streams.follow(*id)),
            |streams, state| {
                let target = plan::target(target);
                let together = streams.in_company(target);
                streams.take(target, &state.phase, request.warm_up, together)
            },
        )
    }

    fn next(&self, id: ExchangeId) -> BoxFuture<'_, Result<Option<Chunk>, Error>> {
        self.wait(
            "next",
            (id,),
            |streams, answer: &Result<Option<Chunk>, Error>, _| {
                if let Ok(Some(_)) = answer {
                    streams.follow_chunk(id);
                }
            },
            |streams, _| Ok(streams.next(id)),
        )
    }

    fn wait_any(&self, ids: Vec<ExchangeId>) -> BoxFuture<'_, Vec<u32>> {
        self.wait("wait-any", (ids.clone(),), |_, _, _| {}, |streams, _| streams.first(&ids))
    }

    fn finish(&self, id: ExchangeId) -> BoxFuture<'_, Result<Measures, Error>> {
        self.wait(
            "finish",
            (id,),
            |streams, _, _| {
                streams.finish(id);
            },
            |streams, _| streams.finish(id).map(|r| wire::measures(&r)).ok_or_else(released),
        )
    }

    fn text(&self, id: ExchangeId) -> String {
        match self.now::<(usize, String)>("text", (id,)) {
            Some((from, more)) => self.stage.grown(id, from, &more),
            None => self.stage.with_streams(|streams, _| streams.text(id)).unwrap_or_default(),
        }
    }

    fn cancel(&self, id: ExchangeId) {
        self.now::<()>("cancel", (id,));
    }

    fn release(&self, _id: ExchangeId) {}

    fn measure_loads(&self, loads: Vec<Load>, until: Until) -> BoxFuture<'_, Result<Vec<Outcome>, Error>> {
        let texts = (self.stage.texts.loads(&loads), until);
        let asked = Asked { loads, until };
        self.wait(
            "measure-loads",
            texts,
            |streams, _, at| streams.follow_until(at),
            |streams, state| self.measure_freely(streams, state, &asked),
        )
    }

    fn info(&self, target: Target) -> Result<TargetInfo, Error> {
        self.now("info", (target,)).unwrap_or_else(|| {
            let facts = self.stage.engines.iter().find(|e| e.role == plan::target(target));
            let none = || Error::NotConfigured(format!("replay: the recorded run had no `{}`", target.word()));
            facts.map(told_of).ok_or_else(none)
        })
    }

    fn seed(&self) -> u32 {
        self.seed
    }

    fn elapsed(&self) -> Duration {
        let now = || self.stage.with_streams(|streams, _| streams.now());
        self.now("elapsed-ms", ()).or_else(now).unwrap_or_default()
    }

    fn clock(&self, _elapsed: Duration) -> Duration {
        self.stage.clock(self.user)
    }

    fn of_user(&self, index: u32) -> Option<Arc<dyn ScenarioHost>> {
        let user = self.stage.users.lane(index);
        Some(Arc::new(Host { stage: self.stage.clone(), user, seed: self.seed }))
    }

    fn round(&self, done: u32, more: bool) -> bool {
        match self.stage.turn(self.user, "round", &(done,), false).0 {
            Turn::Recorded(again, _) => again,
            Turn::Free => more,
            Turn::Over => false,
        }
    }

    fn phase(&self, name: String) {
        if self.said("phase", (&name,)).is_some() {
            self.stage.phase(name);
        }
    }

    fn progress(&self, _done: u32, _total: u32) {}

    fn log(&self, level: Level, message: String) {
        self.now::<()>("log", (level, self.stage.texts.text(&message)));
    }

    fn metric(&self, name: String, value: f64, unit: String) {
        if let Some((at, place)) = self.said("metric", (&name, value, &unit)) {
            self.stage.said(place, Said::Metric(Metric { at, name, value, unit }));
        }
    }

    fn mark(&self, name: String) {
        if let Some((at, place)) = self.said("mark", (&name,)) {
            self.stage.said(place, Said::Mark(TimelineMark { at, name }));
        }
    }

    fn count(&self, name: String, by: f64) {
        if let Some((_, place)) = self.said("count", (&name, by)) {
            self.stage.said(place, Said::Count(name, by));
        }
    }

    fn threshold(&self, expression: String) -> Result<(), String> {
        let (turn, place) = self.stage.turn(self.user, "threshold", &(&expression,), false);
        let targets = self.stage.free.as_deref();
        let answer = match turn {
            Turn::Recorded(answer, _) => answer,
            Turn::Free => thresholds::stated(&expression, targets.unwrap_or_default()).map(|_| ()),
            Turn::Over => return Ok(()),
        };
        if let (Ok(()), Ok(threshold)) = (&answer, crate::measure::Threshold::parse(&expression)) {
            self.stage.said(place, Said::Threshold(threshold));
        }
        answer
    }

    fn void_run(&self, reason: String) {
        if let Some((_, place)) = self.said("void-run", (&reason,)) {
            self.stage.said(place, Said::Void(reason));
        }
    }
}

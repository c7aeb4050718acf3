//! Stands between a guest and its run, and notes each call with its answer. What decides nothing in the record is not
//! noted: progress, the seed, and the moment at which a handle is dropped.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use super::tape::Tape;
use crate::run::guest::Guest;
use crate::scenario::{
    BoxFuture, Chunk, Error, ExchangeId, Level, Load, Measures, Outcome, Request, ScenarioHost, Target, TargetInfo,
    Until,
};

pub(in crate::run) struct Recorder {
    pub guest: Guest,
    pub tape: Arc<Tape>,
    /// Which of the run's guests; 0 is the run itself.
    pub user: u32,
}

impl Recorder {
    fn wait<'a, A: Serialize + Send + 'a>(
        &'a self,
        call: &'static str,
        asked: impl Serialize + Send + 'a,
        answer: BoxFuture<'a, A>,
    ) -> BoxFuture<'a, A> {
        Box::pin(async move {
            let answer = self.answered(answer).await;
            self.tape.call(self.user, call, &asked, Some(&answer));
            answer
        })
    }

    /// An answer that does not come any more is a stop.
    async fn answered<A>(&self, answer: impl Future<Output = A>) -> A {
        let mut waiting = Waiting(Some(self));
        let answer = answer.await;
        waiting.0 = None;
        answer
    }

    fn now<A: Serialize>(&self, call: &'static str, asked: impl Serialize, answer: impl FnOnce(&Guest) -> A) -> A {
        self.see_stop();
        let answer = answer(&self.guest);
        self.tape.call(self.user, call, &asked, Some(&answer));
        answer
    }

    fn said(&self, call: &'static str, asked: impl Serialize, tell: impl FnOnce(&Guest) -> Duration) {
        self.see_stop();
        self.tape.said(self.user, call, &asked, || tell(&self.guest));
    }

    fn see_stop(&self) {
        if self.guest.0.is_stopping() {
            self.tape.stop(self.user);
        }
    }
}

struct Waiting<'a>(Option<&'a Recorder>);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if let Some(recorder) = self.0 {
            recorder.tape.stop(recorder.user);
        }
    }
}

impl ScenarioHost for Recorder {
    fn start(&self, target: Target, request: Request) -> BoxFuture<'_, Result<ExchangeId, Error>> {
        let asked = (target, self.tape.texts.request(&request));
        self.wait("start", asked, self.guest.start(target, request))
    }

    fn next(&self, id: ExchangeId) -> BoxFuture<'_, Result<Option<Chunk>, Error>> {
        Box::pin(async move {
            let answer = self.answered(self.guest.next(id)).await;
            let noted = answer.as_ref().map(|chunk| chunk.as_ref().map(|chunk| self.tape.texts.chunk(chunk)));
            self.tape.call(self.user, "next", &(id,), Some(&noted));
            answer
        })
    }

    fn wait_any(&self, ids: Vec<ExchangeId>) -> BoxFuture<'_, Vec<u32>> {
        self.wait("wait-any", (ids.clone(),), self.guest.wait_any(ids))
    }

    fn finish(&self, id: ExchangeId) -> BoxFuture<'_, Result<Measures, Error>> {
        self.wait("finish", (id,), self.guest.finish(id))
    }

    fn text(&self, id: ExchangeId) -> String {
        self.see_stop();
        let text = self.guest.text(id);
        let from = self.tape.new_text(id, &text);
        self.tape.call(self.user, "text", &(id,), Some(&(from, self.tape.texts.text(&text[from..]))));
        text
    }

    fn cancel(&self, id: ExchangeId) {
        self.now("cancel", (id,), |guest| guest.cancel(id));
    }

    fn release(&self, id: ExchangeId) {
        self.guest.release(id);
    }

    fn measure_loads(&self, loads: Vec<Load>, until: Until) -> BoxFuture<'_, Result<Vec<Outcome>, Error>> {
        let asked = (self.tape.texts.loads(&loads), until);
        self.wait("measure-loads", asked, self.guest.measure_loads(loads, until))
    }

    fn info(&self, target: Target) -> Result<TargetInfo, Error> {
        self.now("info", (target,), |guest| guest.info(target))
    }

    fn seed(&self) -> u32 {
        self.guest.seed()
    }

    fn elapsed(&self) -> Duration {
        self.now("elapsed-ms", (), Guest::elapsed)
    }

    fn clock(&self, elapsed: Duration) -> Duration {
        self.tape.clock(self.user, elapsed)
    }

    fn of_user(&self, index: u32) -> Option<Arc<dyn ScenarioHost>> {
        let (guest, tape) = (Guest(self.guest.0.clone()), self.tape.clone());
        let user = self.tape.users.lane(index);
        Some(Arc::new(Recorder { guest, tape, user }))
    }

    fn round(&self, done: u32, more: bool) -> bool {
        self.now("round", (done,), |_| more)
    }

    fn phase(&self, name: String) {
        self.said("phase", (&name,), |guest| guest.0.set_phase(name.clone()));
    }

    fn progress(&self, done: u32, total: u32) {
        self.guest.progress(done, total);
    }

    fn log(&self, level: Level, message: String) {
        let asked = (level, self.tape.texts.text(&message).into_owned());
        self.now("log", asked, |guest| guest.log(level, message));
    }

    fn metric(&self, name: String, value: f64, unit: String) {
        self.said("metric", (&name, value, &unit), |guest| guest.0.add_metric(name.clone(), value, unit.clone()));
    }

    fn mark(&self, name: String) {
        self.said("mark", (&name,), |guest| guest.0.add_mark(name.clone()));
    }

    fn count(&self, name: String, by: f64) {
        self.said("count", (&name, by), |guest| guest.0.add_count(name.clone(), by));
    }

    fn threshold(&self, expression: String) -> Result<(), String> {
        self.now("threshold", (&expression,), |guest| guest.threshold(expression.clone()))
    }

    fn void_run(&self, reason: String) {
        self.now("void-run", (&reason,), |guest| guest.void_run(reason.clone()));
    }
}

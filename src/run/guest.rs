//! The session as the guest sees it: each call of the world, answered.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::select_all;

use crate::events::{EngineFacts, ExchangeRecord, LogLevel};
use crate::measure::{self, Distribution, Percentile};
use crate::run::load;
use crate::run::session::{Asked, Open, Session};
use crate::run::{plan, wire};
use crate::scenario::{
    self, BoxFuture, Chunk, Digest, Error, ExchangeId, Level, Load, Measures, Outcome, Request, ScenarioHost,
    TargetInfo, Until,
};

/// The session, shared with the guest's store.
pub(super) struct Guest(pub Arc<Session>);

impl Guest {
    fn find(&self, id: ExchangeId) -> Result<Arc<Open>, Error> {
        self.0.open().get(&id).cloned().ok_or_else(|| Error::Invalid("this exchange was released already".into()))
    }
}

impl ScenarioHost for Guest {
    fn start(&self, target: scenario::Target, request: Request) -> BoxFuture<'_, Result<ExchangeId, Error>> {
        Box::pin(async move {
            let asked =
                Asked { warm_up: request.warm_up, together: self.others_open(target), planned: None, follow: true };
            if request.warm_up {
                self.0.warming()
            } else {
                self.0.measuring()
            }
            self.0.begin(target, &request, asked).await.map(|(id, _)| id)
        })
    }

    fn next(&self, id: ExchangeId) -> BoxFuture<'_, Result<Option<Chunk>, Error>> {
        Box::pin(async move {
            let open = self.find(id)?;
            let Some(follower) = &open.follower else { return Ok(None) };
            Ok(follower.next().await.map(wire::chunk))
        })
    }

    fn wait_any(&self, ids: Vec<ExchangeId>) -> BoxFuture<'_, Vec<u32>> {
        Box::pin(async move {
            let open: Vec<Option<Arc<Open>>> = ids.iter().map(|id| self.find(*id).ok()).collect();
            let ready =
                |o: &Option<Arc<Open>>| o.as_ref().and_then(|o| o.follower.as_ref()).is_none_or(|f| f.is_ready());
            loop {
                let now: Vec<u32> = open.iter().enumerate().filter(|(_, o)| ready(o)).map(|(i, _)| i as u32).collect();
                if !now.is_empty() || open.is_empty() {
                    return now;
                }
                let waits = open.iter().flatten().filter_map(|o| o.follower.as_ref()).map(|f| Box::pin(f.wait_ready()));
                select_all(waits).await;
            }
        })
    }

    fn finish(&self, id: ExchangeId) -> BoxFuture<'_, Result<Measures, Error>> {
        Box::pin(async move {
            let open = self.find(id)?;
            let mut record = open.record.subscribe();
            let record = record.wait_for(Option::is_some).await.map_err(|_| Error::Stopping)?;
            record.as_ref().map(|r| wire::measures(r)).ok_or(Error::Stopping)
        })
    }

    fn text(&self, id: ExchangeId) -> String {
        self.find(id).ok().and_then(|o| o.follower.as_ref().map(|f| f.text())).unwrap_or_default()
    }

    fn cancel(&self, id: ExchangeId) {
        if let Ok(open) = self.find(id) {
            open.cancel.cancel();
        }
    }

    fn release(&self, id: ExchangeId) {
        if let Some(open) = self.0.open().remove(&id) {
            open.cancel.cancel();
        }
    }

    fn measure_loads(&self, loads: Vec<Load>, until: Until) -> BoxFuture<'_, Result<Vec<Outcome>, Error>> {
        Box::pin(async move {
            let targets: Vec<scenario::Target> = loads.iter().map(|l| l.target).collect();
            let driven = load::drive(&self.0, loads, until).await?;
            if self.0.is_stopping() {
                return Err(Error::Stopping);
            }
            let records = |d: &load::Driven| d.exchanges.iter().filter_map(|id| self.0.record(*id)).collect::<Vec<_>>();
            Ok(targets.into_iter().zip(driven).map(|(target, d)| outcome(target, &records(&d), d.shed)).collect())
        })
    }

    fn info(&self, target: scenario::Target) -> Result<TargetInfo, Error> {
        let target = plan::target(target);
        let facts = self.0.facts(target);
        let facts = facts.ok_or_else(|| Error::NotConfigured(format!("no `{target}` is configured")))?;
        Ok(told_of(facts))
    }

    fn seed(&self) -> u32 {
        self.0.seed()
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed_since_origin()
    }

    fn phase(&self, name: String) {
        self.0.set_phase(name);
    }

    fn progress(&self, done: u32, total: u32) {
        self.0.tell_progress(done, total);
    }

    fn log(&self, level: Level, message: String) {
        let level = match level {
            Level::Debug => LogLevel::Debug,
            Level::Info => LogLevel::Info,
            Level::Warn => LogLevel::Warn,
            Level::Error => LogLevel::Error,
        };
        self.0.say(level, message);
    }

    fn metric(&self, name: String, value: f64, unit: String) {
        self.0.add_metric(name, value, unit);
    }

    fn mark(&self, name: String) {
        self.0.add_mark(name);
    }

    fn count(&self, name: String, by: f64) {
        self.0.add_count(name, by);
    }

    fn threshold(&self, expression: String) -> Result<(), String> {
        self.0.add_threshold(&expression)
    }

    fn void_run(&self, reason: String) {
        self.0.add_void(reason);
    }
}

impl Guest {
    /// Whether an exchange of another target is open: what the guest starts now is in company.
    fn others_open(&self, target: scenario::Target) -> bool {
        let target = plan::target(target);
        self.0.open().values().any(|o| o.target != target && o.record.borrow().is_none())
    }
}

/// What an engine told of itself, for a guest.
pub(super) fn told_of(facts: &EngineFacts) -> TargetInfo {
    let identity = facts.identity.clone().unwrap_or_default();
    TargetInfo {
        model: identity.model,
        dialect: facts.dialect.clone(),
        context_tokens: identity.context_tokens,
        simulated: facts.simulated,
    }
}

/// What came of a load, from its measured exchanges.
pub(super) fn outcome(target: scenario::Target, records: &[Arc<ExchangeRecord>], shed: u32) -> Outcome {
    let timed: Vec<_> = records.iter().map(|r| r.timed()).collect();
    let s = measure::summarise(plan::target(target), &timed);
    let answers = records.iter().filter(|r| !r.warm_up).filter_map(|r| r.answer.as_ref());
    let pipeline = measure::summarise_pipeline(answers);
    Outcome {
        target,
        complete: s.counts.complete + s.counts.length,
        failed: s.counts.failed + s.counts.cancelled,
        shed,
        ttft_ms: digest(s.ttft_ms.as_ref()),
        e2e_ms: digest(s.e2e_ms.as_ref()),
        itl_ms: digest(s.itl_ms.as_ref()),
        tokens_per_second: digest(s.tokens_per_second.as_ref()),
        prefill_tokens_per_second: digest(s.prefill_tokens_per_second.as_ref()),
        // An engine has no intent, so n is 0.
        intent_to_first_token_ms: digest(pipeline.as_ref().and_then(|p| p.intent_to_first_token_ms.as_ref())),
        intent_to_answer_ms: digest(pipeline.as_ref().and_then(|p| p.intent_to_answer_ms.as_ref())),
        throughput_tokens_per_second: s.throughput_tokens_per_second,
    }
}

fn digest(d: Option<&Distribution>) -> Digest {
    let percentile = |p: Percentile| d.and_then(|d| d.percentile(p));
    Digest {
        n: d.map_or(0, |d| d.n as u32),
        min: d.map(|d| d.min),
        mean: d.map(|d| d.mean),
        median: d.map(|d| d.median),
        max: d.map(|d| d.max),
        p50: percentile(Percentile::P50),
        p90: percentile(Percentile::P90),
        p95: percentile(Percentile::P95),
        p99: percentile(Percentile::P99),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guest_sees_a_percentile_only_above_its_floor() {
        let values = |n: u32| digest(Distribution::of((0..n).map(f64::from)).as_ref());
        let (few, enough) = (values(129), values(130));
        assert_eq!((few.n, few.p50, few.p95), (129, Some(64.0), None));
        assert!(enough.p95.is_some_and(|p| (p - 122.55).abs() < 1e-9) && enough.p99.is_none());
    }

    #[test]
    fn a_digest_of_nothing_has_no_figure() {
        let none = digest(None);
        assert_eq!((none.n, none.median, none.p50), (0, None, None));
    }
}

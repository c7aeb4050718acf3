//! One target in a journal line: its distributions (DIST), its ledger, and what it loses to the other engine.

use serde_json::{Map, Value, json};

use crate::measure::{
    AskedArrival, AskedLoad, Counts, Distribution, Interference, LedgerSummary, Percentile, Precision, SlowDown,
    SourcesDiffer, TargetSummary,
};

/// The percentiles of a DIST in the order of their keys: the documented ones first.
const ORDER: [Percentile; 6] =
    [Percentile::P50, Percentile::P90, Percentile::P95, Percentile::P99, Percentile::P97, Percentile::P999];

/// The object under `targets.<target>`.
pub fn target(s: &TargetSummary) -> Value {
    json!({
        "exchanges": exchanges(&s.counts),
        "population": s.population.word(),
        "ttft_ms": dist(&s.ttft_ms),
        "ttfo_ms": dist(&s.ttfo_ms),
        "itl_ms": dist(&s.itl_ms),
        "icl_ms": dist(&s.icl_ms),
        "tpot_ms": dist(&s.tpot_ms),
        "e2e_ms": dist(&s.e2e_ms),
        "tokens_per_second": dist(&s.tokens_per_second),
        "prefill_tokens_per_second": dist(&s.prefill_tokens_per_second),
        "output_tokens": s.ledger.primary.map(|_| s.output_tokens),
        "throughput_tokens_per_second": s.throughput_tokens_per_second,
        "ledger": ledger(&s.ledger),
        "headers_ms": dist(&s.headers_ms),
        "connect_ms": dist(&s.connect_ms),
        "start_delay_ms": dist(&s.start_delay_ms),
        "ttft_from_planned_ms": dist(&s.ttft_from_planned_ms),
        "e2e_from_planned_ms": dist(&s.e2e_from_planned_ms),
        "e2e_tokens_per_second": dist(&s.e2e_tokens_per_second),
        "engine_tokens_per_second": dist(&s.engine_tokens_per_second),
        "rate_is_upper_bound": s.rate_is_upper_bound,
        "prompt_tokens": s.prompt_tokens,
        "cached_prompt_tokens": s.cached_prompt_tokens,
        "concurrency": s.concurrency,
        "achieved_rate_per_second": s.achieved_rate_per_second,
        "chunks": s.chunks,
        "coalesced": (s.chunks > 0).then(|| s.coalesced as f64 / s.chunks as f64),
    })
}

fn exchanges(c: &Counts) -> Value {
    json!({
        "complete": c.complete,
        "length": c.length,
        "failed": c.failed,
        "cancelled": c.cancelled,
        "warm_up": c.warm_up,
    })
}

fn ledger(l: &LedgerSummary) -> Value {
    json!({
        "primary": l.primary.map(|s| s.word()),
        "timings": l.timings,
        "usage": l.usage,
        "tokenizer": l.tokenizer,
        "chunks": l.chunks,
        "disagreements": l.disagreements,
        "disagree": l.disagree.iter().map(disagree).collect::<Vec<_>>(),
    })
}

fn disagree(d: &SourcesDiffer) -> Value {
    let ((primary, said), (other, told)) = (d.largest.primary, d.largest.other);
    json!({ "exchanges": d.exchanges, "largest": { primary.word(): said, other.word(): told } })
}

/// What was asked of the target, beside what came of it. Null parts belong to the other kinds of arrival.
pub fn asked_load(load: &AskedLoad) -> Value {
    let stage = |(seconds, rate): &(f64, f64)| json!({ "seconds": seconds, "rate_per_second": rate });
    let (word, concurrency, rate, max_open, staged) = match &load.arrival {
        AskedArrival::Closed { concurrency } => ("closed", Some(concurrency), None, None, None),
        AskedArrival::Open { rate_per_second, spacing, max_open } => {
            (*spacing, None, Some(rate_per_second), Some(max_open), None)
        }
        AskedArrival::Staged { from_per_second, stages, spacing, max_open } => (
            *spacing,
            None,
            None,
            Some(max_open),
            Some((from_per_second, stages.iter().map(stage).collect::<Vec<_>>())),
        ),
    };
    let (from, stages) = staged.unzip();
    json!({
        "phase": load.phase,
        "requests": load.requests,
        "arrival": word,
        "concurrency": concurrency,
        "rate_per_second": rate,
        "from_per_second": from,
        "stages": stages,
        "max_open": max_open,
        "times": load.times,
        "started": load.started,
        "shed": load.shed,
        "precision": load.precision.as_ref().map(precision),
    })
}

/// Shares of the median.
fn precision(p: &Precision) -> Value {
    json!({ "asked": p.asked, "reached": p.reached, "repetitions_asked": p.repetitions_asked })
}

/// A DIST; null of no values.
pub fn dist(distribution: &Option<Distribution>) -> Value {
    let Some(d) = distribution else { return Value::Null };
    let mut out = Map::new();
    out.insert("n".into(), d.n.into());
    out.insert("min".into(), d.min.into());
    out.insert("mean".into(), d.mean.into());
    out.insert("median".into(), d.median.into());
    out.insert("max".into(), d.max.into());
    for p in ORDER {
        out.insert(p.name().into(), d.percentile(p).into());
    }
    out.insert("ci95_median".into(), interval(d.median_interval));
    let below = ORDER.into_iter().filter(|p| d.n < p.floor());
    out.insert(
        "needs".into(),
        below.map(|p| (p.name().to_owned(), Value::from(p.floor()))).collect::<Map<_, _>>().into(),
    );
    Value::Object(out)
}

/// One direction of `interference`.
pub fn interference(i: &Interference) -> Value {
    let mut out = Map::new();
    out.insert("target".to_owned(), i.target.word().into());
    out.insert("other".to_owned(), i.other.word().into());
    out.extend(i.cells().map(|(cell, s)| (cell.to_owned(), slow_down(s))));
    out.insert("overlap".to_owned(), i.overlap.into());
    Value::Object(out)
}

fn slow_down(s: &Option<SlowDown>) -> Value {
    let Some(s) = s else { return Value::Null };
    json!({
        "n_alone": s.n_alone,
        "n_together": s.n_together,
        "alone": s.alone,
        "together": s.together,
        "factor": s.factor,
        "ci95": interval(s.interval),
    })
}

fn interval(i: Option<(f64, f64)>) -> Value {
    i.map_or(Value::Null, |(low, high)| json!([low, high]))
}

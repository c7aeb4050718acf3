//! The JSON of the API: our words, converted by hand.

use std::time::Duration;

use serde_json::{Value, json};

use crate::events::{Metric, RunState, RunView, TimelineMark};
use crate::measure::{Ledger, OutputClaims, StageSpan, Verdict};
use crate::scenario;
use crate::store::{Baseline, ExchangeRow, Headline, Label, LogRow, Mark, RunRow, Store, StoreError};

/// Milliseconds, to the µs.
pub(super) fn ms(d: Duration) -> f64 {
    round(d.as_secs_f64() * 1e3)
}

/// To three places: more are noise on the wire.
pub(super) fn round(v: f64) -> f64 {
    (v * 1e3).round() / 1e3
}

pub(super) fn guest_target(target: scenario::Target) -> &'static str {
    match target {
        scenario::Target::Main => "main",
        scenario::Target::Mini => "mini",
        scenario::Target::Pipeline => "pipeline",
    }
}

pub(super) fn metric(m: &Metric) -> Value {
    json!({ "at_ms": ms(m.at), "name": m.name, "value": m.value, "unit": m.unit })
}

pub(super) fn timeline_mark(m: &TimelineMark) -> Value {
    json!({ "at_ms": ms(m.at), "name": m.name })
}

pub(super) fn run_view(v: &RunView) -> Value {
    let mut activity = json!({});
    let mut since = json!({});
    let mut rate = json!({});
    for p in &v.pulses {
        activity[p.target.word()] = json!(p.activity.word());
        since[p.target.word()] = json!(p.since_last_byte.map(ms));
        rate[p.target.word()] = json!(p.rate.map(round));
    }
    json!({
        "run_id": v.run.to_string(),
        "scenario": v.scenario,
        "simulated": v.simulated,
        "state": v.state.word(),
        "phase": v.phase,
        "done": v.done,
        "total": v.total,
        "elapsed_ms": ms(v.elapsed),
        "counters": v.counters,
        "activity": activity,
        "since_last_byte_ms": since,
        "events_per_second": rate,
    })
}

/// Rows as a list tells them, each with what is kept about it.
pub(super) async fn run_rows(store: &Store, rows: &[RunRow]) -> Result<Vec<Value>, StoreError> {
    let ids = rows.iter().map(|r| r.run);
    let (Some(from), Some(to)) = (ids.clone().min(), ids.max()) else { return Ok(Vec::new()) };
    let labels = store.labels(from, to).await?;
    let none = Label::default();
    Ok(rows.iter().map(|row| run_row(row, labels.get(&row.run).unwrap_or(&none))).collect())
}

fn run_row(r: &RunRow, label: &Label) -> Value {
    let headline =
        |h: &Headline| json!({ "ttft_ms": h.ttft_ms.map(round), "tokens_per_second": h.tokens_per_second.map(round) });
    json!({
        "run_id": r.run.to_string(),
        "scenario": r.scenario,
        "version": r.version,
        "sha256": r.sha256,
        "state": r.state.map(RunState::word),
        "verdict": r.verdict.as_ref().map(|v| json!({ "state": v.word(), "reasons": v.reasons() })),
        "started_at": r.started_at.to_string(),
        "duration_ms": r.duration_ms.map(round),
        "simulated": r.simulated,
        "simulated_engines": { "main": label.main_simulated, "mini": label.mini_simulated },
        "headline": { "main": headline(&r.main), "mini": headline(&r.mini) },
        "models": { "main": label.main_model, "mini": label.mini_model },
        "tags": label.tags,
        "note": label.note,
        "reasons_for_null": row_reasons(r),
    })
}

pub(super) fn mark(m: &Mark) -> Value {
    json!({ "tags": m.tags, "note": m.note, "removed": m.removed })
}

/// Field path → why it is null, for each that is.
fn row_reasons(r: &RunRow) -> Value {
    let mut reasons = json!({});
    for (target, headline) in [("main", &r.main), ("mini", &r.mini)] {
        for (field, value) in [("ttft_ms", headline.ttft_ms), ("tokens_per_second", headline.tokens_per_second)] {
            if value.is_none() {
                reasons[format!("headline.{target}.{field}")] = json!(no_headline(r, target));
            }
        }
    }
    if r.duration_ms.is_none() {
        reasons["duration_ms"] = json!(unended(r.state));
    }
    if r.verdict.is_none() {
        reasons["verdict"] = json!(match r.state {
            Some(state) if state.is_final() => format!("only a finished run is judged; this one was {}", state.word()),
            state => unended(state).to_owned(),
        });
    }
    reasons
}

fn no_headline(r: &RunRow, target: &str) -> String {
    match (r.state, &r.verdict) {
        (_, Some(v)) if !v.reasons().is_empty() => void(v),
        (Some(state), _) if state.is_final() => match state {
            RunState::Finished => format!("{target} was not asked, or too little came of it for this figure"),
            _ => format!("the run was {}", state.word()),
        },
        (state, _) => unended(state).to_owned(),
    }
}

fn unended(state: Option<RunState>) -> &'static str {
    if state.is_some() { "the run has not ended yet" } else { "a newer dualbench wrote this run" }
}

/// Why no figure of a void run is told alone.
pub(super) fn void(verdict: &Verdict) -> String {
    format!("the run is void, its figures must not be compared: {}", verdict.reasons().join("; "))
}

pub(super) fn baseline(b: &Baseline) -> Value {
    json!({
        "name": b.name,
        "scenario": b.scenario,
        "fingerprint": b.fingerprint,
        "run_id": b.run.to_string(),
        "pinned_at": b.pinned_at.to_string(),
    })
}

/// `stages` of an answer of the pipeline.
pub(super) fn exchange_row(e: &ExchangeRow, simulated: bool, stages: Option<&[StageSpan]>) -> Value {
    json!({
        "exchange": e.exchange,
        "target": e.target.word(),
        "simulated": simulated,
        "phase": e.phase,
        "warm_up": e.warm_up,
        "company": if e.together { "together" } else { "alone" },
        "sent_ms": ms(e.sent),
        "connect_ms": ms(e.connect),
        "start_delay_ms": ms(e.start_delay),
        "headers_ms": e.headers.map(ms),
        "ending": e.ending.word(),
        "detail": e.ending.detail(),
        "ttft_ms": e.ttft_ms.map(round),
        "ttfo_ms": e.ttfo_ms.map(round),
        "e2e_ms": e.e2e_ms.map(round),
        "tokens_per_second": e.tokens_per_second.map(round),
        "tpot_ms": e.tpot_ms.map(round),
        "prefill_tokens_per_second": e.prefill_tokens_per_second.map(round),
        "output_tokens": e.output_tokens,
        "prompt_tokens": e.prompt_tokens,
        "cached_prompt_tokens": e.cached_prompt_tokens,
        "chunks": e.chunks,
        "claims": claims(&e.claims),
        "disagrees": Ledger { claims: e.claims, chunks: e.chunks }.disagreement().is_some(),
        "stages": stages.map(|all| all.iter().map(stage).collect::<Vec<_>>()),
    })
}

/// What each source says of the output tokens.
pub(super) fn claims(c: &OutputClaims) -> Value {
    json!({ "timings": c.timings, "usage": c.usage, "tokenizer": c.tokenizer })
}

/// Counted from the intent.
pub(super) fn stage(s: &StageSpan) -> Value {
    json!({
        "stage": s.stage.word(),
        "start_ms": ms(s.start),
        "end_ms": ms(s.end),
        "first_token_ms": s.first_token.map(ms),
        "prompt_tokens": s.prompt_tokens,
        "output_tokens": s.output_tokens,
        "error": s.error,
    })
}

pub(super) fn log_row(l: &LogRow) -> Value {
    json!({ "at_ms": ms(l.at), "level": l.level.word(), "message": l.message })
}

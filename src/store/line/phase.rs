//! The course of a run in a journal line: its phases, and what drifted over it.

use serde_json::{Value, json};

use crate::measure::{Drift, PhaseSummary};

/// One target in one phase; medians.
pub fn phase(p: &PhaseSummary) -> Value {
    json!({
        "phase": p.phase,
        "target": p.target.word(),
        "n": p.n,
        "failed": p.failed,
        "ttft_ms": p.ttft_ms,
        "tokens_per_second": p.tokens_per_second,
        "prefill_tokens_per_second": p.prefill_tokens_per_second,
        "prompt_tokens": p.prompt_tokens,
        "throughput_tokens_per_second": p.throughput_tokens_per_second,
        "concurrency": p.concurrency,
        "achieved_rate_per_second": p.achieved_rate_per_second,
        "vram_at_peak_bytes": p.vram_at_peak_bytes,
    })
}

pub fn drift(d: &Drift) -> Value {
    json!({
        "target": d.target.map(|t| t.word()),
        "measure": d.measure,
        "n": d.n,
        "mean": d.mean,
        "per_hour": d.per_hour,
        "ci95": d.interval.map(|(low, high)| [low, high]),
    })
}

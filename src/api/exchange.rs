//! `GET /api/runs/{run}/exchanges/{exchange}`: one exchange whole, every chunk with its stamp.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use crate::api::error::Problem;
use crate::api::refusals::NotFound;
use crate::api::{Parts, runs, schemas, wire};
use crate::events::ExchangeRecord;
use crate::measure::{Answer, ChunkKind, Trace, ms};

/// One exchange, every stamp of it
#[utoipa::path(
    get,
    path = "/api/runs/{run}/exchanges/{exchange}",
    operation_id = "exchange",
    tag = "runs",
    params(
        ("run" = String, Path, description = "A run's id, as `/api/runs` tells them"),
        ("exchange" = String, Path, description = "Its number in the run"),
    ),
    responses(
        (status = 200, description = "Counted from its send", body = schemas::ExchangeWhole),
        NotFound,
    ),
)]
pub(super) async fn exchange(
    State(parts): State<Parts>,
    named: Result<Path<(String, String)>, PathRejection>,
) -> Result<Json<Value>, Problem> {
    let Path((run, number)) = named.map_err(|_| Problem::not_found("this address names no exchange"))?;
    let run = runs::known(&parts, &run).await?;
    let unknown = || Problem::not_found("the run has no such exchange; take a number from its exchanges");
    let number: u32 = number.parse().map_err(|_| unknown())?;
    let record = parts.store.record(run.id, number).await?.ok_or_else(unknown)?;
    Ok(Json(whole(&record, run.origin.of(record.target))))
}

fn whole(r: &ExchangeRecord, simulated: bool) -> Value {
    let (t, m) = (&r.trace, &r.measures);
    json!({
        "exchange": r.exchange,
        "target": r.target.word(),
        "simulated": simulated,
        "sent_ms": ms(r.sent),
        "connect_ms": ms(t.connect),
        "start_delay_ms": ms(t.start_delay),
        "headers_ms": t.headers.map(ms),
        "first_byte_ms": t.first_byte.map(ms),
        "finish_ms": t.finish.map(ms),
        "closed_ms": ms(t.closed),
        "ending": t.ending.word(),
        "detail": t.ending.detail(),
        "claims": wire::claims(&t.output),
        "chunks": chunks(t),
        "engine": {
            "prefill_ms": t.engine.prefill.map(ms),
            "decode_ms": t.engine.decode.map(ms),
            "load_ms": t.engine.load.map(ms),
            "raw": t.engine_raw.as_deref().and_then(|raw| serde_json::from_str::<Value>(raw).ok()),
        },
        "coalesced": m.coalesced,
        "answer": r.answer.as_ref().map(answer),
    })
}

/// In columns of equal length.
fn chunks(t: &Trace) -> Value {
    json!({
        "at_ms": t.chunks.iter().map(|c| wire::ms(c.offset)).collect::<Vec<_>>(),
        "tokens": t.chunks.iter().map(|c| c.tokens).collect::<Vec<_>>(),
        "kind": t.chunks.iter().map(|c| kind(c.kind)).collect::<Vec<_>>(),
    })
}

fn kind(kind: ChunkKind) -> &'static str {
    match kind {
        ChunkKind::Answer => "answer",
        ChunkKind::Reasoning => "reasoning",
        ChunkKind::ToolCall => "tool-call",
    }
}

fn answer(a: &Answer) -> Value {
    json!({
        "intent": a.intent,
        "first_token_ms": a.first_token.map(ms),
        "end_ms": ms(a.end),
        "glue_ms": ms(a.glue()),
        "network_and_queue_ms": a.network_and_queue.map(ms),
        "passages": a.passages,
        "passages_cut": a.passages_cut,
        "tokens_cut": a.tokens_cut,
        "stages": a.stages.iter().map(wire::stage).collect::<Vec<_>>(),
    })
}

//! The table `exchange`: each exchange whole, with every stamp, and beside it the figures that lists and SQL want.

use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{FromRow, Row};

use super::{duration, maybe_duration, ns, unreadable};
use crate::events::{ExchangeRecord, RunId};
use crate::measure::{Ending, EngineDurations, Measures, OutputClaims, PromptClaims, Target, Trace};
use crate::store::chunks;
use crate::store::history::ExchangeRow;

pub async fn insert(db: &mut SqliteConnection, run: RunId, record: &ExchangeRecord) -> Result<(), sqlx::Error> {
    let ExchangeRecord { trace: t, measures: m, .. } = record;
    let (status, detail) = match &t.ending {
        Ending::Refused { status, message } => (Some(*status), Some(message.clone())),
        other => (None, other.detail()),
    };
    sqlx::query(
        "insert into exchange (run_id, exchange, target, phase, warm_up, together, sent_ns, connect_ns, start_delay_ns, \
         headers_ns, first_byte_ns, finish_ns, closed_ns, ending, ending_detail, http_status, timings_tokens, \
         usage_tokens, tokenizer_tokens, prompt_asked_tokens, prompt_total_tokens, prompt_cached_tokens, \
         engine_prefill_ns, engine_decode_ns, engine_load_ns, ttft_ms, ttfo_ms, e2e_ms, tokens_per_second, tpot_ms, \
         prefill_tokens_per_second, output_tokens, chunk_count, chunk_blob, engine_raw) \
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(run.to_string())
    .bind(record.exchange)
    .bind(record.target.word())
    .bind(&record.phase)
    .bind(record.warm_up)
    .bind(record.together)
    .bind(ns(record.sent))
    .bind(ns(t.connect))
    .bind(ns(t.start_delay))
    .bind(t.headers.map(ns))
    .bind(t.first_byte.map(ns))
    .bind(t.finish.map(ns))
    .bind(ns(t.closed))
    .bind(t.ending.word())
    .bind(detail)
    .bind(status)
    .bind(t.output.timings)
    .bind(t.output.usage)
    .bind(t.output.tokenizer)
    .bind(t.prompt.asked)
    .bind(t.prompt.total)
    .bind(t.prompt.cached)
    .bind(t.engine.prefill.map(ns))
    .bind(t.engine.decode.map(ns))
    .bind(t.engine.load.map(ns))
    .bind(m.ttft_ms)
    .bind(m.ttfo_ms)
    .bind(m.e2e_ms)
    .bind(m.tokens_per_second)
    .bind(m.tpot_ms)
    .bind(m.prefill_tokens_per_second)
    .bind(m.output_tokens)
    .bind(m.chunks)
    .bind(chunks::encode(&t.chunks))
    .bind(&t.engine_raw)
    .execute(&mut *db)
    .await?;
    match &record.answer {
        Some(answer) => super::answer::insert(db, run, record.exchange, answer).await,
        None => Ok(()),
    }
}

/// The exchanges of a run without their chunks, in their order; `after` leaves out that one and all before it.
pub async fn list(
    db: &mut SqliteConnection,
    run: RunId,
    limit: u32,
    after: Option<u32>,
) -> Result<Vec<ExchangeRow>, sqlx::Error> {
    sqlx::query_as(
        "select exchange, target, phase, warm_up, together, sent_ns, connect_ns, start_delay_ns, headers_ns, ending, \
         ending_detail, http_status, timings_tokens, usage_tokens, tokenizer_tokens, ttft_ms, ttfo_ms, e2e_ms, tokens_per_second, tpot_ms, prefill_tokens_per_second, output_tokens, prompt_total_tokens, \
         prompt_cached_tokens, chunk_count from exchange where run_id = ? and exchange > ? \
         order by exchange limit ?",
    )
    .bind(run.to_string())
    .bind(after.map_or(-1, i64::from))
    .bind(limit)
    .fetch_all(db)
    .await
}

/// The exchanges of a run, whole: every stamp, and the measures computed from them anew.
pub async fn records(db: &mut SqliteConnection, run: RunId) -> Result<Vec<ExchangeRecord>, sqlx::Error> {
    let rows = sqlx::query("select * from exchange where run_id = ? order by exchange")
        .bind(run.to_string())
        .fetch_all(&mut *db)
        .await?;
    let mut records = rows.iter().map(record).collect::<Result<Vec<_>, _>>()?;
    let place = |exchange: u32| records.binary_search_by_key(&exchange, |r| r.exchange).ok();
    let ending = |exchange: u32| place(exchange).map(|i| records[i].trace.ending.clone());
    let mut answers = super::answer::of_run(db, run, ending).await?;
    for record in &mut records {
        record.answer = answers.remove(&record.exchange);
    }
    Ok(records)
}

/// One exchange, whole.
pub async fn record_of(
    db: &mut SqliteConnection,
    run: RunId,
    exchange: u32,
) -> Result<Option<ExchangeRecord>, sqlx::Error> {
    let row = sqlx::query("select * from exchange where run_id = ? and exchange = ?")
        .bind(run.to_string())
        .bind(exchange)
        .fetch_optional(&mut *db)
        .await?;
    let Some(mut record) = row.as_ref().map(record).transpose()? else { return Ok(None) };
    record.answer = super::answer::of_exchange(db, run, exchange, record.trace.ending.clone()).await?;
    Ok(Some(record))
}

/// What the summary of a target is of: its measured exchanges, and only those alone where there are any beside company.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Population {
    pub n: u32,
    pub alone: bool,
}

/// Of a target's population, every `step`th whole, without what the pipeline did.
pub async fn spread(
    db: &mut SqliteConnection,
    run: RunId,
    target: Target,
    alone: bool,
    step: u32,
) -> Result<Vec<ExchangeRecord>, sqlx::Error> {
    let rows = sqlx::query(
        "select * from (select *, row_number() over (order by exchange) as place from exchange \
         where run_id = ? and target = ? and warm_up = 0 and ending in ('complete', 'length') and together <= ?) \
         where (place - 1) % ? = 0 order by exchange",
    )
    .bind(run.to_string())
    .bind(target.word())
    .bind(!alone)
    .bind(step)
    .fetch_all(db)
    .await?;
    rows.iter().map(record).collect()
}

/// The targets of a run whose exchanges feed statistics, and which of them do.
pub async fn measured(db: &mut SqliteConnection, run: RunId) -> Result<Vec<(Target, Population)>, sqlx::Error> {
    let rows = sqlx::query(
        "select target, count(*) as n, sum(together = 0) as alone from exchange \
         where run_id = ? and warm_up = 0 and ending in ('complete', 'length') group by target order by min(exchange)",
    )
    .bind(run.to_string())
    .fetch_all(db)
    .await?;
    let population = |row: &SqliteRow| {
        let (all, alone): (u32, u32) = (row.try_get("n")?, row.try_get("alone")?);
        Ok((target(row)?, Population { n: if alone > 0 { alone } else { all }, alone: alone > 0 }))
    };
    rows.iter().map(population).collect()
}

impl FromRow<'_, SqliteRow> for ExchangeRow {
    fn from_row(row: &SqliteRow) -> Result<ExchangeRow, sqlx::Error> {
        Ok(ExchangeRow {
            exchange: row.try_get("exchange")?,
            target: target(row)?,
            phase: row.try_get("phase")?,
            warm_up: row.try_get("warm_up")?,
            together: row.try_get("together")?,
            sent: duration(row, "sent_ns")?,
            connect: duration(row, "connect_ns")?,
            start_delay: duration(row, "start_delay_ns")?,
            headers: maybe_duration(row, "headers_ns")?,
            ending: ending(row)?,
            claims: claims(row)?,
            ttft_ms: row.try_get("ttft_ms")?,
            ttfo_ms: row.try_get("ttfo_ms")?,
            e2e_ms: row.try_get("e2e_ms")?,
            tokens_per_second: row.try_get("tokens_per_second")?,
            tpot_ms: row.try_get("tpot_ms")?,
            prefill_tokens_per_second: row.try_get("prefill_tokens_per_second")?,
            output_tokens: row.try_get("output_tokens")?,
            prompt_tokens: row.try_get("prompt_total_tokens")?,
            cached_prompt_tokens: row.try_get("prompt_cached_tokens")?,
            chunks: row.try_get("chunk_count")?,
        })
    }
}

fn record(row: &SqliteRow) -> Result<ExchangeRecord, sqlx::Error> {
    let blob: &[u8] = row.try_get("chunk_blob")?;
    let trace = Trace {
        connect: duration(row, "connect_ns")?,
        start_delay: duration(row, "start_delay_ns")?,
        headers: maybe_duration(row, "headers_ns")?,
        first_byte: maybe_duration(row, "first_byte_ns")?,
        chunks: chunks::decode(blob).map_err(|e| unreadable(e.to_string()))?,
        finish: maybe_duration(row, "finish_ns")?,
        closed: duration(row, "closed_ns")?,
        ending: ending(row)?,
        output: claims(row)?,
        prompt: PromptClaims {
            asked: row.try_get("prompt_asked_tokens")?,
            total: row.try_get("prompt_total_tokens")?,
            cached: row.try_get("prompt_cached_tokens")?,
        },
        engine: EngineDurations {
            prefill: maybe_duration(row, "engine_prefill_ns")?,
            decode: maybe_duration(row, "engine_decode_ns")?,
            load: maybe_duration(row, "engine_load_ns")?,
        },
        engine_raw: row.try_get("engine_raw")?,
    };
    Ok(ExchangeRecord {
        exchange: row.try_get("exchange")?,
        target: target(row)?,
        phase: row.try_get("phase")?,
        warm_up: row.try_get("warm_up")?,
        together: row.try_get("together")?,
        sent: duration(row, "sent_ns")?,
        measures: Measures::of(&trace),
        trace,
        answer: None,
    })
}

fn claims(row: &SqliteRow) -> Result<OutputClaims, sqlx::Error> {
    Ok(OutputClaims {
        timings: row.try_get("timings_tokens")?,
        usage: row.try_get("usage_tokens")?,
        tokenizer: row.try_get("tokenizer_tokens")?,
    })
}

fn target(row: &SqliteRow) -> Result<Target, sqlx::Error> {
    let word: &str = row.try_get("target")?;
    Target::parse(word).ok_or_else(|| unreadable(format!("`target` holds `{word}`")))
}

fn ending(row: &SqliteRow) -> Result<Ending, sqlx::Error> {
    let word: &str = row.try_get("ending")?;
    let detail: String = row.try_get::<Option<String>, _>("ending_detail")?.unwrap_or_default();
    Ok(match word {
        "complete" => Ending::Complete,
        "length" => Ending::Length,
        "cancelled" => Ending::Cancelled,
        "stalled" => Ending::Stalled(detail),
        "truncated" => Ending::Truncated,
        "refused" => {
            Ending::Refused { status: row.try_get::<Option<u16>, _>("http_status")?.unwrap_or(0), message: detail }
        }
        "broken" => Ending::Broken(detail),
        "malformed" => Ending::Malformed(detail),
        other => return Err(unreadable(format!("`ending` holds `{other}`"))),
    })
}

//! The tables `answer` and `stage`: what the pipeline did in one exchange.

use std::collections::BTreeMap;

use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::{duration, maybe_duration, ns, unreadable};
use crate::events::RunId;
use crate::measure::{Answer, Ending, EngineDurations, Stage, StageSpan};

pub async fn insert(db: &mut SqliteConnection, run: RunId, exchange: u32, a: &Answer) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into answer (run_id, exchange, intent, first_token_ns, end_ns, passages, passages_cut, tokens_cut, \
         network_and_queue_ns) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(run.to_string())
    .bind(exchange)
    .bind(&a.intent)
    .bind(a.first_token.map(ns))
    .bind(ns(a.end))
    .bind(a.passages)
    .bind(a.passages_cut)
    .bind(a.tokens_cut)
    .bind(a.network_and_queue.map(ns))
    .execute(&mut *db)
    .await?;
    for (place, span) in a.stages.iter().enumerate() {
        insert_stage(db, run, exchange, place as u32, span).await?;
    }
    Ok(())
}

async fn insert_stage(
    db: &mut SqliteConnection,
    run: RunId,
    exchange: u32,
    place: u32,
    span: &StageSpan,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into stage (run_id, exchange, place, stage, start_ns, end_ns, first_token_ns, prompt_tokens, \
         output_tokens, engine_prefill_ns, engine_decode_ns, engine_load_ns, error) \
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(run.to_string())
    .bind(exchange)
    .bind(place)
    .bind(span.stage.word())
    .bind(ns(span.start))
    .bind(ns(span.end))
    .bind(span.first_token.map(ns))
    .bind(span.prompt_tokens)
    .bind(span.output_tokens)
    .bind(span.engine.prefill.map(ns))
    .bind(span.engine.decode.map(ns))
    .bind(span.engine.load.map(ns))
    .bind(&span.error)
    .execute(db)
    .await
    .map(|_| ())
}

/// The answers of a run by their exchange. `endings` are those of the exchanges: they are stored there alone.
pub async fn of_run(
    db: &mut SqliteConnection,
    run: RunId,
    endings: impl Fn(u32) -> Option<Ending>,
) -> Result<BTreeMap<u32, Answer>, sqlx::Error> {
    let rows = sqlx::query("select * from answer where run_id = ?").bind(run.to_string()).fetch_all(&mut *db).await?;
    let mut answers = BTreeMap::new();
    for row in &rows {
        let exchange: u32 = row.try_get("exchange")?;
        let ending = endings(exchange).ok_or_else(|| unreadable("an answer has no exchange"))?;
        answers.insert(exchange, answer(row, ending)?);
    }
    let rows = sqlx::query("select * from stage where run_id = ? order by exchange, place")
        .bind(run.to_string())
        .fetch_all(db)
        .await?;
    for row in &rows {
        let exchange: u32 = row.try_get("exchange")?;
        let answer = answers.get_mut(&exchange).ok_or_else(|| unreadable("a stage has no answer"))?;
        answer.stages.push(span(row)?);
    }
    Ok(answers)
}

/// The answer of one exchange, if it was one of the pipeline.
pub async fn of_exchange(
    db: &mut SqliteConnection,
    run: RunId,
    exchange: u32,
    ending: Ending,
) -> Result<Option<Answer>, sqlx::Error> {
    let row = sqlx::query("select * from answer where run_id = ? and exchange = ?")
        .bind(run.to_string())
        .bind(exchange)
        .fetch_optional(&mut *db)
        .await?;
    let Some(mut found) = row.map(|row| answer(&row, ending)).transpose()? else { return Ok(None) };
    found.stages = stages(db, run, exchange, exchange).await?.remove(&exchange).unwrap_or_default();
    Ok(Some(found))
}

/// The stages of the answers from one exchange to another.
pub async fn stages(
    db: &mut SqliteConnection,
    run: RunId,
    from: u32,
    to: u32,
) -> Result<BTreeMap<u32, Vec<StageSpan>>, sqlx::Error> {
    let rows =
        sqlx::query("select * from stage where run_id = ? and exchange between ? and ? order by exchange, place")
            .bind(run.to_string())
            .bind(from)
            .bind(to)
            .fetch_all(db)
            .await?;
    let mut stages: BTreeMap<u32, Vec<StageSpan>> = BTreeMap::new();
    for row in &rows {
        stages.entry(row.try_get("exchange")?).or_default().push(span(row)?);
    }
    Ok(stages)
}

fn answer(row: &SqliteRow, ending: Ending) -> Result<Answer, sqlx::Error> {
    Ok(Answer {
        intent: row.try_get("intent")?,
        stages: Vec::new(),
        first_token: maybe_duration(row, "first_token_ns")?,
        end: duration(row, "end_ns")?,
        ending,
        passages: row.try_get("passages")?,
        passages_cut: row.try_get("passages_cut")?,
        tokens_cut: row.try_get("tokens_cut")?,
        network_and_queue: maybe_duration(row, "network_and_queue_ns")?,
    })
}

fn span(row: &SqliteRow) -> Result<StageSpan, sqlx::Error> {
    let word: &str = row.try_get("stage")?;
    Ok(StageSpan {
        stage: Stage::parse(word).ok_or_else(|| unreadable(format!("`stage` holds `{word}`")))?,
        start: duration(row, "start_ns")?,
        end: duration(row, "end_ns")?,
        first_token: maybe_duration(row, "first_token_ns")?,
        prompt_tokens: row.try_get("prompt_tokens")?,
        output_tokens: row.try_get("output_tokens")?,
        engine: EngineDurations {
            prefill: maybe_duration(row, "engine_prefill_ns")?,
            decode: maybe_duration(row, "engine_decode_ns")?,
            load: maybe_duration(row, "engine_load_ns")?,
        },
        error: row.try_get("error")?,
    })
}

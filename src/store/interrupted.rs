//! What can still be said of a run whose daemon ended before it did: its report, from what was stored of it.

use std::collections::BTreeMap;
use std::time::Duration;

use sqlx::sqlite::SqliteConnection;

use crate::events::{
    ClientSummary, ExchangeRecord, HostFacts, Metric, RunFailure, RunHeader, RunReport, RunState, ScenarioPin,
};
use crate::measure::{InPhase, Target, Timed, Verdict, drift, interference, phases, summarise, summarise_pipeline};
use crate::store::line::Head;
use crate::store::table::{self, run::Unfinished};

const REASON: &str = "the run was interrupted: the daemon ended before the run did";

/// The report of an interrupted run. Its summaries are those of the exchanges that had ended; it is void in any case.
pub async fn report(db: &mut SqliteConnection, run: Unfinished) -> Result<RunReport, sqlx::Error> {
    let id = run.row.run;
    let records = table::exchange::records(db, id).await.unwrap_or_else(|error| {
        tracing::error!(run.id = %id, %error, "the exchanges of an interrupted run cannot be read; it is closed without them");
        Vec::new()
    });
    let metrics = table::metric::list(db, id, u32::MAX).await?;
    let marks = table::timeline_mark::list(db, id, u32::MAX).await?;
    let said = table::log_line::latest(db, id).await?;
    let samples = table::sample::list(db, id).await?;
    let latest = samples.iter().map(|s| s.done).fold(said, Duration::max);
    let latest = marks.iter().map(|m| m.at).fold(latest, Duration::max);
    Ok(RunReport { marks, ..closed(header(run), &records, metrics, latest) })
}

/// `latest` is the last moment that is known of the run but for its exchanges and metrics.
fn closed(header: RunHeader, records: &[ExchangeRecord], metrics: Vec<Metric>, latest: Duration) -> RunReport {
    let ends = records.iter().map(|r| r.sent.saturating_add(r.trace.closed));
    let duration = ends.chain(metrics.iter().map(|m| m.at)).fold(latest, Duration::max);
    let timed: Vec<Timed<'_>> = records.iter().map(ExchangeRecord::timed).collect();
    let phased: Vec<InPhase<'_>> = records.iter().map(ExchangeRecord::in_phase).collect();
    let used = Target::ALL.into_iter().filter(|t| timed.iter().any(|e| e.target == *t));
    let unknown = ["gpu", "client.scheduler_lag_p99_us", "client.coalesced"];
    RunReport {
        header,
        duration,
        state: RunState::Interrupted,
        verdict: Some(Verdict::Void(vec![REASON.to_owned()])),
        failure: Some(RunFailure { class: "interrupted".to_owned(), message: REASON.to_owned(), backtrace: None }),
        targets: used.map(|t| summarise(t, &timed)).collect(),
        pipeline: summarise_pipeline(records.iter().filter(|r| !r.warm_up).filter_map(|r| r.answer.as_ref())),
        loads: Vec::new(),
        // Its samples may be any part of those that were taken, so that no VRAM is told of it.
        phases: phases(&phased, &[], Duration::ZERO),
        interference: interference(&timed),
        drift: drift(&phased, &[]),
        gpu: None,
        client: ClientSummary::default(),
        metrics,
        marks: Vec::new(),
        // They are told at a run's end.
        counters: BTreeMap::new(),
        thresholds: Vec::new(),
        reasons_for_null: unknown.map(|path| (path.to_owned(), REASON.to_owned())).to_vec(),
    }
}

/// The header as it was stored; where it cannot be read, what the row itself says.
fn header(run: Unfinished) -> RunHeader {
    let row = run.row;
    run.header_json.as_deref().and_then(Head::parse).unwrap_or_else(|| {
        tracing::warn!(run.id = %row.run, "the header of an interrupted run cannot be read; its parameters and engines are lost");
        RunHeader {
            run: row.run,
            scenario: ScenarioPin {
                name: row.scenario,
                version: row.version,
                sha256: row.sha256,
                world: String::new(),
                language: None,
                data_sha256: None,
            },
            params: Vec::new(),
            seed: 0,
            started_at: row.started_at,
            simulated: row.simulated,
            engines: Vec::new(),
            host: HostFacts::default(),
        }
    })
}

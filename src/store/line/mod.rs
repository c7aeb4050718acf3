//! The journal line: the one JSON object that stands for a run, in the journal, at the API, on standard output and in
//! exports. Its keys, units and order are those of docs/measures.md, "The journal line". Nothing else makes it.

mod gpu;
mod head;
mod phase;
mod pipeline;
mod read;
mod target;

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::events::{ClientSummary, Metric, RunHeader, RunReport, RunState, TimelineMark};
use crate::measure::{FEWEST, Judged, Target, TargetSummary, ms};

pub use head::Head;
pub use read::{LineRead, read_line};

/// The schema of the lines that this dualbench writes.
pub const SCHEMA: u32 = 1;

/// The journal line of a run that has ended: one JSON object without a line break.
pub fn journal_line(report: &RunReport) -> String {
    text(&Line { head: Head::of_report(report), body: Body::of(report) })
}

/// The same object for a run that has not ended: only what is known from the start.
pub fn header_line(header: &RunHeader, state: RunState) -> String {
    text(&Head::of_header(header, state))
}

fn text(line: &impl Serialize) -> String {
    // No key is anything but a string and nothing here can refuse, so this cannot fail.
    serde_json::to_string(line).expect("a journal line is always JSON")
}

#[derive(Serialize)]
struct Line {
    #[serde(flatten)]
    head: Head,
    #[serde(flatten)]
    body: Body,
}

/// What came of the run.
#[derive(Serialize)]
struct Body {
    /// In the order main, mini, pipeline; only those that were used.
    targets: Map<String, Value>,
    phases: Vec<Value>,
    interference: Vec<Value>,
    drift: Vec<Value>,
    gpu: Value,
    client: ClientLine,
    metrics: Vec<MetricLine>,
    marks: Vec<MarkLine>,
    counters: BTreeMap<String, f64>,
    thresholds: Vec<ThresholdLine>,
    reasons_for_null: Map<String, Value>,
}

impl Body {
    fn of(report: &RunReport) -> Body {
        let targets = Target::ALL.into_iter().filter_map(|t| report.targets.iter().find(|s| s.target == t));
        Body {
            targets: targets.map(|t| (t.target.word().to_owned(), whole_target(t, report))).collect(),
            phases: report.phases.iter().map(phase::phase).collect(),
            interference: report.interference.iter().map(target::interference).collect(),
            drift: report.drift.iter().map(phase::drift).collect(),
            gpu: report.gpu.as_ref().map_or(Value::Null, gpu::gpu),
            client: ClientLine::of(&report.client, report.state),
            metrics: report.metrics.iter().map(MetricLine::of).collect(),
            marks: report.marks.iter().map(MarkLine::of).collect(),
            counters: report.counters.clone(),
            thresholds: report.thresholds.iter().map(ThresholdLine::of).collect(),
            reasons_for_null: reasons(report),
        }
    }
}

/// The pipeline's own figures stand in its target's object, behind those that every target has.
fn whole_target(summary: &TargetSummary, report: &RunReport) -> Value {
    let mut value = target::target(summary);
    let pipeline = report.pipeline.as_ref().filter(|_| summary.target == Target::Pipeline);
    let loads = report.loads.iter().filter(|l| l.target == summary.target).map(target::asked_load);
    if let Some(object) = value.as_object_mut() {
        object.insert("asked_load".to_owned(), loads.collect());
    }
    if let (Some(object), Some(summary)) = (value.as_object_mut(), pipeline) {
        object.extend(pipeline::pipeline(summary));
    }
    value
}

/// Field path → why it is null; what the run said stands before what its parts said.
fn reasons(report: &RunReport) -> Map<String, Value> {
    let mut out: Map<String, Value> =
        report.reasons_for_null.iter().map(|(path, why)| (path.clone(), Value::from(why.as_str()))).collect();
    for (i, judged) in report.thresholds.iter().enumerate() {
        if let Some(why) = &judged.reason {
            out.insert(format!("thresholds[{i}].value"), Value::from(why.as_str()));
        }
    }
    for (i, direction) in report.interference.iter().enumerate() {
        for (cell, why) in &direction.reasons_for_null {
            out.insert(format!("interference[{i}].{cell}"), Value::from(*why));
        }
    }
    for target in Target::ALL {
        let loads = report.loads.iter().filter(|l| l.target == target).enumerate();
        for (i, _) in loads.filter(|(_, l)| l.precision.is_some_and(|p| p.reached.is_none())) {
            let why = format!("a median of the load has fewer than {FEWEST} values");
            out.insert(format!("targets.{target}.asked_load[{i}].precision.reached"), why.into());
        }
    }
    for (field, why) in report.gpu.iter().flat_map(gpu::reasons) {
        out.entry(field).or_insert_with(|| Value::from(why));
    }
    out
}

#[derive(Serialize)]
struct ClientLine {
    scheduler_lag_p99_us: Option<f64>,
    /// Share of chunks that came in the same read as the one before.
    coalesced: Option<f64>,
    scheduler_lag_max_us: Option<f64>,
    cpu_us_per_chunk: Option<f64>,
    store_wait_max_ms: Option<f64>,
}

impl ClientLine {
    fn of(client: &ClientSummary, state: RunState) -> ClientLine {
        ClientLine {
            scheduler_lag_p99_us: client.scheduler_lag_p99_us,
            coalesced: client.coalesced,
            scheduler_lag_max_us: client.scheduler_lag_max_us,
            cpu_us_per_chunk: client.cpu_us_per_chunk,
            // Nobody was left to measure it.
            store_wait_max_ms: (state != RunState::Interrupted).then_some(client.store_wait_max_ms),
        }
    }
}

#[derive(Serialize)]
struct MetricLine {
    at_ms: f64,
    name: String,
    value: f64,
    unit: String,
}

impl MetricLine {
    fn of(metric: &Metric) -> MetricLine {
        MetricLine { at_ms: ms(metric.at), name: metric.name.clone(), value: metric.value, unit: metric.unit.clone() }
    }
}

#[derive(Serialize)]
struct MarkLine {
    at_ms: f64,
    name: String,
}

impl MarkLine {
    fn of(mark: &TimelineMark) -> MarkLine {
        MarkLine { at_ms: ms(mark.at), name: mark.name.clone() }
    }
}

#[derive(Serialize)]
struct ThresholdLine {
    /// What must hold.
    expr: String,
    value: Option<f64>,
    /// held, broken, not-decidable
    outcome: &'static str,
}

impl ThresholdLine {
    fn of(judged: &Judged) -> ThresholdLine {
        ThresholdLine { expr: judged.expr.clone(), value: judged.value, outcome: judged.outcome.word() }
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;

//! A backend's stages, held against the rules and laid into our window.

use std::collections::BTreeMap;
use std::time::Duration;

use super::ProtocolFault;
use crate::engines::{Edge, Finished, StageMark};
use crate::measure::{Ending, Stage, StageSpan};

/// The backend's own total: the last offset that it told, on its clock.
pub(super) fn total(marks: &[StageMark]) -> Duration {
    marks.iter().map(|m| m.at).max().unwrap_or_default()
}

/// Every broken rule, in the order of arrival. `whole`: our end of the answer.
pub(super) fn faults(finished: &Finished, whole: Duration) -> Vec<ProtocolFault> {
    let marks = &finished.stages;
    let ended_well = finished.trace.ending.counts();
    if marks.is_empty() && ended_well {
        return vec![ProtocolFault::NoStages];
    }
    let mut out = offsets(marks, whole);
    let open = pairs(marks, &mut out);
    if ended_well {
        out.extend(open.into_iter().map(|(stage, at)| ProtocolFault::NeverEnded { stage, at }));
    }
    if let Some(stage) = finished.failure.as_ref().and_then(|f| f.stage)
        && !marks.iter().any(|m| m.stage == stage)
    {
        out.push(ProtocolFault::FailedUnstarted { stage });
    }
    out
}

/// Offsets that run backwards, or that do not fit in our window. What has passed since the backend got the request
/// cannot be more than what has passed since we sent it.
fn offsets(marks: &[StageMark], whole: Duration) -> Vec<ProtocolFault> {
    let (mut out, mut before) = (Vec::new(), Duration::ZERO);
    for &StageMark { stage, at, arrived, .. } in marks {
        let window = arrived.min(whole);
        if at < before {
            out.push(ProtocolFault::Backwards { stage, at, before });
        }
        if at > window {
            out.push(ProtocolFault::BeyondWindow { stage, at, window });
        }
        before = before.max(at);
    }
    out
}

/// Holds that each stage starts once and then ends once. Gives the stages left open, with their start.
fn pairs(marks: &[StageMark], out: &mut Vec<ProtocolFault>) -> BTreeMap<Stage, Duration> {
    let (mut seen, mut open) = (BTreeMap::new(), BTreeMap::new());
    for &StageMark { stage, edge, at, .. } in marks {
        match (edge, seen.get(&stage)) {
            (Edge::Started, None) => {
                open.insert(stage, at);
            }
            (Edge::Ended, Some(Edge::Started)) => {
                open.remove(&stage);
            }
            (Edge::Ended, None) => out.push(ProtocolFault::EndedUnstarted { stage, at }),
            (Edge::Started, Some(_)) | (Edge::Ended, Some(Edge::Ended)) => {
                out.push(ProtocolFault::Twice { stage, at });
            }
        }
        seen.insert(stage, edge);
    }
    open
}

/// The spans of marks that break no rule. A stage that did not end reaches to the last offset that was told.
pub(super) fn spans(finished: &Finished) -> Vec<StageSpan> {
    let marks = &finished.stages;
    let started = marks.iter().filter(|m| m.edge == Edge::Started);
    started
        .map(|start| {
            let end = marks.iter().find(|m| m.stage == start.stage && m.edge == Edge::Ended);
            let mut span = StageSpan::new(start.stage, start.at, end.map_or_else(|| total(marks), |m| m.at));
            span.prompt_tokens = end.and_then(|m| m.prompt_tokens).or(start.prompt_tokens);
            span.output_tokens = end.and_then(|m| m.output_tokens).or(start.output_tokens);
            span.error = error(finished, start.stage, end.is_some());
            if start.stage == Stage::Generate {
                generation(finished, &mut span);
            }
            span
        })
        .collect()
}

/// Of the generation we see more than the backend tells: the first token is our own stamp.
fn generation(finished: &Finished, span: &mut StageSpan) {
    let trace = &finished.trace;
    span.first_token = trace.chunks.first().map(|c| c.offset);
    span.engine = trace.engine;
    span.prompt_tokens = span.prompt_tokens.or(trace.prompt.total);
    span.output_tokens = span.output_tokens.or(trace.output.usage);
}

/// Why a stage came to nothing: the backend names it as the failing one, or the answer broke off within it.
fn error(finished: &Finished, stage: Stage, ended: bool) -> Option<String> {
    let ending = &finished.trace.ending;
    let named = finished.failure.as_ref().and_then(|f| f.stage) == Some(stage);
    if ending.counts() || (ended && !named) {
        return None;
    }
    Some(match ending {
        Ending::Refused { status: 200, message } => message.clone(),
        other => other.detail().unwrap_or_else(|| other.word().to_owned()),
    })
}

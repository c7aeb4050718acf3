//! The pipeline in a journal line: its own figures beside those of every target.

use serde_json::{Map, Value, json};

use super::target::dist;
use crate::measure::{PipelineSummary, StageSummary, WhatIf};

/// What stands under `targets.pipeline` behind the keys of every target.
pub fn pipeline(s: &PipelineSummary) -> Map<String, Value> {
    let stages: Map<String, Value> = s.stages.iter().map(|s| (s.stage.word().to_owned(), stage(s))).collect();
    let value = json!({
        "intent_to_first_token_ms": dist(&s.intent_to_first_token_ms),
        "intent_to_answer_ms": dist(&s.intent_to_answer_ms),
        "stages": stages,
        "glue_ms": dist(&s.glue_ms),
        "network_and_queue_ms": dist(&s.network_and_queue_ms),
        "bottleneck": s.bottleneck.map(|b| json!({ "stage": b.stage.word(), "share": b.share })),
        "what_if": s.what_if.iter().map(what_if).collect::<Vec<_>>(),
        "intents": s.intents,
        "answers_cut": s.answers_cut,
        "tokens_cut": s.tokens_cut,
    });
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// The DIST of the stage's duration, with what is known of its inside.
fn stage(s: &StageSummary) -> Value {
    let mut value = match dist(&s.duration_ms) {
        Value::Object(map) => map,
        _ => Map::new(),
    };
    value.insert("ttft_ms".into(), dist(&s.ttft_ms));
    value.insert("generation_ms".into(), dist(&s.generation_ms));
    value.insert("share".into(), s.share.into());
    value.insert("failed".into(), s.failed.into());
    Value::Object(value)
}

fn what_if(w: &WhatIf) -> Value {
    json!({ "stage": w.stage.word(), "times_faster": w.times_faster, "saves_ms": w.saves_ms })
}

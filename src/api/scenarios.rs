//! `GET /api/scenarios`: what the folder holds, with both states of a broken one.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::api::Parts;
use crate::api::error::Problem;
use crate::api::wire;
use crate::events::RunState;
use crate::scenario::{self, Entry, Module, Param};

pub(super) async fn list(State(parts): State<Parts>) -> Result<Json<Value>, Problem> {
    let mut scenarios = Vec::new();
    for entry in parts.catalogue.snapshot().iter() {
        let last = parts.store.runs(1, None, Some(&entry.name)).await?;
        let mut value = describe(entry);
        value["last_run"] = last.first().map_or(Value::Null, |r| {
            json!({
                "run_id": r.run.to_string(),
                "state": r.state.map(RunState::word),
                "verdict": r.verdict.as_ref().map(|v| v.word()),
                "started_at": r.started_at.to_string(),
            })
        });
        scenarios.push(value);
    }
    Ok(Json(json!({ "scenarios": scenarios })))
}

fn describe(entry: &Entry) -> Value {
    json!({
        "name": entry.name,
        "file": entry.file,
        "state": entry.state().word(),
        "ready": entry.ready.as_ref().map(|m| ready(entry, m)),
        "error": entry.failure.as_ref().map(|f| json!({
            "class": f.class.word(),
            "message": f.message,
            "file": f.file,
            "at": f.at.to_string(),
            "backtrace": f.backtrace,
        })),
    })
}

fn ready(entry: &Entry, module: &Module) -> Value {
    let m = &module.manifest;
    json!({
        "version": m.version,
        "description": m.description,
        "sha256": module.sha256,
        "size_bytes": module.size_bytes,
        "compile_ms": wire::ms(module.compile),
        "world": module.world,
        "language": module.language,
        "loaded_at": entry.loaded_at.map(|t| t.to_string()),
        "targets": m.targets.iter().map(|t| wire::guest_target(*t)).collect::<Vec<_>>(),
        "params": m.params.iter().map(param).collect::<Vec<_>>(),
    })
}

fn param(p: &Param) -> Value {
    let (kind, default) = match &p.default {
        scenario::Value::Flag(v) => ("flag", json!(v)),
        scenario::Value::Integer(v) => ("integer", json!(v)),
        scenario::Value::Number(v) => ("number", json!(v)),
        scenario::Value::Text(v) => ("text", json!(v)),
    };
    json!({
        "name": p.name, "type": kind, "default": default, "help": p.help,
        "unit": p.unit, "min": p.min, "max": p.max, "choices": p.choices,
    })
}

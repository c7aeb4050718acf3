//! `GET /api/scenarios`: what the folder holds, with both states of a broken one, and what is wrong with the folder.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::api::Parts;
use crate::api::error::Problem;
use crate::api::{schemas, wire};
use crate::events::RunState;
use crate::scenario::{self, Entry, Module, Param};

/// The scenarios of the watched folder
#[utoipa::path(
    get,
    path = "/api/scenarios",
    operation_id = "scenarios",
    tag = "about",
    responses((status = 200, description = "Those that are ready, and those that are broken", body = schemas::Scenarios)),
)]
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
    Ok(Json(answer(scenarios, parts.catalogue.folder_problem())))
}

/// The list is the last good one while the folder has a problem.
fn answer(scenarios: Vec<Value>, folder_problem: Option<String>) -> Value {
    json!({ "scenarios": scenarios, "folder_problem": folder_problem })
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
        "imports": module.imports,
        "data_files": module.data.names().collect::<Vec<_>>(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_cannot_be_read_is_told_beside_the_scenarios() {
        assert_eq!(answer(Vec::new(), None), json!({ "scenarios": [], "folder_problem": null }));
        let told = answer(vec![json!(1)], Some("folder `x`: gone".to_owned()));
        assert_eq!(told, json!({ "scenarios": [1], "folder_problem": "folder `x`: gone" }));
    }
}

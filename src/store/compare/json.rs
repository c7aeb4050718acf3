//! A comparison as JSON: the one object of the API and of `dualbench compare --json`.

use serde_json::{Map, Value, json};

use super::{Against, Compared, Comparison, Differs, TargetDifference};
use crate::measure::{Difference, Target};

/// Keys in a fixed order; what is not known is null.
pub fn comparison_json(comparison: &Comparison) -> Value {
    json!({
        "a": run(&comparison.a),
        "comparisons": comparison.others.iter().map(against).collect::<Vec<_>>(),
        "regressions": comparison.regressions(),
    })
}

fn run(r: &Compared) -> Value {
    json!({
        "run_id": r.header.run.to_string(),
        "scenario": r.header.scenario.name,
        "started_at": r.header.started_at.to_string(),
        "state": r.state.word(),
        "verdict": r.verdict.as_ref().map(|v| json!({ "state": v.word(), "reasons": v.reasons() })),
        "simulated": r.header.simulated,
        "simulated_engines": {
            "main": r.header.is_simulated(Target::Main),
            "mini": r.header.is_simulated(Target::Mini),
        },
        "fingerprint": r.fingerprint,
        "runs": r.runs.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

fn against(o: &Against) -> Value {
    json!({
        "b": run(&o.b),
        "differs": o.differs.iter().map(differs).collect::<Vec<_>>(),
        "withheld": o.withheld,
        "noise_runs": o.noise_runs.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "targets": o.targets.iter().map(|t| (t.target.word().to_owned(), target(t))).collect::<Map<_, _>>(),
    })
}

fn differs(d: &Differs) -> Value {
    json!({ "field": d.field, "a": d.a, "b": d.b })
}

fn target(t: &TargetDifference) -> Value {
    let mut out = Map::new();
    out.insert("population".into(), t.population.word().into());
    out.extend(t.measures.iter().map(|(word, d)| ((*word).to_owned(), difference(d))));
    Value::Object(out)
}

fn difference(d: &Difference) -> Value {
    json!({
        "n_a": d.n_a,
        "n_b": d.n_b,
        "median_a": d.median_a,
        "median_b": d.median_b,
        "difference": d.difference,
        "relative": d.relative,
        "ci95": d.interval.map(|(low, high)| [low, high]),
        "p": d.p_value,
        "cliffs_delta": d.cliffs_delta,
        "noise_floor": d.noise_floor,
        "call": d.call.word(),
    })
}

//! What a user gave for a scenario's parameters, checked against the manifest and completed with its defaults.

use super::bindings::{Manifest, Param, Value};
use super::manifest::allowed;
use super::nearest::hint;

/// One argument as it came in.
#[derive(Debug, Clone, PartialEq)]
pub enum RawArg {
    /// From a command line, `name=text`.
    Text(String),
    /// From a JSON body.
    Json(serde_json::Value),
}

/// What is wrong with one argument.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("parameter `{field}`: {message}")]
pub struct Problem {
    /// The parameter's name, as it was given.
    pub field: String,
    pub message: String,
}

/// Gives one value for each parameter, in the manifest's order. Lists every problem, not just the first.
pub fn arguments(manifest: &Manifest, given: &[(String, RawArg)]) -> Result<Vec<(String, Value)>, Vec<Problem>> {
    let mut problems = Vec::new();
    for (at, (name, _)) in given.iter().enumerate() {
        let mut say = |message: String| {
            let field = name.clone();
            problems.push(Problem { field, message });
        };
        if !manifest.params.iter().any(|param| param.name == *name) {
            say(unknown(manifest, name));
        } else if given[..at].iter().any(|(earlier, _)| earlier == name) {
            say("is given twice".to_owned());
        }
    }
    let mut values = Vec::with_capacity(manifest.params.len());
    for param in &manifest.params {
        let raw = given.iter().find(|(name, _)| *name == param.name);
        let value = raw.map_or_else(|| Ok(param.default.clone()), |(_, raw)| value(param, raw));
        match value {
            Ok(value) => values.push((param.name.clone(), value)),
            Err(message) => problems.push(Problem { field: param.name.clone(), message }),
        }
    }
    if problems.is_empty() { Ok(values) } else { Err(problems) }
}

fn unknown(manifest: &Manifest, name: &str) -> String {
    let known: Vec<&str> = manifest.params.iter().map(|param| param.name.as_str()).collect();
    let scenario = &manifest.name;
    if known.is_empty() {
        return format!("scenario `{scenario}` has no parameters");
    }
    let near = hint(name, known.iter().copied());
    format!("scenario `{scenario}` has no such parameter{near} (it has [{}])", known.join(", "))
}

fn value(param: &Param, raw: &RawArg) -> Result<Value, String> {
    let value = match raw {
        RawArg::Text(text) => from_text(&param.default, text)?,
        RawArg::Json(json) => from_json(&param.default, json)?,
    };
    allowed(param, &value)?;
    Ok(value)
}

/// The default says which type is wanted.
fn from_text(default: &Value, text: &str) -> Result<Value, String> {
    let trimmed = text.trim();
    match default {
        Value::Flag(_) => match trimmed {
            "true" => Ok(Value::Flag(true)),
            "false" => Ok(Value::Flag(false)),
            _ => Err(format!("must be `true` or `false`, not `{trimmed}`")),
        },
        Value::Integer(_) => {
            trimmed.parse().map(Value::Integer).map_err(|_| format!("must be {WHOLE}, not `{trimmed}`"))
        }
        Value::Number(_) => {
            trimmed.parse().map(Value::Number).map_err(|_| format!("must be a number, not `{trimmed}`"))
        }
        Value::Text(_) => Ok(Value::Text(text.to_owned())),
    }
}

const WHOLE: &str = "a whole number from -2147483648 to 2147483647";

fn from_json(default: &Value, json: &serde_json::Value) -> Result<Value, String> {
    let wanted = match default {
        Value::Flag(_) => json.as_bool().map(Value::Flag).ok_or("true or false"),
        Value::Integer(_) => whole(json).map(Value::Integer).ok_or(WHOLE),
        Value::Number(_) => json.as_f64().map(Value::Number).ok_or("a number"),
        Value::Text(_) => {
            let text = json.as_str().map(str::to_owned);
            text.map(Value::Text).ok_or("a text")
        }
    };
    wanted.map_err(|wanted| format!("must be {wanted}, not {json}"))
}

/// 64 and 64.0 are the same number in JSON.
fn whole(json: &serde_json::Value) -> Option<i32> {
    let exact = json.as_i64().and_then(|n| i32::try_from(n).ok());
    exact.or_else(|| {
        let number = json.as_f64()?;
        let fits = number.fract() == 0.0 && number.abs() <= f64::from(i32::MAX);
        // Checked above: whole and within range.
        #[expect(clippy::cast_possible_truncation)]
        fits.then_some(number as i32)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn manifest() -> Manifest {
        let param = |name: &str, default| Param {
            name: name.into(),
            help: String::new(),
            default,
            unit: None,
            min: Some(1.0),
            max: Some(100.0),
            choices: Vec::new(),
        };
        let plain = |name: &str, default| Param { min: None, max: None, ..param(name, default) };
        Manifest {
            name: "load".into(),
            version: "0.1.0".into(),
            description: "d".into(),
            params: vec![
                param("users", Value::Integer(4)),
                param("rate", Value::Number(1.5)),
                plain("warm", Value::Flag(false)),
                plain("topic", Value::Text("sea".into())),
            ],
            targets: Vec::new(),
        }
    }

    #[track_caller]
    fn check(given: &[(&str, RawArg)], expected: &str) {
        let given: Vec<(String, RawArg)> = given.iter().map(|(name, raw)| ((*name).to_owned(), raw.clone())).collect();
        let told = match arguments(&manifest(), &given) {
            Ok(values) => format!("{:?}", values.iter().map(|(_, v)| v).collect::<Vec<_>>()),
            Err(problems) => {
                let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
                problems.join(" | ")
            }
        };
        assert!(told.contains(expected), "{told:?} lacks {expected:?}");
    }

    fn text(text: &str) -> RawArg {
        RawArg::Text(text.into())
    }

    #[test]
    fn what_is_not_given_has_its_default() {
        check(
            &[("users", text("8"))],
            r#"[Value::Integer(8), Value::Number(1.5), Value::Flag(false), Value::Text("sea")]"#,
        );
    }

    #[test]
    fn json_numbers_that_are_whole_are_integers() {
        check(&[("users", RawArg::Json(json!(8.0)))], "Value::Integer(8)");
        check(&[("users", RawArg::Json(json!(8.5)))], "must be a whole number");
        check(&[("users", RawArg::Json(json!("8")))], "must be a whole number");
        check(&[("rate", RawArg::Json(json!(2)))], "Value::Number(2.0)");
    }

    #[test]
    fn every_problem_is_listed_at_once() {
        let given = [
            ("user", text("1")),
            ("rate", text("nan")),
            ("warm", text("yes")),
            ("users", text("0")),
            ("users", text("0")),
        ];
        check(&given, "`user`: scenario `load` has no such parameter; did you mean `users`?");
        check(&given, "`rate`: must be a finite number");
        check(&given, "`warm`: must be `true` or `false`, not `yes`");
        check(&given, "`users`: must be 1 or more, not 0");
        check(&given, "`users`: is given twice");
    }
}

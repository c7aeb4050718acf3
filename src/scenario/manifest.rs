//! The rules for what a scenario says of itself. All breaches are told at once.

use super::bindings::{Manifest, Param, Value};
use super::words::turns;
use std::collections::HashSet;

const NAME_BYTES: usize = 64;
const VERSION_BYTES: usize = 64;
const DESCRIPTION_BYTES: usize = 1_000;
const HELP_BYTES: usize = 500;
const UNIT_BYTES: usize = 32;
const TEXT_BYTES: usize = 4_000;
const PARAMS: usize = 64;
const CHOICES: usize = 64;
/// Names of parameters in an error message, in bytes.
const QUOTED_BYTES: usize = 40;

/// What is wrong with a manifest; empty when nothing is.
pub(super) fn problems(manifest: &Manifest) -> Vec<String> {
    let mut found = Vec::new();
    if !is_name(&manifest.name, '-') {
        found.push(format!(
            "name `{}` must be lower-case words of letters and digits joined by `-`, at most {NAME_BYTES} bytes",
            quoted(&manifest.name)
        ));
    }
    if !is_version(&manifest.version) {
        let version = quoted(&manifest.version);
        found.push(format!("version `{version}` must be like `1.2.0`"));
    }
    check_text(&mut found, "description", &manifest.description, DESCRIPTION_BYTES);
    if manifest.description.trim().is_empty() {
        found.push("description is empty".to_owned());
    }
    if manifest.params.len() > PARAMS {
        found.push(format!("{} params, at most {PARAMS} are allowed", manifest.params.len()));
    }
    let mut names = HashSet::new();
    for param in manifest.params.iter().take(PARAMS) {
        check_param(&mut found, param);
        if !names.insert(param.name.as_str()) {
            found.push(format!("param `{}` is there twice", quoted(&param.name)));
        }
    }
    for (at, target) in manifest.targets.iter().enumerate().take(PARAMS) {
        if manifest.targets[..at].contains(target) {
            found.push(format!("target `{}` is there twice", target.word()));
        }
    }
    found
}

fn check_param(found: &mut Vec<String>, param: &Param) {
    let name = quoted(&param.name);
    let mut say = |what: String| found.push(format!("param `{name}`: {what}"));
    if !is_name(&param.name, '_') {
        say(format!(
            "the name must be lower-case words of letters and digits joined by `_`, at most {NAME_BYTES} bytes"
        ));
    }
    for limit in [param.min, param.max].into_iter().flatten() {
        if !limit.is_finite() {
            say(format!("the bound {limit} is no finite number"));
        }
    }
    if let (Some(min), Some(max)) = (param.min, param.max)
        && min > max
    {
        say(format!("min {min} is above max {max}"));
    }
    let numeric = matches!(param.default, Value::Integer(_) | Value::Number(_));
    if !numeric && (param.min.is_some() || param.max.is_some()) {
        say("min and max are for integer and number only".to_owned());
    }
    if !matches!(param.default, Value::Text(_)) && !param.choices.is_empty() {
        say("choices are for text only".to_owned());
    }
    if param.choices.len() > CHOICES {
        say(format!("{} choices, at most {CHOICES} are allowed", param.choices.len()));
    }
    if param.choices.iter().collect::<HashSet<_>>().len() < param.choices.len() {
        say("a choice is there twice".to_owned());
    }
    if let Err(what) = allowed(param, &param.default) {
        say(format!("the default {what}"));
    }
    check_text(found, &format!("help of param `{name}`"), &param.help, HELP_BYTES);
    if let Some(unit) = &param.unit {
        check_text(found, &format!("unit of param `{name}`"), unit, UNIT_BYTES);
    }
    for choice in param.choices.iter().take(CHOICES) {
        check_text(found, &format!("choice of param `{name}`"), choice, HELP_BYTES);
    }
}

/// Whether a value of the right type is in the parameter's range, and what it must be otherwise.
pub(super) fn allowed(param: &Param, value: &Value) -> Result<(), String> {
    let number = match value {
        Value::Flag(_) => return Ok(()),
        Value::Text(text) => return allowed_text(param, text),
        Value::Integer(integer) => f64::from(*integer),
        Value::Number(number) => *number,
    };
    if !number.is_finite() {
        return Err("must be a finite number".to_owned());
    }
    match (param.min, param.max) {
        (Some(min), _) if number < min => Err(format!("must be {min} or more, not {number}")),
        (_, Some(max)) if number > max => Err(format!("must be {max} or less, not {number}")),
        _ => Ok(()),
    }
}

fn allowed_text(param: &Param, text: &str) -> Result<(), String> {
    if text.len() > TEXT_BYTES {
        return Err(format!("must be {TEXT_BYTES} bytes or less, not {}", text.len()));
    }
    if text.chars().any(|c| turns(c) || (c.is_control() && c != '\n' && c != '\t')) {
        return Err("must not contain control characters".to_owned());
    }
    if param.choices.is_empty() || param.choices.iter().any(|choice| choice == text) {
        return Ok(());
    }
    let near = super::nearest::hint(text, param.choices.iter().map(String::as_str));
    Err(format!("must be one of [{}]{near}", param.choices.join(", ")))
}

fn check_text(found: &mut Vec<String>, what: &str, text: &str, bytes: usize) {
    if text.len() > bytes {
        found.push(format!("{what} has {} bytes, at most {bytes} are allowed", text.len()));
    }
    if text.chars().any(|c| c.is_control() || turns(c)) {
        found.push(format!("{what} contains control characters or ones that turn the direction of text"));
    }
}

/// Whether a scenario may be called so: `engine-speed`.
pub fn is_scenario_name(name: &str) -> bool {
    is_name(name, '-')
}

/// Words of a-z and 0-9, the first of which starts with a letter, joined by single joints.
fn is_name(name: &str, joint: char) -> bool {
    name.len() <= NAME_BYTES
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .split(joint)
            .all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()))
}

/// `1.2.0`, with `-pre` and `+build` behind where wanted.
fn is_version(version: &str) -> bool {
    let core = version.split(['-', '+']).next().unwrap_or("");
    let tail = &version[core.len()..];
    let numbers: Vec<&str> = core.split('.').collect();
    version.len() <= VERSION_BYTES
        && numbers.len() == 3
        && numbers.iter().all(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
        && tail.len() != 1
        && tail.bytes().all(|b| b.is_ascii_alphanumeric() || b"-+.".contains(&b))
}

/// For an error message: short, and harmless on a terminal.
fn quoted(name: &str) -> String {
    let cut = name.floor_char_boundary(QUOTED_BYTES);
    let text: String = name[..cut].escape_debug().collect();
    if cut < name.len() { format!("{text}…") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Target;

    fn param(name: &str, default: Value) -> Param {
        Param {
            name: name.into(),
            help: "what it does".into(),
            default,
            unit: None,
            min: None,
            max: None,
            choices: Vec::new(),
        }
    }

    fn manifest() -> Manifest {
        Manifest {
            name: "engine-speed".into(),
            version: "1.2.0".into(),
            description: "how fast it is".into(),
            params: vec![param("output_tokens", Value::Integer(64))],
            targets: vec![Target::Main],
        }
    }

    #[track_caller]
    fn check(change: impl FnOnce(&mut Manifest), expected: &str) {
        let mut changed = manifest();
        change(&mut changed);
        let found = problems(&changed).join("; ");
        assert!(found.contains(expected), "{found:?} lacks {expected:?}");
        assert!(!found.contains(['\x1b', '\u{202e}']), "{found:?}");
    }

    #[test]
    fn a_good_manifest_has_no_problems() {
        assert_eq!(problems(&manifest()), Vec::<String>::new());
    }

    #[test]
    fn names_that_could_lead_astray_are_refused() {
        check(|m| m.name = "../../x".into(), "name `../../x` must be");
        check(|m| m.name = String::new(), "name `` must be");
        check(|m| m.name = "Engine".into(), "name");
        check(|m| m.name = "a--b".into(), "name");
        check(|m| m.name = "x".repeat(10 << 20), "…` must be");
        check(|m| m.name = "a\u{202e}b".into(), "name");
        check(|m| m.params[0].name = "a-b".into(), "joined by `_`");
    }

    #[test]
    fn texts_may_not_turn_or_command() {
        check(|m| m.description = "a\u{202e}b".into(), "description contains");
        check(|m| m.description = "a\x1b[2J".into(), "description contains");
        check(|m| m.params[0].help = "\0".into(), "help of param `output_tokens` contains");
    }

    #[test]
    fn duplicates_are_told_by_name() {
        check(|m| m.params.push(m.params[0].clone()), "param `output_tokens` is there twice");
        check(|m| m.targets.push(Target::Main), "target `main` is there twice");
    }

    #[test]
    fn defaults_must_obey_their_own_rules() {
        check(|m| m.params[0].min = Some(65.0), "the default must be 65 or more, not 64");
        check(|m| m.params[0].max = Some(f64::NAN), "no finite number");
        check(|m| m.params[0].choices = vec!["a".into()], "choices are for text only");
        check(
            |m| {
                m.params[0] = param("mode", Value::Text("cald".into()));
                m.params[0].choices = vec!["cold".into(), "warm".into()];
            },
            "the default must be one of [cold, warm]; did you mean `cold`?",
        );
    }

    #[test]
    fn versions_are_three_numbers() {
        for version in ["1", "1.2", "1.2.x", "1.2.3-", "", "v1.2.3", "1..2"] {
            check(|m| m.version = version.into(), "must be like `1.2.0`");
        }
        assert!(is_version("1.2.3-rc.1+build"));
    }
}

//! File, variables and flags, laid over one another.

use std::path::Path;

use toml::{Table, Value};

use crate::config::ConfigError;
use crate::config::file::File;
use crate::config::keys;

/// Variables of this prefix override the file: `DUALBENCH_ENGINES__MAIN__BASE_URL` is `engines.main.base_url`.
const PREFIX: &str = "DUALBENCH_";
/// Variables of that prefix with a meaning of their own.
const RESERVED: &[&str] = &["DUALBENCH_LOG", "DUALBENCH_DIR", "DUALBENCH_CONFIG", "DUALBENCH_SKIP_WEB"];

/// One key set by a flag or a variable.
#[derive(Debug, Clone)]
pub struct Override {
    key: String,
    value: String,
    /// The variable's name; `None` for a flag.
    variable: Option<String>,
}

impl Override {
    /// The dialect of each engine that the other layers name.
    pub const EVERY_DIALECT: &str = "engines.*.dialect";

    /// Set by a flag.
    pub fn new(key: impl Into<String>, value: impl Into<String>) -> Override {
        Override { key: key.into(), value: value.into(), variable: None }
    }

    fn source(&self) -> String {
        self.variable.as_ref().map_or_else(|| "a flag".to_owned(), |name| format!("the variable {name}"))
    }
}

/// The file's table; `None` where there is none and none was named.
pub(super) fn read(path: &Path, must_exist: bool) -> Result<Option<Table>, ConfigError> {
    let problem = |problem: String| ConfigError::File { path: path.to_path_buf(), problem };
    match std::fs::read_to_string(path) {
        Ok(text) => text.parse::<Table>().map(Some).map_err(|e| problem(e.to_string().trim_end().to_owned())),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound && !must_exist => Ok(None),
        Err(e) => Err(problem(e.to_string())),
    }
}

/// The value of a variable, for secrets by reference.
pub(super) fn variable(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "config is the one reader of the environment")]
    std::env::var(name).ok()
}

/// Lays variables and flags over the table of that file and reads the whole; unknown keys are problems.
pub(super) fn merge(from: &Path, mut table: Table, flags: &[Override]) -> Result<(File, Vec<String>), ConfigError> {
    let mut problems = Vec::new();
    let set: Vec<Override> = variables().into_iter().chain(flags.iter().cloned()).collect();
    for Override { key, value, .. } in set.iter().filter(|o| o.key != Override::EVERY_DIALECT) {
        put(&mut table, key, value, &mut problems);
    }
    for Override { value, .. } in set.iter().filter(|o| o.key == Override::EVERY_DIALECT) {
        put_dialects(&mut table, value, &mut problems);
    }
    let source = |path: &str| {
        let below = |o: &&Override| o.key == path || o.key.strip_prefix(path).is_some_and(|rest| rest.starts_with('.'));
        set.iter().rev().find(below).map_or_else(|| from.display().to_string(), Override::source)
    };
    let mut unknown = Vec::new();
    let file: File =
        serde_ignored::deserialize(Value::Table(table), |path| unknown.push(path.to_string().replace('?', "")))
            .map_err(|e| ConfigError::Problems(vec![e.to_string().trim_end().to_owned()]))?;
    problems.extend(unknown.iter().map(|path| {
        let path = path.replace("..", ".");
        keys::unknown(&path, &source(&path))
    }));
    Ok((file, problems))
}

fn variables() -> Vec<Override> {
    // `vars` would panic on any variable of the environment that is no UTF-8, whoever it is for.
    let texts = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
    let mut found: Vec<Override> = texts
        .filter(|(name, _)| name.starts_with(PREFIX) && !RESERVED.contains(&name.as_str()))
        .filter(|(name, _)| !name.starts_with("DUALBENCH_TEST_"))
        .map(|(name, value)| {
            let key = name[PREFIX.len()..].to_lowercase().replace("__", ".");
            Override { key, value: value.to_string_lossy().into_owned(), variable: Some(name) }
        })
        .collect();
    found.sort_by(|a, b| a.key.cmp(&b.key));
    found
}

/// The dialect of each engine that the table has.
fn put_dialects(table: &mut Table, word: &str, problems: &mut Vec<String>) {
    let engines = table.get("engines").and_then(Value::as_table);
    let roles: Vec<String> = ["main", "mini"]
        .into_iter()
        .filter(|r| engines.is_some_and(|e| e.contains_key(*r)))
        .map(str::to_owned)
        .collect();
    if roles.is_empty() {
        problems.push(format!("--dialect {word}: no engine is configured; give --main-url or --mini-url with it"));
    }
    for role in roles {
        put(table, &format!("engines.{role}.dialect"), word, problems);
    }
}

/// Whether a text is what stands under a key.
fn takes_text(key: &str) -> bool {
    let mut value = Value::String(String::new());
    for part in key.rsplit('.') {
        value = Value::Table(Table::from_iter([(part.to_owned(), value)]));
    }
    value.try_into::<File>().is_ok()
}

/// Sets a dotted key. The text is taken as a TOML value where it is one of the kind that stands there, else as
/// plain text.
fn put(table: &mut Table, key: &str, text: &str, problems: &mut Vec<String>) {
    let mut parts: Vec<&str> = key.split('.').collect();
    let Some(last) = parts.pop() else { return };
    let mut at = table;
    for part in parts {
        let next = at.entry(part).or_insert_with(|| Value::Table(Table::new()));
        match next {
            Value::Table(inner) => at = inner,
            _ => {
                problems.push(format!("`{key}`: `{part}` is a value and has no keys below it"));
                return;
            }
        }
    }
    let parsed = format!("v = {text}").parse::<Table>().ok().and_then(|mut t| t.remove("v"));
    // A model may be named `8`, a folder `true`.
    let parsed = parsed.filter(|value| value.is_str() || !takes_text(key));
    at.insert(last.to_owned(), parsed.unwrap_or_else(|| Value::String(text.to_owned())));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(text: &str, flags: &[Override]) -> (File, Vec<String>) {
        merge(Path::new("x.toml"), text.parse().expect("a table"), flags).expect("readable")
    }

    #[test]
    fn a_number_is_taken_as_text_where_text_stands_and_as_a_number_elsewhere() {
        let flags = [Override::new("engines.main.model", "8"), Override::new("gpu.rate_hz", "8.5")];
        let (file, problems) = merged("", &flags);
        assert_eq!(problems, Vec::<String>::new());
        assert_eq!(file.engines.main.and_then(|e| e.model).as_deref(), Some("8"));
        assert_eq!(file.gpu.rate_hz, Some(8.5));
    }

    #[test]
    fn a_dialect_for_all_reaches_each_configured_engine_and_wants_one() {
        let flag = [Override::new(Override::EVERY_DIALECT, "ollama")];
        let (file, problems) = merged("[engines.mini]\nbase_url = \"http://127.0.0.1:1\"", &flag);
        assert_eq!((file.engines.main.is_none(), problems), (true, Vec::new()));
        assert_eq!(file.engines.mini.and_then(|e| e.dialect).as_deref(), Some("ollama"));
        assert!(merged("", &flag).1[0].contains("no engine is configured"));
    }

    #[test]
    fn an_unknown_key_is_named_with_where_it_was_set() {
        let (_, problems) = merged("[gpu]\nrate_hertz = 1.0", &[Override::new("engines.main.modle", "x")]);
        assert!(problems.iter().any(|p| p.contains("gpu.rate_hertz") && p.contains("x.toml")), "{problems:?}");
        assert!(problems.iter().any(|p| p.contains("a flag") && p.contains("`engines.main.model`")), "{problems:?}");
    }
}

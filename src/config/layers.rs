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

/// One key set by a flag.
#[derive(Debug, Clone)]
pub struct Override {
    key: String,
    value: String,
}

impl Override {
    pub fn new(key: impl Into<String>, value: impl Into<String>) -> Override {
        Override { key: key.into(), value: value.into() }
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

/// Lays variables and flags over the table and reads the whole; unknown keys are problems.
pub(super) fn merge(mut table: Table, flags: &[Override]) -> Result<(File, Vec<String>), ConfigError> {
    let mut problems = Vec::new();
    let set = variables().into_iter().chain(flags.iter().cloned());
    for Override { key, value } in set {
        put(&mut table, &key, &value, &mut problems);
    }
    let mut unknown = Vec::new();
    let file: File =
        serde_ignored::deserialize(Value::Table(table), |path| unknown.push(path.to_string().replace('?', "")))
            .map_err(|e| ConfigError::Problems(vec![e.to_string().trim_end().to_owned()]))?;
    problems.extend(unknown.iter().map(|path| keys::unknown(&path.replace("..", "."))));
    Ok((file, problems))
}

#[expect(clippy::disallowed_methods, reason = "config is the one reader of the environment")]
fn variables() -> Vec<Override> {
    let mut found: Vec<Override> = std::env::vars()
        .filter(|(name, _)| name.starts_with(PREFIX) && !RESERVED.contains(&name.as_str()))
        .filter(|(name, _)| !name.starts_with("DUALBENCH_TEST_"))
        .map(|(name, value)| Override::new(name[PREFIX.len()..].to_lowercase().replace("__", "."), value))
        .collect();
    found.sort_by(|a, b| a.key.cmp(&b.key));
    found
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
    at.insert(last.to_owned(), parsed.unwrap_or_else(|| Value::String(text.to_owned())));
}

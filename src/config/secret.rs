//! Secrets come by reference, and never show themselves.

use std::path::Path;

use crate::config::layers;

/// A text that never shows itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub(super) String);

impl Secret {
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A secret by reference: a variable's name or a file's path, never the text itself.
pub(super) fn secret(
    dir: &Path,
    key: &str,
    env: Option<&str>,
    file: Option<&str>,
    problems: &mut Vec<String>,
) -> Option<String> {
    let found = match (env, file) {
        (None, None) => return None,
        (Some(_), Some(_)) => Err(format!("{key}_env and {key}_file are both set; keep one")),
        (Some(name), None) => layers::variable(name).ok_or(format!("{key}_env: the variable `{name}` is not set")),
        (None, Some(path)) => std::fs::read_to_string(dir.join(path))
            .map(|text| text.trim().to_owned())
            .map_err(|e| format!("{key}_file: {path}: {e}")),
    };
    match found {
        // It goes into a header's line; what is not shown here must not break it there.
        Ok(text) if text.chars().any(char::is_control) => {
            problems
                .push(format!("{key}: the secret has a line break or another control character; keep it on one line"));
        }
        Ok(text) if text.is_empty() => problems.push(format!("{key}: the secret is empty")),
        Ok(text) => return Some(text),
        Err(problem) => problems.push(problem),
    }
    None
}

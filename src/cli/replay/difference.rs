//! The first field in which two records differ.

use std::fmt;

use serde_json::Value;

/// Characters of a value that are shown.
const SHOWN: usize = 200;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// `targets.main.ttft_ms.median`.
    pub field: String,
    pub is: String,
    pub recorded: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the first field that differs is {}: {}, recorded is {}", self.field, self.is, self.recorded)
    }
}

impl Difference {
    /// `None` where the two texts are the same, byte by byte.
    pub fn of(is: &str, recorded: &str) -> Option<Difference> {
        if is == recorded {
            return None;
        }
        let read = |text: &str| serde_json::from_str::<Value>(text).ok();
        let found = read(is).zip(read(recorded)).and_then(|(a, b)| first(String::new(), Some(&a), Some(&b)));
        // Numbers that are written in two ways, or keys in another order.
        Some(found.unwrap_or_else(|| {
            let at = is.bytes().zip(recorded.bytes()).take_while(|(a, b)| a == b).count();
            let rest = |text: &str| text.get(at..).map_or_else(String::new, shown);
            Difference { field: format!("byte {}", at + 1), is: rest(is), recorded: rest(recorded) }
        }))
    }
}

fn first(path: String, is: Option<&Value>, recorded: Option<&Value>) -> Option<Difference> {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match (is, recorded) {
        (Some(Value::Object(a)), Some(Value::Object(b))) => {
            let more = b.keys().filter(|key| !a.contains_key(*key));
            a.keys().chain(more).find_map(|key| first(below(key), a.get(key), b.get(key)))
        }
        (Some(Value::Array(a)), Some(Value::Array(b))) => {
            (0..a.len().max(b.len())).find_map(|i| first(format!("{path}[{i}]"), a.get(i), b.get(i)))
        }
        (a, b) if a == b => None,
        (a, b) => {
            let text = |value: Option<&Value>| value.map_or_else(|| "missing".to_owned(), |v| shown(&v.to_string()));
            Some(Difference { field: path, is: text(a), recorded: text(b) })
        }
    }
}

fn shown(text: &str) -> String {
    let start: String = text.chars().take(SHOWN).collect();
    if start.len() < text.len() { start + "…" } else { start }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(is: &str, recorded: &str, expected: Option<(&str, &str, &str)>) {
        let found = Difference::of(is, recorded);
        let found = found.as_ref().map(|d| (d.field.as_str(), d.is.as_str(), d.recorded.as_str()));
        assert_eq!(found, expected);
    }

    #[test]
    fn the_first_field_that_differs_is_named_by_its_path() {
        check(r#"{"a":{"b":[1,2]}}"#, r#"{"a":{"b":[1,2]}}"#, None);
        check(r#"{"a":{"b":[1,2]}}"#, r#"{"a":{"b":[1,3]}}"#, Some(("a.b[1]", "2", "3")));
        check(r#"{"a":1}"#, r#"{"a":1,"b":null}"#, Some(("b", "missing", "null")));
        check("{\"a\":1.0}", "{\"a\":1.0 }", Some(("byte 9", "}", " }")));
    }
}

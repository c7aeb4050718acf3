//! What JSON forbids and engines send all the same, made into JSON. Costs a copy; only for what could not be read.

/// The text with a replacement character for each half of a surrogate pair and for what is no UTF-8, and `null` for
/// `NaN` and the infinities. `None` where there is nothing of the kind.
pub(super) fn repaired(data: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(data);
    let mut out = String::with_capacity(text.len());
    let (mut rest, mut in_string) = (&*text, false);
    while let Some(c) = rest.chars().next() {
        let (taken, put) = match (in_string, c) {
            (true, '\\') => escape(rest),
            (_, '"') => {
                in_string = !in_string;
                (1, "\"")
            }
            (false, 'N' | 'I' | '-') => no_number(rest),
            _ => (c.len_utf8(), &rest[..c.len_utf8()]),
        };
        out.push_str(put);
        rest = &rest[taken..];
    }
    (out.as_bytes() != data).then_some(out)
}

/// An escape at the start of the text: its length, and what to put for it.
fn escape(text: &str) -> (usize, &str) {
    const LOST: &str = "\\ufffd";
    match (unit(text), text.get(6..).and_then(unit)) {
        (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => (12, &text[..12]),
        (Some(0xd800..=0xdfff), _) => (6, LOST),
        _ => {
            let length = 1 + text[1..].chars().next().map_or(0, char::len_utf8);
            (length, &text[..length])
        }
    }
}

/// The code unit of a `\uXXXX` at the start of the text.
fn unit(text: &str) -> Option<u16> {
    u16::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()
}

/// Words of other languages for what is no number.
fn no_number(text: &str) -> (usize, &str) {
    for word in ["NaN", "-NaN", "Infinity", "-Infinity"] {
        if text.starts_with(word) {
            return (word.len(), "null");
        }
    }
    (1, &text[..1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expected: Option<&str>) {
        assert_eq!(repaired(bytes).as_deref(), expected, "{}", String::from_utf8_lossy(bytes));
    }

    #[test]
    fn what_is_json_is_left_alone() {
        check(br#"{"a":"\ud83d\ude42 \"NaN\" \\","b":-1}"#, None);
    }

    #[test]
    fn half_a_pair_and_bytes_that_are_no_text_become_one_mark_each() {
        check(br#"{"a":"x\ud83d"}"#, Some(r#"{"a":"x\ufffd"}"#));
        check(br#"{"a":"\ude42y"}"#, Some(r#"{"a":"\ufffdy"}"#));
        check(b"{\"a\":\"\xf0\x9f\"}", Some("{\"a\":\"\u{fffd}\"}"));
    }

    #[test]
    fn what_is_no_number_becomes_null_outside_of_texts_only() {
        check(br#"{"a":NaN,"b":-Infinity,"c":"NaN"}"#, Some(r#"{"a":null,"b":null,"c":"NaN"}"#));
    }

    proptest::proptest! {
        #[test]
        fn garbage_never_panics(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
            let _any = repaired(&bytes);
        }
    }
}

//! Words that others wrote, made harmless before they stand in an error, a log or on a terminal.

/// What an error's message holds at most, in bytes; the same for its backtrace.
pub(super) const ERROR_BYTES: usize = 8 << 10;
/// A name that is quoted within a message, in bytes.
pub(super) const NAME_BYTES: usize = 128;
/// A line of a guest's log that is quoted beneath an error, in bytes.
pub(super) const LAST_WORDS_BYTES: usize = 1 << 10;

/// One line: a line feed becomes `⏎`, so that no text can pass for a line of ours. Cut, with `…`, where it would take
/// more than so many bytes.
pub(super) fn line(text: &str, bytes: usize) -> String {
    clean(text, bytes, '⏎')
}

/// Several lines, as a backtrace has. All but the first are indented, for the same reason.
pub(super) fn block(text: &str, bytes: usize) -> String {
    let lines = text.trim_end().split('\n').enumerate();
    let indented = lines.map(|(at, line)| match at {
        0 => line.to_owned(),
        _ if line.starts_with(' ') => line.to_owned(),
        _ => format!("    {line}"),
    });
    clean(&indented.collect::<Vec<_>>().join("\n"), bytes, '\n')
}

/// Puts U+FFFD for whatever could command a terminal or turn a text around. Counts what comes out, not what goes in.
fn clean(text: &str, bytes: usize, line_feed: char) -> String {
    let mut cleaned = String::new();
    for c in text.chars() {
        let c = match c {
            '\n' => line_feed,
            c if commands(c) => char::REPLACEMENT_CHARACTER,
            c => c,
        };
        if cleaned.len() + c.len_utf8() > bytes {
            cleaned.push('…');
            break;
        }
        cleaned.push(c);
    }
    cleaned
}

fn commands(c: char) -> bool {
    (c.is_control() && c != '\t') || matches!(c, '\u{2028}' | '\u{2029}') || turns(c)
}

/// Characters that change the direction of the text after them, or hide.
pub(super) fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cleaned_text_cannot_command_a_terminal() {
        assert_eq!(line("a\x1b[31mb\r\u{202e}c\u{2028}\td", 100), "a\u{fffd}[31mb\u{fffd}\u{fffd}c\u{fffd}\td");
        assert_eq!(line("wörld", 2), "w…");
        assert_eq!(line("wörld", 6), "wörld");
    }

    #[test]
    fn a_line_stays_one_line_and_a_block_cannot_forge_one() {
        assert_eq!(line("a\nERROR b", 100), "a⏎ERROR b");
        assert_eq!(block("a\n  b\nERROR c\n", 100), "a\n  b\n    ERROR c");
    }

    #[test]
    fn what_cleaning_adds_counts_against_the_limit() {
        assert!(line(&"\n".repeat(10_000), 100).len() <= 100 + '…'.len_utf8());
        assert!(block(&"x\n".repeat(10_000), 100).len() <= 100 + '…'.len_utf8());
    }
}

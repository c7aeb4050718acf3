//! Printing: text of guests, engines and files is only ever text, never a terminal's command.

use std::io::Write;

/// One line on standard output. A reader that has gone is no error.
pub fn line(text: &str) {
    let _reader_gone = writeln!(std::io::stdout().lock(), "{text}");
}

/// The command's one error, on standard error.
pub fn error(text: &str) {
    let _reader_gone = writeln!(std::io::stderr().lock(), "error: {}", tame(text));
}

/// A note beside the result, on standard error.
pub fn note(text: &str) {
    let _reader_gone = writeln!(std::io::stderr().lock(), "{text}");
}

/// Control characters and direction marks, made visible.
pub fn tame(text: &str) -> String {
    let odd = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if odd(c) { format!("\\u{{{:x}}}", c as u32) } else { c.to_string() }).collect()
}

/// A table without frames, as wide as the terminal.
pub fn table(header: &[&str], rows: Vec<Vec<String>>) -> String {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING).set_header(header);
    for row in rows {
        table.add_row(row.iter().map(|cell| tame(cell)));
    }
    table.trim_fmt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guests_text_cannot_command_the_terminal() {
        assert_eq!(tame("a\u{1b}[31mb\u{202e}c\nd"), "a\\u{1b}[31mb\\u{202e}c\nd");
    }
}

//! Changes to a text that leave every line where it was, so that an error's line is the author's.

use super::Refusal;

/// Changes of one text, noted in any order.
pub(super) struct Edits<'a> {
    text: &'a str,
    /// Start and end in bytes, and what stands there instead; blanks are kept as wide as what they replace.
    changes: Vec<(usize, usize, String)>,
}

impl<'a> Edits<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, changes: Vec::new() }
    }

    /// Spaces in the place of all that is no line feed.
    pub(super) fn blank(&mut self, start: u32, end: u32) {
        self.replace(start, end, "");
    }

    /// `words`, then spaces; the line feeds stay.
    pub(super) fn replace(&mut self, start: u32, end: u32, words: &str) {
        let (start, end) = (start as usize, end as usize);
        let Some(old) = self.text.get(start..end).filter(|old| !old.is_empty()) else { return };
        let blanks = old.chars().skip(words.chars().count()).map(|c| if is_line_end(c) { c } else { ' ' });
        let lost = old.chars().take(words.chars().count()).filter(|c| is_line_end(*c));
        self.changes.push((start, end, words.chars().chain(lost).chain(blanks).collect()));
    }

    /// The first `mark` from `from` on, outside of comments, before `until`: its place.
    pub(super) fn find(&self, mark: char, from: u32, until: u32) -> Option<u32> {
        let mut at = from as usize;
        while at < until as usize {
            let rest = &self.text[at..until as usize];
            let skipped = comment_length(rest);
            if skipped > 0 {
                at += skipped;
            } else if rest.starts_with(mark) {
                return u32::try_from(at).ok();
            } else {
                at += rest.chars().next()?.len_utf8();
            }
        }
        None
    }

    /// Whether what comes next stands on a line of its own, and would still be read as more of what ends at `from`.
    pub(super) fn next_line_goes_on(&self, from: u32) -> bool {
        let mut rest = &self.text[from as usize..];
        let mut lines = false;
        loop {
            let length =
                comment_length(rest).max(rest.chars().next().filter(|c| c.is_whitespace()).map_or(0, char::len_utf8));
            if length == 0 {
                return lines && rest.starts_with(['(', '[', '`']);
            }
            lines |= rest[..length].contains(is_line_end);
            rest = &rest[length..];
        }
    }

    /// Blanks the words that stand between two places: `public`, `readonly`.
    pub(super) fn blank_words(&mut self, words: &[&str], from: u32, until: u32) {
        let Some(part) = self.text.get(from as usize..until as usize) else { return };
        let mut at = 0;
        while at < part.len() {
            let rest = &part[at..];
            let length = comment_length(rest).max(word_length(rest)).max(rest.chars().next().map_or(1, char::len_utf8));
            if words.contains(&&rest[..length]) {
                let start = from as usize + at;
                self.changes.push((start, start + length, " ".repeat(length)));
            }
            at += length;
        }
    }

    /// The changed text. Of two changes of the same place the wider one counts, of two alike the first.
    pub(super) fn apply(mut self) -> String {
        self.changes.sort_by_key(|(start, end, _)| (*start, std::cmp::Reverse(*end)));
        let mut changed = String::with_capacity(self.text.len());
        let mut at = 0;
        for (start, end, words) in &self.changes {
            if *start < at {
                continue;
            }
            changed.push_str(&self.text[at..*start]);
            changed.push_str(words);
            at = *end;
        }
        changed.push_str(&self.text[at..]);
        changed
    }

    /// What stops the work at a place of the text.
    pub(super) fn refusal(&self, at: u32, what: impl Into<String>) -> Refusal {
        Refusal::at(self.text, at as usize, what.into())
    }
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}')
}

fn comment_length(rest: &str) -> usize {
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return rest.find("*/").map_or(rest.len(), |end| end + 2);
    }
    0
}

fn word_length(rest: &str) -> usize {
    rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_keeps_lines_and_columns() {
        let mut edits = Edits::new("let ä: {\n  b }\n= 1;");
        edits.blank(6, 15);
        assert_eq!(edits.apply(), "let ä   \n     \n= 1;");
    }

    #[test]
    fn the_wider_of_two_changes_counts_and_comments_are_no_code() {
        let mut edits = Edits::new("a /* ? */ ?: b");
        assert_eq!(edits.find('?', 1, 14), Some(10));
        edits.blank(10, 14);
        edits.blank(11, 14);
        edits.blank_words(&["a"], 0, 14);
        assert_eq!(edits.apply(), "  /* ? */     ");
    }
}

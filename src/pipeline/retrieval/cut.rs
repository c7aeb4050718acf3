//! A text cut into passages, by its headings and paragraphs. Pure.

/// Characters of a passage, about: a heading may come on top of it.
const ABOUT: usize = 800;
/// A heading begins a new passage only where the one before has this many characters.
const LEAST: usize = 200;
/// A longer line is no heading, whatever it begins with.
const HEADING: usize = 120;
/// Between the blocks of a passage.
const GAP: &str = "\n\n";

/// A paragraph, a part of a long one, or a heading.
#[derive(Debug, Clone, PartialEq)]
struct Block {
    text: String,
    /// With the gap behind it.
    chars: usize,
    heading: bool,
}

impl Block {
    fn new(text: &str, heading: bool) -> Block {
        Block { text: text.to_owned(), chars: text.chars().count() + GAP.len(), heading }
    }
}

/// The passages of a text, in its order. One that continues a section begins with the section's heading again.
///
/// Never cut in the middle of a word. A run of more than 800 characters without white space is no word; in a language
/// that writes without spaces it is cut there.
pub fn cut(text: &str) -> Vec<String> {
    let mut cutter = Cutter::default();
    for block in blocks(text) {
        cutter.push(block);
    }
    cutter.flush();
    // Headings at the very end, with nothing below them.
    cutter.flush();
    cutter.done
}

#[derive(Default)]
struct Cutter {
    done: Vec<String>,
    current: Vec<Block>,
    chars: usize,
    /// The heading that the current passage stands below.
    heading: Option<Block>,
}

impl Cutter {
    fn push(&mut self, block: Block) {
        let section_begins = block.heading && self.chars >= LEAST;
        let full = self.chars + block.chars > ABOUT;
        let barely_begun = self.chars <= LEAST && self.current.iter().all(|b| b.heading);
        if (section_begins || full) && !barely_begun {
            self.flush();
        }
        if block.heading {
            self.heading = Some(block.clone());
        } else if self.current.is_empty() {
            self.current.extend(self.heading.clone());
        }
        self.current.push(block);
        self.chars = self.current.iter().map(|b| b.chars).sum();
    }

    /// Ends the passage. Headings at its end belong to the next one, unless it has nothing else.
    fn flush(&mut self) {
        let body = self.current.iter().rposition(|b| !b.heading).map_or(self.current.len(), |last| last + 1);
        let carried = self.current.split_off(body);
        let texts: Vec<&str> = self.current.iter().map(|b| b.text.as_str()).collect();
        if !texts.is_empty() {
            self.done.push(texts.join(GAP));
        }
        self.chars = carried.iter().map(|b| b.chars).sum();
        self.current = carried;
    }
}

/// Headings and paragraphs. Inside a fence of code nothing is a heading.
fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut paragraph = String::new();
    let mut fenced = false;
    for line in text.trim_start_matches('\u{feff}').lines().map(str::trim_end) {
        if line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~") {
            fenced = !fenced;
        }
        if line.is_empty() {
            end_paragraph(&mut paragraph, &mut blocks);
        } else if !fenced && is_heading(line) {
            end_paragraph(&mut paragraph, &mut blocks);
            blocks.push(Block::new(line, true));
        } else {
            paragraph.push_str(if paragraph.is_empty() { "" } else { "\n" });
            paragraph.push_str(line);
        }
    }
    end_paragraph(&mut paragraph, &mut blocks);
    blocks
}

fn is_heading(line: &str) -> bool {
    let level = line.bytes().take_while(|b| *b == b'#').count();
    (1..=6).contains(&level) && line[level..].starts_with(' ') && line.chars().count() <= HEADING
}

fn end_paragraph(paragraph: &mut String, blocks: &mut Vec<Block>) {
    let mut rest = paragraph.as_str();
    while let Some(end) = end_of_part(rest) {
        blocks.push(Block::new(rest[..end].trim_end(), false));
        rest = rest[end..].trim_start();
    }
    if !rest.is_empty() {
        blocks.push(Block::new(rest, false));
    }
    paragraph.clear();
}

/// Where a paragraph that is too long is cut: behind the last sentence of its first part, else behind the last word.
fn end_of_part(text: &str) -> Option<usize> {
    let (limit, _) = text.char_indices().nth(ABOUT)?;
    let head = &text[..limit];
    let sentence = head.rmatch_indices([' ', '\n']).map(|(at, _)| at).find(|at| head[..*at].ends_with(['.', '!', '?']));
    if let Some(at) = sentence.filter(|at| *at > limit / 2) {
        return Some(at);
    }
    let next_is_space = text[limit..].starts_with(char::is_whitespace);
    let word = if next_is_space { Some(limit) } else { head.rfind(char::is_whitespace) };
    Some(word.filter(|at| *at > 0).unwrap_or(limit))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn words(text: &str) -> BTreeSet<&str> {
        text.split_whitespace().collect()
    }

    #[test]
    fn a_short_text_is_one_passage() {
        assert_eq!(cut("# Title\n\nOne.\n\nTwo.\n"), ["# Title\n\nOne.\n\nTwo."]);
        assert_eq!(cut("\u{feff}plain\r\ntext\r\n"), ["plain\ntext"]);
        assert_eq!(cut(" \n\n"), Vec::<String>::new());
    }

    #[test]
    fn a_heading_begins_a_passage_and_never_ends_one() {
        let long = "word ".repeat(60);
        let passages = cut(&format!("# A\n\n{long}\n\n## B\n\n{long}\n\n## C\n"));
        assert_eq!(passages.len(), 3, "{passages:?}");
        assert!(passages[0].starts_with("# A") && passages[1].starts_with("## B") && passages[2] == "## C");
    }

    #[test]
    fn a_passage_that_continues_a_section_begins_with_its_heading_again() {
        let paragraph = "word ".repeat(100);
        let passages = cut(&format!("# Cache\n\n{paragraph}\n\n{paragraph}\n\n{paragraph}"));
        assert_eq!(passages.len(), 3);
        assert!(passages.iter().all(|p| p.starts_with("# Cache\n\n")), "{passages:?}");
    }

    #[test]
    fn a_sign_in_a_fence_of_code_is_no_heading() {
        let blocks = blocks("```sh\n# a comment\n```\n#no\n# yes");
        assert_eq!(blocks.iter().filter(|b| b.heading).count(), 1, "{blocks:?}");
    }

    #[test]
    fn a_long_paragraph_ends_with_a_sentence_where_it_can() {
        let passages = cut(&"Nine words make one sentence of this long text. ".repeat(40));
        assert!(passages.len() > 1 && passages.iter().all(|p| p.ends_with("text.")), "{passages:?}");
    }

    #[test]
    fn a_language_without_spaces_is_cut_between_characters() {
        let passages = cut(&"情報".repeat(1_000));
        assert_eq!(passages.iter().map(|p| p.chars().count()).collect::<Vec<_>>(), [800, 800, 400]);
    }

    proptest! {
        #[test]
        fn no_word_is_cut_or_lost_and_no_passage_is_long(
            text in prop::collection::vec(("[a-zäß#.`~-]{1,40}", "( |\n|\n\n|\n# |\t)"), 0..600),
        ) {
            let text: String = text.into_iter().map(|(word, gap)| word + &gap).collect();
            let passages = cut(&text);
            let seen: BTreeSet<&str> = passages.iter().flat_map(|p| words(p)).collect();
            prop_assert_eq!(seen, words(&text));
            for passage in &passages {
                prop_assert!(passage.chars().count() <= 2 * ABOUT, "{}", passage.chars().count());
            }
        }
    }
}

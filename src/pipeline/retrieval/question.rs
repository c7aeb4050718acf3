//! A question as an FTS5 query. Pure.

use std::collections::HashSet;

/// Words of a question that are looked for; the rest of a very long one adds nothing but time.
const WORDS: usize = 64;

/// The question's words, each quoted, joined by OR. `None` where it has no word.
///
/// A word holds neither quotes nor any other ASCII sign, so nothing that a user writes is read as syntax.
pub fn query(question: &str) -> Option<String> {
    let mut seen = HashSet::new();
    let words = question
        .split(|c: char| c.is_whitespace() || c.is_ascii_punctuation() || c.is_control())
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .map(str::to_lowercase)
        .filter(|word| seen.insert(word.clone()))
        .take(WORDS);
    let quoted: Vec<String> = words.map(|word| format!("\"{word}\"")).collect();
    (!quoted.is_empty()).then(|| quoted.join(" OR "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_and_joined_by_or() {
        assert_eq!(query("What is the KV-cache?").as_deref(), Some(r#""what" OR "is" OR "the" OR "kv" OR "cache""#));
    }

    #[test]
    fn syntax_of_the_user_becomes_words() {
        assert_eq!(
            query("NEAR(\"a b\", 3) AND text:* OR ^x NOT y'; --").as_deref(),
            Some(r#""near" OR "a" OR "b" OR "3" OR "and" OR "text" OR "or" OR "x" OR "not" OR "y""#)
        );
    }

    #[test]
    fn a_word_is_looked_for_once() {
        assert_eq!(query("cache Cache CACHE").as_deref(), Some(r#""cache""#));
    }

    #[test]
    fn a_question_without_a_word_has_no_query() {
        for empty in ["", "  \n", "?!…", "— “” —", "\0"] {
            assert_eq!(query(empty), None, "{empty:?}");
        }
    }
}

//! The simulated engines' tokenizer: word-like pieces, the same for every text on every machine. No vocabulary file.

use super::seeded::{Seeded, fold};

/// Token ids lie in `0..VOCABULARY`, as those of a mid-sized model do.
pub const VOCABULARY: u32 = 32_000;
/// Letters of one piece; a longer word is several tokens.
const LETTERS_PER_PIECE: usize = 8;
/// Digits of one piece, as in the tokenizers of the Qwen and Llama families' GPT-4-style splits.
const DIGITS_PER_PIECE: usize = 3;
/// What a chat template adds around each message (role, markers).
pub const TEMPLATE_TOKENS_PER_MESSAGE: u32 = 4;
/// What a chat template adds once, to open the answer.
pub const TEMPLATE_TOKENS_OPENING: u32 = 3;

const ONSETS: [&str; 12] = ["b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t"];
const VOWELS: [&str; 5] = ["a", "e", "i", "o", "u"];

/// The ids of a text's tokens. Nothing is added (no begin-of-text token).
pub fn tokenize(text: &str) -> Vec<u32> {
    pieces(text).map(|piece| (fold(piece.as_bytes()) % u64::from(VOCABULARY)) as u32).collect()
}

/// The text's tokens as the pieces that they stand for.
pub fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (piece, tail) = rest.split_at(piece_length(rest));
        rest = tail;
        Some(piece)
    })
}

/// Bytes of the first piece of a text that is not empty: an optional space with letters or digits behind it, else one character.
fn piece_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let space = usize::from(bytes[0] == b' ');
    let run = |limit: usize, belongs: fn(&u8) -> bool| {
        bytes[space..].iter().take(limit).take_while(|byte| belongs(byte)).count()
    };
    let letters = run(LETTERS_PER_PIECE, u8::is_ascii_alphabetic);
    if letters > 0 {
        return space + letters;
    }
    let digits = run(DIGITS_PER_PIECE, u8::is_ascii_digit);
    if digits > 0 {
        return space + digits;
    }
    text.chars().next().map_or(1, char::len_utf8)
}

/// The next word of an answer, pushed on `text`: always one token of [`tokenize`], always plain ASCII that JSON need not escape.
pub fn push_word(seeded: &mut Seeded, text: &mut String) {
    let bits = seeded.bits();
    text.push(' ');
    // 2 to 4 syllables of two letters: at most LETTERS_PER_PIECE.
    for syllable in 0..2 + bits % 3 {
        let draw = (bits >> (8 + 12 * syllable)) as usize;
        text.push_str(ONSETS[draw % ONSETS.len()]);
        text.push_str(VOWELS[(draw >> 6) % VOWELS.len()]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, pieces: usize) {
        assert_eq!(tokenize(text).len(), pieces, "{text:?}");
    }

    #[test]
    fn a_text_is_cut_into_word_like_pieces() {
        check("", 0);
        check("the server answers", 3);
        check("extraordinarily", 2);
        check(" 12345", 2);
        check("a, b.\n", 5);
        check("  two", 2);
        check("café 🙂", 4);
    }

    #[test]
    fn the_words_of_an_answer_are_one_token_each_even_when_joined() {
        let (mut seeded, mut text) = (Seeded::new(3), String::new());
        for _ in 0..500 {
            push_word(&mut seeded, &mut text);
        }
        check(&text, 500);
        assert!(text.bytes().all(|byte| byte == b' ' || byte.is_ascii_lowercase()));
    }

    #[test]
    fn equal_pieces_have_equal_ids() {
        let ids = tokenize("yes no yes no");
        assert_eq!(ids[1], ids[3]);
        assert!(ids.iter().all(|id| *id < VOCABULARY));
    }
}

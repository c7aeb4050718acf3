//! Which passages fit the context of an engine. Pure.

use crate::pipeline::retrieval::Passage;

/// The context of an engine and what else goes into it, in tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    pub context: u32,
    /// Kept free for the answer.
    pub answer: u32,
    /// The prompt without passages: template, question, chat markup.
    pub overhead: u32,
}

impl Room {
    /// What is left for passages; `None` where answer and prompt alone are too much.
    pub fn for_passages(&self) -> Option<u32> {
        self.context.checked_sub(self.answer)?.checked_sub(self.overhead)
    }
}

/// What fitted and what did not.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fitted {
    /// In their order.
    pub kept: Vec<Passage>,
    /// Passages that were left out.
    pub cut: u32,
    /// Their tokens, together.
    pub tokens_cut: u32,
}

/// Goes through the passages, the best first, and keeps each one that fits into what the better ones have left.
///
/// `tokens` counts those of one passage's text, with what the template puts around each of them. A passage is kept
/// whole or not at all: half of one may say the opposite of the whole.
pub fn fit(passages: Vec<Passage>, room: Room, tokens: impl Fn(&str) -> u32) -> Fitted {
    let mut left = room.for_passages();
    let mut fitted = Fitted::default();
    for passage in passages {
        let size = tokens(&passage.text);
        match left.and_then(|left| left.checked_sub(size)) {
            Some(rest) => {
                left = Some(rest);
                fitted.kept.push(passage);
            }
            None => {
                fitted.cut += 1;
                fitted.tokens_cut = fitted.tokens_cut.saturating_add(size);
            }
        }
    }
    fitted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A passage whose text is its number of tokens.
    fn passages(sizes: &[u32]) -> Vec<Passage> {
        let passage = |(n, size): (usize, &u32)| Passage {
            id: n.to_string(),
            source: "s".to_owned(),
            text: size.to_string(),
            score: 0.0,
        };
        sizes.iter().enumerate().map(passage).collect()
    }

    fn size(text: &str) -> u32 {
        text.parse().expect("a number")
    }

    #[track_caller]
    fn check(sizes: &[u32], room: (u32, u32, u32), kept: &[&str], cut: u32, tokens_cut: u32) {
        let room = Room { context: room.0, answer: room.1, overhead: room.2 };
        let fitted = fit(passages(sizes), room, size);
        let ids: Vec<&str> = fitted.kept.iter().map(|p| p.id.as_str()).collect();
        assert_eq!((ids.as_slice(), fitted.cut, fitted.tokens_cut), (kept, cut, tokens_cut));
    }

    #[test]
    fn everything_fits_to_the_last_token() {
        check(&[200, 300, 100], (1_000, 300, 100), &["0", "1", "2"], 0, 0);
    }

    #[test]
    fn one_token_less_and_the_last_one_is_cut() {
        check(&[200, 300, 100], (999, 300, 100), &["0", "1"], 1, 100);
    }

    #[test]
    fn a_smaller_one_takes_the_place_of_a_better_one_that_is_too_large() {
        check(&[200, 500, 300], (1_000, 300, 100), &["0", "2"], 1, 500);
    }

    #[test]
    fn no_room_at_all_keeps_none() {
        check(&[10, 20], (100, 90, 20), &[], 2, 30);
        check(&[], (100, 90, 20), &[], 0, 0);
        check(&[0], (100, 90, 10), &["0"], 0, 0);
        check(&[0], (100, 90, 11), &[], 1, 0);
        check(&[u32::MAX, u32::MAX], (u32::MAX, 1, 0), &[], 2, u32::MAX);
    }

    proptest! {
        #[test]
        fn never_over_budget_and_nothing_is_lost(
            sizes in prop::collection::vec(0_u32..2_000, 0..40), context in 0_u32..20_000, answer in 0_u32..4_000,
            overhead in 0_u32..4_000,
        ) {
            let room = Room { context, answer, overhead };
            let fitted = fit(passages(&sizes), room, size);
            let kept: u32 = fitted.kept.iter().map(|p| size(&p.text)).sum();
            prop_assert!(fitted.kept.is_empty() || kept + answer + overhead <= context);
            prop_assert_eq!(fitted.kept.len() + fitted.cut as usize, sizes.len());
            prop_assert_eq!(kept + fitted.tokens_cut, sizes.iter().sum::<u32>());
            let places: Vec<usize> = fitted.kept.iter().map(|p| p.id.parse().expect("a number")).collect();
            prop_assert!(places.is_sorted());
        }
    }
}

//! The token ledger: what each source claims, which claim is primary, and where they disagree.

use super::trace::OutputClaims;

/// Where a token count comes from, in the order of preference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    Timings,
    Usage,
    Tokenizer,
    /// The number of content-bearing chunks: a lower bound, and an estimate only.
    Chunks,
}

impl Source {
    pub fn word(self) -> &'static str {
        match self {
            Source::Timings => "timings",
            Source::Usage => "usage",
            Source::Tokenizer => "tokenizer",
            Source::Chunks => "chunks",
        }
    }
}

/// All claims on one exchange's output tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ledger {
    pub claims: OutputClaims,
    pub chunks: u32,
}

/// Two claims that differ by more than the tolerance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disagreement {
    pub primary: (Source, u32),
    pub other: (Source, u32),
}

impl Disagreement {
    /// By how many tokens the two differ.
    pub fn gap(&self) -> u32 {
        self.primary.1.abs_diff(self.other.1)
    }
}

impl Ledger {
    /// The first claim in the order timings, usage, tokenizer, chunks. `None` if nothing was said at all.
    pub fn primary(&self) -> Option<(Source, u32)> {
        let chunks = (self.chunks > 0).then_some(self.chunks);
        self.claimed().next().or(chunks.map(|n| (Source::Chunks, n)))
    }

    /// The first claim that differs from the primary one by more than 2 %, and by 2 tokens at least. Chunks are
    /// no claim on tokens: they are only held to be no more than the tokens.
    pub fn disagreement(&self) -> Option<Disagreement> {
        let primary = self.primary()?;
        let too_many_chunks = (self.chunks > primary.1).then_some((Source::Chunks, self.chunks));
        self.claimed()
            .skip(1)
            .chain(too_many_chunks)
            .find(|other| differs(primary.1, other.1))
            .map(|other| Disagreement { primary, other })
    }

    fn claimed(&self) -> impl Iterator<Item = (Source, u32)> {
        let c = self.claims;
        [(Source::Timings, c.timings), (Source::Usage, c.usage), (Source::Tokenizer, c.tokenizer)]
            .into_iter()
            .filter_map(|(source, n)| n.map(|n| (source, n)))
    }
}

/// More than 2 % of the first, and 2 tokens at least.
fn differs(primary: u32, other: u32) -> bool {
    let gap = primary.abs_diff(other);
    gap >= 2 && f64::from(gap) > 0.02 * f64::from(primary)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ledger(timings: Option<u32>, usage: Option<u32>, tokenizer: Option<u32>, chunks: u32) -> Ledger {
        Ledger { claims: OutputClaims { timings, usage, tokenizer }, chunks }
    }

    #[test]
    fn the_first_source_at_hand_is_primary() {
        assert_eq!(ledger(Some(12), Some(13), None, 9).primary(), Some((Source::Timings, 12)));
        assert_eq!(ledger(None, None, Some(11), 9).primary(), Some((Source::Tokenizer, 11)));
        assert_eq!(ledger(None, None, None, 9).primary(), Some((Source::Chunks, 9)));
        assert_eq!(ledger(None, None, None, 0).primary(), None);
    }

    #[test]
    fn fewer_chunks_than_tokens_are_no_disagreement() {
        assert_eq!(ledger(Some(12), Some(12), None, 9).disagreement(), None);
    }

    #[test]
    fn one_token_is_within_tolerance_and_five_of_a_hundred_are_not() {
        assert_eq!(ledger(Some(12), Some(13), None, 9).disagreement(), None);
        assert_eq!(ledger(Some(200), Some(204), None, 9).disagreement(), None);
        let d = ledger(Some(100), Some(105), None, 90).disagreement().expect("a disagreement");
        assert_eq!(d.other, (Source::Usage, 105));
    }

    #[test]
    fn more_chunks_than_tokens_are_a_disagreement() {
        let d = ledger(None, Some(10), None, 20).disagreement().expect("a disagreement");
        assert_eq!(d.other, (Source::Chunks, 20));
    }
}

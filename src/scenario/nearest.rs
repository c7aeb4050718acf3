//! The known name that an unknown one was probably meant to be.

use super::words::{self, NAME_BYTES};

/// Likeness (Jaro-Winkler, 0 to 1) from which a name is worth suggesting.
const LIKE: f64 = 0.75;

/// The most similar of the known names, if any is similar at all.
pub(super) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(name, candidate), candidate))
        .filter(|(likeness, _)| *likeness >= LIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// `; did you mean `x`?`, or nothing.
pub(super) fn hint<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(name, known).map_or_else(String::new, |near| format!("; did you mean `{}`?", words::line(near, NAME_BYTES)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_finds_its_word_and_nonsense_finds_none() {
        assert_eq!(nearest("strat", ["start", "measure"]), Some("start"));
        assert_eq!(nearest("zzz", ["start", "measure"]), None);
    }
}

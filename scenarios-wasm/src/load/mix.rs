//! What is asked: prompts of one length, or of several in turn.

use dualbench_scenario::{Arguments, Request, Requests};

/// Longest prompt of the mix, as of `prompt_tokens`.
const LONGEST: u32 = 131_072;

/// # Errors
/// A length that cannot be read, by its place.
pub fn requests(arguments: &Arguments) -> Result<Requests, String> {
    let output = arguments.count("output_tokens");
    let request = |tokens| Request::calibrated(tokens).exactly(output);
    match arguments.text("prompt_mix").trim() {
        "" => Ok(request(arguments.count("prompt_tokens")).into()),
        mix => Ok(lengths(mix)?.into_iter().map(request).collect()),
    }
}

fn lengths(mix: &str) -> Result<Vec<u32>, String> {
    let one = |(i, text): (usize, &str)| match text.trim().parse() {
        Ok(tokens) if (1..=LONGEST).contains(&tokens) => Ok(tokens),
        _ => Err(format!(
            "prompt_mix: `{}` at place {} is no number of tokens from 1 to {LONGEST}; write such as 64, 512, 64",
            text.trim(),
            i + 1
        )),
    };
    mix.split(',').enumerate().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_kept_in_their_order() {
        assert_eq!(lengths(" 64,512 , 64"), Ok(vec![64, 512, 64]));
    }

    #[test]
    fn what_is_no_length_is_named_with_its_place() {
        for (mix, words) in [("64,,8", "`` at place 2"), ("0", "`0` at place 1"), ("8, x", "`x` at place 2")] {
            let why = lengths(mix).expect_err("no length");
            assert!(why.contains(words), "{why}");
        }
    }
}

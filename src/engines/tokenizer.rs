//! A local tokenizer: a claim on token counts that is not the engine's.

use std::path::Path;

/// A `tokenizer.json` of the `tokenizers` crate.
pub struct Tokenizer(tokenizers::Tokenizer);

impl Tokenizer {
    /// # Errors
    /// The file cannot be read or is no tokenizer; the text says which file and why.
    pub fn load(path: &Path) -> Result<Tokenizer, String> {
        tokenizers::Tokenizer::from_file(path)
            .map(Tokenizer)
            .map_err(|e| format!("tokenizer {}: {e}; give the path of a tokenizer.json", path.display()))
    }

    /// Tokens of a text, without special ones. `None` where the tokenizer fails on it.
    pub fn count(&self, text: &str) -> Option<u32> {
        self.0.encode_fast(text, false).ok().and_then(|e| u32::try_from(e.len()).ok())
    }
}

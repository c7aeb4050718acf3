//! Texts as a transcript keeps them: as they are, or by their shape alone.

use std::borrow::Cow;

use crate::scenario::{Chunk, Load, Prompt, Request};

/// Whether a transcript keeps the texts of prompts, answers and logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::run) struct Texts {
    pub kept: bool,
}

impl Texts {
    pub fn text(self, text: &str) -> Cow<'_, str> {
        if self.kept { Cow::Borrowed(text) } else { Cow::Owned(shape(text)) }
    }

    pub fn chunk(self, chunk: &Chunk) -> Cow<'_, Chunk> {
        if self.kept {
            return Cow::Borrowed(chunk);
        }
        Cow::Owned(Chunk { text: shape(&chunk.text), ..chunk.clone() })
    }

    pub fn request(self, request: &Request) -> Request {
        let mut request = request.clone();
        if !self.kept {
            match &mut request.prompt {
                Prompt::Text(text) => *text = shape(text),
                Prompt::Messages(list) => list.iter_mut().for_each(|m| m.content = shape(&m.content)),
                Prompt::Calibrated(_) => {}
            }
        }
        request
    }

    pub fn loads(self, loads: &[Load]) -> Vec<Load> {
        let one = |load: &Load| {
            let requests = load.requests.iter().map(|r| self.request(r)).collect();
            Load { requests, pace: load.pace.clone(), ..*load }
        };
        loads.iter().map(one).collect()
    }
}

/// A text with as many characters and bytes, and nothing of what it said.
fn shape(text: &str) -> String {
    let stand_in = |c: char| ['x', 'é', '…', '😀'][c.len_utf8() - 1];
    text.chars().map(stand_in).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_is_as_long_as_its_text_and_says_nothing() {
        let text = "Grüße, 日本 🎉\n";
        let shape = shape(text);
        assert_eq!((shape.len(), shape.chars().count()), (text.len(), text.chars().count()));
        assert_eq!(shape, "xxééxxx……x😀x");
        assert_eq!(super::shape(&shape), shape, "of a shape it is the shape itself");
    }
}

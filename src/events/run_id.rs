//! The name of a run.

/// A UUIDv7: sorts by the time of its making.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(uuid::Uuid);

impl RunId {
    /// A fresh one; later ones of this process sort after earlier ones.
    pub fn fresh() -> RunId {
        RunId(uuid::Uuid::now_v7())
    }

    /// A number that differs from run to run: the seed of a run that names none.
    pub fn seed(self) -> u32 {
        let b = self.0.as_bytes();
        u32::from_be_bytes([b[12], b[13], b[14], b[15]])
    }

    /// `None` if the text is no UUID in its usual form.
    pub fn parse(text: &str) -> Option<RunId> {
        (text.len() == 36).then(|| uuid::Uuid::try_parse(text).ok().map(RunId)).flatten()
    }
}

impl std::fmt::Display for RunId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

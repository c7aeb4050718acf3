//! What a scenario asks.

/// What an exchange is asked of: one of the two engines, or the pipeline made of both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    Main,
    Mini,
    Pipeline,
}

impl Target {
    pub const ALL: [Target; 3] = [Target::Main, Target::Mini, Target::Pipeline];

    /// The word for it in JSON, SQL and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Target::Main => "main",
            Target::Mini => "mini",
            Target::Pipeline => "pipeline",
        }
    }

    pub fn parse(word: &str) -> Option<Target> {
        Target::ALL.into_iter().find(|t| t.word() == word)
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}

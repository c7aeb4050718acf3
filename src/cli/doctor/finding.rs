//! One thing that was looked at.

/// How well it is; a later one is worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Ok,
    Note,
    Warn,
    Broken,
}

pub struct Finding {
    pub level: Level,
    what: String,
    text: String,
    cure: Option<String>,
}

impl Finding {
    pub fn ok(what: &str, text: String) -> Finding {
        Finding { level: Level::Ok, what: what.into(), text, cure: None }
    }

    pub fn note(what: &str, text: String, cure: &str) -> Finding {
        Finding { level: Level::Note, what: what.into(), text, cure: Some(cure.into()) }
    }

    pub fn warn(what: &str, text: String, cure: &str) -> Finding {
        Finding { level: Level::Warn, ..Finding::note(what, text, cure) }
    }

    pub fn broken(what: &str, text: String, cure: &str) -> Finding {
        Finding { level: Level::Broken, ..Finding::note(what, text, cure) }
    }

    pub fn text(&self) -> String {
        let word = match self.level {
            Level::Ok => "ok   ",
            Level::Note => "note ",
            Level::Warn => "warn ",
            Level::Broken => "BAD  ",
        };
        let cure = self.cure.as_ref().map(|c| format!("\n      {:<14} → {c}", "")).unwrap_or_default();
        crate::cli::out::tame(&format!("{word} {:<14} {}{cure}", self.what, self.text))
    }
}

/// The last line.
pub fn closing(findings: &[Finding]) -> String {
    let count = |level: Level| findings.iter().filter(|f| f.level == level).count();
    format!(
        "\n{} ok, {} notes, {} warnings, {} broken",
        count(Level::Ok),
        count(Level::Note),
        count(Level::Warn),
        count(Level::Broken)
    )
}

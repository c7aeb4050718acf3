//! The wall clock, read in one place. Durations never come from it.

/// A moment in UTC, for people and for records; ms precision in text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct WallTime(jiff::Timestamp);

impl WallTime {
    pub fn now() -> WallTime {
        WallTime(jiff::Timestamp::now())
    }

    /// `None` if the text is no RFC 3339 time.
    pub fn parse(text: &str) -> Option<WallTime> {
        text.parse().ok().map(WallTime)
    }

    /// Of a file's time. `None`: no year that is written in four digits.
    pub fn of(time: std::time::SystemTime) -> Option<WallTime> {
        jiff::Timestamp::try_from(time).ok().map(WallTime)
    }

    /// How far two moments lie from one another.
    pub fn apart(self, other: WallTime) -> std::time::Duration {
        self.0.duration_since(other.0).unsigned_abs()
    }
}

impl std::fmt::Display for WallTime {
    /// `2026-11-23T14:05:00.123Z`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.3}", self.0)
    }
}

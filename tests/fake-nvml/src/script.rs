//! The script: what each question is answered, call by call.
//!
//! One line for each question: `key = entry entry …`. The n-th call gets the n-th entry; the last one repeats. A question
//! without a line is answered `not-supported`. `#` starts a comment.
//!
//! Keys: `init`, `count`, `driver`, and for each device `N.handle`, `N.name`, `N.uuid`, `N.total`, `N.used` (bytes),
//! `N.power_mw`, `N.energy_mj`, `N.gpu_percent`, `N.memory_percent`, `N.temperature`, `N.sm_mhz`, `N.memory_mhz`,
//! `N.throttle` (bits), `N.compute` and `N.graphics` (processes: `pid:bytes` or `pid:na`, joined by `+`, or `none`).
//!
//! Entries: a value; `ok`; the name of an error (`lost`, `not-supported`, …); each with `@MS` behind it where the call
//! takes that many milliseconds. Underscores in a text stand for spaces. A card that once answered `lost` answers nothing
//! else, and its lines stand still, until the library's last user has shut it down.

use std::collections::HashMap;
use std::time::Duration;

pub const NOT_SUPPORTED: u32 = 3;
pub const UNINITIALISED: u32 = 1;
pub const LOST: u32 = 15;

/// Names of NVML's return codes.
const ERRORS: [(&str, u32); 13] = [
    ("uninitialised", UNINITIALISED),
    ("invalid-argument", 2),
    ("not-supported", NOT_SUPPORTED),
    ("no-permission", 4),
    ("not-found", 6),
    ("driver-not-loaded", 9),
    ("timeout", 10),
    ("lost", LOST),
    ("reset-required", 16),
    ("operating-system", 17),
    ("version-mismatch", 18),
    ("no-data", 21),
    ("unknown", 999),
];

/// What one call gets: a text or a return code, after a delay.
#[derive(Clone)]
pub struct Entry {
    pub answer: Result<String, u32>,
    pub delay: Duration,
}

#[derive(Default)]
pub struct Script {
    lines: HashMap<String, (Vec<Entry>, usize)>,
}

impl Script {
    pub fn parse(text: &str) -> Script {
        let lines = text.lines().filter_map(|l| l.split('#').next()?.split_once('='));
        let parsed = lines.map(|(key, entries)| {
            (key.trim().to_owned(), (entries.split_whitespace().map(entry).collect::<Vec<_>>(), 0))
        });
        Script { lines: parsed.filter(|(_, (entries, _))| !entries.is_empty()).collect() }
    }

    /// The entry of the next call.
    pub fn next(&mut self, key: &str) -> Entry {
        let Some((entries, calls)) = self.lines.get_mut(key) else {
            return Entry { answer: Err(NOT_SUPPORTED), delay: Duration::ZERO };
        };
        *calls += 1;
        entries[(*calls - 1).min(entries.len() - 1)].clone()
    }

    /// The entry that the last call got.
    pub fn same(&mut self, key: &str) -> Entry {
        if let Some((_, calls)) = self.lines.get_mut(key) {
            *calls = calls.saturating_sub(1);
        }
        self.next(key)
    }
}

fn entry(word: &str) -> Entry {
    let (value, delay) = match word.split_once('@') {
        Some((value, ms)) => (value, ms.parse().expect("milliseconds after @")),
        None => (word, 0),
    };
    let answer = match ERRORS.iter().find(|(name, _)| *name == value) {
        Some((_, code)) => Err(*code),
        None => Ok(value.replace('_', " ")),
    };
    Entry { answer, delay: Duration::from_millis(delay) }
}

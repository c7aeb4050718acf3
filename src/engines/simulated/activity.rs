//! What an engine is doing right now, in atomics: the other engine slows down by it, and a simulated GPU reads it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// Live counters of one engine. Relaxed everywhere: each is read alone, none guards another.
#[derive(Debug, Default)]
pub struct Activity {
    prefilling: AtomicU32,
    decoding: AtomicU32,
    kv_tokens: AtomicU64,
    decoded_tokens: AtomicU64,
}

/// One reading of [`Activity`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ActivitySnapshot {
    /// Requests in a slot whose prompt is being evaluated.
    pub prefilling: u32,
    /// Requests in a slot that produce tokens.
    pub decoding: u32,
    /// Tokens in the KV caches of all requests in a slot.
    pub kv_tokens: u64,
    /// Tokens ever produced.
    pub decoded_tokens: u64,
}

impl ActivitySnapshot {
    pub fn streams(&self) -> u32 {
        self.prefilling + self.decoding
    }
}

impl Activity {
    pub fn snapshot(&self) -> ActivitySnapshot {
        ActivitySnapshot {
            prefilling: self.prefilling.load(Ordering::Relaxed),
            decoding: self.decoding.load(Ordering::Relaxed),
            kv_tokens: self.kv_tokens.load(Ordering::Relaxed),
            decoded_tokens: self.decoded_tokens.load(Ordering::Relaxed),
        }
    }

    /// Requests in a slot, prefilling or decoding. Read at every token.
    pub fn streams(&self) -> u32 {
        self.prefilling.load(Ordering::Relaxed) + self.decoding.load(Ordering::Relaxed)
    }

    /// Enters a request whose prompt is about to be evaluated.
    pub fn enter(activity: &Arc<Activity>) -> Working {
        activity.prefilling.fetch_add(1, Ordering::Relaxed);
        Working { activity: Arc::clone(activity), decoding: false, kv_tokens: 0 }
    }
}

/// One request at work; leaves the counters when dropped, however the request ended.
#[derive(Debug)]
pub struct Working {
    activity: Arc<Activity>,
    decoding: bool,
    kv_tokens: u64,
}

impl Working {
    pub fn prefilled(&mut self, tokens: u32) {
        self.kv_tokens += u64::from(tokens);
        self.activity.kv_tokens.fetch_add(u64::from(tokens), Ordering::Relaxed);
    }

    /// Called for each token; the first one ends the prefill.
    pub fn decoded(&mut self) {
        if !self.decoding {
            self.decoding = true;
            self.activity.decoding.fetch_add(1, Ordering::Relaxed);
            self.activity.prefilling.fetch_sub(1, Ordering::Relaxed);
        }
        self.kv_tokens += 1;
        self.activity.kv_tokens.fetch_add(1, Ordering::Relaxed);
        self.activity.decoded_tokens.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        let phase = if self.decoding { &self.activity.decoding } else { &self.activity.prefilling };
        phase.fetch_sub(1, Ordering::Relaxed);
        self.activity.kv_tokens.fetch_sub(self.kv_tokens, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_that_leaves_takes_its_share_with_it() {
        let activity = Arc::new(Activity::default());
        let mut first = Activity::enter(&activity);
        let second = Activity::enter(&activity);
        first.prefilled(100);
        first.decoded();
        first.decoded();
        let busy = activity.snapshot();
        assert_eq!((busy.prefilling, busy.decoding, busy.kv_tokens, busy.streams()), (1, 1, 102, 2));
        drop((first, second));
        assert_eq!(activity.snapshot(), ActivitySnapshot { decoded_tokens: 2, ..ActivitySnapshot::default() });
    }
}

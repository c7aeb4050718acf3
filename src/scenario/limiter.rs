//! Bounds a guest's memories and tables, all of them together, and ends the guest at the first breach.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use wasmtime::ResourceLimiter;

/// Core instances in one guest: a Python component has 38.
const INSTANCES: usize = 128;
const MEMORIES: usize = 32;
const TABLES: usize = 128;

/// Sums up what a store has grown to.
pub(super) struct Limiter {
    memory: Growth,
    tables: Growth,
    /// Of which all users of a run have one.
    pool: Option<Arc<Pool>>,
}

/// What several guests may use together, in bytes.
pub(super) struct Pool {
    used: AtomicU64,
    limit: u64,
}

impl Pool {
    pub(super) fn new(limit: u64) -> Self {
        Self { used: AtomicU64::new(0), limit }
    }

    fn take(&self, more: u64) -> Result<(), TooMuch> {
        let limit = self.limit;
        let room = |used: u64| used.checked_add(more).filter(|wanted| *wanted <= limit);
        let taken = self.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, room);
        let what = "bytes of memory with all other users (scenarios.users_memory_bytes)";
        taken.map(drop).map_err(|used| TooMuch { what, wanted: used.saturating_add(more), limit })
    }
}

struct Growth {
    what: &'static str,
    used: u64,
    limit: u64,
}

/// A guest wanted more than it may have.
#[derive(Debug)]
pub(super) struct TooMuch {
    what: &'static str,
    wanted: u64,
    limit: u64,
}

impl Limiter {
    pub(super) fn new(memory_bytes: u64, table_elements: u64) -> Self {
        Self {
            memory: Growth::new("bytes of memory", memory_bytes),
            tables: Growth::new("table elements", table_elements),
            pool: None,
        }
    }

    /// One of several that have a bound together.
    pub(super) fn share(&mut self, pool: Arc<Pool>) {
        self.pool = Some(pool);
    }
}

impl Drop for Limiter {
    fn drop(&mut self) {
        if let Some(pool) = &self.pool {
            pool.used.fetch_sub(self.memory.used, Ordering::Relaxed);
        }
    }
}

impl Growth {
    fn new(what: &'static str, limit: u64) -> Self {
        Self { what, used: 0, limit }
    }

    fn grow(&mut self, current: usize, desired: usize) -> wasmtime::Result<bool> {
        let more = desired.saturating_sub(current) as u64;
        let wanted = self.used.saturating_add(more);
        if wanted > self.limit {
            let (what, limit) = (self.what, self.limit);
            return Err(wasmtime::Error::new(TooMuch { what, wanted, limit }));
        }
        // A growth that fails afterwards stays counted: giving it back would let a guest that provokes failures on
        // purpose lower its own account.
        self.used = wanted;
        Ok(true)
    }
}

impl ResourceLimiter for Limiter {
    fn memory_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        let before = self.memory.used;
        let grown = self.memory.grow(current, desired)?;
        if let Some(pool) = &self.pool {
            let more = self.memory.used - before;
            pool.take(more).inspect_err(|_| self.memory.used = before)?;
        }
        Ok(grown)
    }

    fn table_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        self.tables.grow(current, desired)
    }

    fn instances(&self) -> usize {
        INSTANCES
    }

    fn memories(&self) -> usize {
        MEMORIES
    }

    fn tables(&self) -> usize {
        TABLES
    }
}

impl fmt::Display for TooMuch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, wanted, limit } = self;
        write!(f, "the scenario wanted {wanted} {what}, its limit is {limit}")
    }
}

impl std::error::Error for TooMuch {}

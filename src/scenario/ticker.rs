//! The thread that advances the engines' epochs while a guest runs, and sleeps when none does.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;
use wasmtime::{Engine, EngineWeak};

/// Time between two epochs: how long a guest can hold a thread, and the grain of its CPU limit.
pub(super) const TICK: Duration = Duration::from_millis(10);

/// Owns the thread; the thread ends when the last owner is gone.
pub(super) struct Ticker {
    shared: Arc<Shared>,
}

/// One guest is running as long as this lives.
pub(super) struct Ticking {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    guests: Mutex<Guests>,
    woken: Condvar,
}

#[derive(Default)]
struct Guests {
    running: usize,
    stopped: bool,
}

impl Ticker {
    /// Starts the thread. Fails when the system gives no thread.
    pub(super) fn start(engines: &[&Engine]) -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let engines: Vec<EngineWeak> = engines.iter().map(|engine| engine.weak()).collect();
        let theirs = Arc::clone(&shared);
        thread::Builder::new().name("epochs".into()).spawn(move || theirs.tick(&engines))?;
        Ok(Self { shared })
    }

    /// Says that a guest runs until the answer is dropped.
    pub(super) fn lease(&self) -> Ticking {
        self.shared.guests().running += 1;
        self.shared.woken.notify_one();
        Ticking { shared: Arc::clone(&self.shared) }
    }

    /// Guests that run just now.
    #[cfg(test)]
    pub(super) fn running(&self) -> usize {
        self.shared.guests().running
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.shared.guests().stopped = true;
        self.shared.woken.notify_one();
    }
}

impl Drop for Ticking {
    fn drop(&mut self) {
        self.shared.guests().running -= 1;
    }
}

impl Shared {
    /// A count cannot be left half-written, so a poisoned lock is as good as any.
    fn guests(&self) -> MutexGuard<'_, Guests> {
        self.guests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tick(&self, engines: &[EngineWeak]) {
        loop {
            let guests = self
                .woken
                .wait_while(self.guests(), |guests| guests.running == 0 && !guests.stopped)
                .unwrap_or_else(PoisonError::into_inner);
            // A lease outlives its ticker only when a run outlives its module, which owns the ticker.
            if guests.stopped {
                return;
            }
            drop(guests);
            thread::sleep(TICK);
            for engine in engines {
                if let Some(engine) = engine.upgrade() {
                    engine.increment_epoch();
                }
            }
        }
    }
}

//! Waiting for an absolute moment, to some 50 µs: tokio's own timers have a grain of 1 ms, which is a tenth of a token here.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::future::poll_fn;
use std::io;
use std::sync::{Mutex, MutexGuard};
use std::task::{Poll, Waker};

use super::clock::now_ns;

/// A moment this near counts as reached: two streams due together cost one wake-up.
const SLACK_NS: u64 = 15_000;
const NEVER_NS: u64 = u64::MAX;

/// All waits of the simulated engines, on one alarm. [`Timer::drive`] must run beside the waiters.
#[derive(Debug)]
pub struct Timer {
    waiting: Mutex<Waiting>,
    alarm: Alarm,
}

#[derive(Debug)]
struct Waiting {
    due: BinaryHeap<Due>,
    /// What the alarm is set to; [`NEVER_NS`] when nobody waits.
    set_to_ns: u64,
}

#[derive(Debug)]
struct Due {
    at_ns: u64,
    waker: Waker,
}

impl Timer {
    /// Must be called inside a tokio runtime with I/O and time.
    pub fn open() -> io::Result<Timer> {
        let waiting = Waiting { due: BinaryHeap::new(), set_to_ns: NEVER_NS };
        Ok(Timer { waiting: Mutex::new(waiting), alarm: Alarm::open()? })
    }

    /// Waits until CLOCK_MONOTONIC reaches `at_ns`. A moment already past still gives the other tasks one turn, so that a
    /// stream that is late cannot starve the rest.
    pub async fn until(&self, at_ns: u64) {
        let mut entered = false;
        poll_fn(|context| {
            let reached = at_ns <= now_ns() + SLACK_NS;
            match (reached, entered) {
                (true, true) => return Poll::Ready(()),
                (true, false) => context.waker().wake_by_ref(),
                (false, false) => self.enter(at_ns, context.waker().clone()),
                (false, true) => {}
            }
            entered = true;
            Poll::Pending
        })
        .await;
    }

    /// Wakes whoever is due, for ever. Ends only if the alarm itself breaks.
    pub async fn drive(&self) -> io::Error {
        loop {
            if let Err(broken) = self.alarm.rung().await {
                return broken;
            }
            let mut waiting = self.lock();
            waiting.wake_due(now_ns() + SLACK_NS);
            waiting.set_to_ns = waiting.due.peek().map_or(NEVER_NS, |due| due.at_ns);
            if let Err(broken) = self.alarm.set(waiting.set_to_ns) {
                return broken;
            }
        }
    }

    fn enter(&self, at_ns: u64, waker: Waker) {
        let mut waiting = self.lock();
        waiting.due.push(Due { at_ns, waker });
        if at_ns < waiting.set_to_ns && self.alarm.set(at_ns).is_ok() {
            waiting.set_to_ns = at_ns;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().expect("timer lock poisoned")
    }
}

impl Waiting {
    fn wake_due(&mut self, until_ns: u64) {
        while self.due.peek().is_some_and(|due| due.at_ns <= until_ns) {
            if let Some(due) = self.due.pop() {
                due.waker.wake();
            }
        }
    }
}

/// Earliest first: `BinaryHeap` gives the greatest.
impl Ord for Due {
    fn cmp(&self, other: &Due) -> Ordering {
        other.at_ns.cmp(&self.at_ns)
    }
}

impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Due) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Eq for Due {}

impl PartialEq for Due {
    fn eq(&self, other: &Due) -> bool {
        self.at_ns == other.at_ns
    }
}

/// One alarm clock of the operating system.
#[cfg(target_os = "linux")]
#[derive(Debug)]
struct Alarm {
    fd: tokio::io::unix::AsyncFd<rustix::fd::OwnedFd>,
}

#[cfg(target_os = "linux")]
impl Alarm {
    #[expect(
        deprecated,
        reason = "its successor is `unsafe`, which this crate forbids; an OwnedFd fulfils what it asks"
    )]
    fn open() -> io::Result<Alarm> {
        use rustix::time::{TimerfdClockId, TimerfdFlags, timerfd_create};
        let fd = timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC)?;
        Ok(Alarm { fd: tokio::io::unix::AsyncFd::with_interest(fd, tokio::io::Interest::READABLE)? })
    }

    /// Setting an alarm drops its unread ring, so the expiry count need never be read: one system call less per wake-up.
    fn set(&self, at_ns: u64) -> io::Result<()> {
        use rustix::time::{Itimerspec, TimerfdTimerFlags, Timespec, timerfd_settime};
        // All zero disarms; nobody waits for moment 0.
        let at_ns = if at_ns == NEVER_NS { 0 } else { at_ns.max(1) };
        let spec = Itimerspec {
            it_interval: Timespec { tv_sec: 0, tv_nsec: 0 },
            it_value: Timespec { tv_sec: (at_ns / 1_000_000_000) as i64, tv_nsec: (at_ns % 1_000_000_000) as _ },
        };
        timerfd_settime(self.fd.get_ref(), TimerfdTimerFlags::ABSTIME, &spec)?;
        Ok(())
    }

    async fn rung(&self) -> io::Result<()> {
        self.fd.readable().await?.clear_ready();
        Ok(())
    }
}

/// Elsewhere than on Linux: tokio's timer, and so a grain of 1 ms.
#[cfg(not(target_os = "linux"))]
#[derive(Debug)]
struct Alarm {
    at_ns: tokio::sync::watch::Sender<u64>,
}

#[cfg(not(target_os = "linux"))]
impl Alarm {
    fn open() -> io::Result<Alarm> {
        Ok(Alarm { at_ns: tokio::sync::watch::Sender::new(NEVER_NS) })
    }

    fn set(&self, at_ns: u64) -> io::Result<()> {
        self.at_ns.send_replace(at_ns);
        Ok(())
    }

    async fn rung(&self) -> io::Result<()> {
        let mut changes = self.at_ns.subscribe();
        loop {
            let at_ns = *changes.borrow_and_update();
            let left = std::time::Duration::from_nanos(at_ns.saturating_sub(now_ns()));
            tokio::select! {
                () = tokio::time::sleep(left), if at_ns != NEVER_NS => return Ok(()),
                // The sender lives in `self`, so this never fails.
                _ = changes.changed() => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn on_runtime(test: impl Future<Output = ()>) {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(test);
    }

    #[test]
    fn waiters_wake_in_the_order_of_their_moments_and_never_early() {
        on_runtime(async {
            let timer = Arc::new(Timer::open().unwrap());
            let order = Arc::new(Mutex::new(Vec::new()));
            let start = now_ns();
            let wait = |after_ms: u64| {
                let (timer, order) = (Arc::clone(&timer), Arc::clone(&order));
                async move {
                    timer.until(start + after_ms * 1_000_000).await;
                    assert!(now_ns() + SLACK_NS >= start + after_ms * 1_000_000);
                    order.lock().unwrap().push(after_ms);
                }
            };
            tokio::select! {
                broken = timer.drive() => panic!("{broken}"),
                _ = async { tokio::join!(wait(30), wait(10), wait(20), wait(0)) } => {}
            }
            assert_eq!(*order.lock().unwrap(), [0, 10, 20, 30]);
        });
    }

    #[test]
    fn a_waiter_that_gave_up_leaves_the_others_alone() {
        on_runtime(async {
            let timer = Timer::open().unwrap();
            let start = now_ns();
            let given_up = timer.until(start + 5_000_000);
            tokio::select! {
                biased;
                broken = timer.drive() => panic!("{broken}"),
                () = given_up => panic!("too early"),
                () = std::future::ready(()) => {}
            }
            tokio::select! {
                broken = timer.drive() => panic!("{broken}"),
                () = timer.until(start + 10_000_000) => {}
            }
        });
    }
}

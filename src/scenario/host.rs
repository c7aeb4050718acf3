//! What a running scenario can ask for. The run implements it; this layer calls it and guards it.

use super::bindings::{Chunk, Error, Level, Load, Measures, Outcome, Request, Target, TargetInfo, Until};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// Names one exchange of one run; given out by the host's `start`.
pub type ExchangeId = u32;

/// An owned future, as trait objects need it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The services of one run. The layer above keeps the streams; a guest only looks at them.
///
/// Before these methods are called the target was checked against the manifest, handles were checked, and volumes are
/// limited. A future that is returned here may be dropped before it ends (stop, wall time): then nothing may stay
/// open that its caller does not know of, so a dropped `start` or `measure-loads` ends what it began. After the stop, calls
/// that wait are answered with `stopping` without asking. A panic in here fails this run alone.
pub trait ScenarioHost: Send + Sync + 'static {
    /// Starts an exchange; ready before the first token. May wait to calibrate a prompt.
    fn start(&self, target: Target, request: Request) -> BoxFuture<'_, Result<ExchangeId, Error>>;
    /// The next chunk; `None` when the stream has ended.
    fn next(&self, id: ExchangeId) -> BoxFuture<'_, Result<Option<Chunk>, Error>>;
    /// Waits until `next` on at least one would not wait; gives indexes into `ids`, which is never empty.
    fn wait_any(&self, ids: Vec<ExchangeId>) -> BoxFuture<'_, Vec<u32>>;
    /// Waits for the end of the stream.
    fn finish(&self, id: ExchangeId) -> BoxFuture<'_, Result<Measures, Error>>;
    /// The answer so far.
    fn text(&self, id: ExchangeId) -> String;
    /// Ends the stream; does not wait.
    fn cancel(&self, id: ExchangeId);
    /// The guest dropped its handle, or the guest itself is gone. Called exactly once for each started exchange.
    fn release(&self, id: ExchangeId);
    /// Drives the loads and waits until all have ended.
    fn measure_loads(&self, loads: Vec<Load>, until: Until) -> BoxFuture<'_, Result<Vec<Outcome>, Error>>;
    /// What the engine told of itself.
    fn info(&self, target: Target) -> Result<TargetInfo, Error>;
    /// The run's seed, as the guest sees it.
    fn seed(&self) -> u32;
    /// Time since the guest's `run` was called.
    fn elapsed(&self) -> Duration;
    /// What the clocks of the guest's language runtime show, `elapsed` after its start. A replay shows what they showed.
    fn clock(&self, elapsed: Duration) -> Duration {
        elapsed
    }
    /// The host of one scripted user, where it tells its guests apart; else this one serves them all.
    fn of_user(&self, _index: u32) -> Option<Arc<dyn ScenarioHost>> {
        None
    }
    /// Whether a scripted user begins its next round, having done so many; `more` is what its time says. A replay does as
    /// was done.
    fn round(&self, _done: u32, more: bool) -> bool {
        more
    }
    /// Names what is going on from here.
    fn phase(&self, name: String);
    /// `total` 0 means unknown. At most 50 a second get here, the last one of a row of equals included.
    fn progress(&self, done: u32, total: u32);
    /// One line of the scenario's log; control characters and line feeds are gone, the length is bounded.
    fn log(&self, level: Level, message: String);
    /// A custom metric; the value is finite.
    fn metric(&self, name: String, value: f64, unit: String);
    /// A mark on the timeline; the host stamps it.
    fn mark(&self, name: String);
    /// Adds to the counter of that name; `by` and the total are finite.
    fn count(&self, name: String, by: f64);
    /// What the run must hold, said by its scenario; or what is wrong with it.
    fn threshold(&self, expression: String) -> Result<(), String>;
    /// The scenario declares its run void.
    fn void_run(&self, reason: String);
}

//! One call of a guest in a fresh store: its bounds, its stop, and what came of it.

use super::bindings::{Error, Scenario, Value};
use super::config::Limits;
use super::fault::{CpuSpent, RunClass, RunError};
use super::host::ScenarioHost;
use super::meter::Meter;
use super::module::Module;
use super::state::{State, Voice};
use super::ticker::Ticker;
use super::users::Crew;
use futures_util::FutureExt;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use wasmtime::{Engine, Store, UpdateDeadline};

/// Everything that one run needs. The module is pinned by being held.
pub struct Invocation {
    pub module: Arc<Module>,
    /// As [`super::arguments`] gives them: complete, checked, in the manifest's order.
    pub arguments: Vec<(String, Value)>,
    pub host: Arc<dyn ScenarioHost>,
    pub limits: Limits,
    /// Stops the run: waiting calls answer `stopping`; a guest that does not return within `limits.grace` is dropped.
    pub cancel: CancellationToken,
    /// Seeds what a language runtime draws through WASI; the guest's own seed comes from the host.
    pub seed: u64,
}

/// Runs the scenario to its end. Needs a tokio runtime with time enabled; never holds its thread for much longer than
/// an epoch. When this returns, or is dropped, the guest is gone and all its exchanges are released.
pub async fn run(invocation: Invocation) -> Result<(), RunError> {
    let Invocation { module, arguments, host, limits, cancel, seed } = &invocation;
    let voice = Voice::new(Arc::clone(host), limits);
    let mut state = State::new(Arc::clone(host), &voice, limits, cancel.clone(), *seed);
    state.targets.clone_from(&module.manifest.targets);
    state.script.clone_from(&module.script);
    state.data = Arc::clone(&module.data);
    let (crew, door) = Crew::new(&invocation, &voice, Arc::clone(&state.open));
    state.users = if module.has_user { Ok(door) } else { Err(no_user()) };

    let meter = Arc::new(Meter::default());
    let mut store = store(module.pre.engine(), state, &meter);
    let pre = &module.pre;
    let work = async move {
        let scenario: Scenario = pre.instantiate_async(&mut store).await?;
        scenario.call_run(&mut store, arguments).await
    };
    // The users live beside the scenario and not within it, so that their CPU time is theirs; they are gone when it is.
    let ended = tokio::select! {
        biased;
        ended = bounded(work, &module.ticker, &meter, limits, cancel) => ended,
        never = crew.work() => match never {},
    };
    let closed = std::panic::catch_unwind(AssertUnwindSafe(|| voice.close()));
    let ended = ended.and_then(|returned| returned.map_err(|words| RunError::new(RunClass::Returned, words)));
    let ended = ended.and_then(|()| closed.map_err(|panic| RunError::panicked(&*panic)));
    ended.map_err(|error| RunError { log: voice.reporter.last_words(), ..error })
}

fn no_user() -> Error {
    let cure = "export one (`world scenario-with-users`), or drive the load with `measure`";
    Error::NotAllowed(format!("the scenario exports no function `user`: {cure}"))
}

/// A store that yields to the runtime at each epoch, and ends its guest when the CPU limit is used up.
pub(super) fn store(engine: &Engine, state: State, meter: &Arc<Meter>) -> Store<State> {
    let (meter, budget) = (Arc::clone(meter), state.limits.cpu);
    let host_call_bytes = state.limits.host_call_bytes;
    let mut store = Store::new(engine, state);
    store.limiter(|state| &mut state.limiter);
    store.set_hostcall_fuel(host_call_bytes);
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(move |_| {
        if meter.spent() > budget {
            return Err(wasmtime::Error::new(CpuSpent(budget)));
        }
        Ok(UpdateDeadline::YieldCustom(1, Box::pin(tokio::task::yield_now())))
    });
    store
}

/// Waits for the guest, but not beyond its wall time, nor beyond the grace after a stop. The work, and with it the
/// store, is dropped before this returns.
pub(super) async fn bounded<T>(
    work: impl Future<Output = wasmtime::Result<T>>,
    ticker: &Ticker,
    meter: &Meter,
    limits: &Limits,
    cancel: &CancellationToken,
) -> Result<T, RunError> {
    let _ticking = ticker.lease();
    let mut work = pin!(AssertUnwindSafe(meter.charge(work)).catch_unwind());
    let ended = tokio::select! {
        biased;
        ended = &mut work => Some(ended),
        () = tokio::time::sleep(limits.wall) => {
            return Err(RunError::new(
                RunClass::Wall,
                format!("the scenario did not end within {:?}", limits.wall),
            ));
        }
        () = stopped(cancel, limits) => None,
    };
    // Whatever a guest makes of `stopping`, the run was cancelled.
    if cancel.is_cancelled() {
        let how = if ended.is_some() { "ended after the stop" } else { "did not end after the stop and was dropped" };
        return Err(RunError::new(RunClass::Cancelled, format!("the scenario {how}")));
    }
    match ended {
        Some(Ok(Ok(value))) => Ok(value),
        Some(Ok(Err(error))) => Err(RunError::read(&error)),
        Some(Err(panic)) => Err(RunError::panicked(&*panic)),
        None => Err(RunError::new(RunClass::Cancelled, "the scenario was stopped")),
    }
}

async fn stopped(cancel: &CancellationToken, limits: &Limits) {
    cancel.cancelled().await;
    tokio::time::sleep(limits.grace).await;
}

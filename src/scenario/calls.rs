//! The host functions: each checks, asks the [`ScenarioHost`], and answers. No function here decides or measures.

use super::bindings::{
    Chunk, Error, Level, Load, Measures, Outcome, Request, Target, TargetInfo, Until, Workload, data, engines, report,
    types,
};
use super::fault::HostPanic;
use super::host::{BoxFuture, ExchangeId, ScenarioHost};
use super::state::State;
use super::users::seed_of;
use futures_util::FutureExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio_util::sync::CancellationToken;
use wasmtime::component::Resource;

/// A guest's handle of an exchange. Its end, by whatever way, releases the exchange.
pub struct OpenExchange {
    id: ExchangeId,
    host: Arc<dyn ScenarioHost>,
    /// Counts it while it lives.
    open: Arc<AtomicU32>,
}

impl Drop for OpenExchange {
    fn drop(&mut self) {
        self.open.fetch_sub(1, Ordering::Relaxed);
        // This may run while a store is torn down: a panic here must not become an abort.
        let released = catch_unwind(AssertUnwindSafe(|| self.host.release(self.id)));
        if released.is_err() {
            tracing::error!(exchange = self.id, "releasing an exchange panicked");
        }
    }
}

/// The host of one call, apart from the store: a waiting call must not borrow it.
struct Ask {
    host: Arc<dyn ScenarioHost>,
    cancel: CancellationToken,
}

impl Ask {
    /// Waits for the host's answer; `None` once the run is being stopped. `call` names the function for a panic.
    async fn wait<T, F>(self, call: &'static str, make: F) -> wasmtime::Result<Option<T>>
    where
        F: for<'h> FnOnce(&'h dyn ScenarioHost) -> BoxFuture<'h, T> + Send,
    {
        let host = Arc::clone(&self.host);
        let answer = AssertUnwindSafe(async move { make(&*host).await }).catch_unwind();
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Ok(None),
            answer = answer => answer.map(Some).map_err(|panic| HostPanic::caught(call, &*panic)),
        }
    }
}

impl State {
    fn ask(&self) -> Ask {
        Ask { host: Arc::clone(&self.host), cancel: self.cancel.clone() }
    }

    /// Asks for an answer that is there at once.
    fn now<T>(&self, call: &'static str, ask: impl FnOnce(&dyn ScenarioHost) -> T) -> wasmtime::Result<T> {
        catch_unwind(AssertUnwindSafe(|| ask(&*self.host))).map_err(|panic| HostPanic::caught(call, &*panic))
    }

    fn allowed(&self, target: Target) -> Result<(), Error> {
        if self.targets.contains(&target) {
            return Ok(());
        }
        let named: Vec<&str> = self.targets.iter().map(|target| target.word()).collect();
        Err(Error::NotAllowed(format!(
            "the scenario's manifest does not name the target `{}`, only [{}]: add it there",
            target.word(),
            named.join(", ")
        )))
    }

    fn startable(&self, target: Target) -> Result<(), Error> {
        self.allowed(target)?;
        let most = self.limits.open_exchanges;
        if self.open.load(Ordering::Relaxed) < most {
            return Ok(());
        }
        Err(Error::Limit(format!(
            "{most} exchanges are open, the most that a run may hold: drop the handles of finished ones"
        )))
    }

    fn id(&self, exchange: &Resource<OpenExchange>) -> wasmtime::Result<ExchangeId> {
        Ok(self.table.get(exchange)?.id)
    }
}

impl engines::Host for State {
    async fn start(
        &mut self,
        target: Target,
        request: Request,
    ) -> wasmtime::Result<Result<Resource<OpenExchange>, Error>> {
        if let Err(refusal) = self.startable(target) {
            return Ok(Err(refusal));
        }
        let started = self.ask().wait("start", |host| host.start(target, request));
        match started.await?.unwrap_or(Err(Error::Stopping)) {
            Ok(id) => {
                let host = Arc::clone(&self.host);
                self.open.fetch_add(1, Ordering::Relaxed);
                let exchange = OpenExchange { id, host, open: Arc::clone(&self.open) };
                Ok(Ok(self.table.push(exchange)?))
            }
            Err(error) => Ok(Err(error)),
        }
    }

    async fn wait_any(&mut self, exchanges: Vec<Resource<OpenExchange>>) -> wasmtime::Result<Vec<u32>> {
        if exchanges.is_empty() {
            return Ok(Vec::new());
        }
        let ids = exchanges.iter().map(|exchange| self.id(exchange)).collect::<wasmtime::Result<Vec<ExchangeId>>>()?;
        let all = 0..u32::try_from(ids.len())?;
        let ready = self.ask().wait("wait-any", |host| host.wait_any(ids)).await?;
        // Once the run is being stopped, `next` waits on none of them.
        Ok(ready.unwrap_or_else(|| all.collect()))
    }

    async fn measure(
        &mut self,
        workloads: Vec<Workload>,
        until: Until,
    ) -> wasmtime::Result<Result<Vec<Outcome>, Error>> {
        self.measure_loads(workloads.into_iter().map(Load::from).collect(), until).await
    }

    async fn measure_loads(&mut self, loads: Vec<Load>, until: Until) -> wasmtime::Result<Result<Vec<Outcome>, Error>> {
        if let Some(refusal) = loads.iter().find_map(|load| self.allowed(load.target).err()) {
            return Ok(Err(refusal));
        }
        let outcomes = self.ask().wait("measure-loads", |host| host.measure_loads(loads, until));
        Ok(outcomes.await?.unwrap_or(Err(Error::Stopping)))
    }

    fn info(&mut self, target: Target) -> wasmtime::Result<Result<TargetInfo, Error>> {
        self.now("info", |host| host.info(target))
    }

    /// The stop reaches the users themselves; how long they are waited for then is theirs to say.
    async fn users(&mut self, count: u32, until: Until) -> wasmtime::Result<Result<(), Error>> {
        match self.users.clone() {
            Ok(door) => Ok(door.hire(count, until).await),
            Err(refusal) => Ok(Err(refusal)),
        }
    }
}

impl engines::HostExchange for State {
    async fn next(&mut self, exchange: Resource<OpenExchange>) -> wasmtime::Result<Result<Option<Chunk>, Error>> {
        let id = self.id(&exchange)?;
        let chunk = self.ask().wait("next", |host| host.next(id)).await?;
        Ok(chunk.unwrap_or(Err(Error::Stopping)))
    }

    async fn finish(&mut self, exchange: Resource<OpenExchange>) -> wasmtime::Result<Result<Measures, Error>> {
        let id = self.id(&exchange)?;
        let measures = self.ask().wait("finish", |host| host.finish(id)).await?;
        Ok(measures.unwrap_or(Err(Error::Stopping)))
    }

    fn text(&mut self, exchange: Resource<OpenExchange>) -> wasmtime::Result<String> {
        let id = self.id(&exchange)?;
        self.now("text", |host| host.text(id))
    }

    fn cancel(&mut self, exchange: Resource<OpenExchange>) -> wasmtime::Result<()> {
        let id = self.id(&exchange)?;
        self.now("cancel", |host| host.cancel(id))
    }

    fn drop(&mut self, exchange: Resource<OpenExchange>) -> wasmtime::Result<()> {
        self.table.delete(exchange)?;
        Ok(())
    }
}

impl types::Host for State {}

impl data::Host for State {
    fn names(&mut self) -> wasmtime::Result<Vec<String>> {
        Ok(self.data.names().map(str::to_owned).collect())
    }

    fn read(&mut self, name: String) -> wasmtime::Result<Result<Vec<u8>, String>> {
        Ok(self.data.read(&name))
    }
}

impl report::Host for State {
    fn seed(&mut self) -> wasmtime::Result<u32> {
        let user = self.user;
        self.now("seed", |host| user.map_or(host.seed(), |index| seed_of(host.seed(), index)))
    }

    fn elapsed_ms(&mut self) -> wasmtime::Result<f64> {
        self.now("elapsed-ms", |host| host.elapsed().as_secs_f64() * 1e3)
    }

    fn phase(&mut self, name: String) -> wasmtime::Result<()> {
        self.now("phase", |_| self.reporter.phase(&name))
    }

    fn progress(&mut self, done: u32, total: u32) -> wasmtime::Result<()> {
        self.now("progress", |_| self.reporter.progress(done, total))
    }

    fn log(&mut self, level: Level, message: String) -> wasmtime::Result<()> {
        self.now("log", |_| self.reporter.log(level, &message))
    }

    fn metric(&mut self, name: String, value: f64, unit: String) -> wasmtime::Result<()> {
        self.now("metric", |_| self.reporter.metric(&name, value, &unit))
    }

    fn mark(&mut self, name: String) -> wasmtime::Result<()> {
        self.now("mark", |_| self.reporter.mark(&name))
    }

    fn count(&mut self, name: String, by: f64) -> wasmtime::Result<()> {
        self.now("count", |_| self.reporter.count(&name, by))
    }

    fn threshold(&mut self, expression: String) -> wasmtime::Result<Result<(), String>> {
        self.now("threshold", |_| self.reporter.threshold(&expression))
    }

    fn void_run(&mut self, reason: String) -> wasmtime::Result<()> {
        self.now("void-run", |_| self.reporter.void_run(&reason))
    }
}

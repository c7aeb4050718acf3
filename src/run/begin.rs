//! How an exchange begins: what is asked is checked and made, and a task of its own takes it from there.

use std::sync::Arc;

use tokio::sync::watch;

use crate::engines::{Client, Method};
use crate::events::LogLevel;
use crate::measure::Target;
use crate::pipeline::Pipeline;
use crate::run::ground::Role;
use crate::run::session::{Asked, Open, Session};
use crate::run::{answer, exchange, plan, wire};
use crate::scenario::{self, Cache, Error, Prompt, Request};

impl Session {
    /// Checks, makes the prompt, and starts the exchange in a task of its own.
    ///
    /// # Errors
    /// The target is none of the manifest's or not configured, the request makes no sense, or a limit is reached.
    pub(super) async fn begin(
        self: &Arc<Self>,
        target: scenario::Target,
        request: &Request,
        asked: Asked,
    ) -> Result<(u32, Arc<Open>), Error> {
        if self.is_stopping() {
            return Err(Error::Stopping);
        }
        let target = plan::target(target);
        self.allowed(target)?;
        let exchange = self.next_exchange()?;
        let open = match target {
            Target::Pipeline => self.begin_answer(exchange, request, asked).await?,
            Target::Main | Target::Mini => self.begin_exchange(target, exchange, request, asked).await?,
        };
        Ok((exchange, open))
    }

    async fn begin_exchange(
        self: &Arc<Self>,
        target: Target,
        exchange: u32,
        request: &Request,
        asked: Asked,
    ) -> Result<Arc<Open>, Error> {
        let role = self.role(target)?;
        let (ask, method) = wire::ask(role, request, self.seed(), exchange).await?;
        self.say_method(target, method);
        let open = self.open_exchange(target, exchange, &role.client, asked);
        let job = exchange::Job {
            session: self.clone(),
            client: role.client.clone(),
            exchange,
            open: open.clone(),
            ask,
            asked,
            cold: matches!(&request.prompt, Prompt::Calibrated(c) if c.cache == Cache::Cold),
            phase: self.phase(),
        };
        self.tasks.spawn(job.work());
        Ok(open)
    }

    async fn begin_answer(
        self: &Arc<Self>,
        exchange: u32,
        request: &Request,
        asked: Asked,
    ) -> Result<Arc<Open>, Error> {
        let pipeline = self.pipeline().await?;
        let main = self.ground.engines.role(Target::Main);
        let (question, method) = wire::question(main, request, self.seed(), exchange).await?;
        self.say_method(Target::Pipeline, method);
        let open = self.open_exchange(Target::Pipeline, exchange, pipeline.client(), asked);
        let job = answer::Job {
            session: self.clone(),
            pipeline,
            exchange,
            open: open.clone(),
            question,
            asked,
            phase: self.phase(),
        };
        self.tasks.spawn(job.work());
        Ok(open)
    }

    /// `client`: whose stream followers read, as far as it is known now.
    fn open_exchange(&self, target: Target, exchange: u32, client: &Client, asked: Asked) -> Arc<Open> {
        let open = Arc::new(Open {
            target,
            progress: Arc::default(),
            follower: asked.follow.then(|| Arc::new(client.follower())),
            viewer: self.plan.show_text.then(|| Arc::new(client.follower())),
            cancel: self.cancel.child_token(),
            held: asked.follow,
            record: watch::Sender::new(None),
        });
        self.open().insert(exchange, open.clone());
        open
    }

    fn say_method(&self, target: Target, method: Option<Method>) {
        if let Some(method) = method {
            let message = format!("{target}: prompts of exact length, found by {}", method.word());
            self.say_once(LogLevel::Info, message);
        }
    }

    fn allowed(&self, target: Target) -> Result<(), Error> {
        if self.plan.targets().contains(&target) {
            return Ok(());
        }
        Err(Error::NotAllowed(format!("the manifest does not name the target `{target}`; add it to `targets`")))
    }

    async fn pipeline(&self) -> Result<Arc<Pipeline>, Error> {
        let cure = "it needs the engines main and mini, or [pipeline] with a remote url";
        match self.ground.pipeline.get().await {
            Ok(Some(pipeline)) => Ok(pipeline),
            Ok(None) => Err(Error::NotConfigured(format!("no pipeline is configured; {cure}"))),
            Err(why) => Err(Error::NotConfigured(format!("the pipeline cannot be opened: {why}"))),
        }
    }

    fn role(&self, target: Target) -> Result<&Role, Error> {
        self.ground.engines.role(target).ok_or_else(|| {
            Error::NotConfigured(format!(
                "no engine `{target}` is configured; add [engines.{target}] to dualbench.toml"
            ))
        })
    }
}

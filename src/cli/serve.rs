//! `dualbench serve`.

use anyhow::Result;
use clap::Args;

use crate::app::App;
use crate::cli::{Exit, Global, out};
use crate::config::Override;

#[derive(Args, Default)]
pub struct Serve {
    /// Address and port to listen on [default: 127.0.0.1:7373]; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
}

impl Serve {
    pub async fn execute(self, global: &Global) -> Result<Exit> {
        let flags = self.listen.into_iter().map(|l| Override::new("server.listen", l)).collect();
        let app = App::start(global.load(flags)?).await?;
        let address = match app.serve().await {
            Ok(address) => address,
            Err(e) => {
                app.stop().await;
                return Err(e);
            }
        };
        out::line(&format!("dualbench cockpit: http://{address}"));
        if app.is_simulated() {
            out::line("engines: embedded and simulated; `dualbench init` looks for real ones");
        }
        wait_for_stop().await?;
        tracing::info!("stopping; a second signal leaves at once");
        tokio::select! {
            () = app.stop() => Ok(Exit::Done),
            again = wait_for_stop() => again.map(|()| Exit::Trouble),
        }
    }
}

/// Ctrl-C or SIGTERM.
pub(super) async fn wait_for_stop() -> Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        done = tokio::signal::ctrl_c() => done?,
        _ = terminate.recv() => {}
    }
    Ok(())
}

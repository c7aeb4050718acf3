//! `dualbench serve`.

use std::net::SocketAddr;

use anyhow::Result;
use clap::Args;

use crate::app::App;
use crate::cli::{Exit, Global, out};
use crate::config::{Config, Override};

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
        hints(&app.config, address).iter().for_each(|hint| out::line(hint));
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

/// What whoever opens the page needs, where it takes more than the printed address. Never the token itself.
fn hints(config: &Config, address: SocketAddr) -> Vec<String> {
    let server = &config.server;
    let mut hints = Vec::new();
    if !address.ip().is_loopback() {
        let names = if server.host_names.is_empty() {
            "none yet: name those that other machines use, or they are refused".to_owned()
        } else {
            server.host_names.join(", ")
        };
        hints.push(format!("names beside this address (server.host_names): {names}"));
    }
    if server.token.is_some() {
        hints.push(
            "token: a browser opens the address once with `/?token=…`; a program sends `Authorization: Bearer …`"
                .into(),
        );
    }
    hints
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_daemon_that_others_can_reach_says_how_and_keeps_its_token() {
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::write(dir.path().join("key"), "canary-0123456789").expect("written");
        let flags = [Override::new("server.listen", "0.0.0.0:7373"), Override::new("server.token_file", "key")];
        let config = Config::load(dir.path(), None, &flags).expect("fine");
        let said = hints(&config, config.server.listen).join("\n");
        assert!(said.contains("server.host_names") && said.contains("/?token=…"), "{said}");
        assert!(!said.contains("canary"), "{said}");
        let config = Config::load(dir.path(), None, &[]).expect("fine");
        assert!(hints(&config, config.server.listen).is_empty());
    }
}

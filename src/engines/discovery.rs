//! Looks for engines on the usual loopback ports, quickly and politely.

use std::time::Duration;

use futures_util::future::join_all;

use crate::engines::client::Client;
use crate::engines::config::Config;
use crate::engines::dialects::Dialect;
use crate::engines::identity::Identity;

/// Where engines listen by default: llama.cpp, a second one, Ollama, LM Studio, vLLM, text-generation-webui, KoboldCpp,
/// TabbyAPI, mistral.rs, Jan.
const PORTS: [u16; 10] = [8080, 8081, 11434, 1234, 8000, 5000, 5001, 8001, 8082, 1337];
/// For one port.
const PATIENCE: Duration = Duration::from_millis(600);

/// An engine that answered.
#[derive(Debug, Clone)]
pub struct Found {
    pub base_url: String,
    pub dialect: Dialect,
    pub identity: Identity,
}

/// Every engine that answers on a usual port of 127.0.0.1. Takes 600 ms at most.
pub async fn discover() -> Vec<Found> {
    discover_on(&PORTS).await
}

/// The same for ports of the caller's choice.
pub async fn discover_on(ports: &[u16]) -> Vec<Found> {
    join_all(ports.iter().map(|port| look(*port))).await.into_iter().flatten().collect()
}

async fn look(port: u16) -> Option<Found> {
    let base_url = format!("http://127.0.0.1:{port}");
    for dialect in [Dialect::Ollama, Dialect::OpenaiChat] {
        let config = Config { base_url: base_url.clone(), dialect, connect_timeout: PATIENCE / 2, ..Config::default() };
        let client = Client::new(config).ok()?;
        match tokio::time::timeout(PATIENCE / 2, client.identity()).await {
            Ok(Ok(identity)) if identity.model.is_some() => return Some(Found { base_url, dialect, identity }),
            _ => {}
        }
    }
    None
}

//! The client against a scripted engine: what each server really sends, and what goes wrong between its bytes.

mod identity;
mod scripted;
mod streams;
mod wire;

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::engines::ask::{Ask, Length, Message, Prompt, Speaker};
use crate::engines::client::Client;
use crate::engines::config::Config;
use crate::engines::decode::Finished;
use crate::engines::dialects::Dialect;
use crate::engines::progress::Progress;
use crate::engines::raw::Raw;

/// A key that must be found nowhere.
const CANARY: &str = "sk-canary-4711";

fn client(url: &str, dialect: Dialect) -> Client {
    let config = Config {
        base_url: url.to_owned(),
        dialect,
        api_key: Some(CANARY.to_owned()),
        idle_timeout: Duration::from_secs(5),
        ..Config::default()
    };
    Client::new(config).expect("a client")
}

fn ask() -> Ask {
    Ask {
        prompt: Prompt::Messages(vec![Message { role: Speaker::User, content: "name the engines".into() }]),
        length: Length::AtMost(16),
        temperature: None,
        seed: None,
        cache_prompt: false,
        prompt_tokens: None,
        choices: Vec::new(),
    }
}

async fn stream(client: &Client) -> Raw {
    let connection = client.connect().await.expect("it listens");
    let prepared = client.prepare(&ask(), 1);
    client.stream(connection, prepared, None, &CancellationToken::new(), &Progress::default(), &[]).await
}

async fn exchange(client: &Client) -> Finished {
    client.decode(stream(client).await)
}

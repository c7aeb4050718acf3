//! One exchange from its bytes to its stamped answer, on the runtime that reads the streams.

use std::sync::Arc;
use std::time::Instant;

use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use crate::engines::client::{Client, Prepared};
use crate::engines::follower::Follower;
use crate::engines::progress::Progress;
use crate::engines::raw::Raw;

/// Everything about an exchange but its engine.
pub struct Outgoing {
    pub prepared: Prepared,
    /// When it was to leave, in open loops.
    pub planned: Option<Instant>,
    pub cancel: CancellationToken,
    pub progress: Arc<Progress>,
    pub followers: Vec<Arc<Follower>>,
}

/// Connects and streams on `streams`; the connection is open before the clock starts, and the stamps are the client's.
/// The followers are closed when this returns.
pub async fn exchange(client: &Arc<Client>, streams: &Handle, out: Outgoing) -> Raw {
    let (client, followers) = (client.clone(), out.followers.clone());
    let reading = streams.spawn(async move {
        match client.connect().await {
            Ok(connection) => {
                client.stream(connection, out.prepared, out.planned, &out.cancel, &out.progress, &out.followers).await
            }
            Err(error) => {
                out.progress.end();
                Raw::not_connected(error.to_string())
            }
        }
    });
    let raw = reading.await.unwrap_or_else(|e| Raw::not_connected(format!("the stream's task ended early: {e}")));
    followers.iter().for_each(|f| f.close());
    raw
}

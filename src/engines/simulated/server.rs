//! The door of an engine: accepts connections, reads requests, picks who answers.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::task::TaskTracker;

use super::answer::answer;
use super::ask::{Ask, Endpoint, content_to_tokenize};
use super::engine::Engine;
use super::http::{Connection, ReadError, Request};
use super::wire::{Refusal, json_response, models};

/// A connection without a complete request for this long is closed.
const IDLE_LIMIT: Duration = Duration::from_secs(120);
/// Pause after a failed accept (no descriptors left), so that the loop does not spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// Serves one engine until dropped.
pub async fn serve(engine: Arc<Engine>, listener: TcpListener) {
    let connections = TaskTracker::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                connections.spawn(converse(Arc::clone(&engine), stream));
            }
            Err(error) => {
                tracing::warn!(engine = engine.role, %error, "the simulated engine cannot accept a connection");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// One connection, request after request, until either side ends it.
async fn converse(engine: Arc<Engine>, stream: TcpStream) {
    // Without it a token could wait for the acknowledgement of the one before.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(engine = engine.role, %error, "no TCP_NODELAY on a simulated connection");
    }
    let mut connection = Connection::new(stream);
    while let Ok(next) = tokio::time::timeout(IDLE_LIMIT, connection.request()).await {
        let request = match next {
            Ok(request) => request,
            Err(ReadError::Refused { status, message }) => {
                let refusal = Refusal { status, ..Refusal::invalid(message) };
                // Closing comes next, whether the client still hears this or not.
                connection.write(&refusal.response(false)).await.ok();
                return;
            }
            Err(ReadError::Closed | ReadError::Broken(_)) => return,
        };
        if respond(&engine, &mut connection, &request).await.is_err() || !request.keep_alive {
            return;
        }
    }
}

async fn respond(engine: &Engine, connection: &mut Connection, request: &Request) -> io::Result<()> {
    let endpoint = match (request.method.as_str(), request.path.as_str()) {
        ("POST", "/v1/chat/completions") => Endpoint::Chat,
        ("POST", "/v1/completions") => Endpoint::Completions,
        _ => {
            let response = small_response(engine, request);
            return connection.write(&response).await.map(|_| ());
        }
    };
    let planned = Ask::parse(endpoint, &request.body).and_then(|ask| engine.plan(&ask).map(|plan| (ask, plan)));
    match planned {
        Ok((ask, plan)) => answer(engine, connection, request, ask, plan).await,
        Err(refusal) => connection.write(&refusal.response(request.keep_alive)).await.map(|_| ()),
    }
}

/// Everything that is answered at once.
fn small_response(engine: &Engine, request: &Request) -> Vec<u8> {
    let body = match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/health") => Ok(json!({"status": "ok"})),
        ("GET", "/v1/models") => Ok(models(&engine.profile)),
        ("POST", "/tokenize") => content_to_tokenize(&request.body).map(|tokens| json!({"tokens": tokens})),
        ("GET", "/truth") if engine.serves_truth => Ok(json!({"exchanges": engine.truth.take_all()})),
        _ => Err(Refusal::not_found()),
    };
    match body {
        Ok(body) => json_response(200, &body, request.keep_alive),
        Err(refusal) => refusal.response(request.keep_alive),
    }
}

//! The accept loop: time limits on heads, a bound on connections, an orderly end.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1::Builder;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Bytes of a request's head. Above it hyper itself answers, 431 without a body: no handler of ours sees the request.
const HEAD_BYTES: usize = 16 * 1024;

/// How long, and how many at once.
#[derive(Debug, Clone, Copy)]
struct Limits {
    /// Connections open at once; more wait to be accepted.
    connections: usize,
    /// For the whole head of a request, and for the silence before one: a client that says nothing keeps no place.
    head: Duration,
    /// What open connections get to end after a stop.
    grace: Duration,
}

const LIMITS: Limits = Limits { connections: 256, head: Duration::from_secs(10), grace: Duration::from_secs(2) };

/// Serves until `stop`, then lets open requests end for a short while.
pub async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) {
    serve_within(LIMITS, listener, router, stop).await;
}

async fn serve_within(limits: Limits, listener: TcpListener, router: Router, stop: CancellationToken) {
    // HTTP/1 only: a builder that also looks for HTTP/2 reads the first bytes before any of its timers run.
    let mut builder = Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(limits.head).max_buf_size(HEAD_BYTES);
    let (graceful, connections, over) = (GracefulShutdown::new(), TaskTracker::new(), CancellationToken::new());
    let places = Arc::new(Semaphore::new(limits.connections));
    loop {
        let (stream, place) = tokio::select! {
            next = next(&listener, &places) => next,
            () = stop.cancelled() => break,
        };
        let _small_answers_leave_at_once = stream.set_nodelay(true);
        let service = TowerToHyperService::new(router.clone());
        let watched = graceful.watch(builder.serve_connection(TokioIo::new(stream), service));
        let over = over.clone();
        connections.spawn(async move {
            tokio::select! {
                ended = watched => if let Err(e) = ended { tracing::debug!("connection: {e}") },
                () = over.cancelled() => {}
            }
            drop(place);
        });
    }
    drop(listener);
    let _ended_or_not = tokio::time::timeout(limits.grace, graceful.shutdown()).await;
    // What is still open holds the router, and with it the bus that the store waits for.
    over.cancel();
    connections.close();
    connections.wait().await;
}

/// The next connection, once there is a place for it.
async fn next(listener: &TcpListener, places: &Arc<Semaphore>) -> (TcpStream, OwnedSemaphorePermit) {
    loop {
        let Ok(place) = places.clone().acquire_owned().await else { return std::future::pending().await };
        match listener.accept().await {
            Ok((stream, _)) => return (stream, place),
            Err(e) => {
                tracing::warn!("a connection could not be accepted: {e}");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;
    use std::time::Instant;

    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::task::JoinHandle;

    use super::*;

    /// Longer than anything here should take, shorter than a limit that does not hold.
    const PATIENCE: Duration = Duration::from_secs(5);

    async fn server(head: Duration) -> (SocketAddr, CancellationToken, JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("bound");
        let router = Router::new()
            .route("/", get(|| async { "here" }))
            .route("/never", get(|| async { std::future::pending::<()>().await }));
        let limits = Limits { connections: 2, head, grace: Duration::from_millis(100) };
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        (address, stop.clone(), tasks.spawn(serve_within(limits, listener, router, stop)))
    }

    async fn asks(address: SocketAddr, path: &str) -> TcpStream {
        let mut socket = TcpStream::connect(address).await.expect("connected");
        socket.write_all(format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes()).await.expect("sent");
        socket
    }

    #[tokio::test]
    async fn silent_connections_lose_their_places_to_who_asks() {
        let (address, _stop, _server) = server(Duration::from_millis(200)).await;
        let _silent = [TcpStream::connect(address).await, TcpStream::connect(address).await];
        let mut socket = asks(address, "/").await;
        let mut answer = [0; 12];
        let read = tokio::time::timeout(PATIENCE, socket.read_exact(&mut answer)).await;
        read.expect("answered in time").expect("an answer");
        assert_eq!(&answer, b"HTTP/1.1 200");
    }

    #[tokio::test]
    async fn a_stop_is_heard_with_every_place_taken_and_one_waiting() {
        let (address, stop, server) = server(Duration::from_secs(60)).await;
        let _kept = [asks(address, "/never").await, asks(address, "/never").await, asks(address, "/").await];
        tokio::time::sleep(Duration::from_millis(50)).await;
        let since = Instant::now();
        stop.cancel();
        tokio::time::timeout(PATIENCE, server).await.expect("it ends").expect("in order");
        assert!(since.elapsed() < PATIENCE);
    }
}

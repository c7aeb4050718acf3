//! Dualbench's own client, as a run uses it: streams on one thread, decoding on another once a stream has closed.

use std::net::SocketAddr;
use std::sync::Arc;

use dualbench::engines::simulated::ns_of;
use dualbench::engines::{Client, Config, Progress};
use tokio_util::sync::CancellationToken;

use super::{Contender, Stamps};

#[derive(Clone)]
pub struct Dualbench {
    client: Arc<Client>,
}

impl Contender for Dualbench {
    type Line = Dualbench;

    fn new(address: SocketAddr) -> Dualbench {
        let config = Config { base_url: format!("http://{address}"), ..Config::default() };
        Dualbench { client: Arc::new(Client::new(config).unwrap()) }
    }

    async fn open(&self) -> Dualbench {
        self.clone()
    }

    async fn read(line: &mut Dualbench, exchange: &str, body: &str) -> Stamps {
        let client = line.client.clone();
        let prepared = client.prepare_body("/v1/chat/completions", body, exchange);
        let connection = client.connect().await.unwrap();
        let never = CancellationToken::new();
        let raw = client.stream(connection, prepared, None, &never, &Progress::default(), &[]).await;
        let finished = tokio::task::spawn_blocking(move || client.decode(raw)).await.unwrap();
        assert!(finished.trace.ending.counts(), "{:?}", finished.trace.ending);
        let sent = ns_of(finished.sent);
        Stamps::Chunks(finished.trace.chunks.iter().map(|chunk| sent + chunk.offset.as_nanos() as u64).collect())
    }
}

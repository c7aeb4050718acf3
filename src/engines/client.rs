//! The client of one engine: connect, send, finish.

use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use crate::engines::ask::Ask;
use crate::engines::config::{Address, Config, parse_url};
use crate::engines::decode::{Finished, decode};
use crate::engines::dialects::{Dialect, Flavour};
use crate::engines::error::EngineError;
use crate::engines::follower::Follower;
use crate::engines::plain::Plain;
use crate::engines::progress::{Progress, Stage};
use crate::engines::raw::{Closing, Raw};
use crate::engines::reading::Reading;
use crate::engines::tokenizer::Tokenizer;

/// Idle connections kept for the next exchange.
const IDLE_CONNECTIONS: usize = 4_096;
/// An idle connection older than this is not used again: llama.cpp closes after five seconds.
const IDLE_FOR: Duration = Duration::from_secs(3);
/// The header that names the exchange to engines that keep a truth of their own.
pub const EXCHANGE_HEADER: &str = "x-dualbench-exchange";

/// A connection that is open already.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    /// What its set-up took; zero for one that was kept open.
    connect: Duration,
    /// Whether it may serve another exchange: a socket belongs to the runtime that opened it.
    keep: bool,
}

/// What an engine told of itself when it was last asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Told {
    pub model: Option<String>,
    pub build: Option<String>,
    pub digest: Option<String>,
    pub flavour: Flavour,
    /// It is known to go on to the asked length where it is told so.
    pub ignores_stop: bool,
}

/// A request as bytes: nothing is left to make once the clock runs.
#[derive(Debug, Clone)]
pub struct Prepared(Vec<u8>);

/// One engine.
pub struct Client {
    config: Config,
    address: Address,
    plain: Plain,
    tokenizer: Option<Arc<Tokenizer>>,
    idle: Mutex<Vec<(TcpStream, Instant)>>,
    /// Replaced whenever the engine is asked: it may have been restarted with another model.
    told: RwLock<Told>,
}

impl Client {
    /// # Errors
    /// A base URL that cannot be used, a tokenizer that cannot be read.
    pub fn new(config: Config) -> Result<Client, EngineError> {
        let address =
            parse_url(&config.base_url).map_err(|problem| EngineError::Config { engine: config.role, problem })?;
        let address = if config.dialect == Dialect::Pipeline { address.at_own_path() } else { address };
        let tokenizer = config.tokenizer.as_deref().map(Tokenizer::load).transpose();
        let tokenizer = tokenizer.map_err(|problem| EngineError::Config { engine: config.role, problem })?;
        let plain = Plain::new(&config, &address)?;
        Ok(Client {
            config,
            address,
            plain,
            tokenizer: tokenizer.map(Arc::new),
            idle: Mutex::default(),
            told: RwLock::default(),
        })
    }

    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The port that the engine listens on.
    pub fn port(&self) -> u16 {
        self.address.port
    }

    pub(super) fn plain(&self) -> &Plain {
        &self.plain
    }

    pub(super) fn tokenizer(&self) -> Option<&Arc<Tokenizer>> {
        self.tokenizer.as_ref()
    }

    /// What the engine told of itself when it was last asked.
    pub(super) fn told(&self) -> Told {
        self.told.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn now_told(&self, told: Told) {
        *self.told.write().unwrap_or_else(PoisonError::into_inner) = told;
    }

    /// The model to name in a request.
    pub(super) fn model(&self) -> String {
        self.config.model.clone().or(self.told().model).unwrap_or_else(|| "default".to_owned())
    }

    pub(super) fn flavour(&self) -> Flavour {
        self.told.read().unwrap_or_else(PoisonError::into_inner).flavour
    }

    /// Whether the engine is known to go on to an exact length when it is asked to.
    pub fn meets_exact_length(&self) -> bool {
        self.config.dialect == Dialect::Llamacpp || self.told().ignores_stop
    }

    /// Someone who follows a stream of this engine.
    pub fn follower(&self) -> Follower {
        Follower::new(self.config.dialect, self.config.line_bytes)
    }

    /// The request's bytes. `exchange` is sent as [`EXCHANGE_HEADER`].
    pub fn prepare(&self, ask: &Ask, exchange: u64) -> Prepared {
        let dialect = self.config.dialect;
        let body = dialect.body(ask, &self.model(), self.flavour()).to_string();
        self.prepare_body(dialect.path(&ask.prompt), &body, &exchange.to_string())
    }

    /// The same for a body that is worded already.
    pub fn prepare_body(&self, path: &str, body: &str, exchange: &str) -> Prepared {
        let key = self.config.api_key.as_ref().map(|k| format!("Authorization: Bearer {k}\r\n")).unwrap_or_default();
        let head = format!(
            "POST {}{path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nAccept: text/event-stream, application/json\r\n\
             {EXCHANGE_HEADER}: {exchange}\r\n{key}Content-Length: {}\r\n\r\n",
            self.address.prefix,
            self.address.authority,
            body.len(),
        );
        Prepared([head.as_bytes(), body.as_bytes()].concat())
    }

    /// A connection that is open: a kept one, or a new one. Must be called on the runtime that will read it.
    ///
    /// # Errors
    /// Nobody listens, or the connection takes longer than allowed.
    pub async fn connect(&self) -> Result<Connection, EngineError> {
        if let Some(stream) = self.kept() {
            return Ok(Connection { stream, connect: Duration::ZERO, keep: true });
        }
        self.open().await
    }

    /// A new connection that serves one exchange only: for who does not run where the streams are read.
    ///
    /// # Errors
    /// As [`Client::connect`].
    pub(super) async fn connect_once(&self) -> Result<Connection, EngineError> {
        Ok(Connection { keep: false, ..self.open().await? })
    }

    /// Keeps a connection ready, so that a later [`Client::connect`] finds one. Must be called on the runtime that will
    /// read it. One that cannot be had now is asked for again, and its failure told, when it is needed.
    pub async fn get_ready(&self) {
        if let Ok(connection) = self.connect().await {
            self.keep(connection.stream);
        }
    }

    async fn open(&self) -> Result<Connection, EngineError> {
        let since = Instant::now();
        let unreachable =
            |why: String| EngineError::Unreachable { engine: self.config.role, url: self.config.base_url.clone(), why };
        let connecting = TcpStream::connect((self.address.host.as_str(), self.address.port));
        let stream = tokio::time::timeout(self.config.connect_timeout, connecting)
            .await
            .map_err(|_| unreachable(format!("no answer within {:?}", self.config.connect_timeout)))?
            .map_err(|e| unreachable(e.to_string()))?;
        stream.set_nodelay(true).map_err(|e| unreachable(e.to_string()))?;
        Ok(Connection { stream, connect: since.elapsed(), keep: true })
    }

    /// A kept connection that is young, and that the other side has not closed.
    fn kept(&self) -> Option<TcpStream> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some((stream, since)) = idle.pop() {
            let alive = matches!(stream.try_read(&mut [0]), Err(e) if e.kind() == std::io::ErrorKind::WouldBlock);
            if alive && since.elapsed() < IDLE_FOR {
                return Some(stream);
            }
        }
        None
    }

    fn keep(&self, stream: TcpStream) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_CONNECTIONS {
            idle.push((stream, Instant::now()));
        }
    }

    /// Sends and reads one exchange to its end. Decodes nothing: that is [`Client::decode`]'s work, elsewhere.
    ///
    /// A kept connection that the engine had closed before the first byte of an answer is replaced by a new one, once;
    /// the clock starts anew with it, and the time lost shows as `start_delay`.
    ///
    /// `planned`: when the request was to leave, in open loops. `followers`: each gets a copy of the stamped bytes.
    pub async fn stream(
        &self,
        connection: Connection,
        prepared: Prepared,
        planned: Option<Instant>,
        cancel: &CancellationToken,
        progress: &Progress,
        followers: &[Arc<Follower>],
    ) -> Raw {
        let kept = connection.connect.is_zero();
        let raw = self.one_try(connection, &prepared, planned, cancel, progress, followers).await;
        if !kept || raw.head.is_some() || !raw.body.is_empty() || !matches!(raw.closing, Closing::Broken(_)) {
            return raw;
        }
        match self.open().await {
            Ok(fresh) => self.one_try(fresh, &prepared, planned, cancel, progress, followers).await,
            Err(e) => Raw::not_connected(e.to_string()),
        }
    }

    async fn one_try(
        &self,
        connection: Connection,
        prepared: &Prepared,
        planned: Option<Instant>,
        cancel: &CancellationToken,
        progress: &Progress,
        followers: &[Arc<Follower>],
    ) -> Raw {
        let Connection { mut stream, connect, keep } = connection;
        progress.enter(Stage::Prefill);
        let sent = Instant::now();
        let start_delay = planned.map_or(Duration::ZERO, |p| sent.saturating_duration_since(p));
        let mut reading = Reading::new(sent, &self.config);
        let closing = reading.exchange(&mut stream, &prepared.0, cancel, progress, followers).await;
        progress.enter(Stage::Done);
        if keep && closing == Closing::Whole && reading.reusable() {
            self.keep(stream);
        }
        Raw {
            sent,
            connect,
            start_delay,
            head: reading.decoder.head().cloned(),
            headers: reading.headers,
            body: reading.body,
            marks: reading.marks,
            closed: sent.elapsed(),
            closing,
        }
    }

    /// Decodes a finished exchange, with the local tokenizer's claim where there is one.
    pub fn decode(&self, raw: Raw) -> Finished {
        let mut finished = decode(raw, &self.config);
        if let Some(tokenizer) = &self.tokenizer {
            let whole = [finished.reasoning.as_str(), finished.text.as_str()].concat();
            finished.trace.output.tokenizer = tokenizer.count(&whole);
        }
        finished
    }
}

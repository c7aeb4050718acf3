//! One response while it is read: the one place where a chunk gets its time.

use std::cell::RefCell;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use crate::engines::config::Config;
use crate::engines::follower::Follower;
use crate::engines::http1::Decoder;
use crate::engines::progress::Progress;
use crate::engines::raw::{Closing, Mark};

/// Bytes taken by one read; shared by all streams of a thread, since a read never outlives its poll.
const READ_BYTES: usize = 64 * 1024;
/// What may still come once the engine has said that the stream is over; some leave the response open behind it.
const GRACE: Duration = Duration::from_millis(500);

thread_local! {
    static SCRATCH: RefCell<Vec<u8>> = RefCell::new(vec![0; READ_BYTES]);
}

/// One response while it is read.
pub(super) struct Reading<'a> {
    sent: Instant,
    config: &'a Config,
    pub decoder: Decoder,
    pub body: Vec<u8>,
    pub marks: Vec<Mark>,
    pub headers: Option<Duration>,
    /// Bytes came behind the end of the response.
    surplus: bool,
    /// The engine has said that the stream is over.
    done: bool,
}

impl<'a> Reading<'a> {
    pub(super) fn new(sent: Instant, config: &'a Config) -> Reading<'a> {
        Reading {
            sent,
            config,
            decoder: Decoder::default(),
            body: Vec::new(),
            marks: Vec::new(),
            headers: None,
            surplus: false,
            done: false,
        }
    }

    pub(super) fn reusable(&self) -> bool {
        !self.surplus && self.decoder.is_done() && self.decoder.head().is_some_and(|h| h.keep_alive)
    }

    /// Sends, and reads to the end of the response. A request that an engine does not take is bound by the same limits.
    pub(super) async fn exchange(
        &mut self,
        stream: &mut TcpStream,
        request: &[u8],
        cancel: &CancellationToken,
        progress: &Progress,
        followers: &[Arc<Follower>],
    ) -> Closing {
        let limit = self.config.idle_timeout.min(self.config.total_timeout);
        let written = tokio::select! {
            biased;
            written = stream.write_all(request) => written,
            () = cancel.cancelled() => return Closing::Cancelled,
            () = tokio::time::sleep_until((self.sent + limit).into()) => {
                return Closing::Stalled(format!("the request was not taken within {limit:?}"));
            }
        };
        match written {
            Ok(()) => self.read(stream, cancel, progress, followers).await,
            Err(e) => Closing::Broken(format!("while sending: {e}")),
        }
    }

    /// Reads to the end of the response. The idle limit is looked at only when its timer fires, never per chunk.
    async fn read(
        &mut self,
        stream: &mut TcpStream,
        cancel: &CancellationToken,
        progress: &Progress,
        followers: &[Arc<Follower>],
    ) -> Closing {
        let end = self.sent + self.config.total_timeout;
        let mut last_read = self.sent;
        let mut cancelled = pin!(cancel.cancelled());
        let mut limit = pin!(tokio::time::sleep_until((self.sent + self.config.idle_timeout).min(end).into()));
        loop {
            let was_done = self.done;
            let taken = tokio::select! {
                biased;
                taken = self.one_read(stream, &mut last_read, progress, followers) => taken,
                () = &mut cancelled => return Closing::Cancelled,
                () = &mut limit => {
                    let now = Instant::now();
                    if self.done {
                        return Closing::Whole;
                    }
                    if now >= end {
                        return Closing::Stalled(format!("not ended after {:?}", self.config.total_timeout));
                    }
                    let idle_end = last_read + self.config.idle_timeout;
                    if now >= idle_end {
                        return Closing::Stalled(format!("no byte for {:?}", self.config.idle_timeout));
                    }
                    limit.as_mut().reset(idle_end.min(end).into());
                    continue;
                }
            };
            if let Some(closing) = taken {
                return closing;
            }
            if self.done && !was_done {
                limit.as_mut().reset((last_read + GRACE).into());
            }
        }
    }

    /// One read. The stamp is the first thing behind it; nothing awaits before the bytes are taken in.
    async fn one_read(
        &mut self,
        stream: &mut TcpStream,
        last_read: &mut Instant,
        progress: &Progress,
        followers: &[Arc<Follower>],
    ) -> Option<Closing> {
        std::future::poll_fn(|cx| {
            SCRATCH.with_borrow_mut(|scratch| {
                let mut buffer = ReadBuf::new(scratch);
                let read = std::task::ready!(Pin::new(&mut *stream).poll_read(cx, &mut buffer));
                let now = Instant::now();
                *last_read = now;
                Poll::Ready(match read {
                    Ok(()) => self.take(buffer.filled(), now, progress, followers),
                    Err(e) => Some(Closing::Broken(e.to_string())),
                })
            })
        })
        .await
    }

    fn take(
        &mut self,
        bytes: &[u8],
        now: Instant,
        progress: &Progress,
        followers: &[Arc<Follower>],
    ) -> Option<Closing> {
        if bytes.is_empty() {
            return Some(if self.decoder.close() { Closing::Whole } else { self.cut() });
        }
        let offset = now - self.sent;
        let before = self.body.len();
        let used = match self.decoder.feed(bytes, &mut self.body) {
            Ok(used) => used,
            Err(e) => return Some(Closing::Malformed(e.to_string())),
        };
        self.surplus |= used < bytes.len();
        if self.headers.is_none() && self.decoder.head().is_some() {
            self.headers = Some(offset);
        }
        if self.body.len() > before {
            self.marks.push(Mark { body_end: self.body.len(), offset });
            progress.read(now, &self.body[before..]);
            self.done = self.done || self.config.dialect.says_done(&self.body);
            for follower in followers {
                follower.push(&self.body[before..], offset);
            }
        }
        if self.body.len() > self.config.stream_bytes {
            return Some(Closing::Malformed(format!("the response is longer than {} bytes", self.config.stream_bytes)));
        }
        self.decoder.is_done().then_some(Closing::Whole)
    }

    fn cut(&self) -> Closing {
        match self.decoder.head() {
            Some(_) => Closing::Cut,
            None => Closing::Broken("the engine closed the connection without an answer".into()),
        }
    }
}

//! A guest's stdout and stderr, as lines of its log.

use super::bindings::Level;
use super::reporter::Reporter;
use bytes::Bytes;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamResult};

/// A line that long is logged although it has not ended, in bytes.
const LINE_BYTES: usize = 8 << 10;

/// One output of the guest. Clones are the same stream.
#[derive(Clone)]
pub(super) struct Output {
    reporter: Arc<Reporter>,
    level: Level,
    line: Arc<Mutex<Vec<u8>>>,
}

impl Output {
    pub(super) fn new(reporter: Arc<Reporter>, level: Level) -> Self {
        Self { reporter, level, line: Arc::default() }
    }

    /// Logs what stands in an unfinished last line; a panic message may end without a line feed.
    pub(super) fn flush_line(&self) {
        let rest = std::mem::take(&mut *self.line());
        self.log(&rest);
    }

    fn take(&self, bytes: &[u8]) {
        let mut full = Vec::new();
        {
            let mut line = self.line();
            for byte in bytes {
                if *byte == b'\n' || line.len() >= LINE_BYTES {
                    full.push(std::mem::take(&mut *line));
                }
                if *byte != b'\n' {
                    line.push(*byte);
                }
            }
        }
        for line in full {
            self.log(&line);
        }
    }

    fn log(&self, line: &[u8]) {
        let text = String::from_utf8_lossy(line);
        let text = text.trim_end();
        if !text.is_empty() {
            self.reporter.log(self.level, text);
        }
    }

    fn line(&self) -> MutexGuard<'_, Vec<u8>> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl IsTerminal for Output {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Output {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }

    /// Written at once and not by a task, so that the last words before a trap are not lost.
    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for Output {
    async fn ready(&mut self) {}
}

impl OutputStream for Output {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.take(&bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(LINE_BYTES)
    }
}

impl AsyncWrite for Output {
    fn poll_write(self: Pin<&mut Self>, _context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.take(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

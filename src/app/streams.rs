//! The runtime that reads the streams, on a thread of its own: no guest, no database and no page shares it, so
//! nothing of ours can make a chunk late.

use std::thread::JoinHandle;

use tokio::runtime::{Builder, Handle};
use tokio_util::sync::CancellationToken;

pub struct Streams {
    handle: Handle,
    stop: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

impl Streams {
    /// # Errors
    /// The system gives no thread or no epoll instance.
    pub fn start() -> std::io::Result<Streams> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let thread = std::thread::Builder::new()
            .name("streams".into())
            .spawn(move || runtime.block_on(stopped.cancelled_owned()))?;
        Ok(Streams { handle, stop, thread: Some(thread) })
    }

    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }
}

impl Drop for Streams {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(thread) = self.thread.take() {
            let _ended = thread.join();
        }
    }
}

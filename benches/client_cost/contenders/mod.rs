//! Who reads. A contender opens a line (one connection, ready before the clock starts) and reads one exchange on it.

mod bare;
mod dualbench;
mod reqwest;

use std::net::SocketAddr;

pub use self::bare::Bare;
pub use self::dualbench::Dualbench;
pub use self::reqwest::Reqwest;

/// What a contender stamped in one exchange, CLOCK_MONOTONIC ns.
#[derive(Debug, Clone)]
pub enum Stamps {
    /// Arrival of each content-bearing chunk.
    Chunks(Vec<u64>),
    /// Arrival of each read and the bytes of the response up to its end: for a reader that does not know what it reads.
    Reads(Vec<(u64, u64)>),
}

pub trait Contender: Clone + Send + Sync + 'static {
    type Line: Send + 'static;

    fn new(address: SocketAddr) -> Self;

    /// A line of one's own. A connection that the contender's library opens by itself is opened by the warm-up.
    fn open(&self) -> impl Future<Output = Self::Line> + Send;

    /// Sends `body` with the header `x-dualbench-exchange: <exchange>` and reads the stream to its end.
    fn read(line: &mut Self::Line, exchange: &str, body: &str) -> impl Future<Output = Stamps> + Send;
}

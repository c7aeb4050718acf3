//! One streamed request, as the scenario holds it.

use crate::bindings::dualbench::scenario::engines::{self, Chunk, Measures};
use crate::error::Result;

/// One streamed request. The host owns the stream: it goes on whatever the scenario does meanwhile.
/// Dropping the handle of a stream that has not ended cancels it.
///
/// ```no_run
/// # use dualbench_scenario::{Request, Result, Target};
/// # fn f() -> Result {
/// let exchange = Target::Main.start(&Request::text("Count to ten."))?;
/// for chunk in &exchange {
///     if chunk?.text.contains("five") {
///         exchange.cancel();
///     }
/// }
/// let measures = exchange.finish()?;
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Exchange(engines::Exchange);

impl Exchange {
    pub(crate) fn new(handle: engines::Exchange) -> Self {
        Self(handle)
    }

    /// Blocks until the next chunk is here; `None` when the stream has ended. A chunk is not a token.
    ///
    /// # Errors
    /// [`Error::Stopping`](crate::Error::Stopping) when the run is being stopped.
    pub fn next_chunk(&self) -> Result<Option<Chunk>> {
        Ok(self.0.next()?)
    }

    /// The chunks from here on, each blocking until it is here; also `for chunk in &exchange`.
    pub fn chunks(&self) -> Chunks<'_> {
        Chunks { exchange: self, ended: false }
    }

    /// Blocks until the stream has ended; gives its measures.
    ///
    /// # Errors
    /// [`Error::Stopping`](crate::Error::Stopping) when the run is being stopped.
    pub fn finish(&self) -> Result<Measures> {
        Ok(self.0.finish()?)
    }

    /// The answer so far, without reasoning. Does not block.
    pub fn text(&self) -> String {
        self.0.text()
    }

    /// Ends the stream and the engine's work on it. Does not block.
    pub fn cancel(&self) {
        self.0.cancel();
    }
}

impl<'a> IntoIterator for &'a Exchange {
    type Item = Result<Chunk>;
    type IntoIter = Chunks<'a>;

    fn into_iter(self) -> Chunks<'a> {
        self.chunks()
    }
}

/// The chunks of an [`Exchange`], as they arrive. Ends with the stream, or after the first error.
#[derive(Debug)]
pub struct Chunks<'a> {
    exchange: &'a Exchange,
    ended: bool,
}

impl Iterator for Chunks<'_> {
    type Item = Result<Chunk>;

    fn next(&mut self) -> Option<Result<Chunk>> {
        if self.ended {
            return None;
        }
        let item = self.exchange.next_chunk().transpose();
        self.ended = !matches!(item, Some(Ok(_)));
        item
    }
}

/// Blocks until [`next_chunk`](Exchange::next_chunk) on at least one of them would not block; gives their indexes in
/// `exchanges`. An empty slice gives an empty list.
pub fn wait_any(exchanges: &[&Exchange]) -> Vec<usize> {
    let handles: Vec<&engines::Exchange> = exchanges.iter().map(|exchange| &exchange.0).collect();
    engines::wait_any(&handles).into_iter().map(|index| index as usize).collect()
}

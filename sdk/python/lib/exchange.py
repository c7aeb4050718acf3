"""One streamed request, as the scenario holds it."""

from collections.abc import Iterable, Iterator

from wit_world.imports import engines
from wit_world.imports.engines import Chunk, Measures

from .errors import asking


class Exchange:
    """One streamed request. The host owns the stream: it goes on whatever the scenario does meanwhile.

    Iterate over it for its chunks, each waiting until it is here. Leaving a `with` block, or losing the last reference,
    cancels a stream that has not ended.

        with main.start("Count to ten.") as exchange:
            for chunk in exchange:
                if "five" in chunk.text:
                    exchange.cancel()
            measures = exchange.finish()
    """

    def __init__(self, handle: engines.Exchange):
        self._handle: engines.Exchange | None = handle

    def __iter__(self) -> Iterator[Chunk]:
        return self

    def __next__(self) -> Chunk:
        with asking():
            chunk = self._open().next()
        if chunk is None:
            raise StopIteration
        return chunk

    def finish(self) -> Measures:
        """Waits until the stream has ended; gives its measures. What is not known is None, never 0."""
        with asking():
            return self._open().finish()

    @property
    def text(self) -> str:
        """The answer so far, without reasoning. Does not wait."""
        return self._open().text()

    def cancel(self) -> None:
        """Ends the stream and the engine's work on it. Does not wait."""
        self._open().cancel()

    def close(self) -> None:
        """Gives the handle back; a stream that has not ended is cancelled."""
        handle, self._handle = self._handle, None
        if handle is not None:
            handle.__exit__(None, None, None)

    def __enter__(self) -> "Exchange":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open(self) -> engines.Exchange:
        if self._handle is None:
            raise ValueError("the exchange is closed")
        return self._handle


def wait_any(exchanges: Iterable[Exchange]) -> list[Exchange]:
    """Waits until the next chunk, or the end, of at least one of them is here; gives those.

        open = [main.start(prompt), mini.start(prompt)]
        while open:
            for exchange in wait_any(open):
                if next(exchange, None) is None:
                    open.remove(exchange)
    """
    every = list(exchanges)
    return [every[index] for index in engines.wait_any([one._open() for one in every])]

"""What a scenario tells, and what it is told of the run. Nothing here waits. `print` is a line of the log, too."""

from wit_world.imports import report as host
from wit_world.imports.report import Level

from .errors import asking


def phase(name: str) -> None:
    """Names what is going on from here: `warm-up`, `main alone`. Exchanges are stored under it."""
    host.phase(name)


def progress(done: int, total: int = 0) -> None:
    """How far the scenario is. `total` 0 means unknown."""
    host.progress(done, total)


def debug(message: object) -> None:
    """A line for whoever looks for a mistake in the scenario."""
    host.log(Level.DEBUG, str(message))


def info(message: object) -> None:
    """A line for whoever reads the run."""
    host.log(Level.INFO, str(message))


def warn(message: object) -> None:
    """Something that the reader should know before using the numbers."""
    host.log(Level.WARN, str(message))


def error(message: object) -> None:
    """Something that went wrong."""
    host.log(Level.ERROR, str(message))


def metric(name: str, value: float, unit: str = "") -> None:
    """A custom metric with its unit, stored under the scenario's name and never mixed with the host's measures."""
    host.metric(name, float(value), unit)


def mark(name: str) -> None:
    """A mark on the timeline: `cache filled`. The host stamps it."""
    host.mark(name)


def count(name: str, by: float = 1) -> None:
    """Adds to a counter of that name; the run's record has its total."""
    host.count(name, float(by))


def threshold(expression: str) -> None:
    """States what the run must hold: `main.ttft_ms.p95 < 400`. Only before the first exchange."""
    with asking():
        host.threshold(expression)


def void(reason: str) -> None:
    """Declares the run void: its numbers are kept, but must not be trusted or compared."""
    host.void_run(reason)


def seed() -> int:
    """The run's seed. `random` begins with it already."""
    return host.seed()


def elapsed_ms() -> float:
    """Time since the run was called. For the scenario's decisions; no clock of record."""
    return host.elapsed_ms()

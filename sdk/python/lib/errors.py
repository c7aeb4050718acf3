"""Why a call could not be served, and how a failure is told."""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from componentize_py_types import Err


class Failed(Exception):
    """The scenario's own reason to fail the run: shown as it is, without a line of its source."""


class HostError(Exception):
    """The run cannot go on like this. An engine's failure is no error: it is the `ending` of its exchange."""


class NotConfigured(HostError):
    """No such engine or pipeline in the configuration; the text says what to configure."""


class NotAllowed(HostError):
    """The scenario's `targets` do not name this target."""


class Invalid(HostError):
    """The request makes no sense; the text says which field and why."""


class Limit(HostError):
    """A limit of this run is reached; the text names it."""


class Calibration(HostError):
    """A prompt of that length could not be made for this engine; the text says why."""


class Stopping(HostError):
    """The run is being stopped. Return soon."""


_BY_NAME = {kind.__name__: kind for kind in (NotConfigured, NotAllowed, Invalid, Limit, Calibration, Stopping)}


@contextmanager
def asking() -> Iterator[None]:
    """What the host answers in the contract's own terms is raised as an exception of this language."""
    try:
        yield
    except Err as err:
        raise translated(err.value) from None


def translated(value: object) -> HostError:
    if isinstance(value, str):
        return Invalid(value)
    kind = _BY_NAME.get(type(value).__name__.removeprefix("Error_"), HostError)
    return kind(getattr(value, "value", "the run is being stopped"))


def told(error: BaseException) -> str:
    """One line for the run's record: what happened, and in which line of the author's."""
    if isinstance(error, Failed):
        return str(error)
    name = type(error).__name__
    if isinstance(error, SyntaxError):
        return f"{name}: {error.msg} ({error.filename}, line {error.lineno})"
    plain = isinstance(error, HostError) or type(error) is Exception
    what = (str(error) or name) if plain else f"{name}: {error}".removesuffix(": ")
    frames = own_frames(error)
    if not frames:
        return what
    last = frames[-1]
    return f"{what} ({last.filename}, line {last.lineno}, in {last.name})"


def trace(error: BaseException) -> str:
    """The author's own lines, as Python shows them."""
    if isinstance(error, SyntaxError):
        return "".join(traceback.format_exception_only(error))
    return "".join(traceback.format_list(own_frames(error)))


def own_frames(error: BaseException) -> list[traceback.FrameSummary]:
    """What the SDK and Python's own modules did beneath them helps nobody."""
    foreign = (__file__.rsplit("/", 1)[0] + "/", "/python/", "/bundled/")
    frames = traceback.extract_tb(error.__traceback__)
    return [frame for frame in frames if not frame.filename.startswith(foreign) and frame.filename != "runner.py"]

"""What a scenario is, and how it becomes the exports of a component."""

import inspect
import random
from collections.abc import Callable, Iterable

from componentize_py_types import Err
from wit_world.imports import report as host
from wit_world.imports import types

from . import params
from .errors import HostError, own_frames, told, trace
from .target import Target


class Scenario:
    """A function with what is said of it."""

    def __init__(self, run: Callable[..., None], name: str, version: str, description: str, targets: list[Target]):
        self.run = run
        self.manifest = types.Manifest(name, version, description, params.of(run), [target.wire for target in targets])


registered: Scenario | None = None
"""The one that this instance runs."""
_user: Callable[..., None] | None = None
_begun = False


def scenario(
    *, targets: Iterable[Target], name: str | None = None, version: str = "0.1.0", description: str | None = None
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Makes a function the scenario of its file. Its arguments are the parameters of a run, its defaults theirs.

    `targets`: what it may ask. `name`: lower-case words joined by `-`; else the function's. `description`: what is
    measured and what one learns from it; else the function's first paragraph of documentation.
    """

    def register(run: Callable[..., None]) -> Callable[..., None]:
        global registered
        if registered is not None and registered.run.__globals__ is run.__globals__:
            raise TypeError(f"`{run.__name__}` is a second @scenario in this file: a file is one scenario")
        about = (run.__doc__ or "").strip().split("\n\n")[0]
        words = description if description is not None else " ".join(about.split())
        registered = Scenario(run, name or run.__name__.replace("_", "-"), version, words, list(targets))
        # What makes a component of a module looks for this name in it.
        run.__globals__["WitWorld"] = WitWorld
        return run

    return register


def scripted_user(one_round: Callable[..., None]) -> Callable[..., None]:
    """Makes a function the round of a user, which `users` calls again and again, each user in an instance of its own. It
    gets the user's `index` and the parameters of the run that it names. An exception ends that user."""
    global _user
    _user = one_round
    return one_round


class WitWorld:
    """The exports of the contract."""

    def describe(self) -> types.Manifest:
        return _registered().manifest

    def run(self, arguments: list[tuple[str, types.Value]]) -> None:
        # A component is made with Python already running, chance included. What the system gives follows from the seed.
        random.seed()
        values = {name: value.value for name, value in arguments}
        _telling(lambda: _registered().run(**values))

    def user(self, arguments: list[tuple[str, types.Value]], index: int) -> None:
        global _begun
        _registered()
        if _user is None:
            raise Err("it has no users: write `@scripted_user` above a function")
        if not _begun:
            random.seed()
            _begun = True
        values = {"index": index} | {name: value.value for name, value in arguments}
        wanted = inspect.signature(_user).parameters
        every = any(parameter.kind is parameter.VAR_KEYWORD for parameter in wanted.values())
        _telling(lambda: _user(**{name: value for name, value in values.items() if every or name in wanted}))


def _telling(work: Callable[[], None]) -> None:
    try:
        work()
    except Exception as error:
        if len(own_frames(error)) > 1 and not isinstance(error, HostError):
            for line in trace(error).rstrip().split("\n"):
                host.log(host.Level.ERROR, line)
        raise Err(told(error)) from None


def _registered() -> Scenario:
    if registered is None:
        raise LookupError("it has no scenario: write `@scenario(targets=[main])` above a function")
    return registered

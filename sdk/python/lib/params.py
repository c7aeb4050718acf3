"""The parameters of a scenario: what a person may set before a run. Each is the default of an argument of `run`."""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from wit_world.imports import types


@dataclass(frozen=True)
class Param:
    """A default, and what the form says beside it."""

    default: types.Value
    help: str = ""
    unit: str | None = None
    min: float | None = None
    max: float | None = None
    choices: list[str] = field(default_factory=list)


def integer(default: int, *, help: str = "", unit: str | None = None, min: float | None = None, max: float | None = None) -> Any:
    """A whole number."""
    return Param(types.Value_Integer(default), help, unit, _f64(min), _f64(max))


def number(default: float, *, help: str = "", unit: str | None = None, min: float | None = None, max: float | None = None) -> Any:
    """A number with a fraction."""
    return Param(types.Value_Number(float(default)), help, unit, _f64(min), _f64(max))


def flag(default: bool, *, help: str = "") -> Any:
    """Yes or no."""
    return Param(types.Value_Flag(default), help)


def text(default: str, *, help: str = "") -> Any:
    """Free text."""
    return Param(types.Value_Text(default), help)


def choice(default: object, choices: Iterable[object], *, help: str = "") -> Any:
    """One of some texts; a target counts as its name."""
    return Param(types.Value_Text(str(default)), help, choices=[str(one) for one in choices])


def of(run: Callable[..., None]) -> list[types.Param]:
    """The parameters of a function, in order. `answers: int = 12` is one, too."""
    return [_wire(name, argument.default) for name, argument in inspect.signature(run).parameters.items()]


def _wire(name: str, default: Any) -> types.Param:
    param = default if isinstance(default, Param) else _plain(name, default)
    return types.Param(name, param.help, param.default, param.unit, param.min, param.max, param.choices)


def _plain(name: str, default: Any) -> Param:
    # A bool is an int as well.
    for kind, make in ((bool, flag), (int, integer), (float, number), (str, text)):
        if isinstance(default, kind):
            return make(default)
    raise TypeError(f"the argument `{name}` needs a default: `{name}: int = 12`, or `{name} = integer(12, help=…)`")


def _f64(bound: float | None) -> float | None:
    return None if bound is None else float(bound)

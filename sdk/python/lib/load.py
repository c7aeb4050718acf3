"""Load that the host drives: start times never depend on the scenario."""

from collections.abc import Sequence
from typing import Any

from wit_world.imports import engines
from wit_world.imports.engines import Outcome, Spacing, Workload

from .errors import asking
from .request import Prompt, as_request, one_of
from .target import Target


def closed(target: Target, prompt: Prompt, *, users: int = 1, warm_up: int = 0, **how: Any) -> Workload:
    """This many users, each sending its next request when its last one has ended. `warm_up` exchanges come before the
    measured ones; `how` as in `Target.start`."""
    return Workload(target.wire, as_request(prompt, **how), engines.Arrival_Closed(users), warm_up)


def open_loop(
    target: Target,
    prompt: Prompt,
    *,
    rate_per_second: float,
    spacing: str = "poisson",
    max_open: int = 64,
    warm_up: int = 0,
    **how: Any,
) -> Workload:
    """This many arrivals each second, whatever is still open; beyond `max_open` they are shed: counted, never delayed.
    `spacing`: "poisson" or "constant"."""
    arrival = engines.Arrival_Open(engines.OpenLoop(rate_per_second, one_of(Spacing, "spacing", spacing), max_open))
    return Workload(target.wire, as_request(prompt, **how), arrival, warm_up)


def measure(
    *workloads: Workload, repetitions: int | None = None, seconds: float | None = None
) -> Outcome | Sequence[Outcome]:
    """Runs the workloads at the same time and waits until all have ended: so many measured exchanges of each, or so many
    seconds. One outcome for one workload, a list for several, in order."""
    with asking():
        outcomes = engines.measure(list(workloads), _until(repetitions, seconds))
    return outcomes[0] if len(workloads) == 1 else outcomes


def users(count: int, *, repetitions: int | None = None, seconds: float | None = None) -> None:
    """Makes so many scripted users, fresh instances of this scenario, and waits until each has done its rounds, or so
    long. A user that fails is logged and ends alone; only where all fail does this raise."""
    with asking():
        engines.users(count, _until(repetitions, seconds))


def _until(repetitions: int | None, seconds: float | None) -> engines.Until:
    if (repetitions is None) == (seconds is None):
        raise TypeError("say until when: `repetitions=20` or `seconds=30`")
    return engines.Until_Repetitions(repetitions) if repetitions is not None else engines.Until_Seconds(seconds)

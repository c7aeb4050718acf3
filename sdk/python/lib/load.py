"""Load that the host drives: start times never depend on the scenario."""

from collections.abc import Iterable, Sequence
from typing import Any

from wit_world.imports import engines
from wit_world.imports.engines import Outcome, Spacing, Stage
from wit_world.imports.engines import Load as Workload

from .errors import asking
from .request import one_of
from .requests import Requests, as_requests
from .target import Target

DEFAULT_MAX_OPEN = 64
"""Open exchanges of an open loop where the workload says nothing; arrivals beyond it are shed."""


def closed(target: Target, prompt: Requests, *, users: int = 1, warm_up: int = 0, **how: Any) -> Workload:
    """This many users, each sending its next request when its last one has ended.

    `prompt`: one, or several in any iterable (10000 at most), sent in turn and again from the first one on; `how` they are
    asked as in `Target.start`, or each made with `request`. `warm_up` exchanges come before the measured ones.
    """
    return Workload(target.wire, as_requests(prompt, **how), engines.Pace_Closed(users), warm_up)


def open_loop(
    target: Target,
    prompt: Requests,
    *,
    rate_per_second: float,
    spacing: str = "poisson",
    max_open: int = DEFAULT_MAX_OPEN,
    warm_up: int = 0,
    **how: Any,
) -> Workload:
    """This many arrivals each second, whatever is still open; beyond `max_open` they are shed: counted, never delayed.
    `spacing`: "poisson" or "constant". The rest as in `closed`."""
    pace = engines.OpenLoop(float(rate_per_second), one_of(Spacing, "spacing", spacing), max_open)
    return Workload(target.wire, as_requests(prompt, **how), engines.Pace_Open(pace), warm_up)


def staged(
    target: Target,
    prompt: Requests,
    *,
    from_per_second: float,
    stages: Iterable[Stage],
    spacing: str = "poisson",
    max_open: int = DEFAULT_MAX_OPEN,
    warm_up: int = 0,
    **how: Any,
) -> Workload:
    """Arrivals at a rate that changes: it begins at `from_per_second` and runs through the stages (1000 at most), each made
    with `stage`; the last one's rate then stays. The rest as in `open_loop`.

        measure(staged(main, "…", from_per_second=1, stages=[stage(8, seconds=60), stage(8, seconds=30)]))
    """
    pace = engines.StagedLoop(float(from_per_second), _stages(stages), one_of(Spacing, "spacing", spacing), max_open)
    return Workload(target.wire, as_requests(prompt, **how), engines.Pace_Staged(pace), warm_up)


def stage(to_per_second: float, *, seconds: float) -> Stage:
    """From the rate before it to this one, in a straight line over so many seconds. To the same rate is a plateau, over 0
    seconds a jump, to 0 arrivals the way into a pause."""
    return Stage(float(seconds), float(to_per_second))


def measure(
    *workloads: Workload, repetitions: int | None = None, seconds: float | None = None
) -> Outcome | Sequence[Outcome]:
    """Runs the workloads at the same time and waits until all have ended: so many measured exchanges of each, or so many
    seconds. One outcome for one workload, a list for several, in order.

    Neither need be said where a workload is `staged`: then all end with its stages, the longest ones where there are several.
    """
    if repetitions is None and seconds is None:
        seconds = _end_of_stages(workloads)
    with asking():
        outcomes = engines.measure_loads(list(workloads), _until(repetitions, seconds))
    return outcomes[0] if len(workloads) == 1 else outcomes


def users(count: int, *, repetitions: int | None = None, seconds: float | None = None) -> None:
    """Makes so many scripted users, fresh instances of this scenario, and waits until each has done its rounds, or so
    long. A user that fails is logged and ends alone; only where all fail does this raise."""
    with asking():
        engines.users(count, _until(repetitions, seconds))


def _stages(given: Iterable[Stage]) -> list[Stage]:
    stages = [] if isinstance(given, str) or not isinstance(given, Iterable) else list(given)
    if not stages or not all(isinstance(one, Stage) for one in stages):
        raise TypeError("`stages` must be a list of stages: [stage(8, seconds=60)]")
    return stages


def _end_of_stages(workloads: Iterable[Workload]) -> float | None:
    paces = [workload.pace for workload in workloads]
    staged = [pace.value.stages for pace in paces if isinstance(pace, engines.Pace_Staged)]
    return max((sum(stage.seconds for stage in stages) for stages in staged), default=None)


def _until(repetitions: int | None, seconds: float | None) -> engines.Until:
    if (repetitions is None) == (seconds is None):
        raise TypeError("say until when: `repetitions=20` or `seconds=30`")
    return engines.Until_Repetitions(repetitions) if repetitions is not None else engines.Until_Seconds(float(seconds))

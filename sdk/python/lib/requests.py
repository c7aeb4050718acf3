"""What a workload asks: one request, or several in turn."""

from collections.abc import Iterable
from typing import Any

from wit_world.imports.engines import Calibrated, Message, Request

from .request import Prompt, as_request

MOST = 10_000
"""As many as the contract takes: a generator without an end ends here."""

Requests = Prompt | Request | Iterable[Prompt | Request]


def as_requests(given: Requests, **how: Any) -> list[Request]:
    """In the contract's terms: always a list."""
    if isinstance(given, str | Calibrated | Request) or not isinstance(given, Iterable):
        return [as_request(given, **how)]
    several = _taken(given)
    if all(isinstance(one, Message) for one in several):
        return [as_request(several, **how)]
    return [as_request(one, **how) for one in several]


def _taken(several: Iterable[Any]) -> list[Any]:
    taken = []
    for one in several:
        if len(taken) == MOST:
            raise ValueError(f"a workload has {MOST} requests at most")
        taken.append(one)
    if not taken:
        raise ValueError("nothing is asked: the list of requests is empty")
    return taken

"""What is asked of an engine, and how long the answer may be."""

from collections.abc import Iterable
from enum import Enum
from typing import Any

from wit_world.imports import engines
from wit_world.imports.engines import Cache, Calibrated, Message, Request, Role

DEFAULT_ANSWER_TOKENS = 256
"""Length of an answer where the request says nothing; the engine's own stop comes first."""

Prompt = str | Calibrated | Iterable[Message]


def system(content: str) -> Message:
    """What the engine is told of its part."""
    return Message(Role.SYSTEM, content)


def user(content: str) -> Message:
    """What a person says."""
    return Message(Role.USER, content)


def assistant(content: str) -> Message:
    """What the engine has answered before."""
    return Message(Role.ASSISTANT, content)


def calibrated(tokens: int, cache: str = "cold") -> Calibrated:
    """A prompt of exactly this many of the engine's own tokens, made by the host before the clock starts.

    `cache` "cold": no prompt cache can help; "warm": the same text each time.
    """
    return Calibrated(tokens, one_of(Cache, "cache", cache))


def one_of(choices: type[Enum], what: str, name: str) -> Any:
    """The choice of that name, in small letters."""
    if name.upper() not in choices.__members__:
        known = ", ".join(f'"{choice.lower()}"' for choice in choices.__members__)
        raise ValueError(f'{what} "{name}" is none of {known}')
    return choices[name.upper()]


def request(
    prompt: Prompt,
    *,
    exactly: int | None = None,
    at_most: int | None = None,
    temperature: float | None = None,
    seed: int | None = None,
    warm_up: bool = False,
) -> Request:
    """What is asked, and how: the answer has `exactly` so many tokens, or `at_most` so many (256 where neither is given).
    `temperature` and `seed` are the engine's own where missing. A `warm_up` exchange is stored, but in no statistic."""
    if exactly is not None and at_most is not None:
        raise TypeError("`exactly` and `at_most` are both given; keep one")
    length = engines.Length_AtMost(DEFAULT_ANSWER_TOKENS if at_most is None else at_most)
    if exactly is not None:
        length = engines.Length_Exact(exactly)
    return Request(_prompt(prompt), length, temperature, seed, warm_up)


def as_request(given: Prompt | Request, **how: Any) -> Request:
    """In the contract's terms: a request as it is, of a prompt one with `how` it is asked."""
    if not isinstance(given, Request):
        return request(given, **how)
    if how:
        said = ", ".join(f"`{name}`" for name in how)
        raise TypeError(f"{said} beside a request, which has its own: say it in `request(…)`")
    return given


def _prompt(prompt: Prompt) -> engines.Prompt:
    if isinstance(prompt, str):
        return engines.Prompt_Text(prompt)
    if isinstance(prompt, Calibrated):
        return engines.Prompt_Calibrated(prompt)
    messages = list(prompt) if isinstance(prompt, Iterable) else [prompt]
    if not all(isinstance(one, Message) for one in messages):
        raise TypeError("a prompt is a text, a list of messages, or calibrated(TOKENS)")
    return engines.Prompt_Messages(messages)

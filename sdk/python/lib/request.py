"""What is asked of an engine, and how long the answer may be."""

from collections.abc import Iterable
from enum import Enum
from typing import Any

from wit_world.imports import engines
from wit_world.imports.engines import Cache, Calibrated, Message, Role

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


def as_request(
    prompt: Prompt,
    *,
    exactly: int | None = None,
    at_most: int | None = None,
    temperature: float | None = None,
    seed: int | None = None,
    warm_up: bool = False,
) -> engines.Request:
    """In the contract's terms."""
    if exactly is not None and at_most is not None:
        raise TypeError("`exactly` and `at_most` are both given; keep one")
    length = engines.Length_AtMost(DEFAULT_ANSWER_TOKENS if at_most is None else at_most)
    if exactly is not None:
        length = engines.Length_Exact(exactly)
    return engines.Request(_prompt(prompt), length, temperature, seed, warm_up)


def _prompt(prompt: Prompt) -> engines.Prompt:
    if isinstance(prompt, str):
        return engines.Prompt_Text(prompt)
    if isinstance(prompt, Calibrated):
        return engines.Prompt_Calibrated(prompt)
    return engines.Prompt_Messages(list(prompt))

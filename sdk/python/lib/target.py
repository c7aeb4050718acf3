"""What a scenario asks: the big engine, the small one, or the pipeline of both."""

from dataclasses import dataclass
from typing import Any

from wit_world.imports import engines, types

from .errors import asking
from .exchange import Exchange
from .request import Prompt, as_request


@dataclass(frozen=True)
class Target:
    """`main`, `mini` or `pipeline`; `Target(name)` finds one by its name."""

    name: str

    def __post_init__(self) -> None:
        if self.name.upper() not in types.Target.__members__:
            raise ValueError(f"`{self.name}` is no target; there are main, mini, pipeline")

    def start(self, prompt: Prompt | engines.Request, **how: Any) -> Exchange:
        """Sends a request and returns before the first token. Waits only while a calibrated prompt is made.

        `how`: `exactly` or `at_most` tokens, `temperature`, `seed`, `warm_up` (stored, but in no statistic).
        """
        asked = as_request(prompt, **how)
        with asking():
            return Exchange(engines.start(self.wire, asked))

    def info(self) -> engines.TargetInfo:
        """What the engine told of itself when the run began."""
        with asking():
            return engines.info(self.wire)

    @property
    def wire(self) -> types.Target:
        return types.Target[self.name.upper()]

    def __str__(self) -> str:
        return self.name


main = Target("main")
mini = Target("mini")
pipeline = Target("pipeline")

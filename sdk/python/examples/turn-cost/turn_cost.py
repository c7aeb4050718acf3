"""What each further turn of a conversation costs, and how much of it the engine's prompt cache takes away.

The engine's own answers go into the next prompt, so no list of requests that was made beforehand can ask this.
"""

from dataclasses import dataclass
from statistics import fmean

from dualbench import Target, assistant, choice, integer, main, mini, report, scenario, system, user

QUESTIONS = ["Name a sea.", "Why is it salty?", "Who sailed it first?", "What lives in it?", "How deep is it?", "And its shores?"]


@dataclass
class Turn:
    ttft_ms: float | None
    prompt_tokens: int | None
    cached_tokens: int | None


@scenario(targets=[main, mini], version="1.0.0")
def turn_cost(
    engine=choice("main", ["main", "mini"]),
    talks=integer(3, min=1, max=100, help="Conversations, one after the other."),
    turns=integer(4, min=2, max=6, help="Questions of a conversation."),
):
    """What each further turn of a conversation costs, and how much of it the prompt cache takes away."""
    target = Target(engine)
    talked = []
    for done in range(talks):
        report.progress(done, talks)
        talked.append(list(talk(target, turns, done)))
    for at, same in enumerate(zip(*talked), start=1):
        tell(at, same)
    report.progress(talks, talks)


def talk(target, turns, number):
    # A number nobody else has in the first line: no talk finds the one before it in the cache.
    messages = [system(f"Talk {report.seed()}-{number}. Answer in one sentence.")]
    for at, question in enumerate(QUESTIONS[:turns], start=1):
        report.phase(f"turn {at}")
        messages.append(user(question))
        with target.start(messages, at_most=60) as exchange:
            measures = exchange.finish()
            messages.append(assistant(exchange.text))
        yield Turn(measures.ttft_ms, measures.prompt_tokens, measures.cached_prompt_tokens)


def tell(at, same):
    known = [turn.ttft_ms for turn in same if turn.ttft_ms is not None]
    if known:
        report.metric(f"turn_{at}_ttft_ms", fmean(known), "ms")
    shares = [turn.cached_tokens / turn.prompt_tokens for turn in same if turn.prompt_tokens and turn.cached_tokens is not None]
    if shares:
        report.metric(f"turn_{at}_cached", fmean(shares), "ratio")

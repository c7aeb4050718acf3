"""How much of an answer is there by the time somebody looks up: characters after each of the first seconds."""

from dualbench import Target, choice, integer, main, mini, report, scenario


@scenario(targets=[main, mini], name="my-scenario", version="0.1.0")
def run(
    engine=choice("mini", ["main", "mini"]),
    answers=integer(5, min=1, max=1000, help="Answers that are asked for, one after the other."),
    question: str = "What is a tide?",
):
    """How much of an answer is there after its first second."""
    target = Target(engine)
    report.phase("asking")
    for done in range(answers):
        report.progress(done, answers)
        with target.start(question, at_most=120) as exchange:
            report.metric("first_second_characters", first_second(exchange), "characters")
    report.progress(answers, answers)


def first_second(exchange):
    return sum(len(chunk.text) for chunk in exchange if chunk.offset_ms <= 1000)

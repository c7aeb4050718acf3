"""The scenario that every language has (sdk/PARITY.md)."""

from dataclasses import asdict, dataclass

from dualbench import (
    Failed,
    Invalid,
    NotAllowed,
    Target,
    assistant,
    calibrated,
    choice,
    closed,
    data,
    flag,
    integer,
    main,
    measure,
    mini,
    number,
    open_loop,
    pipeline,
    report,
    request,
    scenario,
    stage,
    staged,
    system,
    text,
    user,
    wait_any,
)


@dataclass
class Tally:
    chunks: int = 0
    tokens: int = 0
    characters: int = 0
    counted: int = 0


tally = Tally()


@scenario(
    name="parity",
    version="1.0.0",
    description="The same in every language: what comes of it must be equal.",
    targets=[main, mini],
)
def run(
    exchanges=integer(3, min=0, max=1000, help="Exchanges, one after the other."),
    prompt_tokens=integer(64, unit="tokens", min=1, max=4096, help="Length of a calibrated prompt."),
    output_tokens=integer(16, unit="tokens", min=1, max=4096, help="Length of an answer."),
    temperature=number(0.5, min=0, max=2, help="Temperature of the two answers at once."),
    pair=flag(True, help="Whether two answers are asked for at once."),
    engine=choice(main, [main, mini], help="The engine that is asked alone."),
    fail=text("", help="Words to fail with, such as: tschüß ✓"),
):
    if fail:
        raise Failed(fail)
    if exchanges == 0:
        report.void("nothing was asked for")
        return
    thresholds()
    alone(Target(engine), exchanges, prompt_tokens, output_tokens)
    if pair:
        at_once(output_tokens, temperature)
    ends()
    load(prompt_tokens, output_tokens)
    said(exchanges)
    for name, value in asdict(tally).items():
        report.metric(name, value, name)
    report.metric("seed", report.seed(), "seed")


def thresholds():
    report.threshold("main.e2e_ms.min > 0")
    try:
        report.threshold("fast ✓")
    except Invalid as why:
        report.debug(why)
    else:
        raise Failed("a threshold of nonsense was taken")


def alone(target, exchanges, prompt_tokens, output_tokens):
    report.phase("warm-up")
    with target.start(calibrated(prompt_tokens), exactly=output_tokens, warm_up=True) as exchange:
        drain(exchange)
    report.phase("alone")
    last = ""
    for done in range(exchanges):
        report.progress(done, exchanges)
        with target.start(calibrated(prompt_tokens, cache="warm"), exactly=output_tokens) as exchange:
            drain(exchange)
            last = exchange.text
    report.info(last)
    report.progress(exchanges, exchanges)


def at_once(output_tokens, temperature):
    report.phase("pair")
    talk = [system("Answer briefly ✓"), user("Grüße!"), assistant("Ja?")]
    how = {"at_most": output_tokens, "temperature": temperature, "seed": report.seed()}
    going = [main.start(talk, **how), mini.start(talk, **how)]
    while going:
        for exchange in reversed(wait_any(going)):
            if not count(exchange):
                end(exchange)
                going.remove(exchange)
                exchange.close()


def ends():
    report.phase("ends")
    with mini.start("Count to a thousand.", at_most=1000, warm_up=True) as exchange:
        next(exchange)
        exchange.cancel()
        report.debug(exchange.finish().ending.name.lower())
    try:
        pipeline.start("Count to a thousand.", at_most=1000, warm_up=True)
    except NotAllowed as why:
        report.warn(why)
    else:
        raise Failed("the pipeline was not refused")
    info = main.info()
    report.info(info.dialect)
    report.info(info.model or "none")


def load(prompt_tokens, output_tokens):
    report.phase("load")
    exact = closed(mini, calibrated(prompt_tokens), users=2, warm_up=1, exactly=output_tokens)
    two = measure(exact, repetitions=4)
    report.metric("measured", two.complete + two.failed, "exchanges")
    hello = open_loop(main, "Hello.", rate_per_second=50, spacing="constant", max_open=4, at_most=output_tokens)
    many = measure(hello, seconds=0.2)
    report.metric("open_known", many.ttft_ms.median is not None, "flag")
    changing = staged(
        mini,
        (request(prompt, at_most=output_tokens) for prompt in ["One.", "Two ✓"]),
        from_per_second=20,
        stages=[stage(60, seconds=0.1), stage(30, seconds=0), stage(30, seconds=0.1)],
        spacing="constant",
        max_open=4,
        warm_up=1,
    )
    report.metric("staged_known", measure(changing).ttft_ms.median is not None, "flag")


def said(exchanges):
    report.mark("measured ✓")
    report.count("done", exchanges)
    report.count("done", 0.5)
    for name in data.names():
        report.metric("data", len(data.read(name)), name)
    try:
        data.read("../none")
    except Invalid as why:
        report.debug(why)
    else:
        raise Failed("a path was taken")


def drain(exchange):
    while count(exchange):
        pass
    end(exchange)


def count(exchange):
    """Whether there was one."""
    chunk = next(exchange, None)
    if chunk is None:
        return False
    tally.chunks += 1
    tally.tokens += chunk.tokens or 0
    tally.characters += len(chunk.text)
    return True


def end(exchange):
    tally.counted += exchange.finish().ending.name in ("COMPLETE", "LENGTH")

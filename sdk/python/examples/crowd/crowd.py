"""What a crowd of readers costs each of them: scripted users, each of whom decides by the last answer how much to ask next."""

from dualbench import integer, mini, report, scenario, scripted_user, users

at_most = 16
"""An instance of its own for each user: what it remembers is there in its next round."""


@scenario(targets=[mini], name="crowd-of-readers")
def crowd(
    readers=integer(4, min=1, max=64, help="Users at the same time."),
    rounds=integer(3, min=1, max=100, help="Answers that each of them reads."),
):
    """Users who read at their own pace, all at the same time."""
    report.phase("reading")
    users(readers, repetitions=rounds)
    report.mark("all have read")


@scripted_user
def reader(index):
    global at_most
    with mini.start(f"Tell reader {index} of the sea.", at_most=at_most) as exchange:
        words = len("".join(chunk.text for chunk in exchange).split())
    report.metric("words_read", words, "words")
    report.count("rounds")
    at_most = 8 if words > 12 else 24

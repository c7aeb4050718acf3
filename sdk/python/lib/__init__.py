"""Write a dualbench scenario in Python.

A scenario decides *what* is asked of the engines. The host sends, stamps, computes and stores: nothing here can change a
number, and a slow scenario never slows a stream.

    from dualbench import main, report, scenario

    @scenario(targets=[main])
    def first_words(answers: int = 12):
        "How soon the first words of an answer are there."
        for _ in range(answers):
            for chunk in main.start("What is a tide?", at_most=120):
                report.metric("first_word_ms", chunk.offset_ms, "ms")
                break
"""

from . import data, report
from .errors import Calibration, Failed, HostError, Invalid, Limit, NotAllowed, NotConfigured, Stopping
from .exchange import Exchange, wait_any
from .load import closed, measure, open_loop, stage, staged, users
from .params import choice, flag, integer, number, text
from .request import assistant, calibrated, request, system, user
from .target import Target, main, mini, pipeline
from .world import scenario, scripted_user

__all__ = [
    "Calibration",
    "Exchange",
    "Failed",
    "HostError",
    "Invalid",
    "Limit",
    "NotAllowed",
    "NotConfigured",
    "Stopping",
    "Target",
    "assistant",
    "calibrated",
    "choice",
    "closed",
    "data",
    "flag",
    "integer",
    "main",
    "measure",
    "mini",
    "number",
    "open_loop",
    "pipeline",
    "report",
    "request",
    "scenario",
    "scripted_user",
    "stage",
    "staged",
    "system",
    "text",
    "user",
    "users",
    "wait_any",
]

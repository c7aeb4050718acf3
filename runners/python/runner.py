"""Runs one plain script, whose text the host hands over."""

# A component has only those modules of the standard library that were imported when it was made.
import bisect, collections, csv, dataclasses, datetime, decimal, enum, fractions, functools, hashlib, heapq  # noqa: E401, F401
import io, itertools, json, linecache, math, operator, random, re, statistics, string, textwrap, time  # noqa: E401, F401
import traceback, types, typing, zlib  # noqa: E401, F401

from dualbench import world
from dualbench.errors import told, trace
from wit_world.imports import source


class WitWorld(world.WitWorld):
    def describe(self):
        try:
            _load()
            return super().describe()
        except Exception as error:
            # What goes wrong before the scenario runs has no way back but this.
            source.fail(told(error), trace(error))

    def run(self, arguments):
        self.describe()
        super().run(arguments)

    def user(self, arguments, index):
        _load()
        super().user(arguments, index)


def _load():
    if world.registered is not None:
        return
    name, text = source.file(), source.text()
    # Python shows the lines of a traceback from here.
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    exec(compile(text, name, "exec"), {"__name__": "scenario", "__file__": name})

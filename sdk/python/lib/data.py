"""The files of the folder `NAME.data` beside the scenario, as they were when it was loaded. Nothing here waits."""

from wit_world.imports import data as host

from .errors import asking


def names() -> list[str]:
    """In order; empty where there is no such folder."""
    return list(host.names())


def read(name: str) -> bytes:
    """The bytes of a file. `Invalid` where there is none of that name; it tells which there are."""
    with asking():
        return bytes(host.read(name))


def text(name: str) -> str:
    """A file as text."""
    return read(name).decode()

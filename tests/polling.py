"""Waiting for programs outside this process that tell nobody when they are ready."""

import time
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def polled(ask: Callable[[], Result | None], seconds: float, what: str) -> Result:
    """Ask again until there is an answer that counts as one (not None, not False).

    Raises:
        AssertionError: there is none after so many seconds.
    """
    until, between = time.monotonic() + seconds, 0.005
    while time.monotonic() < until:
        found = ask()
        if found is not None and found is not False:
            return found
        time.sleep(between)  # between two questions, longer each time; nothing hangs on how long
        between = min(2 * between, 0.5)
    raise AssertionError(what)

"""The server's clock, as a machine with a clock of its own tells it.

How far the machine is off is asked once, and again when its clock was set, when it woke from sleep,
and every ten minutes; between, telling the time asks nobody.
"""

import time
from collections.abc import Callable

Instant = Callable[[], int]
"""Tells microseconds."""

AGAIN_AFTER_US = 600_000_000
SET_US = 500_000
"""A machine's clock that moved this much apart from its steady one was set."""


def steady_clock() -> int:
    """Microseconds that only ever go on; since when is not known."""
    return time.monotonic_ns() // 1000


class ServerClock:
    """The server's instant in microseconds UTC, from the machine's and how far that is off."""

    def __init__(self, ask: Instant, machine: Instant, steady: Instant = steady_clock) -> None:
        self._ask, self._machine, self._steady = ask, machine, steady
        self._asked_at: int | None = None
        self._apart = self._off = 0

    def __call__(self) -> int:
        """The server's instant now."""
        now, steady = self._machine(), self._steady()
        if self._asked_at is None or self._is_stale(now, steady):
            self._off = self._ask() - now
            self._apart, self._asked_at = now - steady, steady
        return now + self._off

    def _is_stale(self, now: int, steady: int) -> bool:
        moved = abs(now - steady - self._apart) > SET_US
        return moved or self._asked_at is None or steady - self._asked_at > AGAIN_AFTER_US

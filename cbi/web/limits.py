"""How often may be asked: a bucket for each who asks, filled anew all the time."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from cbi.base.errors import NotAllowed

KNOWN_MAX = 10_000
"""Beyond so many who asked, those whose bucket is full again are forgotten."""


@dataclass(slots=True)
class Limit:
    """`burst` requests at once, and `per_second` in the long run, for each who asks."""

    burst: float
    per_second: float
    clock: Callable[[], float] = time.monotonic
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)

    def take(self, who: str) -> float:
        """Count a request; 0 if it may be done, else in how many seconds the next may."""
        now = self.clock()
        left, at = self._left.get(who, (self.burst, now))
        left = min(self.burst, left + (now - at) * self.per_second)
        if left < 1:
            return (1 - left) / self.per_second
        if len(self._left) >= KNOWN_MAX:
            full = self.burst / self.per_second
            self._left = {one: seen for one, seen in self._left.items() if now - seen[1] < full}
        self._left[who] = (left - 1, now)
        return 0.0

    def must_take(self, who: str) -> None:
        """Count a request.

        Raises:
            NotAllowed: it comes too often.
        """
        wait = self.take(who)
        if wait:
            raise NotAllowed("till-page.too-often", seconds=int(wait) + 1)

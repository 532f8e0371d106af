"""The shape of a benchmark's row, and how two sides are timed: in turn, the median of the pairs."""

import statistics
import time
from collections.abc import Callable
from typing import Any

Row = dict[str, Any]
"""`name, ours, theirs, ratio, bar, holds`; more where a bar speaks of more (memory, a file)."""


def row(name: str, ours: float, theirs: float, *, bar: str, holds: bool | None, **more: Any) -> Row:
    """A row; `holds` is None where the bar says only that it is to be measured."""
    return {
        "name": name, "ours": round(ours, 4), "theirs": round(theirs, 4),
        "ratio": round(ours / theirs, 3), "bar": bar, "holds": holds, **more,
    }


def seconds(work: Callable[[], object]) -> float:
    """How long it took, on the wall."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def medians(
    ours: Callable[[], float], theirs: Callable[[], float], pairs: int = 5
) -> tuple[float, float]:
    """Both sides' medians of interleaved runs; the first pair only warms up."""
    timed = [(ours(), theirs()) for _ in range(pairs + 1)][1:]
    return tuple(statistics.median(side) for side in zip(*timed, strict=True))

"""Charts as numbers: bars laid out for a drawing of a given size. Pure; the page draws them.

A time axis runs from left to right in every language, like the figures on it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

WIDTH, HEIGHT = 430.0, 200.0
BARS_MAX = 62
LABELS_MAX = 7
_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Bar:
    """A piece of a column: which series it is of, and where it stands. Lengths in pixels."""

    series: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class ChartColumn:
    """One day or week: its first date, pieces from below, sum, how many, whether labelled."""

    date: str
    x: float
    middle: float
    width: float
    bars: tuple[Bar, ...]
    total: int
    count: int = 0
    labelled: bool = False


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across the chart: its value and height."""

    value: int
    y: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Columns over time, laid out. `weekly` says that a column is a week, not a day."""

    columns: tuple[ChartColumn, ...]
    ticks: tuple[Tick, ...]
    weekly: bool
    width: float = WIDTH
    height: float = HEIGHT


def by_time(
    values: Mapping[tuple[str, int], int], counts: Mapping[tuple[str, int], int]
) -> Chart:
    """Columns of values by (date as ISO text, series); days without any are there, empty."""
    first, last = min(day for day, _ in values), max(day for day, _ in values)
    weekly = (date.fromisoformat(last) - date.fromisoformat(first)).days >= BARS_MAX
    starts = _starts(first, last, weekly=weekly)
    summed, counted = _summed(values, weekly=weekly), _summed(counts, weekly=weekly)
    ticks = _ticks(max(_total(summed, start) for start in starts))
    top = ticks[-1] or 1
    step = WIDTH / len(starts)
    every = -(-len(starts) // LABELS_MAX)
    columns = tuple(
        replace(
            _column(start, number * step, step, summed, top), count=_total(counted, start),
            labelled=number % every == 0,
        )
        for number, start in enumerate(starts)
    )
    lines = tuple(Tick(value, HEIGHT - HEIGHT * value / top) for value in ticks)
    return Chart(columns, lines, weekly)


def _column(
    start: str, x: float, step: float, summed: Mapping[tuple[str, int], int], top: int
) -> ChartColumn:
    width = min(step * 0.74, 26.0)
    left = x + (step - width) / 2
    bars, below = [], 0.0
    series = sorted(number for day, number in summed if day == start)
    for number in series:
        height = HEIGHT * summed[start, number] / top
        bars.append(Bar(number, left, HEIGHT - below - height, width, height))
        below += height
    total = _total(summed, start)
    return ChartColumn(start, x, x + step / 2, step, tuple(bars), total)


def _summed(values: Mapping[tuple[str, int], int], *, weekly: bool) -> dict[tuple[str, int], int]:
    summed: dict[tuple[str, int], int] = {}
    for (day, series), value in values.items():
        key = (_week(day) if weekly else day, series)
        summed[key] = summed.get(key, 0) + value
    return summed


def _total(summed: Mapping[tuple[str, int], int], start: str) -> int:
    return sum(value for (day, _), value in summed.items() if day == start)


def _starts(first: str, last: str, *, weekly: bool) -> Sequence[str]:
    step = timedelta(days=7 if weekly else 1)
    at, end = date.fromisoformat(_week(first) if weekly else first), date.fromisoformat(last)
    starts = []
    while at <= end:
        starts.append(at.isoformat())
        at += step
    return starts


def _week(day: str) -> str:
    """The Monday of a day's week."""
    parsed = date.fromisoformat(day)
    return (parsed - timedelta(days=parsed.weekday())).isoformat()


def _ticks(most: int) -> list[int]:
    """Three to six round values from 0 to at least the largest."""
    if most <= 0:
        return [0, 1]
    rough = most / 4
    scale = 10 ** (len(str(int(rough))) - 1) if rough >= 1 else 1
    step = next(int(scale * part) or 1 for part in _STEPS if scale * part >= rough)
    return list(range(0, most + step, step))

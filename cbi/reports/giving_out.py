"""Which periods a report is about that keeps small counts back, and as of when.

Two reports on periods a few days apart, or on one period as of two days, can be subtracted: what is
left is about few. So, as offices of statistics do, what is given out is about a few fixed periods,
of which any two are apart or one holds the other, and each is told once: as of the closing of its
last month. Who asks that nothing be kept back (`least` 0) may ask for any days.
"""

from calendar import monthrange
from collections.abc import Iterator
from enum import Enum

from cbi.base.errors import Conflict, UsageError
from cbi.reports.as_of import AsOf, as_of, at_closing, closed_months, of_period
from cbi.storage import ReadTransaction

QUARTER, YEAR = 3, 12


class Periods(Enum):
    """Which periods are told beside one another."""

    CALENDAR = "calendar"
    """Months, quarters and years: figures over all programmes."""
    PROGRAMME = "programme"
    """Months, quarters, and from the programme's beginning to the end of a quarter."""
    QUARTERS = "quarters"
    """Quarters alone: what is too rare for anything shorter."""


def keeps_back(least: int) -> bool:
    """Whether a limit keeps anything back at all."""
    return least > 1


def seen_of(
    tx: ReadTransaction, period: tuple[str, str], zone: str, least: int, *, now: int,
    asked: str | None,
) -> AsOf:
    """As of when a period (dates) is told: where small counts are kept back, as of the closing of
    its last month, whatever later day is asked for.

    Raises:
        Conflict: its last month is not closed.
        UsageError: the day asked for is before that closing, or is none.
        NotFound: no seal has the size asked for.
    """
    if not keeps_back(least):
        return of_period(tx, asked, now, zone, period[1])
    month = period[1][:7]
    closed = closed_months(tx, zone)
    closing = next((one for one in closed if one.code >= month), None)
    if closing is None:
        raise Conflict("reports.month-open", month=month)
    if asked and as_of(tx, asked, now, zone).at < closing.closed_at:
        raise UsageError("reports.as-of-before-closing", text=asked, month=month)
    return at_closing(closed, closing, zone)


def months_seen(
    tx: ReadTransaction, period: tuple[str, str], zone: str, least: int, now: int
) -> list[tuple[str, AsOf]]:
    """Each month of a period of several, as of its closing; none where nothing is kept back."""
    months = list(months_between(period[0][:7], period[1][:7]))
    if not keeps_back(least) or len(months) == 1:
        return []
    return [
        (month, seen_of(tx, (month, last_day(month)), zone, least, now=now, asked=None))
        for month in months
    ]


def check_period(
    first: str, last: str, kind: Periods, least: int, *, begins: str = ""
) -> None:
    """Refuse a period (dates) that is not told beside the others; `begins` is the month in which
    the programme did.

    Raises:
        UsageError: it is none of the kind's.
    """
    if keeps_back(least) and not _is_told(first, last, kind, begins):
        raise UsageError(f"reports.period-{kind.value}", first=first, last=last)


def _is_told(first: str, last: str, kind: Periods, begins: str) -> bool:
    if not first.endswith("-01") or last != last_day(last[:7]):
        return False
    began, ended = int(first[5:7]), int(last[5:7])
    count = len(list(months_between(first[:7], last[:7])))
    if count == QUARTER and began % QUARTER == 1:
        return True
    if kind is Periods.QUARTERS:
        return False
    if kind is Periods.CALENDAR:
        return count == 1 or (count == YEAR and began == 1)
    return count == 1 or (first[:7] <= begins and ended % QUARTER == 0)


def last_day(month: str) -> str:
    """The date that ends a month."""
    return f"{month}-{monthrange(int(month[:4]), int(month[5:]))[1]:02d}"


def months_between(first: str, last: str) -> Iterator[str]:
    """Every month of these, in order."""
    year, month = int(first[:4]), int(first[5:])
    while f"{year:04d}-{month:02d}" <= last:
        yield f"{year:04d}-{month:02d}"
        year, month = year + month // 12, month % 12 + 1

"""As of when: which lines of the journal a report sees, and to which day each of them belongs.

A report is asked for as things stand, as of a seal (its size), or as of the end of a date. A closed
month never changes: a line that came into the ledger after a month was closed counts from the first
day that was still open then, whatever day it tells of. A reversal takes its redemption away on the
redemption's own day, unless that day was closed before.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlmodel import col, select

from cbi.base.clock import DAY_US, date_at, instant_on
from cbi.base.errors import NotFound, UsageError
from cbi.finance.rewinding import Stood
from cbi.ledger.tables import Period, Seal
from cbi.messages import text
from cbi.messages.figures import date_words, moment_words
from cbi.programmes.programmes import programmes
from cbi.storage import ReadTransaction

FOREVER = 9_000_000_000_000_000_000
MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])\Z")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")


class ClosedMonth(NamedTuple):
    """A closed month: its code, the seal's size, when it was closed, where its days end."""

    code: str
    to_size: int
    closed_at: int
    ends: int


@dataclass(frozen=True, slots=True)
class AsOf:
    """What a report sees: lines recorded before an instant, and in the first `size` leaves.

    `at` is the instant that is shown (microseconds UTC), `kind` one of `now`, `seal`, `date`, and
    `size` that of the seal asked for, or of the newest one by then.
    """

    kind: str
    at: int
    zone: str
    size: int = 0
    closed: tuple[ClosedMonth, ...] = ()

    @property
    def values(self) -> dict[str, object]:
        """What the statements that begin with `lines` are given."""
        return {"before": FOREVER if self.kind == "seal" else self.at + 1}

    @property
    def until(self) -> int:
        """What stands beside the journal is seen if it was written before this instant."""
        return self.at + 1

    @property
    def day(self) -> str:
        """The calendar date on which things stood like this."""
        return date_at(self.at, self.zone)

    @property
    def lines(self) -> str:
        """The beginning of a statement: `line` are the journal's lines that are seen, with the
        instant from which each counts (`counts_at`)."""
        months = " UNION ALL ".join(
            f"SELECT {one.to_size} AS to_size, {one.ends} AS ends" for one in self.closed
        ) or "SELECT 0 AS to_size, 0 AS ends"
        seen = f"WHERE position < {self.size}" if self.kind == "seal" else ""
        return _LINES.format(months=months, seen=seen)

    @property
    def stood(self) -> Stood | None:
        """The same for who reads the books themselves; none where they are read as they stand."""
        if self.kind == "now":
            return None
        return Stood(self.at, self.size if self.kind == "seal" else None)

    def counts_on(self, day: str, written_at: int) -> str:
        """The date from which something of that day counts that stands beside the journal: once the
        day's month was closed, the first day that was open when it was written."""
        ends = [one.ends for one in self.closed if one.closed_at <= written_at]
        return max([day, *(date_at(end, self.zone) for end in ends)])

    def words(self, language: str) -> str:
        """As of when, in a sentence."""
        return text(f"seen.{self.kind}", language, size=self.size,
                    day=date_words(self.day, language),
                    moment=moment_words(self.at, self.zone, language))

    def record(self) -> dict[str, object]:
        """As plain values."""
        return {"kind": self.kind, "at": self.at, "seal": self.size or None}


_LINES = f"""WITH closed AS ({{months}}),
placed AS (
    SELECT e.*, coalesce((SELECT f.position FROM leaf f WHERE f.kind = 'entry'
                          AND f.object = e.id), {FOREVER}) AS position,
           coalesce((SELECT b.occurred_at FROM entry b WHERE b.id = e.reverses), e.occurred_at)
           AS natural_at
    FROM entry e WHERE e.recorded_at < :before),
line AS (
    SELECT p.*, CASE WHEN p.natural_at >= coalesce(
        (SELECT max(c.ends) FROM closed c WHERE p.position >= c.to_size), 0)
        THEN p.natural_at ELSE (
        SELECT max(c.ends) FROM closed c WHERE p.position >= c.to_size) END AS counts_at
    FROM placed p {{seen}})"""


def as_of(tx: ReadTransaction, asked: str | None, now: int, zone: str) -> AsOf:
    """What a report asked for like this sees.

    Raises:
        UsageError: it is neither a seal's size nor a date, or a date to come.
        NotFound: no seal has this size.
    """
    closed = closed_months(tx, zone)
    told = (asked or "").strip()
    if not told:
        return AsOf("now", now, zone, _newest(tx, now), closed)
    if told.isdecimal():
        found = tx.first(select(Seal).where(Seal.size == int(told)))
        if found is None:
            raise NotFound("reports.seal-unknown", size=told)
        return AsOf("seal", found.sealed_at, zone, found.size, _by(closed, found.sealed_at))
    end = _end_of(told, zone)
    if end is None:
        raise UsageError("reports.as-of-unreadable", text=told)
    if end > now:
        return AsOf("now", now, zone, _newest(tx, now), closed)
    return AsOf("date", end, zone, _newest(tx, end), _by(closed, end))


def books_as_of(tx: ReadTransaction, asked: str | None, now: int) -> AsOf:
    """The same for what is about the whole ledger, in its first programme's zone."""
    owners = programmes(tx)
    return as_of(tx, asked, now, owners[0].zone if owners else "UTC")


def of_period(tx: ReadTransaction, asked: str | None, now: int, zone: str, until: str) -> AsOf:
    """The same for a report on a period: once its last month is closed, as of that closing."""
    seen = as_of(tx, asked, now, zone)
    if seen.kind == "now":
        for one in seen.closed:
            if one.code >= until[:7]:
                return at_closing(seen.closed, one, zone)
    return seen


def at_closing(closed: tuple[ClosedMonth, ...], one: ClosedMonth, zone: str) -> AsOf:
    """As of the closing of one of the closed months."""
    return AsOf("seal", one.closed_at, zone, one.to_size, _by(closed, one.closed_at))


def bounds(first: str, last: str, zone: str) -> tuple[int, int]:
    """The instants that bound a period of dates: the last day counts whole.

    Raises:
        UsageError: it ends before it begins, or is no period.
    """
    try:
        begins = instant_on(first, 0, zone)
        day_after = date_at(instant_on(last, 12, zone) + DAY_US, zone)
    except ValueError as error:
        raise UsageError("reports.period-unreadable", first=first, last=last) from error
    if last < first:
        raise UsageError("reports.period-backwards", first=first, last=last)
    return begins, instant_on(day_after, 0, zone)


def closed_months(tx: ReadTransaction, zone: str) -> tuple[ClosedMonth, ...]:
    """The months that were closed, in the order of their closing."""
    return tuple(
        ClosedMonth(one.code, one.to_size, one.closed_at, _month_end(one.code, zone))
        for one in tx.all(select(Period).order_by(col(Period.to_size))) if MONTH.match(one.code)
    )


def _by(closed: tuple[ClosedMonth, ...], instant: int) -> tuple[ClosedMonth, ...]:
    return tuple(one for one in closed if one.closed_at <= instant)


def _month_end(code: str, zone: str) -> int:
    """The instant at which the month is over."""
    year, month = int(code[:4]), int(code[5:])
    following = date(year + month // 12, month % 12 + 1, 1)
    return instant_on(following.isoformat(), 0, zone)


def _end_of(day: str, zone: str) -> int | None:
    """The last instant of a date."""
    if not _DATE.match(day):
        return None
    try:
        following = date.fromordinal(date.fromisoformat(day).toordinal() + 1)
    except ValueError:
        return None
    return instant_on(following.isoformat(), 0, zone) - 1


def _newest(tx: ReadTransaction, instant: int) -> int:
    size = tx.first(
        select(Seal.size).where(Seal.sealed_at <= instant).order_by(col(Seal.size).desc())
    )
    return size or 0

"""Referrals counted, for who must report that they are made: nothing that is about few people.

A quarter is told as of its closing, and nothing shorter: so few are referred that months, or
quarters in the making, could be subtracted to tell of one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cbi.base.clock import date_at
from cbi.people.protection.referrals import KINDS, Referral
from cbi.reports.as_of import AsOf, books_as_of, bounds, closed_months
from cbi.reports.giving_out import QUARTER, Periods, check_period, last_day, seen_of
from cbi.reports.suppression import LEAST, published
from cbi.storage import ReadTransaction


@dataclass(frozen=True, slots=True)
class ReferralCount:
    """Referrals of a kind, or all: made, still open, closed. None where it is kept back."""

    kind: str
    open: int | None
    closed: int | None
    made: int | None


def quarter_of_referrals(
    tx: ReadTransaction, period: tuple[str, str], now: int, *, least: int, asked: str | None,
) -> tuple[str, str, AsOf]:
    """The quarter asked for, or else the newest that is closed: first and last day, as of when.

    Raises:
        UsageError: these days are no quarter.
        Conflict: the quarter is not closed, or none is.
    """
    zone = books_as_of(tx, None, now).zone
    first, last = period
    if not first and not last:
        closed = [one.code for one in closed_months(tx, zone)]
        first, last = _last_quarter(max(closed, default=date_at(now, zone)[:7]), bool(closed))
    bounds(first, last, zone)
    check_period(first, last, Periods.QUARTERS, least)
    return first, last, seen_of(tx, (first, last), zone, least, now=now, asked=asked)


def _last_quarter(month: str, over: bool) -> tuple[str, str]:
    """The newest quarter that ends with this month or before it; the month's own if it is not
    over."""
    year, number = int(month[:4]), int(month[5:])
    quarter = (number if over else number + QUARTER - 1) // QUARTER
    year, quarter = (year, quarter) if quarter else (year - 1, 4)
    ends = quarter * QUARTER
    return f"{year:04d}-{ends - QUARTER + 1:02d}-01", last_day(f"{year:04d}-{ends:02d}")


def referral_counts(
    found: Sequence[Referral], seen: AsOf, *, first: str = "", last: str = "", least: int = LEAST
) -> list[ReferralCount]:
    """By kind and in all, of those opened within these days, as it stood then; small counts are
    kept back, and what would give them away."""
    chosen = [one for one in found if _there(one, seen)
              and first <= seen.counts_on(one.opened_on, one.written_at) <= (last or "9999")]
    counts = [
        [sum(one.kind == kind and _closed(one, seen) is closed for one in chosen)
         for closed in (False, True)]
        for kind in KINDS
    ]
    table = published(counts, least)
    rows = [
        ReferralCount(kind, table.cell(row, 0), table.cell(row, 1), table.row_total(row))
        for row, kind in enumerate(KINDS)
    ]
    made = len(chosen)
    return [*rows, ReferralCount(
        "all", table.column_total(0), table.column_total(1),
        made if table.columns_too and (made >= least or not made) else None,
    )]


def _there(one: Referral, seen: AsOf) -> bool:
    """Whether it was written down by then; where that is not known, its day tells."""
    return one.written_at < seen.until if one.written_at else one.opened_on <= seen.day


def _closed(one: Referral, seen: AsOf) -> bool:
    ends = [note for note in one.notes if note.state == "closed"]
    return any(note.at < seen.until if note.at else note.on <= seen.day for note in ends)

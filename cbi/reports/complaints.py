"""Complaints counted, for a donor and for the programme: by kind and by way, and how fast they were
answered. No person and no text is in it.

A complaint counts once it was taken, an answer once it was written. What was taken after its month
was closed counts from the first day that was open then.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from statistics import median

from cbi.base.clock import typed_day
from cbi.base.errors import UsageError
from cbi.files.writing import write_csv
from cbi.messages import text
from cbi.operators.operator_session import OperatorSession
from cbi.people.complaints.complaints import CHANNELS, KINDS, Complaint, complaints
from cbi.reports.as_of import AsOf, books_as_of, of_period

EVERY = 1_000_000
COUNTS = ("taken", "in_time", "late", "open", "overdue")


@dataclass(frozen=True, slots=True)
class ComplaintCount:
    """Complaints of one kind or way: taken; answered in time and late; open, and those overdue.

    `days` is the median from complaint to answer; None while none is answered.
    """

    by: str
    name: str
    taken: int
    in_time: int
    late: int
    open: int
    overdue: int
    days: float | None


@dataclass(frozen=True, slots=True)
class ComplaintsCounted:
    """Every count, and as of when."""

    counts: tuple[ComplaintCount, ...]
    seen: AsOf


def complaint_counts(
    session: OperatorSession, *, first: str = "", last: str = "", asked: str | None = None
) -> ComplaintsCounted:
    """By kind, by way, and in all, of those received within these days.

    Raises:
        UsageError: a day that is none, or an as-of that is none.
        NotFound: no seal has this size.
    """
    session.require("ledger.read")
    first, last = _day(first, date.min), _day(last, date.max)
    with session.ledger.read() as tx:
        now = session.clock()
        zone = books_as_of(tx, None, now).zone
        seen = of_period(tx, asked, now, zone, last)
        found = [_then(one, seen) for one in complaints(tx, confidential=True, limit=EVERY)
                 if one.taken_at < seen.until
                 and first <= seen.counts_on(one.received_on, one.taken_at) <= last]
    today = seen.day
    return ComplaintsCounted((
        *_counted(found, "kind", KINDS, lambda one: one.kind, today),
        *_counted(found, "channel", CHANNELS, lambda one: one.channel, today),
        _count("all", "all", found, today),
    ), seen)


def _then(one: Complaint, seen: AsOf) -> Complaint:
    """A complaint without the answer that was written later."""
    if one.answered_at is None or one.answered_at < seen.until:
        return one
    return replace(one, outcome=None, answered_on=None, answered_by=None, answered_at=None)


def write_complaint_counts(counts: Iterable[ComplaintCount], path: Path, *, language: str) -> None:
    """Write them as CSV, names in the reader's language."""
    columns = ("by", "name", *COUNTS, "days")
    write_csv(path, [text(f"help-complaint.column-{name}", language) for name in columns], [
        [shown_name(one, language) if name == "name" else _said(value, name, language)
         for name, value in asdict(one).items()]
        for one in counts
    ])


def shown_name(one: ComplaintCount, language: str) -> str:
    """What is counted, in words."""
    key = "count-all" if one.by == "all" else f"{one.by}-{one.name}"
    return text(f"help-complaint.{key}", language)


def _said(value: object, name: str, language: str) -> str:
    if name == "by":
        return text(f"help-complaint.by-{value}", language)
    return "" if value is None else str(value)


def _counted(
    found: list[Complaint], by: str, names: Iterable[str], named: Callable[[Complaint], str],
    today: str,
) -> list[ComplaintCount]:
    groups = {name: [one for one in found if named(one) == name] for name in names}
    return [_count(by, name, group, today) for name, group in groups.items() if group]


def _count(by: str, name: str, group: list[Complaint], today: str) -> ComplaintCount:
    answered = [one for one in group if one.answered_on is not None]
    in_time = sum(str(one.answered_on) <= one.due_on for one in answered)
    waits = [one for one in group if one.answered_on is None]
    took = [
        (date.fromisoformat(str(one.answered_on)) - date.fromisoformat(one.received_on)).days
        for one in answered
    ]
    return ComplaintCount(
        by, name, len(group), in_time, len(answered) - in_time, len(waits),
        sum(one.due_on < today for one in waits), float(median(took)) if took else None,
    )


def _day(said: str, usual: date) -> str:
    try:
        return typed_day(said) if said else usual.isoformat()
    except ValueError as error:
        raise UsageError("people.date-unreadable", text=said) from error

"""Lines of a bill whose day cannot be: before the voucher was in hands, or when it was not valid.

The till refuses such a sale, so the line names another day than that of the redemption it is for;
somebody has to look at the receipt before it is paid.
"""

from typing import NamedTuple

from cbi.base.clock import date_at
from cbi.finance.tables import Statement
from cbi.storage import ReadTransaction

_MIDNIGHT = {
    "sqlite": "CAST(strftime('%s', c.date) AS INTEGER)",
    "postgresql": "extract(epoch FROM c.date::date)::bigint",
}
_HOURS_AT_LEAST = 10
"""Nowhere does a day end sooner after the midnight in Greenwich with which it began."""


class ImpossibleDay(NamedTuple):
    """The day that a line names, and what speaks against it: a key of words, with its day."""

    date: str
    why: str
    day: str


class _DatedLine(NamedTuple):
    """A line with a date that may not be, and the days that its voucher was good for."""

    line: int
    date: str
    midnight: int
    valid_from: str
    valid_until: str
    handed_at: int | None


def impossible_days(tx: ReadTransaction, statement: Statement) -> dict[int, ImpossibleDay]:
    """The lines of a statement that name such a day, by their number."""
    found = {}
    for one in tx.read(
        _DatedLine, f"SELECT * FROM (SELECT c.line, c.date, {_MIDNIGHT[tx.engine]} AS midnight, "
        "v.valid_from, v.valid_until, (SELECT max(e.occurred_at) FROM entry e "
        "WHERE e.voucher = c.voucher AND e.kind = 'hand-over') AS handed_at "
        "FROM claim c JOIN voucher v ON v.id = c.voucher WHERE c.statement = :statement "
        "AND c.names = 'voucher' AND c.date IS NOT NULL) AS dated "
        "WHERE date < valid_from OR date > valid_until "
        "OR handed_at >= (midnight + :hours * 3600) * 1000000",
        statement=statement.id, hours=_HOURS_AT_LEAST,
    ):
        handed = "" if one.handed_at is None else date_at(one.handed_at, statement.zone)
        if one.date < handed:
            found[one.line] = ImpossibleDay(one.date, "before-hand-over", handed)
        elif one.date < one.valid_from:
            found[one.line] = ImpossibleDay(one.date, "too-early", one.valid_from)
        elif one.date > one.valid_until:
            found[one.line] = ImpossibleDay(one.date, "too-late", one.valid_until)
    return found

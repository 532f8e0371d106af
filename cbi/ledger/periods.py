"""Closed periods: what the seal of each contains, and the lines that came too late for theirs.

A line belongs to the period whose seal first contains it. Where a month was closed, a line that
happened in it and that its seal does not hold is *late*: it is counted from the end of the newest
such month on, with both dates shown, and the closed month's figures stay as they were.
"""

from dataclasses import dataclass
from typing import NamedTuple

from sqlmodel import col, func, select

from cbi.base.errors import Conflict
from cbi.ledger.sealing import Lines, seal_ahead, seal_in
from cbi.ledger.tables import Period
from cbi.operators import log
from cbi.operators.operator_session import OperatorSession
from cbi.storage import ReadTransaction, WriteTransaction

_ON_TIME = """
coalesce((SELECT max(p.ends_at) FROM period p WHERE p.ends_at > {happened}
    AND p.to_size <= coalesce(
        (SELECT f.position FROM leaf f WHERE f.kind = 'entry' AND f.object = {entry}.id),
        9223372036854775807)), {happened})
"""


def counted_at(entry: str, happened: str = "") -> str:
    """SQL: the instant at which an entry counts in reports by date; `entry` is the table's alias.

    It is when it happened, but where that month was closed without it, the month's end.
    `happened` is another expression for the instant, where it is not the entry's own.
    """
    return _ON_TIME.format(entry=entry, happened=happened or f"{entry}.occurred_at")


@dataclass(frozen=True, slots=True)
class ClosedPeriod:
    """A period, and the checkpoint of the seal that ends it; `ends_at` in microseconds UTC."""

    code: str
    from_size: int
    to_size: int
    closed_by: str
    closed_at: int
    ends_at: int
    despite: str
    checkpoint: str


class LateItem(NamedTuple):
    """A line that happened in a month that was closed without it; `counted_at` where it counts.

    Instants in microseconds UTC; `period` is the closed month in which it happened.
    """

    serial: str
    seq: int
    kind: str
    amount_minor: int
    currency: str
    round: str
    store: str | None
    receipt: str | None
    operator: str
    occurred_at: int
    recorded_at: int
    counted_at: int


_LATE = f"""
SELECT serial, seq, kind, amount_minor, currency, round, store, receipt, operator, occurred_at,
       recorded_at, counted_at
FROM (SELECT v.serial, e.seq, e.kind, e.amount_minor, v.currency, v.round, e.store, e.receipt,
             e.operator, e.occurred_at, e.recorded_at, {counted_at("e")} AS counted_at
      FROM entry e JOIN voucher v ON v.id = e.voucher
      WHERE e.occurred_at < (SELECT max(ends_at) FROM period)) found
WHERE counted_at <> occurred_at ORDER BY counted_at, occurred_at, serial, seq
"""


def close_period(
    session: OperatorSession, code: str, *, ends_at: int = 0, despite: str = ""
) -> ClosedPeriod:
    """Seal, and name as a period what that seal contains and the period before did not.

    `ends_at` is the instant at which the month is over: what happened before it and comes later is
    late. `despite` says why it was closed with work left undone.

    Raises:
        Conflict: the period is closed already, or nothing happened since the last one.
    """
    session.require("period.close")
    with session.ledger.read() as tx:
        refuse_closed(tx, code)
    rest = seal_ahead(session, sealed_as(code))
    return session.ledger.transact(
        lambda tx: close_in(tx, session, code, ends_at=ends_at, despite=despite, lines=rest)
    )


def sealed_as(code: str) -> str:
    """The reason that the seals of a period's closing give."""
    return f"period {code}"


def refuse_closed(tx: ReadTransaction, code: str) -> None:
    """Refuse a period that is closed.

    Raises:
        Conflict: it is.
    """
    if tx.first(select(Period.code).where(Period.code == code)) is not None:
        raise Conflict("ledger.period-closed-already", period=code)


def close_in(
    tx: WriteTransaction, session: OperatorSession, code: str, *, ends_at: int, despite: str,
    lines: Lines
) -> ClosedPeriod:
    """The same as `close_period` within a caller's transaction, who has sealed all but `lines`."""
    session.require("period.close")
    refuse_closed(tx, code)
    made = seal_in(tx, session, sealed_as(code), lines=lines)
    from_size = tx.first(select(func.max(Period.to_size))) or 0
    if made.size == from_size:
        raise Conflict("ledger.period-empty", period=code)
    now, by = session.clock(), session.operator.name
    tx.add(Period(
        code=code, from_size=from_size, to_size=made.size, closed_by=by, closed_at=now,
        ends_at=ends_at, despite=despite,
    ))
    log.record_by(
        tx, session, action="period.close", object=code, at=now, detail={
            "size": made.size, "root": made.root.hex(), "ends_at": ends_at,
            **({"despite": despite} if despite else {}),
        },
    )
    return ClosedPeriod(
        code, from_size, made.size, by, now, ends_at, despite, made.checkpoint
    )


def periods(tx: ReadTransaction) -> list[Period]:
    """All closed periods, the oldest first."""
    return tx.all(select(Period).order_by(col(Period.to_size)))


def late_items(tx: ReadTransaction) -> list[LateItem]:
    """Every line that is late, in the order in which they count."""
    return tx.read(LateItem, _LATE)

"""A cashier's shift: what they took at a store since they last closed one, counted and closed once.

A line of the journal is on one shift at most, by primary key: whatever is recorded while a shift is
being closed stands on the next, and nothing is counted twice or left out. Each currency has shifts
of its own. A reversal counts for the cashier whose redemption it takes back.
"""

from typing import NamedTuple

from cbi.base.clock import DAY_US, date_at, instant_on
from cbi.base.errors import Conflict
from cbi.base.ids import first_id, new_id
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.storage import ConstraintViolation, ReadTransaction, WriteTransaction
from cbi.storage.faults import RetryTransaction
from cbi.till.day import zone_of

STRAGGLERS_US = DAY_US
"""No line is so long on its way from being made to being recorded."""


class ShiftLine(NamedTuple):
    """A redemption or reversal that counts for a cashier; a reversal's amount is below zero."""

    entry: bytes
    serial: str
    seq: int
    kind: str
    recorded_at: int
    receipt: str
    amount_minor: int
    reverses: bytes | None


class OpenShift(NamedTuple):
    """A shift that can be closed: what its cashier should have counted, and its lines in order."""

    currency: str
    number: int
    since_at: int
    receipts: int
    amount_minor: int
    lines: list[ShiftLine]

    @property
    def until(self) -> bytes:
        """Its last line."""
        return self.lines[-1].entry


class ShiftCount(NamedTuple):
    """A shift to be closed as it was shown, and what the cashier counted; `request` names it."""

    request: str
    currency: str
    until: bytes
    receipts: int
    amount_minor: int
    counted_receipts: int
    counted_minor: int


class ClosedShift(NamedTuple):
    """A shift that was closed: what the ledger had, and what its cashier counted."""

    id: bytes
    store: str
    operator: str
    currency: str
    number: int
    request: str
    since_at: int
    closed_at: int
    device: str
    line_count: int
    receipts: int
    amount_minor: int
    counted_receipts: int
    counted_minor: int

    @property
    def name(self) -> str:
        """What people call it: STORE/CASHIER/NUMBER."""
        return f"{self.store}/{self.operator}/{self.number}"

    @property
    def difference_minor(self) -> int:
        """What was counted beyond what the ledger has; below zero where it is less."""
        return self.counted_minor - self.amount_minor


class _Before(NamedTuple):
    """The newest closed shift of a cashier in one currency."""

    number: int
    since_at: int
    closed_at: int


_LINES = """SELECT e.id AS entry, v.serial, e.seq, e.kind, e.recorded_at, e.receipt,
CASE WHEN e.kind = 'redeem' THEN e.amount_minor ELSE -e.amount_minor END AS amount_minor, e.reverses
FROM entry e JOIN voucher v ON v.id = e.voucher
LEFT JOIN entry o ON o.id = e.reverses
LEFT JOIN till_shift_line l ON l.entry = e.id
WHERE e.id >= :since AND l.entry IS NULL AND v.currency = :currency AND e.store = :store
AND ((e.kind = 'redeem' AND e.operator = :operator)
     OR (e.kind = 'reverse' AND o.operator = :operator))
ORDER BY e.id"""
_TAKEN = ("UNIQUE", "till_shift_number", "till_shift_request", "till_shift_line")
"""What refuses a shift that another device closes at the same time."""
_SHIFTS = "SELECT * FROM till_shift"


def open_shifts(
    tx: ReadTransaction, store: str, operator: str, now: int
) -> list[OpenShift]:
    """What a cashier may close at a store now: a shift for each currency with a line on it.

    The first begins with its day; each later one where the one before it was closed.
    """
    zone = zone_of(tx)
    midnight = instant_on(date_at(now, zone), 0, zone)
    currencies = [one for one, in tx.tuples(
        "SELECT DISTINCT currency FROM programme ORDER BY currency"
    )]
    found = (_open(tx, store, operator, currency, midnight) for currency in currencies)
    return [one for one in found if one.lines]


def _open(
    tx: ReadTransaction, store: str, operator: str, currency: str, midnight: int
) -> OpenShift:
    before = tx.read_one(
        _Before, "SELECT number, since_at, closed_at FROM till_shift WHERE store = :store "
        "AND operator = :operator AND currency = :currency ORDER BY number DESC LIMIT 1",
        store=store, operator=operator, currency=currency,
    )
    since = midnight if before is None else max(before.since_at, before.closed_at - STRAGGLERS_US)
    lines = tx.read(
        ShiftLine, _LINES, since=first_id(since), currency=currency, store=store,
        operator=operator,
    )
    back = {line.reverses for line in lines if line.kind == "reverse"}
    return OpenShift(
        currency, 1 if before is None else before.number + 1, since,
        sum(line.kind == "redeem" and line.entry not in back for line in lines),
        sum(line.amount_minor for line in lines), lines,
    )


def close_shift(session: OperatorSession, store: str, counted: ShiftCount) -> ClosedShift:
    """Close the shift that was shown, once; asked again under the same name, it is told.

    Raises:
        Conflict: something was recorded since it was shown, there is nothing to close, or the name
            was another shift's.
    """
    session.require("till.redeem")
    return session.ledger.transact(lambda tx: _close_in(tx, session, store, counted))


def _close_in(
    tx: WriteTransaction, session: OperatorSession, store: str, counted: ShiftCount
) -> ClosedShift:
    by, now = session.operator.name, session.clock()
    told = tx.read_one(
        ClosedShift, f"{_SHIFTS} WHERE operator = :operator AND request = :request",
        operator=by, request=counted.request,
    )
    if told is not None:
        return _same(told, store, counted)
    shown = next((one for one in open_shifts(tx, store, by, now)
                  if one.currency == counted.currency), None)
    if shown is None:
        raise Conflict("till-shift.nothing")
    if (shown.until, shown.receipts, shown.amount_minor) != (
        counted.until, counted.receipts, counted.amount_minor
    ):
        raise Conflict("till-shift.changed")
    row = ClosedShift(
        new_id(now, session.entropy), store, by, counted.currency, shown.number, counted.request,
        shown.since_at, now, session.origin, len(shown.lines), shown.receipts, shown.amount_minor,
        counted.counted_receipts, counted.counted_minor,
    )
    try:
        tx.insert("till_shift", [row._asdict()])
        tx.insert("till_shift_line", [{"entry": one.entry, "shift": row.id}
                                      for one in shown.lines])
    except ConstraintViolation as refused:
        if not any(one in refused.rule for one in _TAKEN):
            raise
        raise RetryTransaction(refused.rule) from refused  # closed on another device meanwhile
    record_by(
        tx, session, action="till.shift", object=row.name, at=now,
        detail={"currency": row.currency, "receipts": row.receipts,
                "amount_minor": row.amount_minor, "counted_receipts": row.counted_receipts,
                "counted_minor": row.counted_minor},
    )
    return row


def _same(told: ClosedShift, store: str, counted: ShiftCount) -> ClosedShift:
    if (told.store, told.currency, told.counted_receipts, told.counted_minor) != (
        store, counted.currency, counted.counted_receipts, counted.counted_minor
    ):
        raise Conflict("till-shift.request-used")
    return told


def closed_shifts(
    tx: ReadTransaction, *, store: str | None = None, limit: int = 100
) -> list[ClosedShift]:
    """Shifts that were closed, the newest first."""
    where = "" if store is None else "WHERE store = :store "
    return tx.read(
        ClosedShift, f"{_SHIFTS} {where}ORDER BY closed_at DESC, id DESC LIMIT :limit",
        store=(store or "").strip().lower(), limit=limit,
    )

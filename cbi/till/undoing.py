"""Undoing at the till: one's own redemption, at one's own store, within minutes.

Later, or somebody else's, a manager reverses it at the office. The ledger's rule of reversing
holds besides: whole, once, and not alone above the programme's limit.
"""

from typing import NamedTuple

from cbi.base.clock import MINUTE_US
from cbi.base.errors import NotAllowed, NotFound
from cbi.ledger.vouchers.answers import Answer
from cbi.ledger.vouchers.reversing import SEQ_DIGITS_MAX, reverse
from cbi.operators.operator_session import OperatorSession

UNDO_WITHIN_US = 10 * MINUTE_US


class _Redeemed(NamedTuple):
    """Who redeemed where, and when the ledger took it."""

    operator: str
    store: str
    recorded_at: int


def undo(session: OperatorSession, redemption: str, reason: str, *, store: str) -> Answer:
    """Take back what this operator redeemed at this store a moment ago; asked again, it is told.

    Raises:
        NotFound: no such redemption here by this operator.
        NotAllowed: it is too long ago, or above what one may reverse alone.
        Conflict: it was reversed before.
    """
    serial, _, seq = redemption.strip().rpartition("/")
    unknown = NotFound("ledger.redemption-unknown", redemption=redemption)
    if not serial or not seq.isdecimal() or len(seq) > SEQ_DIGITS_MAX:
        raise unknown
    with session.ledger.read() as tx:
        found = tx.read_one(
            _Redeemed, "SELECT e.operator, e.store, e.recorded_at FROM entry e "
            "JOIN voucher v ON v.id = e.voucher "
            "WHERE v.serial = :serial AND e.seq = :seq AND e.kind = 'redeem'",
            serial=serial.upper(), seq=int(seq),
        )
    if found is None or (found.operator, found.store) != (session.operator.name, store):
        raise unknown
    if session.clock() - found.recorded_at > UNDO_WITHIN_US:
        raise NotAllowed("till-page.undo-late", minutes=UNDO_WITHIN_US // MINUTE_US)
    return reverse(session, redemption, reason)

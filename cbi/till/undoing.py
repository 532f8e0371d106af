"""Undoing at the till: one's own redemption, at one's own store, within minutes.

Later, or somebody else's, a manager reverses it, at the office or on the till's page. The ledger's
rule of reversing holds besides: whole, once, and not alone above the programme's limit.
"""

from cbi.base.clock import MINUTE_US
from cbi.base.errors import NotAllowed, NotFound
from cbi.ledger.vouchers.answers import Answer
from cbi.ledger.vouchers.reversing import reverse
from cbi.operators.operator_session import OperatorSession
from cbi.till.day import redemption_at

UNDO_WITHIN_US = 10 * MINUTE_US


def undo(session: OperatorSession, redemption: str, reason: str, *, store: str) -> Answer:
    """Take back what this operator redeemed at this store a moment ago; asked again, it is told.

    Raises:
        NotFound: no such redemption here by this operator.
        NotAllowed: it is too long ago, or above what one may reverse alone.
        Conflict: it was reversed before.
    """
    with session.ledger.read() as tx:
        found = redemption_at(tx, redemption, store)
    if found.operator != session.operator.name:
        raise NotFound("ledger.redemption-unknown", redemption=redemption)
    if session.clock() - found.recorded_at > UNDO_WITHIN_US:
        raise NotAllowed("till-page.undo-late", minutes=UNDO_WITHIN_US // MINUTE_US)
    return reverse(session, redemption, reason)

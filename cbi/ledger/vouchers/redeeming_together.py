"""Many tills' redemptions under one commit: the same rule as one by one, and the same answers.

What the guarded statement takes is answered once all of them are durable. What it does not take, or
everything where the engine would not commit, is asked again alone, which finds what was recorded or
says why not.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from cbi.base.errors import CbiError
from cbi.ledger.vouchers.answers import Answer
from cbi.ledger.vouchers.codes import code_hash
from cbi.ledger.vouchers.keyboards import readings
from cbi.ledger.vouchers.redeeming import (
    Prepared,
    Redeem,
    check_words,
    done,
    prepared,
    redeem,
    statement_values,
)
from cbi.ledger.vouchers.spending import Moved, move_together
from cbi.ledger.vouchers.stores import retailer_of
from cbi.operators.operator_session import OperatorSession
from cbi.storage import Database
from cbi.storage.faults import RetryTransaction

Asked = tuple[OperatorSession, Redeem]


class _Ready(NamedTuple):
    """A request that goes into the common transaction, and its place among those asked."""

    place: int
    prepared: Prepared
    values: dict[str, Any]


def redeem_together(
    ledger: Database, asked: Sequence[Asked], *, action: str = "till.redeem"
) -> list[Answer | CbiError]:
    """What `redeem` would answer or raise to each, in their order. All sessions are on `ledger`;
    `action` is what each operator must be allowed to do."""
    told: dict[int, Answer | CbiError] = {}
    ready: list[_Ready] = []
    alone: list[int] = []
    for place, (session, one) in enumerate(asked):
        try:
            session.require(action)
            found = _prepared(session, one)
            if found is None:
                alone.append(place)
            else:
                ready.append(_Ready(place, found, statement_values(session, found)))
        except CbiError as refused:
            told[place] = refused
    for each, moved in zip(ready, _moved(ledger, ready), strict=True):
        if moved is None:
            alone.append(each.place)
        else:
            told[each.place] = done(moved, each.prepared.asked)
    for place in sorted(alone):
        told[place] = _alone(*asked[place], action)
    return [told[place] for place in range(len(asked))]


def _prepared(session: OperatorSession, asked: Redeem) -> Prepared | None:
    """A request made ready; None where its code does not stand as it was printed."""
    retailer, lookup = retailer_of(session, asked.store), session.keys.need("lookup")
    check_words(session, asked)
    reading = next(readings(asked.code), None)
    if reading is None or reading.keyboards:
        return None
    return prepared(session, asked, code_hash(reading.code, lookup), retailer)


def _moved(ledger: Database, ready: Sequence[_Ready]) -> Sequence[Moved | None]:
    """What the common transaction moved; nothing where it was undone, or nobody knows."""
    if not ready:
        return []
    try:
        return move_together(ledger, [one.values for one in ready])
    except (CbiError, RetryTransaction):
        return [None] * len(ready)


def _alone(session: OperatorSession, asked: Redeem, action: str) -> Answer | CbiError:
    try:
        return redeem(session, asked, action=action)
    except CbiError as refused:
        return refused

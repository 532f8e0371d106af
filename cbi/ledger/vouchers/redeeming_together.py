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
    dates_of,
    done,
    in_doubt,
    prepared,
    redeem,
    statement_values,
)
from cbi.ledger.vouchers.spending import Moved, move_together
from cbi.ledger.vouchers.stores import retailer_of
from cbi.operators.operator_session import OperatorSession
from cbi.storage import CommitInDoubt, Database
from cbi.storage.faults import RetryTransaction

Asked = tuple[OperatorSession, Redeem]


class _Read(NamedTuple):
    """A request whose code stands as it was printed, and its place among those asked."""

    place: int
    session: OperatorSession
    asked: Redeem
    hashed: bytes
    retailer: str


class _Ready(NamedTuple):
    """A request that goes into the common transaction, and its place among those asked."""

    place: int
    prepared: Prepared
    values: dict[str, Any]


def redeem_together(ledger: Database, asked: Sequence[Asked]) -> list[Answer | CbiError]:
    """What `redeem` would answer or raise to each, in their order. All sessions are on `ledger`."""
    return [
        _alone(*one) if answer is None else answer
        for one, answer in zip(asked, answered_together(ledger, asked), strict=True)
    ]


def answered_together(
    ledger: Database, asked: Sequence[Asked], *, action: str = "till.redeem"
) -> list[Answer | CbiError | None]:
    """The same; None for each that has to be asked alone. `action` is as for `redeem`.

    Raises:
        CommitInDoubt: somebody stopped it while it was becoming durable.
    """
    told: list[Answer | CbiError | None] = [None] * len(asked)
    read: list[_Read] = []
    for place, (session, one) in enumerate(asked):
        try:
            session.require(action)
            found = _read(place, session, one)
        except CbiError as refused:
            told[place] = refused
        else:
            read += [] if found is None else [found]
    ready = _ready(read, told)
    for each, moved in zip(ready, _moved(ledger, ready), strict=True):
        if moved is not None:
            told[each.place] = done(moved, each.prepared.asked)
    return told


def _read(place: int, session: OperatorSession, asked: Redeem) -> _Read | None:
    """A request whose code was read; None where it does not stand as it was printed."""
    retailer, lookup = retailer_of(session, asked.store), session.keys.need("lookup")
    check_words(session, asked)
    reading = next(readings(asked.code), None)
    if reading is None or reading.keyboards:
        return None
    return _Read(place, session, asked, code_hash(reading.code, lookup), retailer)


def _ready(read: Sequence[_Read], told: list[Answer | CbiError | None]) -> list[_Ready]:
    """Requests made ready; what is refused before it is asked is told. Where the ledger does not
    say what it knows of their days, each is asked alone and hears why."""
    if not read:
        return []
    try:
        dates = dates_of(read[0].session, [(one.asked, one.hashed) for one in read])
    except CbiError:
        return []
    ready = []
    for place, session, asked, hashed, retailer in read:
        try:
            found = prepared(session, asked, hashed, retailer, dates)
            ready.append(_Ready(place, found, statement_values(session, found)))
        except CbiError as refused:
            told[place] = refused
    return ready


def _moved(ledger: Database, ready: Sequence[_Ready]) -> Sequence[Moved | None]:
    """What the common transaction moved; nothing where it was undone, or nobody knows."""
    if not ready:
        return []
    try:
        return move_together(ledger, [one.values for one in ready])
    except (CbiError, RetryTransaction) as error:
        if isinstance(error, CommitInDoubt) and error.stopped_by_hand:
            raise in_doubt(error, ready[0].prepared.asked) from error
        return [None] * len(ready)


def _alone(session: OperatorSession, asked: Redeem) -> Answer | CbiError:
    try:
        return redeem(session, asked)
    except CbiError as refused:
        return refused

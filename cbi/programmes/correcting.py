"""What was typed wrong is put right: a retailer's name and number, a store's city or name, a store
closed by mistake, a round.

A place that vouchers may be spent at is where money goes, so a second person says that a correction
is right, with a passphrase of their own; unless every programme is a one-person office. A round is
cancelled, not changed, and only before its first batch.
"""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import update
from sqlmodel import col, select

from cbi.base.canonical import JsonValue
from cbi.base.errors import Conflict, NotAllowed, NotFound, UsageError
from cbi.operators.duties import keep_apart
from cbi.operators.log import record, record_by
from cbi.operators.operator_session import Operator, OperatorSession
from cbi.operators.permissions import may
from cbi.places import places
from cbi.places.values import Retailer, Store
from cbi.programmes.rounds import Round, round_of, terms_digest
from cbi.programmes.tables import Programme, RoundRetailer, RoundRow
from cbi.storage.transactions import ReadTransaction, WriteTransaction

PERMISSION = "place.add"


def takes_vouchers(tx: ReadTransaction, retailer: str) -> bool:
    """Whether money may go to a retailer, and somebody else must agree to a correction."""
    taken = tx.first(select(RoundRetailer.round).where(RoundRetailer.retailer == retailer))
    return taken is not None and any(one.duties_apart for one in tx.all(select(Programme)))


def correct_retailer(
    session: OperatorSession, code: str, *, name: str | None, number: str | None, reason: str,
    second: Operator | None = None,
) -> Retailer:
    """Put a retailer's name or its number in the register of taxpayers right.

    Raises:
        NotFound: no such retailer.
        UsageError: nothing is named, no reason is, or the number cannot be.
        NotAllowed: money goes there, and no second person agrees.
    """
    session.require(PERMISSION)

    def work(tx: WriteTransaction) -> Retailer:
        was = {one.code: one for one in places.retailers(tx)}.get(code.strip().lower())
        if was is None:
            raise NotFound("place.retailer-unknown", retailer=code)
        wanted = replace(
            was, name=was.name if name is None else name,
            number=was.number if number is None else number,
        )
        made = places.correct_retailer(tx, wanted)
        detail = _differences(
            {"name": was.name, "number": was.number}, {"name": made.name, "number": made.number},
        )
        _put(tx, session, "retailer.change", (made.code, made.code), detail, reason, second)
        return made

    return session.ledger.transact(work)


def correct_store(
    session: OperatorSession, code: str, *, city: str | None, names: Mapping[str, str],
    reason: str, second: Operator | None = None,
) -> Store:
    """Put a store's city or its names right.

    Raises:
        NotFound: no such store or city.
        UsageError: nothing is named, no reason is, or a name cannot be.
        NotAllowed: money goes there, and no second person agrees.
    """
    session.require(PERMISSION)

    def work(tx: WriteTransaction) -> Store:
        was = places.store(tx, code)
        made = places.correct_store(
            tx, replace(was, city=city or was.city, names={**was.names, **names}),
        )
        detail = _differences(
            {"city": was.city, "names": dict(was.names)},
            {"city": made.city, "names": dict(made.names)},
        )
        _put(tx, session, "store.change", (made.code, made.retailer), detail, reason, second)
        return made

    return session.ledger.transact(work)


def reopen_store(
    session: OperatorSession, code: str, reason: str, *, second: Operator | None = None
) -> Store:
    """Open a store again that was closed by mistake.

    Raises:
        NotFound: no such store.
        UsageError: no reason is named.
        Conflict: it is open.
        NotAllowed: money goes there, and no second person agrees.
    """
    session.require(PERMISSION)

    def work(tx: WriteTransaction) -> Store:
        was = places.store(tx, code)
        made = places.reopen_store(tx, code)
        detail = _differences({"closed_at": was.closed_at}, {"closed_at": made.closed_at})
        _put(tx, session, "store.reopen", (made.code, made.retailer), detail, reason, second)
        return made

    return session.ledger.transact(work)


def cancel_round(session: OperatorSession, code: str, reason: str) -> Round:
    """Give a round up before its first batch: nothing can be drafted in it any more.

    Raises:
        NotFound: no such round.
        UsageError: no reason is named.
        Conflict: a batch was drafted in it, or it is cancelled already.
    """
    session.require("round.add")
    why = _said(reason)

    def work(tx: WriteTransaction) -> Round:
        found = round_of(tx, code)
        if found.cancelled_at is not None:
            raise Conflict("programme.round-cancelled", round=found.code)
        now = session.clock()
        done = tx.change(
            update(RoundRow).where(
                col(RoundRow.code) == found.code, col(RoundRow.next_batch) == 1,
                col(RoundRow.cancelled_at).is_(None),
            ),
            {RoundRow.cancelled_at: now},
        )
        if done != 1:
            raise Conflict("programme.round-begun", round=found.code)
        given_up = round_of(tx, found.code)
        record_by(
            tx, session, action="round.cancel", object=found.code, at=now,
            detail={"reason": why, "terms": terms_digest(given_up)},
        )
        return given_up

    return session.ledger.transact(work)


def _put(
    tx: WriteTransaction, session: OperatorSession, action: str, about: tuple[str, str],
    detail: dict[str, JsonValue], reason: str, second: Operator | None,
) -> None:
    """The log's lines: of who corrects, and of who agrees. `about` is a code and its retailer."""
    code, retailer = about
    if not detail["became"]:
        raise UsageError("programme.nothing-corrected", object=code)
    why = _said(reason)
    if takes_vouchers(tx, retailer):
        _check_second(session, second)
    now = session.clock()
    told: dict[str, JsonValue] = {**detail, "reason": why}
    record_by(tx, session, action=action, object=code, at=now, detail=told)
    if second is not None:
        record(
            tx, operator=second.name, action=f"{action.partition('.')[0]}.agree", object=code,
            at=now, detail=told, origin=session.origin,
        )


def _check_second(session: OperatorSession, second: Operator | None) -> None:
    if second is None:
        raise NotAllowed("programme.second-missing")
    keep_apart(session.operator.name, second.name, duty=PERMISSION, apart=True)
    if not may(second.roles, PERMISSION):
        raise NotAllowed("programme.second-unfit", operator=second.name)


def _differences(
    was: Mapping[str, JsonValue], became: Mapping[str, JsonValue]
) -> dict[str, JsonValue]:
    """What a correction changes: before and after, by name."""
    changed = [name for name in was if was[name] != became[name]]
    return {
        "was": {name: was[name] for name in changed},
        "became": {name: became[name] for name in changed},
    }


def _said(reason: str) -> str:
    if not reason.strip():
        raise UsageError("programme.reason-missing")
    return reason.strip()

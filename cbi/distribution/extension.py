"""Letting vouchers be spent longer: one, a batch, or a round; with a reason and two operators.

It is asked by one operator and approved by another, because a later last day binds the programme's
money for longer. Only where a programme does not keep duties apart does a manager extend one
voucher at once. Extending a round moves the round's own last day too, for what is issued later.
"""

from dataclasses import dataclass, fields

from sqlalchemy import update
from sqlmodel import col, select

from cbi.base.clock import date_at
from cbi.base.errors import CbiError, Conflict, NotAllowed, NotFound, UsageError
from cbi.base.terms import term
from cbi.distribution.tables import ExtensionRow
from cbi.ledger.vouchers.changes import extend, extend_in, read_day
from cbi.ledger.vouchers.reading import SELECT_VOUCHER, Voucher, by_serial
from cbi.ledger.vouchers.states import OPEN_IN_SQL
from cbi.operators.duties import keep_apart
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.programmes.batches import batch
from cbi.programmes.programmes import programme
from cbi.programmes.rounds import extend_round_in, programme_of, round_of
from cbi.programmes.tables import Programme
from cbi.storage.transactions import ReadTransaction, WriteTransaction

_WHERE = {
    "voucher": "serial = :object", "round": "round = :object",
    "batch": "batch = (SELECT id FROM batch WHERE number = :object)",
}


@dataclass(frozen=True, slots=True)
class Extension:
    """A wish on record. `scope` is voucher, batch or round; instants in microseconds UTC."""

    number: str
    scope: str
    object: str
    until: str
    reason: str
    state: str
    asked_by: str
    asked_at: int
    decided_by: str | None
    decided_at: int | None
    decision_reason: str | None


_SELECT = f"SELECT {', '.join(one.name for one in fields(Extension))} FROM extension"


@dataclass(frozen=True, slots=True)
class Extended:
    """What came of it: the serials that were extended, or the wish that waits for another."""

    until: str
    serials: tuple[str, ...] = ()
    asked: Extension | None = None


@dataclass(frozen=True, slots=True)
class _Target:
    scope: str
    object: str
    owner: Programme
    round: str


def extend_object(session: OperatorSession, name: str, until: str, reason: str) -> Extended:
    """Extend a voucher (serial), a batch or a round (their codes) until a later day, that whole.

    Raises:
        NotFound: there is no such thing.
        UsageError: no reason, or a date that is none or not later than today.
        Conflict: nothing of it is open, or it is asked for already.
    """
    session.require("voucher.extend-ask")
    day = read_day(until)
    if not reason.strip():
        raise UsageError("ledger.reason-missing")
    with session.ledger.read() as tx:
        target = _target(tx, name)
    if day < date_at(session.clock(), target.owner.zone):
        raise UsageError("issuance.extension-past", until=day)
    if target.scope == "voucher" and _alone(session, target):
        made = extend(session, target.object, day, reason)
        return Extended(day, (made.serial,))
    asked = session.ledger.transact(lambda tx: _ask(tx, session, target, day, reason.strip()))
    return Extended(day, asked=asked)


def approve_extension(session: OperatorSession, number: str) -> Extended:
    """Carry out what another operator asked for; returns what was extended.

    Raises:
        NotFound: no such wish.
        NotAllowed: the same operator asked, and the programme keeps duties apart.
        Conflict: it was decided already, or nothing of it is open any more.
    """
    session.require("voucher.extend")

    def work(tx: WriteTransaction) -> Extended:
        wish = _decided(tx, session, number, "approved", None)
        if wish.scope == "round":
            extend_round_in(tx, session, wish.object, wish.until)
        vouchers = _open(tx, wish.scope, wish.object)
        serials = extend_in(tx, session, vouchers, wish.until, f"{wish.number}: {wish.reason}")
        if not serials and wish.scope != "round":
            raise Conflict("issuance.nothing-to-extend", object=wish.object)
        record_by(
            tx, session, action="voucher.extend", object=wish.object,
            detail={"extension": wish.number, "until": wish.until, "vouchers": len(serials),
                    "asked_by": wish.asked_by, "reason": wish.reason},
        )
        return Extended(wish.until, tuple(serials))

    return session.ledger.transact(work)


def refuse_extension(session: OperatorSession, number: str, reason: str) -> Extension:
    """Say no; whoever asked may take the wish back in the same way.

    Raises:
        NotFound, Conflict: as for `approve_extension`.
        UsageError: no reason.
    """
    session.require("voucher.extend-ask")
    if not reason.strip():
        raise UsageError("ledger.reason-missing")

    def work(tx: WriteTransaction) -> Extension:
        wish = extension(tx, number)
        if wish.asked_by != session.operator.name:
            session.require("voucher.extend")
        _decided(tx, session, number, "refused", reason.strip())
        record_by(
            tx, session, action="voucher.extend-refused", object=wish.object,
            detail={"extension": wish.number, "reason": reason.strip()},
        )
        return extension(tx, wish.number)

    return session.ledger.transact(work)


def extension(tx: ReadTransaction, number: str) -> Extension:
    """One wish.

    Raises:
        NotFound: there is none of this number.
    """
    found = tx.read_one(
        Extension, f"{_SELECT} WHERE number = :number", number=number.strip().upper()
    )
    if found is None:
        raise NotFound("issuance.extension-unknown", number=number)
    return found


def round_extended(tx: ReadTransaction, name: str) -> str:
    """The round whose vouchers are extended with a voucher, a batch or a round.

    Raises:
        NotFound: there is no such thing.
    """
    return _target(tx, name).round


def extensions(
    tx: ReadTransaction, *, open_only: bool = False, limit: int = 100
) -> list[Extension]:
    """Wishes, the newest first."""
    where = "WHERE state = 'asked'" if open_only else ""
    return tx.read(
        Extension, f"{_SELECT} {where} ORDER BY asked_at DESC, number DESC LIMIT :limit",
        limit=limit,
    )


def _alone(session: OperatorSession, target: _Target) -> bool:
    """Whether this operator may extend one voucher without asking another."""
    if target.owner.duties_apart:
        return False
    try:
        session.require("voucher.extend")
    except NotAllowed:
        return False
    return True


def _target(tx: ReadTransaction, name: str) -> _Target:
    wanted = name.strip().upper()
    try:
        voucher = by_serial(tx, wanted)
    except NotFound:
        pass
    else:
        return _Target("voucher", voucher.serial, programme_of(tx, voucher.round), voucher.round)
    for scope, find in (("batch", batch), ("round", round_of)):
        try:
            found = find(tx, wanted)
        except NotFound:
            continue
        of = wanted if scope == "round" else batch(tx, wanted).round
        return _Target(scope, wanted, programme(tx, found.programme), of)
    raise NotFound("issuance.extension-object-unknown", text=name)


def _ask(
    tx: WriteTransaction, session: OperatorSession, target: _Target, day: str, reason: str
) -> Extension:
    _hold(tx)
    _check_extendable(tx, target, day)
    waiting = tx.first(select(ExtensionRow.number).where(
        ExtensionRow.object == target.object, ExtensionRow.state == "asked"
    ))
    if waiting is not None:
        raise Conflict("issuance.extension-waiting", object=target.object, number=waiting)
    counted = tx.value("SELECT count(*) FROM extension") + 1
    wish = ExtensionRow(
        id=session.new_id(), number=f"X{counted}", scope=target.scope, object=target.object,
        until=day, reason=reason, state="asked", asked_by=session.operator.name,
        asked_at=session.clock(), decided_by=None, decided_at=None, decision_reason=None,
    )
    tx.add(wish)
    record_by(
        tx, session, action="voucher.extend-asked", object=target.object, at=wish.asked_at,
        detail={"extension": wish.number, "until": day, "reason": reason},
    )
    return extension(tx, wish.number)


def _check_extendable(tx: WriteTransaction, target: _Target, day: str) -> None:
    """Something of it is open and ends earlier, or (a round) the round itself does."""
    if target.scope == "round" and round_of(tx, target.object).valid_until < day:
        return
    vouchers = _open(tx, target.scope, target.object)
    if not any(one.valid_until < day and one.balance_minor for one in vouchers):
        raise Conflict("issuance.nothing-to-extend", object=target.object)


def _hold(tx: WriteTransaction) -> None:
    """One wish at a time, so that numbers and open wishes are counted rightly."""
    tx.all(select(Programme.code).order_by(Programme.code).with_for_update())


def _decided(
    tx: WriteTransaction, session: OperatorSession, number: str, state: str, reason: str | None
) -> Extension:
    """Close a wish; it is still as it was when it was asked for in what is returned."""
    wish = extension(tx, number)
    if state == "approved":
        keep_apart(
            wish.asked_by, session.operator.name, duty="voucher.extend",
            apart=_target(tx, wish.object).owner.duties_apart,
        )
    moved = tx.change(
        update(ExtensionRow).where(
            col(ExtensionRow.number) == wish.number, col(ExtensionRow.state) == "asked"
        ),
        {
            ExtensionRow.state: state, ExtensionRow.decided_by: session.operator.name,
            ExtensionRow.decided_at: session.clock(), ExtensionRow.decision_reason: reason,
        },
    )
    if moved != 1:
        raise _decided_already(wish)
    return wish


def _decided_already(wish: Extension) -> CbiError:
    return Conflict("issuance.extension-decided", number=wish.number,
                    state=term("log.value", wish.state))


def _open(tx: WriteTransaction, scope: str, name: str) -> list[Voucher]:
    """The open vouchers of an object, held for this transaction, in serial order."""
    lock = " FOR UPDATE" if tx.engine == "postgresql" else ""
    return tx.read(
        Voucher, f"{SELECT_VOUCHER} WHERE {_WHERE[scope]} AND state IN {OPEN_IN_SQL}"
        f" ORDER BY serial{lock}", object=name,
    )

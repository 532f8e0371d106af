"""What happens to a voucher between printing and closing: handed over, blocked, voided, replaced.

Each change is one line of the voucher's journal, appended by `journal.post` in one transaction; a
change that does not fit the voucher's state is refused with what that state is.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from cbi.base.clock import date_at, typed_day
from cbi.base.errors import Conflict, NotFound, UsageError
from cbi.base.ids import new_id
from cbi.base.terms import state_term
from cbi.base.words import typed
from cbi.ledger.bulk import insert_issued
from cbi.ledger.clocks import recorded_now
from cbi.ledger.journal import FUNDS, VOUCHERS, NewLine, post, post_each
from cbi.ledger.vouchers.issuing import Issue, made_vouchers, round_zone, validity
from cbi.ledger.vouchers.reading import SELECT_VOUCHER, Voucher, by_serial, by_serials, one_voucher
from cbi.ledger.vouchers.states import OPEN_IN_SQL, OPEN_STATES
from cbi.operators import log
from cbi.operators.operator_session import OperatorSession
from cbi.programmes.batches import DraftLine, take_serials
from cbi.storage import WriteTransaction
from cbi.storage.listed import SLICE

BLOCKING = {"block": ("active", "blocked"), "unblock": ("blocked", "active")}
"""The state before and after."""
YEAR_MAX = 2100
"""A later year is a slip of the hand."""


def hand_over(
    session: OperatorSession, serials: Sequence[str], *, occurred_at: int | None = None
) -> int:
    """Make vouchers spendable, all or none; returns how many.

    Raises:
        NotFound: a serial is unknown.
        Conflict: a voucher is not waiting to be handed over.
    """
    session.require("voucher.hand-over")
    return session.ledger.transact(
        lambda tx: hand_over_in(tx, session, serials, occurred_at=occurred_at)
    )


def hand_over_in(
    tx: WriteTransaction, session: OperatorSession, serials: Sequence[str], *,
    occurred_at: int | None = None
) -> int:
    """The same within a caller's transaction."""
    at = recorded_now(tx, session.clock())
    ordered = sorted(serial.strip().upper() for serial in serials)
    for start in range(0, len(ordered), SLICE):
        asked = ordered[start : start + SLICE]
        known = by_serials(tx, asked)
        for serial in asked:
            if serial not in known:
                raise NotFound("ledger.voucher-unknown", serial=serial)
            _must_be(known[serial], {"issued"})
        post_each(tx, session.vouching, [
            (known[serial], [_line(session, "hand-over", at, occurred_at=occurred_at)])
            for serial in asked
        ], state="active")
    return len(serials)


def take_back(session: OperatorSession, serials: Sequence[str], reason: str) -> list[str]:
    """Undo hand-overs, all or none, on the day they were made; returns the serials in order.

    The vouchers wait to be handed over again, and the till refuses them from then on.

    Raises:
        NotFound: a serial is unknown.
        Conflict: a voucher was not handed over, not today (in the programme's zone), or something
            was spent on it.
    """
    session.require("voucher.take-back")
    said = _said(reason)

    def work(tx: WriteTransaction) -> list[str]:
        at = recorded_now(tx, session.clock())
        done = []
        for serial in sorted({one.strip().upper() for one in serials}):
            voucher = by_serial(tx, serial)
            _must_be(voucher, {"active"})
            _must_be_unspent_today(tx, voucher, at)
            _note(tx, session, "take-back", voucher, at, reason=said)
            line = _line(session, "take-back", at, reason=said)
            post(tx, session.vouching, voucher, line, state="issued")
            done.append(voucher.serial)
        return done

    return session.ledger.transact(work)


def block(session: OperatorSession, serial: str, reason: str) -> Voucher:
    """Stop a voucher from being spent, until it is unblocked."""
    session.require("voucher.block")
    return session.ledger.transact(lambda tx: block_in(tx, session, serial, reason))


def unblock(session: OperatorSession, serial: str, reason: str) -> Voucher:
    """Make a blocked voucher spendable again."""
    session.require("voucher.block")
    return session.ledger.transact(lambda tx: unblock_in(tx, session, serial, reason))


def block_in(tx: WriteTransaction, session: OperatorSession, serial: str, reason: str) -> Voucher:
    """The same within a caller's transaction."""
    session.require("voucher.block")
    return _changed(tx, session, serial, "block", reason)


def unblock_in(tx: WriteTransaction, session: OperatorSession, serial: str, reason: str) -> Voucher:
    """The same within a caller's transaction."""
    session.require("voucher.block")
    return _changed(tx, session, serial, "unblock", reason)


def void(session: OperatorSession, serial: str, reason: str) -> Voucher:
    """Close what remains of a voucher for good.

    Raises:
        Conflict: nothing remains, or it is closed already.
    """
    return session.ledger.transact(lambda tx: void_in(tx, session, serial, reason))


def void_in(tx: WriteTransaction, session: OperatorSession, serial: str, reason: str) -> Voucher:
    """The same within a caller's transaction."""
    session.require("voucher.void")
    voucher = by_serial(tx, serial)
    at = recorded_now(tx, session.clock())
    _note(tx, session, "void", voucher, at, reason=_said(reason))
    return _close(tx, session, voucher, "void", at, reason=_said(reason))


def extend(session: OperatorSession, serial: str, until: str, reason: str) -> Voucher:
    """Let a voucher be spent until a later date, that day whole.

    Raises:
        UsageError: the date is not later than the present one.
        Conflict: the voucher is closed.
    """
    session.require("voucher.extend")
    day = read_day(until)

    def work(tx: WriteTransaction) -> Voucher:
        voucher = by_serial(tx, serial)
        _must_be(voucher, OPEN_STATES)
        if day <= voucher.valid_until:
            raise UsageError(
                "ledger.extend-not-later", serial=voucher.serial, until=voucher.valid_until
            )
        at = recorded_now(tx, session.clock())
        _note(tx, session, "extend", voucher, at, reason=_said(reason), until=day)
        return _extended(tx, session, voucher, day, at, _said(reason))

    return session.ledger.transact(work)


def extend_in(
    tx: WriteTransaction, session: OperatorSession, vouchers: Sequence[Voucher], day: str,
    reason: str
) -> list[str]:
    """Let these vouchers be spent until a later day, within a caller's transaction and log.

    Those that are closed, used up or valid that long already are passed over; returns the serials
    of the others.
    """
    at = recorded_now(tx, session.clock())
    due = [
        voucher for voucher in vouchers
        if voucher.state in OPEN_STATES and voucher.balance_minor and voucher.valid_until < day
    ]
    for voucher in due:
        _extended(tx, session, voucher, day, at, _said(reason))
    return [voucher.serial for voucher in due]


def expire_due(session: OperatorSession) -> list[str]:
    """Close what remains of every voucher whose last day is over; returns their serials."""
    session.require("voucher.expire")

    def work(tx: WriteTransaction) -> list[str]:
        at = recorded_now(tx, session.clock())
        lock = " FOR UPDATE" if tx.engine == "postgresql" else ""
        due = tx.read(
            Voucher, f"{SELECT_VOUCHER} WHERE state IN {OPEN_IN_SQL} AND closes_at <= :at "
            f"AND spent_minor < face_minor ORDER BY serial{lock}",
            at=at,
        )
        for voucher in due:
            _close(tx, session, voucher, "expire", at)
        if due:
            log.record_by(
                tx, session, action="voucher.expire", object="ledger",
                detail={"vouchers": len(due)},
            )
        return [voucher.serial for voucher in due]

    return session.ledger.transact(work)


def replace(
    session: OperatorSession, serial: str, reason: str,
    look: Callable[[WriteTransaction, Voucher], None] = lambda _tx, _old: None,
) -> Voucher:
    """Kill a voucher's code and issue a new voucher for what remains, in one transaction.

    The old code dies first: its void names the successor. The new voucher waits to be handed over.
    `look` may refuse the old one.

    Raises:
        Conflict: nothing remains, it is closed already, or its last day is over.
    """
    session.require("voucher.replace")

    def work(tx: WriteTransaction) -> Voucher:
        old = by_serial(tx, serial)
        at = recorded_now(tx, session.clock())
        _must_be(old, OPEN_STATES)
        _must_remain(old)
        look(tx, old)
        if old.closes_at <= at:
            raise Conflict("ledger.voucher-over", serial=old.serial, last=old.valid_until)
        vouchers, entries = _following(tx, session, old, at)
        successor = vouchers[0][0]
        _close(tx, session, old, "void", at, reason=_said(reason), successor=successor)
        insert_issued(tx, vouchers, entries)
        found = one_voucher(tx, "id = :id", id=successor)
        assert found is not None, "just inserted"  # noqa: S101
        _note(tx, session, "replace", old, at, reason=_said(reason), successor=found.serial)
        return found

    return session.ledger.transact(work)


def close_line(
    session: OperatorSession, kind: str, at: int, amount_minor: int, *,
    reason: str | None = None, successor: bytes | None = None,
) -> NewLine:
    """The line that closes an amount: expire or void."""
    return NewLine(
        id=new_id(at, session.entropy), kind=kind, operator=session.operator.name, occurred_at=at,
        recorded_at=at, amount_minor=amount_minor, debit=VOUCHERS, credit=FUNDS, reason=reason,
        successor=successor,
    )


def _following(
    tx: WriteTransaction, session: OperatorSession, old: Voucher, at: int
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """The rows of a voucher that takes an older one's place, for what remains of it."""
    issue = Issue(
        batch=old.batch, round=old.round, currency=old.currency, valid_from=old.valid_from,
        valid_until=old.valid_until, opens_at=old.opens_at, closes_at=old.closes_at,
        operator=session.operator.name, at=at, generation=old.generation + 1,
    )
    line = DraftLine(
        beneficiary=old.beneficiary, city=old.city, language=old.language, category=old.category,
        amount_minor=old.balance_minor, part=old.part,
    )
    return made_vouchers(session, issue, [line], take_serials(tx, old.round, 1))


def _close(
    tx: WriteTransaction, session: OperatorSession, voucher: Voucher, kind: str, at: int, *,
    reason: str | None = None, successor: bytes | None = None,
) -> Voucher:
    _must_be(voucher, OPEN_STATES)
    _must_remain(voucher)
    line = close_line(
        session, kind, at, voucher.balance_minor, reason=reason, successor=successor
    )
    changed: dict[str, object] = {
        "closed_minor": voucher.closed_minor + voucher.balance_minor,
        "state": "expired" if kind == "expire" else "void",
    }
    if successor is not None:
        changed["successor"] = successor
    return post(tx, session.vouching, voucher, line, **changed)


def _changed(
    tx: WriteTransaction, session: OperatorSession, serial: str, kind: str, reason: str
) -> Voucher:
    was, state = BLOCKING[kind]
    voucher = by_serial(tx, serial)
    _must_be(voucher, {was})
    at = recorded_now(tx, session.clock())
    _note(tx, session, kind, voucher, at, reason=_said(reason))
    line = _line(session, kind, at, reason=_said(reason))
    return post(tx, session.vouching, voucher, line, state=state)


def _extended(
    tx: WriteTransaction, session: OperatorSession, voucher: Voucher, day: str, at: int, reason: str
) -> Voucher:
    _, closes_at = validity(voucher.valid_from, day, round_zone(tx, voucher.round))
    line = _line(session, "extend", at, reason=reason, valid_until=day)
    return post(tx, session.vouching, voucher, line, valid_until=day, closes_at=closes_at)


def _note(
    tx: WriteTransaction, session: OperatorSession, kind: str, voucher: Voucher, at: int,
    **detail: str
) -> None:
    """The log's line beside the journal's: from where it was done, and why."""
    log.record_by(
        tx, session, action=f"voucher.{kind}", object=voucher.serial, at=at, detail=detail,
    )


def _line(
    session: OperatorSession, kind: str, at: int, *,
    occurred_at: int | None = None, reason: str | None = None, valid_until: str | None = None,
) -> NewLine:
    return NewLine(
        id=new_id(at, session.entropy), kind=kind, operator=session.operator.name,
        occurred_at=at if occurred_at is None else occurred_at, recorded_at=at, reason=reason,
        valid_until=valid_until,
    )


def _must_be(voucher: Voucher, states: set[str] | frozenset[str]) -> None:
    if voucher.state not in states:
        raise Conflict("ledger.voucher-state", serial=voucher.serial,
                       state=state_term(voucher.state))


def _must_be_unspent_today(tx: WriteTransaction, voucher: Voucher, at: int) -> None:
    """What was handed over today, as the ledger took it, and bought nothing."""
    if voucher.spent_minor:
        raise Conflict("ledger.taken-back-spent", serial=voucher.serial)
    given_at = tx.value(
        "SELECT recorded_at FROM entry WHERE voucher = :voucher AND kind = 'hand-over'"
        " ORDER BY seq DESC LIMIT 1", voucher=voucher.id,
    )
    given, today = (
        date_at(instant, round_zone(tx, voucher.round)) for instant in (given_at, at)
    )
    if given != today:
        raise Conflict("ledger.taken-back-late", serial=voucher.serial, day=given)


def _must_remain(voucher: Voucher) -> None:
    if voucher.balance_minor == 0:
        raise Conflict("ledger.voucher-used-up", serial=voucher.serial)


def read_day(text: str) -> str:
    """A calendar date as typed, in ISO text.

    Raises:
        UsageError: it is none, or absurdly late.
    """
    try:
        day = date.fromisoformat(typed_day(text))
    except ValueError as error:
        raise UsageError("ledger.date-unreadable", text=text) from error
    if day.year > YEAR_MAX:
        raise UsageError("ledger.date-unreadable", text=text)
    return day.isoformat()


def _said(reason: str) -> str:
    if not reason.strip():
        raise UsageError("ledger.reason-missing")
    return typed(reason.strip())

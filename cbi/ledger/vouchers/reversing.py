"""Reversing: a mistake at the till undone, whole and once, with a reason that stays.

What comes back can be spent again, unless the voucher is closed or its last day is over: then it is
closed in the same transaction, so that no money wakes up on a dead voucher.
"""

from typing import NamedTuple

from cbi.base.errors import Conflict, NotAllowed, NotFound, UsageError
from cbi.base.ids import new_id
from cbi.base.money import show_amount
from cbi.base.words import typed
from cbi.ledger.clocks import recorded_now
from cbi.ledger.journal import VOUCHERS, NewLine, post
from cbi.ledger.vouchers.answers import Answer, about
from cbi.ledger.vouchers.reading import SELECT_LINE, JournalLine, Voucher, by_serial
from cbi.operators import log
from cbi.operators.operator_session import OperatorSession
from cbi.storage import ReadTransaction, WriteTransaction

SEQ_DIGITS_MAX = 9


class ReversalRule(NamedTuple):
    """What a programme says of reversing: whether duties are apart, and up to where one may alone.
    """

    duties_apart: int
    reversal_alone_max_minor: int


def reverse(session: OperatorSession, reference: str, reason: str) -> Answer:
    """Undo one redemption whole, once. `reference` is `SERIAL/SEQ`.

    Raises:
        NotFound: no such redemption.
        NotAllowed: above the programme's threshold, who redeemed cannot reverse alone; or it was
            redeemed at another store than the operator's.
        Conflict: it was reversed already.
    """
    session.require("till.reverse")
    if not reason.strip():
        raise UsageError("ledger.reason-missing")
    return session.ledger.transact(
        lambda tx: _reverse_in(tx, session, reference, typed(reason.strip()))
    )


def _reverse_in(
    tx: WriteTransaction, session: OperatorSession, reference: str, reason: str
) -> Answer:
    voucher, entry = _redemption(tx, reference)
    if session.operator.stores and entry.store not in session.operator.stores:
        raise NotAllowed(
            "ledger.store-not-yours", operator=session.operator.name, store=entry.store
        )
    _two_hands(tx, session, voucher, entry)
    redemption = f"{voucher.serial}/{entry.seq}"
    at = recorded_now(tx, session.clock())
    back: int = entry.amount_minor
    lines = [NewLine(
        id=new_id(at, session.entropy), kind="reverse", operator=session.operator.name,
        occurred_at=at, recorded_at=at, amount_minor=back, debit=entry.credit, credit=VOUCHERS,
        store=entry.store, receipt=entry.receipt, reverses=entry.id, reason=reason,
    )]
    changed: dict[str, object] = {"spent_minor": voucher.spent_minor - back}
    state = _closes_as(voucher, at)
    if state is not None:
        from cbi.ledger.vouchers.changes import close_line  # rare, and it needs SQLModel

        closing = voucher.balance_minor + back
        kind = "void" if state == "void" else "expire"
        lines.append(close_line(session, kind, at, closing, reason=reason))
        changed |= {"closed_minor": voucher.closed_minor + closing, "state": state}
    after = post(tx, session.vouching, voucher, *lines, **changed)
    tx.run(
        "UPDATE receipt SET used_minor = used_minor - :back WHERE store = :store "
        "AND number = :receipt",
        back=back, store=entry.store, receipt=entry.receipt,
    )
    log.record_by(
        tx, session, action="till.reverse", object=redemption, at=at,
        detail={"amount_minor": back, "reason": reason},
    )
    return about(after, "ok", amount_minor=back, store=entry.store, redemption=redemption)


def _redemption(tx: WriteTransaction, reference: str) -> tuple[Voucher, JournalLine]:
    """The voucher, held for this transaction, and the line that is to be undone."""
    serial, _, seq = reference.strip().rpartition("/")
    if not serial or not seq.isdecimal() or len(seq) > SEQ_DIGITS_MAX:
        raise NotFound("ledger.redemption-unknown", redemption=reference)
    voucher = by_serial(tx, serial)
    entry = tx.read_one(
        JournalLine, f"{SELECT_LINE} WHERE voucher = :voucher AND seq = :seq AND kind = 'redeem'",
        voucher=voucher.id, seq=int(seq),
    )
    if entry is None:
        raise NotFound("ledger.redemption-unknown", redemption=reference)
    if tx.value("SELECT 1 FROM entry WHERE reverses = :id", id=entry.id):
        raise Conflict("ledger.reversed-already", redemption=reference)
    return voucher, entry


def _closes_as(voucher: Voucher, at: int) -> str | None:
    """The closed state that what comes back falls into, or None where it can be spent again."""
    if voucher.state in ("void", "expired"):
        return voucher.state
    return "expired" if at >= voucher.closes_at else None


def _two_hands(
    tx: ReadTransaction, session: OperatorSession, voucher: Voucher, entry: JournalLine
) -> None:
    rule = tx.read_one(
        ReversalRule, "SELECT p.duties_apart, p.reversal_alone_max_minor FROM round r "
        "JOIN programme p ON p.code = r.programme WHERE r.code = :round",
        round=voucher.round,
    )
    if (
        rule is not None
        and rule.duties_apart
        and entry.operator == session.operator.name
        and entry.amount_minor > rule.reversal_alone_max_minor
    ):
        raise NotAllowed(
            "ledger.reversal-needs-another", operator=session.operator.name,
            redemption=f"{voucher.serial}/{entry.seq}",
            limit=show_amount(rule.reversal_alone_max_minor, voucher.currency),
        )

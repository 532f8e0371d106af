"""Paying: the money sent for settlements, whole or in part, one or several by one transfer.

A settlement's payments are numbered and each leaves less to pay than the one before, so that the
database itself refuses to pay one twice; a transfer's reference pays once, whatever it pays.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlmodel import select

from cbi.base.errors import Conflict, UsageError
from cbi.base.money import show_amount
from cbi.ledger.settling import Settlement, duties_apart, payment_hash, settlement
from cbi.ledger.tables import Payment
from cbi.operators import log
from cbi.operators.duties import keep_apart
from cbi.operators.operator_session import OperatorSession
from cbi.programmes.approvals import SETTLEMENT, Thing, needed_first, programmes_of, say_yes
from cbi.storage import ConstraintViolation, ReadTransaction, WriteTransaction
from cbi.storage.faults import RetryTransaction

_STANDS = """
SELECT coalesce(max(p.part), 0), coalesce(min(p.left_minor), s.payable_minor)
FROM settlement s LEFT JOIN payment p ON p.settlement = s.id
WHERE s.id = :id GROUP BY s.payable_minor
"""
"""How many payments a settlement has and what they leave, read at once: whoever paid since is seen
in both, so that the next part's number or its remainder refuses a second payment."""


class Transfer(NamedTuple):
    """Money sent, in minor units of one currency: under which reference, how much (all that is
    left to pay, where nothing is said), and what the bank took for sending it."""

    reference: str
    currency: str
    amount_minor: int | None = None
    fee_minor: int = 0


def pay_in(
    tx: WriteTransaction, session: OperatorSession, numbers: Sequence[str], sent: Transfer
) -> list[Settlement]:
    """Record a transfer that pays settlements, in the caller's transaction; who settled one does
    not pay it.

    Raises:
        NotFound: no such settlement.
        NotAllowed: the same operator made it, and duties are kept apart.
        Conflict: paid already, nothing to pay, more than is left, the reference was used, or more
            people have to approve it first.
    """
    session.require("settlement.pay")
    found = {one.number: one for one in (settlement(tx, number) for number in numbers)}
    payable = [_payable(tx, session, one, sent.currency) for one in found.values()]
    reference = sent.reference.strip()
    if not reference:
        raise UsageError("finance.reference-missing", settlement=" ".join(found))
    if len({one.retailer for one in payable}) > 1:
        raise Conflict("finance.transfer-retailers", settlements=", ".join(found))
    if tx.first(select(Payment.id).where(Payment.reference == reference)) is not None:
        raise Conflict("finance.reference-used", reference=reference)
    for place, (one, amount) in enumerate(shared_out(payable, sent), 1):
        _pay_one(tx, session, one, _Part(reference, place, amount, sent.fee_minor))
    return [settlement(tx, number) for number in found]


def shared_out(payable: Sequence[Settlement], sent: Transfer) -> list[tuple[Settlement, int]]:
    """What a transfer gives to each settlement, in their order: each whole but the last. Pure.

    Raises:
        Conflict: it is more than is left to pay, or does not reach all of them.
    """
    left = sum(one.left_minor for one in payable)
    amount = left if sent.amount_minor is None else sent.amount_minor
    before = left - payable[-1].left_minor
    if not before < amount <= left:
        raise Conflict(
            "finance.transfer-unfit", settlements=", ".join(one.number for one in payable),
            amount=show_amount(amount, sent.currency), left=show_amount(left, sent.currency),
        )
    whole = [(one, one.left_minor) for one in payable[:-1]]
    return [*whole, (payable[-1], amount - before)]


class _Part(NamedTuple):
    """What of a transfer one settlement gets, and its place in it."""

    reference: str
    place: int
    amount_minor: int
    fee_minor: int


def approval_of(tx: ReadTransaction, one: Settlement, currency: str) -> Thing:
    """What several people may have to say yes to before a settlement is paid, the payer last."""
    said: bytes = tx.value("SELECT hash FROM settlement WHERE id = :id", id=one.id)
    return Thing(
        SETTLEMENT, one.number, said.hex(), one.payable_minor,
        programmes_of(tx, one.retailer, currency), one.made_by,
    )


def _payable(
    tx: WriteTransaction, session: OperatorSession, one: Settlement, currency: str
) -> Settlement:
    """The settlement, if something is left to pay and this operator may."""
    apart = duties_apart(tx, one.retailer)
    keep_apart(one.made_by, session.operator.name, duty="settlement.pay", apart=apart)
    if one.payable_minor == 0:
        raise Conflict("finance.nothing-to-pay", settlement=one.number)
    if one.left_minor == 0:
        raise Conflict("finance.paid-already", settlement=one.number, reference=one.reference)
    thing = approval_of(tx, one, currency)
    stands = say_yes(tx, session, thing, again=True)
    if stands.left:
        raise needed_first(thing, stands, currency)
    return one


def _pay_one(
    tx: WriteTransaction, session: OperatorSession, one: Settlement, part: _Part
) -> None:
    before, left = next(tx.tuples(_STANDS, id=one.id))
    told = Payment(
        id=session.new_id(), settlement=one.id, part=before + 1,
        amount_minor=part.amount_minor, left_minor=left - part.amount_minor,
        reference=part.reference, place=part.place,
        fee_minor=part.fee_minor if part.place == 1 else 0,
        paid_by=session.operator.name, paid_at=session.clock(), hash=b"",
    ).model_dump()
    try:
        tx.add(payment := Payment(**{**told, "hash": payment_hash(told)}))
    except ConstraintViolation as refused:
        raise RetryTransaction(refused.rule) from refused  # paid by another meanwhile: look again
    log.record_by(
        tx, session, action="settlement.pay", object=one.number, at=payment.paid_at,
        detail={
            "amount_minor": payment.amount_minor, "reference": payment.reference,
            **({"left_minor": payment.left_minor} if payment.left_minor else {}),
            **({"fee_minor": payment.fee_minor} if payment.fee_minor else {}),
        },
    )

"""What a manager says of a sale that waits: accepted, it is redeemed with both its days; or not.

The line names the day of the sale as when it happened and this day as when the ledger took it. What
has expired since comes back by a line of its own (`honour`) and is redeemed beside it. What
a till would refuse of that day is refused here too. Who brought the sale in does not decide.
"""

from cbi.base.errors import Conflict, NotFound, UsageError
from cbi.base.ids import new_id
from cbi.base.terms import term
from cbi.base.words import alike, typed
from cbi.ledger.clocks import recorded_now
from cbi.ledger.journal import FUNDS, VOUCHERS, NewLine, post, receipt_key, retailer_account
from cbi.ledger.vouchers.explaining import answer_about
from cbi.ledger.vouchers.in_hands import was_in_hands
from cbi.ledger.vouchers.late import LateSale, before_expiring, late_sale
from cbi.ledger.vouchers.reading import Voucher, one_voucher
from cbi.ledger.vouchers.receipts import must_agree
from cbi.ledger.vouchers.spending import USE_RECEIPT
from cbi.ledger.vouchers.stores import must_be_open
from cbi.operators.duties import keep_apart
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.programmes.programmes import programme
from cbi.storage import ConstraintViolation, ReadTransaction, WriteTransaction


def accept_late(session: OperatorSession, number: str) -> LateSale:
    """Redeem a sale that waits, in one transaction with the verdict.

    Raises:
        NotFound: no such sale.
        NotAllowed: this operator brought it in, or decides nothing.
        UsageError: the voucher can only be spent whole, or was not in hands on that day.
        Conflict: it was decided already, or a till would refuse it.
    """
    session.require("late.decide")
    try:
        return session.ledger.transact(lambda tx: _accept_in(tx, session, number))
    except ConstraintViolation as refused:
        if "receipt_within_total" not in refused.rule:
            raise
        raise _not_so(number.strip().upper(), "receipt-used") from refused


def refuse_late(session: OperatorSession, number: str, reason: str) -> LateSale:
    """Say no to a sale that waits, and why.

    Raises:
        NotFound, NotAllowed: as for `accept_late`.
        UsageError: no reason.
        Conflict: it was decided already.
    """
    session.require("late.decide")
    if not reason.strip():
        raise UsageError("ledger.reason-missing")

    def work(tx: WriteTransaction) -> LateSale:
        sale, _ = _waiting(tx, session, number)
        at = recorded_now(tx, session.clock())
        return _decided(tx, session, sale, at, verdict="refused", reason=typed(reason.strip()))

    return session.ledger.transact(work)


def _accept_in(tx: WriteTransaction, session: OperatorSession, number: str) -> LateSale:
    sale, voucher = _waiting(tx, session, number)
    retailer = _retailer(tx, sale)
    _must_stand(tx, sale, voucher, retailer)
    at = recorded_now(tx, session.clock())
    line = _redemption(session, sale, voucher, retailer, at)
    changed: dict[str, object] = {"spent_minor": voucher.spent_minor + sale.amount_minor}
    lines = [line]
    if voucher.state == "expired":
        lines.insert(0, _honour(session, line))
        changed["closed_minor"] = voucher.closed_minor - sale.amount_minor
    post(tx, session.vouching, voucher, *lines, **changed)
    tx.run(
        USE_RECEIPT, store=line.store, receipt=line.receipt, amount_minor=line.amount_minor,
        receipt_total_minor=line.receipt_total_minor,
    )
    return _decided(tx, session, sale, at, verdict="accepted", entry=line.id)


def _waiting(
    tx: WriteTransaction, session: OperatorSession, number: str
) -> tuple[LateSale, Voucher]:
    """A sale that nobody has decided, and its voucher, held for this transaction."""
    sale = late_sale(tx, number)
    if sale is None:
        raise NotFound("ledger.late-unknown", number=number)
    keep_apart(
        sale.brought_by, session.operator.name, duty="late.decide",
        apart=programme(tx, sale.programme).duties_apart,
    )
    voucher = one_voucher(tx, "id = :id", id=sale.voucher)
    assert voucher is not None, "a sale names a voucher"  # noqa: S101
    now = late_sale(tx, number) or sale
    if now.verdict is not None:
        raise Conflict("ledger.late-decided", number=sale.number, by=now.decided_by,
                       verdict=term("log.value", now.verdict))
    return sale, voucher


def _must_stand(tx: ReadTransaction, sale: LateSale, voucher: Voucher, retailer: str) -> None:
    """What a till would have answered on the day of the sale is what counts."""
    must_be_open(tx, sale.store, sale.occurred_at)
    must_agree(tx, sale.store, sale.receipt, sale.receipt_total_minor)
    was_in_hands(tx, voucher, sale.occurred_at)
    said = answer_about(
        tx, before_expiring(tx, voucher), sale.occurred_at, retailer=retailer,
        amount_minor=sale.amount_minor,
    )
    used = tx.value(
        "SELECT 1 FROM entry WHERE receipt_key = :key",
        key=receipt_key(sale.store, sale.receipt, voucher.code_hash),
    )
    if said.answer != "ok" or used is not None:
        raise _not_so(sale.number, said.answer if used is None else "receipt-used")


def _not_so(number: str, answer: str) -> Conflict:
    return Conflict("ledger.late-not-so", number=number, answer=answer)


def _retailer(tx: ReadTransaction, sale: LateSale) -> str:
    return str(tx.value("SELECT retailer FROM store WHERE code = :code", code=sale.store))


def _redemption(
    session: OperatorSession, sale: LateSale, voucher: Voucher, retailer: str, at: int
) -> NewLine:
    key = receipt_key(sale.store, sale.receipt, voucher.code_hash)
    return NewLine(
        id=new_id(at, session.entropy), kind="redeem", operator=session.operator.name,
        occurred_at=sale.occurred_at, recorded_at=at, amount_minor=sale.amount_minor,
        debit=VOUCHERS, credit=retailer_account(retailer), store=sale.store,
        receipt=alike(sale.receipt), receipt_total_minor=sale.receipt_total_minor,
        receipt_key=key, request_id=key, reason=f"{sale.number} {sale.brought_by}",
    )


def _honour(session: OperatorSession, line: NewLine) -> NewLine:
    """What the redemption beside it takes comes back from what has expired."""
    return NewLine(
        id=new_id(line.recorded_at, session.entropy), kind="honour", operator=line.operator,
        occurred_at=line.occurred_at, recorded_at=line.recorded_at,
        amount_minor=line.amount_minor, debit=FUNDS, credit=VOUCHERS, reason=line.reason,
    )


def _decided(
    tx: WriteTransaction, session: OperatorSession, sale: LateSale, at: int, *, verdict: str,
    entry: bytes | None = None, reason: str | None = None,
) -> LateSale:
    tx.insert("late_verdict", [{
        "sale": sale.id, "verdict": verdict, "entry": entry, "reason": reason,
        "decided_by": session.operator.name, "decided_at": at,
    }])
    action = "late.accept" if verdict == "accepted" else "late.refuse"
    record_by(
        tx, session, action=action, object=sale.number, at=at,
        detail={"amount_minor": sale.amount_minor, "serial": sale.serial, "reason": reason},
    )
    made = late_sale(tx, sale.number)
    assert made is not None, "just decided"  # noqa: S101
    return made

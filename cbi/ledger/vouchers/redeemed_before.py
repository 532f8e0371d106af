"""What was redeemed before: found by the request or the receipt, and answered as it was then."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from cbi.base.errors import Conflict
from cbi.base.money import show_amount
from cbi.ledger.vouchers.answers import Answer
from cbi.operators.operator_session import OperatorSession


class KnownLine(NamedTuple):
    """A redemption that was recorded before, with its voucher and the id of its reversal."""

    voucher: bytes
    seq: int
    amount_minor: int
    store: str
    receipt: str
    receipt_total_minor: int | None
    receipt_key: bytes
    request_id: bytes
    occurred_at: int
    code_hash: bytes
    serial: str
    category: str
    currency: str
    face_minor: int
    valid_from: str
    valid_until: str
    zone: str
    reversal: bytes | None


def known_line(session: OperatorSession, request: bytes, receipt: bytes) -> KnownLine | None:
    """The line that has this request's id, or else this receipt's turn; and its reversal."""
    with session.ledger.read() as tx:
        found = tx.read(
            KnownLine,
            "SELECT e.voucher, e.seq, e.amount_minor, e.store, e.receipt, e.receipt_total_minor, "
            "e.receipt_key, e.request_id, e.occurred_at, v.code_hash, v.serial, v.category, "
            "v.currency, v.face_minor, v.valid_from, v.valid_until, p.zone, "
            "(SELECT r.id FROM entry r WHERE r.reverses = e.id) AS reversal "
            "FROM entry e JOIN voucher v ON v.id = e.voucher JOIN round c ON c.code = v.round "
            "JOIN programme p ON p.code = c.programme "
            "WHERE e.request_id = :request_id OR e.receipt_key = :receipt_key",
            request_id=request, receipt_key=receipt,
        )
    return min(found, key=lambda line: line.request_id != request, default=None)


def replayed(session: OperatorSession, known: KnownLine, values: Mapping[str, Any]) -> Answer:
    """The answer given before, if this is the same request; else what stands against it."""
    same_request = known.request_id == values["request_id"]
    asked = ["code_hash", "amount_minor", "store", "receipt"]
    if values["receipt_total_minor"] is not None:
        asked.append("receipt_total_minor")
    if same_request and any(getattr(known, name) != values[name] for name in asked):
        raise Conflict(
            "ledger.request-differs", serial=known.serial, receipt=known.receipt,
            amount=show_amount(known.amount_minor, known.currency),
        )
    with session.ledger.read() as tx:
        used = tx.value(
            "SELECT sum(CASE WHEN kind IN ('reverse', 'honour') THEN -amount_minor "
            "ELSE amount_minor END) "
            "FROM entry WHERE voucher = :voucher AND seq <= :seq "
            "AND kind IN ('redeem', 'reverse', 'expire', 'void', 'honour')",
            voucher=known.voucher, seq=known.seq,
        )
    return Answer(
        answer="ok" if same_request else "receipt-used", serial=known.serial,
        category=known.category, balance_minor=known.face_minor - int(used),
        amount_minor=known.amount_minor, currency=known.currency,
        valid_from=known.valid_from, valid_until=known.valid_until,
        redemption=f"{known.serial}/{known.seq}", store=known.store,
        when_at=known.occurred_at, zone=known.zone, replayed=same_request,
    )

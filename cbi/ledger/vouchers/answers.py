"""The answers at a till: what they are called and what they carry. Which is given when stands in
`spending_rule`.
"""

from typing import Any, NamedTuple

from cbi.ledger.vouchers.reading import Voucher

ANSWERS = (
    "ok", "mistyped", "unknown", "not-handed-over", "not-yet-valid", "expired", "blocked", "void",
    "replaced", "used-up", "too-much", "wrong-retailer", "wrong-category", "receipt-used",
    "throttled",
)


class Answer(NamedTuple):
    """A till's answer. `redemption` is `SERIAL/SEQ`; `replayed` says it was given before."""

    answer: str
    serial: str | None = None
    category: str | None = None
    balance_minor: int | None = None
    amount_minor: int | None = None
    currency: str | None = None
    valid_from: str | None = None
    valid_until: str | None = None
    redemption: str | None = None
    store: str | None = None
    when_at: int | None = None
    zone: str | None = None
    replayed: bool = False


def about(voucher: Voucher, answer: str, **more: Any) -> Answer:
    """An answer about a voucher, with what a till may show of it."""
    return Answer(
        answer=answer, serial=voucher.serial, category=voucher.category,
        balance_minor=voucher.balance_minor, currency=voucher.currency,
        valid_from=voucher.valid_from, valid_until=voucher.valid_until, **more,
    )

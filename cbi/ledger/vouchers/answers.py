"""The answers at a till: what they are called, what they carry, and why one was given.

`refusal` is the rule in one place and pure: given a voucher's row and what is asked, it names the
first reason that stands against spending, or None. The engines' guarded statements hold the same
conditions; where a guard says no, this function says why.
"""

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a voucher: now, where, for which category, how much (None: anything)."""

    occurred_at: int
    taken_here: frozenset[str] | None
    """The categories that this store's retailer takes in the voucher's round; None: not asked."""
    category: str | None = None
    amount_minor: int | None = None


def refusal(voucher: Voucher, asked: Asked) -> str | None:
    """The first reason against spending, or None."""
    state = _state_refusal(voucher, asked.occurred_at)
    if state is not None:
        return state
    if asked.category is not None and asked.category != voucher.category:
        return "wrong-category"
    if asked.taken_here is not None and voucher.category not in asked.taken_here:
        return "wrong-category" if asked.taken_here else "wrong-retailer"
    if voucher.balance_minor == 0:
        return "used-up"
    if asked.amount_minor is not None and asked.amount_minor > voucher.balance_minor:
        return "too-much"
    return None


def _state_refusal(voucher: Voucher, at: int) -> str | None:
    reasons = (
        ("replaced", voucher.state == "void" and voucher.successor is not None),
        ("void", voucher.state == "void"),
        ("used-up", voucher.state == "active" and voucher.balance_minor == 0),
        ("expired", voucher.state == "expired" or at >= voucher.closes_at),
        ("blocked", voucher.state == "blocked"),
        ("not-handed-over", voucher.state == "issued"),
        ("not-yet-valid", at < voucher.opens_at),
    )
    return next((name for name, stands in reasons if stands), None)


def about(voucher: Voucher, answer: str, **more: Any) -> Answer:
    """An answer about a voucher, with what a till may show of it."""
    return Answer(
        answer=answer, serial=voucher.serial, category=voucher.category,
        balance_minor=voucher.balance_minor, currency=voucher.currency,
        valid_from=voucher.valid_from, valid_until=voucher.valid_until, **more,
    )
